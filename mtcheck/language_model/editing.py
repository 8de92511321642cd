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

import torch
from torch import Tensor, nn

from mtcheck.language_model.attention import Continuations, Held, rounded_up
from mtcheck.language_model.passes import Floats, Ints, Pass

_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\U00040000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's n token ids and their (start, end) code points; a token may hold the space before its word."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class Network(Protocol):
    """A causal language model."""

    @property
    def module(self) -> nn.Module:
        """The module that holds all its layers."""
        ...

    def hidden(
        self,
        ids: Tensor,
        memory: Held | None = None,
        positions: Tensor | None = None,
        lengths: Sequence[int] | None = None,
    ) -> Tensor:
        """Last hidden states (B, T, width) of token ids (B, T), which stand at ``positions`` (B, T), else from 0 on.

        Keys and values are kept in a memory, and continuations read on from theirs. Each sequence is as long as
        ``lengths`` say, else T; what stands behind that means nothing.
        """
        ...

    def logprobs(self, states: Tensor, wanted: Tensor, alternatives: int) -> tuple[Tensor, Tensor]:
        """Tokens after hidden states (rows, width), and their log-probabilities, fp32 nats.

        They are (rows, w + alternatives) each: first come those ``wanted`` (rows, w), then the likeliest.
        """
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

    def hidden(
        self, rows: Sequence[Sequence[int]], memory: Held | None = None, starts: Sequence[int] | None = None
    ) -> Tensor:
        """Last hidden states (B, T, width) of B rows of token ids, the longest of them T.

        The i-th begins at position ``starts[i]``, else at 0. Shorter rows are filled up; what is there means nothing.
        """
        if self._before_pass:
            self._before_pass()
        sizes = [len(row) for row in rows]
        # What a memory holds is filled up, since it is summed over.
        longest = max(sizes) if starts is not None else rounded_up(max(sizes))
        if isinstance(memory, Continuations):
            memory.begin(longest)
        ids = torch.tensor([[*row, *[self.sep] * (longest - len(row))] for row in rows])
        positions = None if starts is None else torch.tensor(starts)[:, None] + torch.arange(longest)
        return self._network.hidden(ids, memory, positions, sizes)

    @contextmanager
    def asking(self, before_pass: Callable[[], None] | None) -> Iterator[None]:
        """Call ``before_pass`` before each pass over tokens meanwhile; what it raises ends the work under way."""
        self._before_pass = before_pass
        try:
            yield
        finally:
            self._before_pass = None

    def tag(self, states: Tensor) -> Floats:
        """The tagger's logits (rows) of hidden states (rows, width)."""
        weight, bias = self._tagger
        result: Floats = (states.float() @ weight[0] + bias).numpy()
        return result

    def likeliest(self, states: Tensor) -> tuple[list[int], list[float]]:
        """The likeliest token after each hidden state (rows, width), and its log-probability in nats."""
        nothing = torch.empty(len(states), 0, dtype=torch.int64)
        tokens, logprobs = self._network.logprobs(states, nothing, 1)
        return tokens[:, 0].tolist(), logprobs[:, 0].tolist()

    def judge(self, states: Tensor, wanted: Sequence[int], alternatives: int) -> tuple[Floats, Ints, Floats]:
        """Surprisal in nats of the wanted tokens (rows), and the likeliest tokens with log-probabilities (rows, k)."""
        tokens, logprobs = self._network.logprobs(states, torch.tensor(wanted)[:, None], alternatives)
        return -logprobs[:, 0].numpy(), tokens[:, 1:].numpy(), logprobs[:, 1:].numpy()
