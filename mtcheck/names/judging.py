"""How sure a finding on a name is: its evidence weighed with what the language model says of its place.

The weights lie beside the name list as ``calibration.json``; scripts/calibrate_names.py fits them.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtcheck.calibration import Curve, Logistic, parse_curve, parse_logistic
from mtcheck.errors import ModelError
from mtcheck.names import garbled, variants, wholes
from mtcheck.names.evidence import Candidate
from mtcheck.names.name_list import NameList
from mtcheck.names.neighbours import likeness
from mtcheck.segments import Span, Window, words

FILE = "calibration.json"
_BELIEVED = {garbled.KIND: garbled.believed, variants.KIND: variants.believed}
KINDS = (garbled.KIND, variants.KIND, wholes.KIND)
NO_DOUBT = -6.0
"""Log odds of words that the editing pass does not judge, and the least that count."""
FURTHEST_SHARE = 0.4
"""Edits by letters up to which a wording may be a name's right spelling."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate at its place in a window, and what the language model says of it.

    ``fit`` (nats) is what the text gains by its suggestion, ``doubt`` the log odds that its wording is garbled, by the
    editing pass.
    """

    candidate: Candidate
    span: Span
    fit: float
    doubt: float


@dataclass(frozen=True, slots=True)
class NameReading:
    """A candidate at its place in a window with the probability that it is right, and then its suggestion."""

    candidate: Candidate
    span: Span
    confidence: float
    restores: float


@dataclass(frozen=True, slots=True)
class KindWeights:
    """For one kind of candidate: log odds to be right from its evidence, and these -> the share that is.

    ``restored``: the same log odds -> the share of right ones whose suggestion is the original.
    """

    weights: Logistic
    right: Curve
    restored: Curve

    def confidence(self, features: Mapping[str, float]) -> tuple[float, float]:
        """The probability that a candidate is right, and that its suggestion is then."""
        logit = self.weights.logit(features)
        return self.right(logit), self.restored(logit)


@dataclass(frozen=True, slots=True)
class NameWeights:
    """The weights of each kind; ``sha256`` is that of the file that they were read from."""

    kinds: Mapping[str, KindWeights]
    sha256: str = ""


def candidates(text: str, names: NameList) -> list[Candidate]:
    """The names of a text that may be garbled or spelled in two ways, in the order of their places.

    One place may have candidates of several kinds.
    """
    spans: Sequence[Span] = list(words(text))
    found = [*variants.find(text, spans, names), *garbled.find(text, spans, names), *wholes.find(text, spans, names)]
    return sorted(found, key=lambda candidate: (candidate.span.start, candidate.span.end, candidate.kind))


def within(found: Sequence[Candidate], window: Window) -> list[tuple[Candidate, Span]]:
    """The candidates that lie in a window, with their spans in its text; ``found`` are in order."""
    inside = []
    first = bisect_left(found, window.places[0], key=lambda candidate: candidate.span.start)
    for candidate in found[first:]:
        if candidate.span.end > window.places[-1] + 1:
            break
        start = bisect_left(window.places, candidate.span.start)
        end = bisect_left(window.places, candidate.span.end - 1) + 1
        if window.places[start] == candidate.span.start and window.span(start, end) == candidate.span:
            inside.append((candidate, Span(start, end)))
    return inside


def weighed(
    placed: Sequence[tuple[Candidate, Span]], gains: Sequence[float], doubts: Iterable[tuple[Span, float]]
) -> list[Weighed]:
    """The candidates of a window with what the language model says of them.

    ``gains`` (nats) are what the text gains by their suggestions, ``doubts`` the window's words in order with their log
    odds to be garbled. Where a name stands several times, its first place tells: behind it the language model repeats
    what it has read.
    """
    told: dict[tuple[str, str], float] = {}
    judged = list(doubts)
    found = []
    for (candidate, span), gain in zip(placed, gains, strict=True):
        fit = told.setdefault((candidate.text, candidate.suggestion), gain)
        first = bisect_left(judged, span.start, key=lambda pair: pair[0].end - 1)
        over = [logit for word, logit in judged[first : first + wholes.LONGEST] if word.overlaps(span.start, span.end)]
        found.append(Weighed(candidate, span, fit, max([NO_DOUBT, *over])))
    return found


def readings(found: Iterable[Weighed], weights: NameWeights) -> list[NameReading]:
    """The candidates of a window with their probabilities."""
    return [
        NameReading(
            item.candidate,
            item.span,
            *weights.kinds[item.candidate.kind].confidence(evidence(item.candidate, item.fit, item.doubt)),
        )
        for item in found
    ]


def may_stand_for(wording: str, written: str, names: NameList) -> bool:
    """Whether a wording may be what stood for one that the editing pass doubts; it knows no rare names.

    A name that is no word of the language is only ever a wrong spelling of a name that the list knows.
    """
    parts = written.split()
    if not all(part[0].isupper() and not names.is_ordinary(part) for part in parts):
        return True
    others = wording.split()
    return len(others) == len(parts) and all(
        one == other or (names.knows(other) and _alike(one, other)) for one, other in zip(parts, others, strict=True)
    )


def _alike(one: str, other: str) -> bool:
    found = likeness(one, other)
    return found.share <= FURTHEST_SHARE or found.sound or found.transliteration


def evidence(candidate: Candidate, fit: float, doubt: float) -> dict[str, float]:
    """All that a candidate's confidence rests on."""
    believed = _BELIEVED.get(candidate.kind)
    features = {**candidate.features, "fit": fit, "doubt": doubt}
    if believed is not None:
        features["believed"] = float(believed(candidate))
    return features


def load(folder: Path) -> NameWeights:
    """Read the weights in a folder. Raises ModelError where they are missing or none."""
    path = folder / FILE
    try:
        raw = path.read_bytes()
        data = json.loads(raw)
        kinds = {
            kind: KindWeights(
                parse_logistic(data[kind]["weights"]),
                parse_curve(data[kind]["right"]),
                parse_curve(data[kind]["restored"]),
            )
            for kind in KINDS
        }
        return NameWeights(kinds, hashlib.sha256(raw).hexdigest())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path}: no calibration of names ({error}); install mtcheck again or run scripts/calibrate_names.py"
        ) from error


def digest(names: NameList, weights: NameWeights) -> str:
    """The sha256 of all that findings on names depend on: the list, what editors added, and the weights."""
    return hashlib.sha256("\n".join([names.sha256, weights.sha256, *names.added_names()]).encode()).hexdigest()


def save(fitted: NameWeights, folder: Path) -> None:
    """Write weights."""
    data = {
        kind: {
            "weights": {"bias": own.weights.bias, "weights": dict(own.weights.weights)},
            "right": _points(own.right),
            "restored": _points(own.restored),
        }
        for kind, own in fitted.kinds.items()
    }
    (folder / FILE).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _points(curve: Curve) -> list[list[float]]:
    return [list(point) for point in zip(curve.xs, curve.ys, strict=True)]
