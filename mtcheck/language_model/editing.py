"""The editing pass: the model reads a draft twice and says, at every token of the second copy, what should stand there.

    <bos> D1 D2 ... Dn <sep> D1 D2 ... Dn

While it predicts the second copy it has read the whole first one, both sides of every word (reading twice: Springer
et al. 2024, arXiv 2402.15449). The adapter taught it when not to copy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mtcheck.language_model.attention import Memory, rounded_up

_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\U00040000-\U0010ffff]")

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

HEAD_ROWS = 128
"""Positions whose distributions over the vocabulary are held at once. 128 x 49,152 fp32 numbers are 25 MB, which the C
library still takes from memory it has; larger blocks are mapped anew each time, page by page."""


VARIANTS_HELD = 128
"""Variants that are scored together."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's n token ids and their (start, end) code points; a token may hold the space before its word."""

    ids: list[int]
    offsets: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one window's pass yields.

    ``surprisal`` (n + 1) nats: of each token of the second copy, the last of the end. ``garbled`` (n) logits: the
    tagger's view of each token once it is read. ``best_ids`` and ``best_logprobs`` (n + 1, k): the likeliest tokens
    at each place. ``plain`` (n) nats: surprisal in the first copy, reading once from the left.
    """

    surprisal: Floats
    garbled: Floats
    best_ids: Ints
    best_logprobs: Floats
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


class Pass:
    """One batch of windows, read; its memory serves the continuations, so it is kept while they are wanted."""

    def __init__(self, model: EditingModel, windows: Sequence[Sequence[int]], alternatives: int) -> None:
        self._model = model
        self._memory = Memory()
        self._windows = [list(window) for window in windows]
        self._lengths = [len(window) for window in windows]
        self.readings = self._read(windows, alternatives)

    @torch.inference_mode()
    def _read(self, windows: Sequence[Sequence[int]], alternatives: int) -> list[Reading]:
        model = self._model
        rows = [[model.bos, *window, model.sep, *window] for window in windows]
        longest = rounded_up(max(map(len, rows)))
        ids = torch.tensor([[*row, *[model.sep] * (longest - len(row))] for row in rows])
        hidden = model.hidden(ids, memory=self._memory)
        readings = []
        for row, length in enumerate(self._lengths):
            first, second = hidden[row, :length], hidden[row, length + 1 : 2 * length + 2]
            window = torch.tensor(windows[row], dtype=torch.long)
            plain, _, _ = model.judge(first, window, 0)
            surprisal, best_ids, best = model.judge(
                second, torch.cat([window, torch.tensor([model.sep])]), alternatives
            )
            garbled = model.tag(second[1:])
            readings.append(Reading(surprisal, garbled, best_ids, best, plain))
        return readings

    @torch.inference_mode()
    def continue_from(
        self, starts: Sequence[Start], done: Callable[[int, Continuation], bool], limit: int
    ) -> list[Continuation]:
        """Decode greedily from each start until ``done(index, continuation)`` or ``limit`` tokens.

        All continuations of the batch take each step together. Decoding against the input, because a corrector mostly
        copies: Sun et al. 2021, arXiv 2106.04970.
        """
        results = [Continuation([], []) for _ in starts]
        live = list(range(len(starts)))
        if not live:
            return results
        lengths = [self._lengths[start.row] + 2 + start.at for start in starts]
        self._memory.start([start.row for start in starts], lengths)
        for step in range(limit):
            last = [results[i].tokens[-1] if results[i].tokens else starts[i].token for i in live]
            positions = torch.tensor([[lengths[i] + step] for i in live])
            hidden = self._model.hidden(torch.tensor(last)[:, None], memory=self._memory, positions=positions)
            tokens, best = self._model.likeliest(hidden[:, 0])
            for i, token, logprob in zip(live, tokens, best, strict=True):
                results[i].tokens.append(token)
                results[i].logprobs.append(logprob)
            stay = [k for k, i in enumerate(live) if not done(i, results[i])]
            if not stay:
                break
            if len(stay) < len(live):
                live = [live[k] for k in stay]
                self._memory.keep(stay)
        return results

    @torch.inference_mode()
    def score(self, variants: Sequence[Variant]) -> list[float]:
        """Log-probability in nats of each variant's tokens behind what stands left of them, all read as plain text."""
        scores: dict[int, float] = {}
        # Like lengths together need little padding; so do neighbours in a text, which read the same keys and values.
        order = sorted(range(len(variants)), key=lambda i: (len(variants[i].tokens), variants[i].row, variants[i].at))
        for begin in range(0, len(order), VARIANTS_HELD):
            numbers = order[begin : begin + VARIANTS_HELD]
            part = [variants[i] for i in numbers]
            # The token left of a variant is read again: what it predicts was not kept.
            self._memory.start([v.row for v in part], [v.at for v in part])
            fed = [[self._before(v), *v.tokens] for v in part]
            longest = max(map(len, fed)) - 1
            ids = torch.tensor([[*row[:-1], *[self._model.sep] * (longest - len(row) + 1)] for row in fed])
            positions = torch.tensor([v.at for v in part])[:, None] + torch.arange(longest)
            hidden = self._model.hidden(ids, memory=self._memory, positions=positions)
            real = torch.arange(longest)[None, :] < torch.tensor([len(v.tokens) for v in part])[:, None]
            wanted = torch.tensor([token for v in part for token in v.tokens])
            surprisal, _, _ = self._model.judge(hidden[real], wanted, 0)
            ends = np.cumsum([len(v.tokens) for v in part])[:-1]
            scores |= {i: -float(piece.sum()) for i, piece in zip(numbers, np.split(surprisal, ends), strict=True)}
        return [scores[i] for i in range(len(variants))]

    def _before(self, variant: Variant) -> int:
        return self._windows[variant.row][variant.at - 1] if variant.at else self._model.bos


class Network(Protocol):
    """A causal language model."""

    @property
    def module(self) -> nn.Module:
        """The module that holds all its layers."""
        ...

    def hidden(self, ids: Tensor, memory: Memory | None = None, positions: Tensor | None = None) -> Tensor:
        """Last hidden states (B, T, width) of token ids (B, T), which stand at ``positions`` (B, T), else from 0 on.

        Keys and values are kept in the ``memory`` or, once continuations have begun, read from it.
        """
        ...

    def scores(self, states: Tensor) -> Tensor:
        """Scores over the vocabulary (rows, V) of hidden states (rows, width)."""
        ...


class EditingModel:
    """A causal language model with its adapter merged, its tagger and its tokenizer."""

    def __init__(
        self, network: Network, tokenizer: Any, tagger: tuple[Tensor, Tensor], bos: int, sep: int, precision: str
    ) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._tagger = tagger
        self.bos = bos
        self.sep = sep
        self.precision = precision
        self._spelled: dict[int, str] = {}
        self._before_pass: Callable[[], None] | None = None

    def tokenize(self, text: str) -> Tokens:
        """Cut a text into tokens; nothing is added, and a control token's name in the text is read as its letters.

        Control characters and code points without a character are read as spaces: tokenizers drop some of them, which
        would shift the offsets of their neighbours.
        """
        encoding = self._tokenizer.encode(_UNREADABLE.sub(" ", text), add_special_tokens=False)
        return Tokens(encoding.ids, encoding.offsets)

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token ids."""
        text: str = self._tokenizer.decode(list(ids), skip_special_tokens=False)
        return text

    def spell(self, token: int) -> str:
        """The text of one token, the space before its word included."""
        found = self._spelled.get(token)
        if found is None:
            found = self._spelled[token] = self.decode([token])
        return found

    def read(self, windows: Sequence[Sequence[int]], alternatives: int = 6) -> Pass:
        """Read a batch of windows, each a sequence of token ids, in one pass."""
        return Pass(self, windows, alternatives)

    def hidden(self, ids: Tensor, memory: Memory | None = None, positions: Tensor | None = None) -> Tensor:
        """Last hidden states (B, T, width) of token ids (B, T), which stand at ``positions`` (B, T)."""
        if self._before_pass:
            self._before_pass()
        return self._network.hidden(ids, memory, positions)

    @contextmanager
    def asking(self, before_pass: Callable[[], None] | None) -> Iterator[None]:
        """Call ``before_pass`` before each pass over tokens meanwhile; what it raises ends the work under way."""
        self._before_pass = before_pass
        try:
            yield
        finally:
            self._before_pass = None

    def logprobs(self, states: Tensor) -> Tensor:
        """Log-probabilities over the vocabulary (rows, V), fp32 nats, behind hidden states (rows, width)."""
        return torch.log_softmax(self._network.scores(states), dim=-1, dtype=torch.float32)

    def tag(self, states: Tensor) -> Floats:
        """The tagger's logits (rows) of hidden states (rows, width)."""
        weight, bias = self._tagger
        result: Floats = (states.float() @ weight[0] + bias).numpy()
        return result

    def likeliest(self, states: Tensor) -> tuple[list[int], list[float]]:
        """The likeliest token after each hidden state (rows, width), and its log-probability in nats."""
        tokens: list[int] = []
        logprobs: list[float] = []
        for part in states.split(HEAD_ROWS):
            best, places = self.logprobs(part).max(dim=-1)
            tokens += places.tolist()
            logprobs += best.tolist()
        return tokens, logprobs

    def judge(self, states: Tensor, wanted: Tensor, alternatives: int) -> tuple[Floats, Ints, Floats]:
        """Surprisal in nats of the wanted tokens (rows), and the likeliest tokens with log-probabilities (rows, k)."""
        surprisal, ids, best = [], [], []
        for begin in range(0, len(wanted), HEAD_ROWS):
            part = slice(begin, begin + HEAD_ROWS)
            logprobs = self.logprobs(states[part])
            surprisal.append(-logprobs.gather(1, wanted[part][:, None])[:, 0])
            values, places = logprobs.topk(alternatives, dim=-1)
            ids.append(places)
            best.append(values)
        return torch.cat(surprisal).numpy(), torch.cat(ids).numpy(), torch.cat(best).numpy()
