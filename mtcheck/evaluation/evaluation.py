"""All figures of one corpus: findings against annotations, intervals, confidences and translation metrics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mtcheck.evaluation import confidences, figures, translation
from mtcheck.evaluation.bootstrap import Estimate, Resamples
from mtcheck.evaluation.confidences import Reliability, Threshold
from mtcheck.evaluation.corpus import Corpus
from mtcheck.evaluation.figures import Figure, weighted
from mtcheck.evaluation.results import Findings
from mtcheck.evaluation.scoring import Comparison, Counts, count_clean, total
from mtcheck.evaluation.translation import Translation
from mtcheck.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Group:
    """The counts of some findings or spans, and figures by name."""

    counts: Counts
    figures: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a check is worth, measured on ``documents`` annotated and ``clean_documents`` clean texts.

    ``overall``, ``rules``, ``kinds`` and ``translation`` are of findings at or above ``severity``; ``rules`` has those
    of one rule each, ``kinds`` the sure spans of one kind each. ``translation`` is ``None`` where nothing was garbled.
    ``findings`` and ``suggestions`` say what confidences are worth, ``thresholds`` what asking for more confidence
    gives, over findings of all severities. Intervals are 95 %, of ``samples`` resamples of the documents.
    """

    signature: str
    severity: Severity
    samples: int
    documents: int
    clean_documents: int
    overall: Group
    rules: Mapping[str, Group]
    kinds: Mapping[str, Group]
    translation: Translation | None
    findings: Reliability
    suggestions: Reliability
    thresholds: Sequence[Threshold]


def evaluate(
    corpus: Corpus,
    gold: Sequence[Findings],
    clean: Sequence[Findings],
    *,
    signature: str = "",
    severity: Severity = Severity.WARNING,
    samples: int = 1000,
) -> Evaluation:
    """Measure the findings on the annotated and on the clean documents of a corpus."""
    resamples = Resamples([len(corpus.gold), len(corpus.clean)], samples)
    everything = [Comparison(*pair) for pair in zip(corpus.gold, gold, strict=True)]
    chosen = [Comparison(one.document, _at_least(severity, one.findings)) for one in everything]
    innocent = [(document, _at_least(severity, some)) for document, some in zip(corpus.clean, clean, strict=True)]

    def group(counts: Iterable[Counts], chosen_figures: Iterable[Figure]) -> Group:
        rows = list(counts)
        return Group(
            total(rows),
            {
                figure.name: resamples.ratio(
                    [weighted(row, figure.numerator) for row in rows],
                    [weighted(row, figure.denominator) for row in rows],
                )
                for figure in chosen_figures
            },
        )

    def of_rule(code: str) -> Group:
        rows = [one.rule(code) for one in chosen]
        rows += [count_clean(document, [f for f in some if f.rule == code]) for document, some in innocent]
        return group(rows, figures.OF_RULES)

    kinds = [one.kinds() for one in chosen]
    rules = {finding.rule for one in chosen for finding in one.findings}
    rules |= {finding.rule for _, some in innocent for finding in some}
    return Evaluation(
        signature=signature,
        severity=severity,
        samples=samples,
        documents=len(corpus.gold),
        clean_documents=len(corpus.clean),
        overall=group([*(one.counts() for one in chosen), *(count_clean(*pair) for pair in innocent)], figures.ALL),
        rules={code: of_rule(code) for code in sorted(rules)},
        kinds={
            kind: group([of_kind.get(kind, Counts()) for of_kind in kinds], figures.OF_KINDS)
            for kind in sorted({kind for of_kind in kinds for kind in of_kind})
        },
        translation=translation.compare(chosen, resamples),
        findings=confidences.reliability([confidences.of_findings(one) for one in everything], resamples),
        suggestions=confidences.reliability([confidences.of_suggestions(one) for one in everything], resamples),
        thresholds=confidences.thresholds([word for one in everything for word in one.words()]),
    )


def _at_least(severity: Severity, findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity >= severity]
