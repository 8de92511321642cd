"""The compiled steps of ``kernels.c``, where this installation has them: torch itself takes several passes for each.

They are built with the package (``hatch_build.py``). Where that could not be, or the processor is another one, the
network is read by torch's operators alone (``llama.py``).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from ctypes import c_float, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mtcheck.language_model.kernels.building import library_name

FOLDER = Path(__file__).resolve().parent
WIDTHS, WIDEST_HEAD, SPANS = 32, 256, 16
"""What all widths are multiples of, the widest head, and what the positions of windows are multiples of."""
PANEL, FOUR = 32, 4

_BYTES, _PANELS, _LONGS, _FLOATS = torch.int8, torch.uint8, torch.int64, torch.float32
_COUNT = c_int64
_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "round_rows": (_FLOATS, _COUNT, _COUNT, _BYTES, _FLOATS),
    "normalise": (_FLOATS, _COUNT, _COUNT, c_float, _BYTES, _FLOATS),
    "ask": (
        *(_BYTES, _FLOATS, _COUNT, _COUNT, _PANELS, _FLOATS, _LONGS, _LONGS, _COUNT, _COUNT, _COUNT, _COUNT),
        *(_FLOATS, _FLOATS, _FLOATS, _FLOATS, _FLOATS),
    ),
    "attend": (
        *(_FLOATS, _COUNT, _LONGS, _LONGS, _LONGS, _LONGS, _COUNT, _COUNT, _COUNT, _FLOATS, _FLOATS, _COUNT),
        *(_LONGS, _FLOATS, _FLOATS, _COUNT, _COUNT, _COUNT, _FLOATS),
    ),
    "go_on": (
        *(_FLOATS, _FLOATS, _COUNT, _COUNT, _COUNT, _COUNT, c_float),
        *(_PANELS, _FLOATS, _PANELS, _FLOATS, _PANELS, _FLOATS, _BYTES, _FLOATS),
    ),
    "judge": (_BYTES, _FLOATS, _COUNT, _COUNT, _PANELS, _FLOATS, _COUNT, _LONGS, _COUNT, _COUNT, _LONGS, _FLOATS),
}
"""What each function takes, tensors by the kind of their numbers; all take the number of threads at last."""


Pair = tuple[Tensor, Tensor]
"""Keys (.., G, D, S), positions last, and values (.., G, S, D)."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix of 8 bits, ``panels`` (out / 32, in / 4, 32, 4) as :func:`in_panels` gives them, and their ``scale``."""

    panels: Tensor
    scale: Tensor
    shape: tuple[int, int] = field(init=False)
    """Widths of what it gives and of what it takes."""

    def __post_init__(self) -> None:
        _same((self.panels.shape[0] * PANEL, *self.panels.shape[2:]), (len(self.scale), PANEL, FOUR))
        object.__setattr__(self, "shape", (len(self.scale), self.panels.shape[1] * FOUR))


@dataclass(frozen=True, slots=True)
class Rounded:
    """Rows of whole numbers (N, C) int8 and the scales (N,) fp32 that they are multiplied by."""

    whole: Tensor
    scale: Tensor

    @classmethod
    def room(cls, rows: int, width: int) -> Rounded:
        """Rows to be filled in."""
        return cls(torch.empty(rows, width, dtype=torch.int8), torch.empty(rows))


@dataclass(frozen=True, slots=True)
class Places:
    """Where N rows stand: ``at`` (N,) counts through ``room`` positions, ``turns`` (N,) through ``angles`` of them."""

    at: Tensor
    room: int
    turns: Tensor
    angles: int

    def __post_init__(self) -> None:
        _same((len(self.turns),), (len(self.at),))
        _within(self.at, self.room - 1)
        _within(self.turns, self.angles - 1)


@dataclass(frozen=True, slots=True)
class Asking:
    """Which of ``rows`` rows belong to which of B sequences, and what each of these sees; tensors are (B,) int64.

    ``firsts`` and ``lengths`` are a sequence's first row and its number of rows, of which no more than ``asked``. It
    sees ``seen`` of ``span`` positions of the window at ``windows``, one of ``count``. Where it has nothing of its own,
    each row sees one position more than the row before. Else it sees what lies at ``own`` of ``own_count`` rows:
    ``before`` of ``own_room`` positions, and one more with each row.
    """

    rows: int
    asked: int
    firsts: Tensor
    lengths: Tensor
    count: int
    span: int
    windows: Tensor
    seen: Tensor
    own: Tensor | None = None
    own_count: int = 0
    own_room: int = 0
    before: int = 0

    def __post_init__(self) -> None:
        batch = len(self.firsts)
        _same((len(self.lengths), len(self.windows), len(self.seen)), (batch,) * 3)
        _within(self.firsts + self.lengths, self.rows)
        _within(self.lengths, self.asked)
        _within(self.windows, self.count - 1)
        if self.own is None:
            _within(self.seen + self.lengths, self.span)
        else:
            _within(self.seen, self.span)
            _within(self.own, self.own_count - 1)
            _same((len(self.own), self.before + self.asked <= self.own_room), (batch, True))


class Kernels:
    """The functions of a compiled ``kernels.c``, by tensors.

    Shapes: N rows, C width, F inner width, H heads, G key heads, D width of a head, T positions, V tokens.
    """

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(str(path))
        self._functions: dict[str, Callable[..., None]] = {}
        for name, kinds in _SIGNATURES.items():
            function = getattr(library, name)
            function.argtypes = [*(c_void_p if isinstance(kind, torch.dtype) else kind for kind in kinds), c_int]
            function.restype = None
            self._functions[name] = function

    def round_rows(self, states: Tensor) -> Rounded:
        """States (N, C), rounded."""
        found = Rounded.room(*states.shape)
        self._call("round_rows", states, *states.shape, found.whole, found.scale)
        return found

    def normalise(self, states: Tensor, epsilon: float) -> Rounded:
        """States (N, C), normalised and rounded."""
        found = Rounded.room(*states.shape)
        self._call("normalise", states, *states.shape, epsilon, found.whole, found.scale)
        return found

    def ask(
        self,
        rounded: Rounded,
        matrix: Matrix,
        places: Places,
        angles: tuple[Tensor, Tensor],
        keys: Tensor,
        values: Tensor,
    ) -> Tensor:
        """Queries (N, H, D) of normalised rows; their keys and values are filled in.

        Args:
            rounded: the rows (N, C).
            matrix: ((H + 2 G) D, C).
            places: where they stand, counted through all B sequences of T positions.
            angles: cosines and sines (.., D) by which queries and keys are turned.
            keys: (B, G, D, T), to be filled in.
            values: (B, G, T, D), to be filled in.
        """
        cosine, sine = angles
        count, width = rounded.whole.shape
        batch, groups, head, length = keys.shape
        heads = matrix.shape[0] // head - 2 * groups
        _same((*values.shape, *cosine.shape), (batch, groups, length, head, *sine.shape))
        _same(matrix.shape, ((heads + 2 * groups) * head, width))
        _same((*cosine.shape, places.room), (places.angles, head, batch * length))
        _same((len(rounded.scale), len(places.at)), (count, count))
        query = torch.empty(count, heads, head)
        rows = (rounded.whole, rounded.scale, count, width, matrix.panels, matrix.scale, places.at, places.turns)
        self._call("ask", *rows, heads, groups, head, length, cosine, sine, query, keys, values)
        return query

    def attend(self, query: Tensor, asking: Asking, held: Pair, own: Pair | None = None) -> Tensor:
        """Causal attention of queries (N, H, D) -> (N, H, D).

        Args:
            query: the rows of all sequences.
            asking: whose they are, and what these see.
            held: keys (W, G, D, S) and values (W, G, S, D) of windows; S is a multiple of 16.
            own: keys (R, G, D, t) and values (R, G, t, D) of the sequences' own, if they have any.
        """
        keys, values = held
        windows, groups, width, span = keys.shape
        _same((*values.shape, span % SPANS), (windows, groups, span, width, 0))
        _same((asking.count, asking.span), (windows, span))
        _same((len(query), query.shape[2], query.shape[1] % groups), (asking.rows, width, 0))
        parts: tuple[Tensor | int | None, ...] = (None, None, None, 0)
        _same((own is None,), (asking.own is None,))
        if own is not None:
            rows, room = asking.own_count, asking.own_room
            _same((*own[0].shape, *own[1].shape), (rows, groups, width, room, rows, groups, room, width))
            parts = (asking.own, *own, room)
        mixed = torch.empty_like(query)
        whose = (len(asking.firsts), asking.firsts, asking.lengths, asking.windows, asking.seen)
        sizes = (query.shape[1], groups, width)
        self._call("attend", query, *whose, *sizes, *held, span, *parts, asking.before, asking.asked, mixed)
        return mixed

    def go_on(self, states: Tensor, mixed: Tensor, matrices: tuple[Matrix, Matrix, Matrix], epsilon: float) -> Rounded:
        """Change states (N, C) in place, from what attention mixed (N, H D) to the next; give them as that takes them.

        The matrices are (C, H D), the inner layer's (2 F, C), one half of which opens or shuts the other, and (C, F).
        What the first and the last are multiplied by is rounded in groups of 128, each by a scale of its own: in these
        places some numbers of a row are many times as large as the others, and all would be rounded as coarsely.
        """
        of_mixed, inner, outer = matrices
        count, width = states.shape
        _same((len(mixed), of_mixed.shape), (count, (width, mixed.shape[1])))
        _same((inner.shape, outer.shape), ((2 * outer.shape[1], width), (width, outer.shape[1])))
        found = Rounded.room(count, width)
        parts = [part for matrix in matrices for part in (matrix.panels, matrix.scale)]
        sizes = (count, width, mixed.shape[1], outer.shape[1])
        self._call("go_on", states, mixed, *sizes, epsilon, *parts, found.whole, found.scale)
        return found

    def judge(self, rounded: Rounded, matrix: Matrix, wanted: Tensor, alternatives: int) -> tuple[Tensor, Tensor]:
        """Tokens (N, w + alternatives) after hidden states (N, C), and their log-probabilities in nats.

        First come those ``wanted`` (N, w), then the likeliest; of equals the one that is first in the vocabulary.
        """
        count, width = rounded.whole.shape
        _same((matrix.shape[1], len(rounded.scale), len(wanted)), (width, count, count))
        _within(wanted, matrix.shape[0] - 1)
        tokens = torch.empty(count, wanted.shape[1] + alternatives, dtype=torch.int64)
        found = torch.empty(tokens.shape)
        rows = (rounded.whole, rounded.scale, count, width)
        sizes = (matrix.shape[0], wanted, wanted.shape[1], alternatives)
        self._call("judge", *rows, matrix.panels, matrix.scale, *sizes, tokens, found)
        return tokens, found

    def _call(self, name: str, *arguments: Tensor | float | None) -> None:
        plain = [_plain(one, kind) for one, kind in zip(arguments, _SIGNATURES[name], strict=True)]
        self._functions[name](*plain, torch.get_num_threads())


def load() -> Kernels | None:
    """The kernels for this processor; None where this installation has none."""
    if torch.backends.cpu.get_cpu_capability() != "AVX512" or not torch.cpu._is_vnni_supported():
        return None
    path = FOLDER / library_name(FOLDER)
    try:
        return Kernels(path) if path.is_file() else None
    except OSError:  # what it needs is not on this system: torch's operators are
        return None


def fit(config: Mapping[str, Any]) -> bool:
    """Whether the widths in a plain Llama's configuration are such as the kernels take."""
    heads = int(config["num_attention_heads"])
    width = int(config.get("head_dim") or config["hidden_size"] // heads)
    widths = (config["hidden_size"], config["intermediate_size"], config["vocab_size"], width)
    return all(number % WIDTHS == 0 for number in widths) and width <= WIDEST_HEAD


def in_panels(weight: Tensor) -> Tensor:
    """A matrix (out, in) int8 of whole numbers as the kernels read it: (out / 32, in / 4, 32, 4), 128 added to each."""
    raised = (weight.to(torch.int16) + 128).to(torch.uint8)
    return raised.view(len(weight) // PANEL, PANEL, -1, FOUR).permute(0, 2, 1, 3).contiguous()


def _plain(argument: Tensor | float | None, kind: Any) -> float | None:
    """An argument as the kernels take it; tensors by their addresses."""
    if not isinstance(argument, Tensor):
        return argument
    assert argument.dtype is kind
    assert argument.is_contiguous()
    return argument.data_ptr()


def _same(found: tuple[object, ...], wanted: tuple[object, ...]) -> None:
    """Check that sizes fit each other."""
    assert found == wanted, f"{found} where {wanted} fits"


def _within(found: Tensor, most: int) -> None:
    """Check that no place is outside of what it points into."""
    assert not found.numel() or (int(found.min()) >= 0 and int(found.max()) <= most), f"beyond {most}: {found}"
