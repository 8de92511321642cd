"""Passes: windows read twice each, decoded from, weighed, and copied once more with other wording."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from mtcheck.language_model.attention import Continuations, Memory

if TYPE_CHECKING:
    from mtcheck.language_model.editing import EditingModel

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

BATCH_TOKENS = 2048
"""Tokens that are read together, their padding included."""
PADDED = 2.0
"""How much longer than the shortest what is read on together may be: all are filled up to the longest."""


@dataclass(frozen=True, slots=True)
class CopyReading:
    """What a pass says of a window's second copy.

    ``surprisal`` (n + 1) nats: of each token, the last of the end. ``best_ids`` and ``best_logprobs`` (n + 1, k): the
    likeliest tokens at each place. ``garbled`` (n) logits: the tagger's view of each token once it is read.
    """

    surprisal: Floats
    best_ids: Ints
    best_logprobs: Floats
    garbled: Floats


@dataclass(frozen=True, slots=True)
class Reading(CopyReading):
    """What one window's pass yields: ``plain`` (n) nats is the surprisal in the first copy, read once from the left."""

    plain: Floats


@dataclass(frozen=True, slots=True)
class Start:
    """Where a continuation begins: window ``row`` of the batch, in place of copy token ``at``, with ``token``."""

    row: int
    at: int
    token: int


@dataclass(slots=True)
class Continuation:
    """Tokens decoded from a start, without the start's own token, and their log-probabilities in nats."""

    tokens: list[int]
    logprobs: list[float]


@dataclass(frozen=True, slots=True)
class Variant:
    """Tokens to put into window ``row`` of the batch in place of what stands from token ``at`` on."""

    row: int
    at: int
    tokens: tuple[int, ...]


class Copies:
    """Second copies of windows that were read; their keys and values serve the continuations."""

    def __init__(self, model: EditingModel, lengths: Sequence[int]) -> None:
        self._model = model
        self._lengths = lengths  # tokens of each window's first copy
        self._memories: list[Memory] = []
        self._held: list[tuple[int, int]] = [(0, 0)] * len(lengths)  # each window's memory, and its row there
        self.readings: Sequence[CopyReading] = []

    @torch.inference_mode()
    def continue_from(
        self, starts: Sequence[Start], done: Callable[[int, Continuation], bool], limit: int
    ) -> list[Continuation]:
        """Decode greedily from each start until ``done(index, continuation)`` or ``limit`` tokens.

        All continuations take each step together. Decoding against the input, because a corrector mostly
        copies: Sun et al. 2021, arXiv 2106.04970.
        """
        results = [Continuation([], []) for _ in starts]
        live = sorted(range(len(starts)), key=lambda i: self._held[starts[i].row])
        if not live:
            return results
        places = [self._lengths[start.row] + 2 + start.at for start in starts]
        memory = self._continuations([(starts[i].row, places[i]) for i in live])
        for step in range(limit):
            last = [results[i].tokens[-1] if results[i].tokens else starts[i].token for i in live]
            hidden = self._model.hidden([[token] for token in last], memory, [places[i] + step for i in live])
            tokens, best = self._model.likeliest(hidden[:, 0])
            for i, token, logprob in zip(live, tokens, best, strict=True):
                results[i].tokens.append(token)
                results[i].logprobs.append(logprob)
            stay = [k for k, i in enumerate(live) if not done(i, results[i])]
            if not stay:
                break
            if len(stay) < len(live):
                live = [live[k] for k in stay]
                memory.keep(stay)
        return results

    def _continuations(self, starts: Sequence[tuple[int, int]]) -> Continuations:
        """Continuations of (window, positions seen), which come memory by memory."""
        return Continuations(self._memories, [(*self._held[row], length) for row, length in starts])


class Pass(Copies):
    """Windows, read twice each; what is read is held in memory, so a pass is kept only while that is wanted.

    Windows of like lengths are read together, in batches of bounded size.
    """

    readings: list[Reading]

    def __init__(self, model: EditingModel, windows: Sequence[Sequence[int]], alternatives: int) -> None:
        super().__init__(model, [len(window) for window in windows])
        self._windows = [list(window) for window in windows]
        self._alternatives = alternatives
        readings: dict[int, Reading] = {}
        for batch in batches([2 * len(window) + 2 for window in windows]):
            for row, number in enumerate(batch):
                self._held[number] = (len(self._memories), row)
            read = self._read([self._windows[number] for number in batch], alternatives)
            readings |= zip(batch, read, strict=True)
        self.readings = [readings[number] for number in range(len(windows))]

    @torch.inference_mode()
    def _read(self, windows: Sequence[list[int]], alternatives: int) -> list[Reading]:
        model, memory = self._model, Memory()
        rows = [[model.bos, *window, model.sep, *window] for window in windows]
        hidden = model.hidden(rows, memory)
        self._memories.append(memory)
        sizes = [len(window) for window in windows]
        firsts = torch.cat([hidden[row, :size] for row, size in enumerate(sizes)])
        seconds = torch.cat([hidden[row, size + 1 : 2 * size + 2] for row, size in enumerate(sizes)])
        plain, _, _ = model.judge(firsts, [token for window in windows for token in window], 0)
        wanted = [token for window in windows for token in [*window, model.sep]]
        judged = [
            np.split(part, _ends([size + 1 for size in sizes])) for part in model.judge(seconds, wanted, alternatives)
        ]
        tags = np.split(model.tag(seconds), _ends([size + 1 for size in sizes]))
        parts = zip(*judged, tags, np.split(plain, _ends(sizes)), strict=True)
        return [Reading(surprisal, ids, best, tag[1:], first) for surprisal, ids, best, tag, first in parts]

    @torch.inference_mode()
    def score(self, variants: Sequence[Variant]) -> list[float]:
        """Log-probability in nats of each variant's tokens behind what stands left of them, all read as plain text."""
        scores: dict[int, float] = {}
        for numbers in batches([len(variant.tokens) for variant in variants], PADDED):
            numbers.sort(key=lambda i: self._held[variants[i].row])
            part = [variants[i] for i in numbers]
            # The token left of a variant is read again: what it predicts was not kept.
            memory = self._continuations([(v.row, v.at) for v in part])
            fed = [[self._before(v), *v.tokens[:-1]] for v in part]
            hidden = self._model.hidden(fed, memory, [v.at for v in part])
            states = torch.cat([hidden[row, : len(v.tokens)] for row, v in enumerate(part)])
            surprisal, _, _ = self._model.judge(states, [token for v in part for token in v.tokens], 0)
            pieces = np.split(surprisal, _ends([len(v.tokens) for v in part]))
            scores |= {i: -float(piece.sum()) for i, piece in zip(numbers, pieces, strict=True)}
        return [scores[i] for i in range(len(variants))]

    @torch.inference_mode()
    def copy_again(self, copies: Sequence[tuple[int, Sequence[int]]]) -> Copies:
        """Other second copies of some windows, each as (window, token ids); only what is behind a change is read.

        Along these copies the model goes by what stands in them, with the same first copies in view.
        """
        result = Copies(self._model, [self._lengths[row] for row, _ in copies])
        readings: dict[int, CopyReading] = {}
        kept = [_common(self._windows[row], tokens) for row, tokens in copies]
        for numbers in batches([len(tokens) - same for same, (_, tokens) in zip(kept, copies, strict=True)], PADDED):
            numbers.sort(key=lambda i: self._held[copies[i][0]])
            # The last token before the change is read again: what it predicts was not kept.
            begins = [self._lengths[copies[i][0]] + 1 + kept[i] for i in numbers]
            fed = [[self._model.sep, *copies[i][1]][kept[i] :] for i in numbers]
            memory = self._continuations([(copies[i][0], begin) for i, begin in zip(numbers, begins, strict=True)])
            hidden = self._model.hidden(fed, memory, begins)
            sizes = [len(row) for row in fed]
            states = torch.cat([hidden[row, :size] for row, size in enumerate(sizes)])
            wanted = [token for row in fed for token in [*row[1:], self._model.sep]]
            judged: list[NDArray[Any]] = [
                *self._model.judge(states, wanted, self._alternatives),
                self._model.tag(states),
            ]
            for i, surprisal, ids, best, tags in zip(
                numbers, *(np.split(part, _ends(sizes)) for part in judged), strict=True
            ):
                before, same = self.readings[copies[i][0]], kept[i]
                readings[i] = CopyReading(
                    np.concatenate([before.surprisal[:same], surprisal]),
                    np.concatenate([before.best_ids[:same], ids]),
                    np.concatenate([before.best_logprobs[:same], best]),
                    np.concatenate([before.garbled[:same], tags[1:]]),
                )
            begin = 0
            for some in memory.remembered():
                size = len(some.values[0])
                for row, i in enumerate(numbers[begin : begin + size]):
                    result._held[i] = (len(result._memories), row)
                result._memories.append(some)
                begin += size
        result.readings = [readings[i] for i in range(len(copies))]
        return result

    def _before(self, variant: Variant) -> int:
        return self._windows[variant.row][variant.at - 1] if variant.at else self._model.bos


def batches(sizes: Sequence[int], padded: float = math.inf) -> list[list[int]]:
    """Indices by rising size, in batches whose padded size stays within bounds.

    None is more than ``padded`` times as large as the smallest of its batch.
    """
    found: list[list[int]] = []
    for i in sorted(range(len(sizes)), key=sizes.__getitem__):
        near = found and sizes[i] <= padded * max(1, sizes[found[-1][0]]) + 1
        if near and (len(found[-1]) + 1) * sizes[i] <= BATCH_TOKENS:
            found[-1].append(i)
        else:
            found.append([i])
    return found


def _ends(sizes: Sequence[int]) -> NDArray[np.int64]:
    """Where pieces of these sizes end that stand one behind the other, but for the last."""
    found: NDArray[np.int64] = np.cumsum(sizes)[:-1]
    return found


def _common(left: Sequence[int], right: Sequence[int]) -> int:
    """How many tokens two sequences begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
