"""An evaluation as text for people and as JSON for programs.

The JSON object, all figures as ``{"value", "low", "high"}`` with ``null`` for what cannot be said:

    version, signature, severity, samples            what was measured, and how
    documents, clean_documents                       numbers of texts
    counts                                           see ``mtcheck.evaluation.scoring.Counts``
    figures                                          by the names in ``mtcheck.evaluation.figures``, as are those below
    rules, kinds                                     by rule and by kind: {"counts", "figures"}
    translation                                      {"segments", "metrics": [{"name", "signature", "before", "after",
                                                     "gain"}]} or null
    reliability                                      "findings" and "suggestions": {"count", "error", "bins": [{"low",
                                                     "high", "count", "confidence", "right"}]}
    precision_recall                                 [{"confidence", "precision", "recall"}], the surest first
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TextIO

from mtcheck._version import __version__
from mtcheck.display import visible
from mtcheck.evaluation.bootstrap import Estimate
from mtcheck.evaluation.confidences import Reliability, Threshold
from mtcheck.evaluation.evaluation import Evaluation, Group
from mtcheck.evaluation.translation import Translation
from mtcheck.findings import Severity
from mtcheck.rules import RULES

_DIGITS = 4
_TITLES = {
    "precision": "precision",
    "recall": "recall",
    "f05": "F0.5",
    "first_suggestion": "first suggestion right",
    "first_three_suggestions": "one of first three right",
    "found": "found",
    "mended": "mended by first suggestions",
    "repair": "repair",
    "word_error_rate_before": "word error rate before",
    "word_error_rate_after": "word error rate after",
    "false_per_10000_words": "false findings per 10,000 words",
}
"""The figures in the order in which they are shown, with their names for people."""
_COLUMNS = ("value", "95 % interval", "of")

_Row = tuple[str, ...]


def write_json(evaluation: Evaluation, stream: TextIO) -> None:
    """Write the object that is described above."""
    document = {
        "version": __version__,
        "signature": evaluation.signature,
        "severity": evaluation.severity.label,
        "samples": evaluation.samples,
        "documents": evaluation.documents,
        "clean_documents": evaluation.clean_documents,
        **asdict(evaluation.overall),
        "rules": {code: asdict(group) for code, group in evaluation.rules.items()},
        "kinds": {kind: asdict(group) for kind, group in evaluation.kinds.items()},
        "translation": asdict(evaluation.translation) if evaluation.translation else None,
        "reliability": {"findings": asdict(evaluation.findings), "suggestions": asdict(evaluation.suggestions)},
        "precision_recall": [asdict(threshold) for threshold in evaluation.thresholds],
    }
    json.dump(_rounded(document), stream, ensure_ascii=False, allow_nan=False, indent=2)
    stream.write("\n")


def write_text(evaluation: Evaluation, stream: TextIO) -> None:
    """Write tables: all figures, those by rule and by kind, translation metrics, and what confidences are worth."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    kinds = {visible(kind, encoding): group for kind, group in evaluation.kinds.items() if kind}
    parts = [
        _head(evaluation, encoding),
        _table("Figures", _COLUMNS, list(_overall(evaluation.overall)), words=True),
        _table("By rule", _COLUMNS, list(_groups(evaluation.rules, "findings", _rule)), words=True),
        _table("By kind", _COLUMNS, list(_groups(kinds, "spans", str)), words=True),
        _translation(evaluation.translation),
        _reliability("Findings", evaluation.findings),
        _reliability("Suggestions", evaluation.suggestions),
        _table("Confidence from", ("precision", "recall"), list(_tenths(evaluation.thresholds))),
    ]
    stream.write("\n\n".join("\n".join(lines) for lines in parts if lines) + "\n")


def _head(evaluation: Evaluation, encoding: str) -> list[str]:
    scope = "all findings" if evaluation.severity == min(Severity) else f"findings from {evaluation.severity.label} up"
    return [
        f"{evaluation.documents:,} annotated and {evaluation.clean_documents:,} clean documents, {scope}",
        f"95 % intervals: percentiles over {evaluation.samples:,} resamples of the documents",
        visible(evaluation.signature, encoding),
    ]


def _overall(group: Group) -> Iterator[_Row]:
    counts = group.counts
    of = {
        "precision": f"{counts.garbled_flagged + counts.other_flagged:,} flagged words",
        "recall": f"{counts.garbled_flagged + counts.garbled_missed:,} garbled words",
        "first_suggestion": f"{counts.judged:,} findings on garbles",
        "first_three_suggestions": f"{counts.judged:,} findings on garbles",
        "found": f"{counts.spans:,} garbled spans",
        "mended": f"{counts.spans:,} garbled spans",
        "repair": f"{counts.errors_before:,} word errors",
        "word_error_rate_before": f"{counts.original_words:,} words",
        "word_error_rate_after": f"{counts.original_words:,} words",
        "false_per_10000_words": f"{counts.clean_words:,} clean words",
    }
    for name, title in _TITLES.items():
        yield (title, *_estimate(group.figures[name], _digits(name)), of.get(name, ""))


def _groups(groups: Mapping[str, Group], counted: str, title: Callable[[str], str]) -> Iterator[_Row]:
    """The figures of each rule or kind under a line with its name and how many findings or spans it has."""
    for name, group in groups.items():
        count = getattr(group.counts, counted)
        yield (title(name), "", "", f"{count:,} {counted if count != 1 else counted[:-1]}")
        for figure in _TITLES:
            if figure in group.figures and group.figures[figure].value is not None:
                yield (f"  {_TITLES[figure]}", *_estimate(group.figures[figure], _digits(figure)), "")


def _translation(scores: Translation | None) -> list[str]:
    if scores is None:
        return []
    rows: list[_Row] = []
    for metric in scores.metrics:
        rows.append((f"{metric.name} before", *_estimate(metric.before, 1)))
        rows.append((f"{metric.name} after", *_estimate(metric.after, 1)))
        rows.append((f"{metric.name} after less before", *_estimate(metric.gain, 1)))
    signatures = [f"  {metric.name} {metric.signature}" for metric in scores.metrics]
    return [*_table(f"Against the original, {scores.segments:,} segments", _COLUMNS[:2], rows), *signatures]


def _tenths(thresholds: Sequence[Threshold]) -> Iterator[_Row]:
    """What asking for a confidence of .9, .8 and so on gives."""
    shown = 0
    for tenth in range(9, -1, -1):
        reached = [one for one in thresholds if one.confidence >= tenth / 10]
        if len(reached) > shown:
            shown = len(reached)
            yield (f"{tenth / 10:.1f}", f"{reached[-1].precision:.3f}", f"{reached[-1].recall:.3f}")


def _reliability(name: str, judged: Reliability) -> list[str]:
    rows = [
        (f"{one.low:.1f} to {one.high:.1f}", f"{one.count:,}", f"{one.confidence:.2f}", *_estimate(one.right, 2))
        for one in judged.bins
    ]
    lines = _table(f"{name} by confidence", ("number", "mean", "right", "95 % interval"), rows)
    return lines and [*lines, f"  expected calibration error {judged.error:.3f}"]


def _estimate(estimate: Estimate, digits: int) -> tuple[str, str]:
    if estimate.value is None:
        return "n/a", ""
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.{digits}f}", ""
    return f"{estimate.value:.{digits}f}", f"{estimate.low:.{digits}f} to {estimate.high:.{digits}f}"


def _digits(figure: str) -> int:
    return 1 if figure == "false_per_10000_words" else 3


def _table(title: str, columns: _Row, rows: Sequence[_Row], *, words: bool = False) -> list[str]:
    """Lines of a table, none without rows. The first column stands to the left, and the last one if it has words."""
    if not rows:
        return []
    cells = [(title, *columns), *((f"  {row[0]}", *row[1:]) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    left = {0, len(columns)} if words else {0}
    return [
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def _rule(code: str) -> str:
    return f"{code} {RULES[code].title}" if code in RULES else code


def _rounded(value: Any) -> Any:
    """JSON data with figures cut to what is more than noise; counts and names as they are."""
    match value:
        case float():
            return round(value, _DIGITS)
        case dict():
            return {key: _rounded(item) for key, item in value.items()}
        case list() | tuple():
            return [_rounded(item) for item in value]
    return value


FORMATS: Mapping[str, Callable[[Evaluation, TextIO], None]] = {"text": write_text, "json": write_json}
"""Format name -> what writes it."""
