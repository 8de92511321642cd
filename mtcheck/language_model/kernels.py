"""The compiled steps of ``fused.c``, where this installation has them: torch itself takes several passes for each.

They are built when the package is (``hatch_build.py``), for the two generations of x86 that torch's own kernels tell
apart. Where no compiler was at hand, the network is read by torch's operators alone (``llama.py``).
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Callable
from ctypes import c_float, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

FOLDER = Path(__file__).resolve().parent
WIDTHS, HEAD_WIDTHS, WIDEST_HEAD = 16, 32, 256
"""What widths, and those of heads, are multiples of, and the widest head."""
_GENERATIONS = {"AVX512": "x86-64-v4", "AVX2": "x86-64-v3"}
"""For what processors they are built, by the name that torch has for those."""

_BYTES, _INTS, _LONGS, _FLOATS = torch.int8, torch.int32, torch.int64, torch.float32
_COUNT = c_int64
_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "add_and_normalise": (_FLOATS, _INTS, _FLOATS, _FLOATS, _COUNT, _COUNT, c_float, _BYTES, _FLOATS),
    "round_rows": (_FLOATS, _COUNT, _COUNT, _BYTES, _FLOATS),
    "open_and_round": (_INTS, _FLOATS, _FLOATS, _COUNT, _COUNT, _BYTES, _FLOATS),
    "heads": (
        *(_INTS, _FLOATS, _FLOATS, _LONGS, _COUNT, _COUNT, _COUNT, _COUNT, _COUNT),
        *(_FLOATS, _FLOATS, _COUNT, _FLOATS, _FLOATS, _FLOATS),
    ),
    "attend": (
        *(_FLOATS, _COUNT, _LONGS, _LONGS, _LONGS, _LONGS, _COUNT, _COUNT, _COUNT),
        *(_FLOATS, _FLOATS, _COUNT, _FLOATS, _FLOATS, _COUNT, _COUNT, _FLOATS),
    ),
    "logprobs": (_INTS, _FLOATS, _FLOATS, _COUNT, _COUNT, _LONGS, _COUNT, _COUNT, _LONGS, _FLOATS),
}
"""What each function takes, tensors by the kind of their numbers; all take the number of threads at last."""


class Kernels:
    """The functions of a compiled ``fused.c``, by tensors.

    Shapes: N rows, C width, F inner width, H heads, G key heads, D width of a head, B sequences, T positions. Rows of
    whole numbers are (N, C) int8 beside their scales (N,) fp32; a product (N, X) is int32, and ``columns`` (X,) fp32
    are the scales of the matrix by which it was made.
    """

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(str(path))
        self._functions: dict[str, Callable[..., None]] = {}
        for name, kinds in _SIGNATURES.items():
            function = getattr(library, name)
            function.argtypes = [*(c_void_p if isinstance(kind, torch.dtype) else kind for kind in kinds), c_int]
            function.restype = None
            self._functions[name] = function

    def normalise(self, states: Tensor, epsilon: float) -> tuple[Tensor, Tensor]:
        """States (N, C), normalised and rounded: whole numbers and their scales."""
        whole, scale = _room(*states.shape)
        self._call("add_and_normalise", states, None, None, None, *states.shape, epsilon, whole, scale)
        return whole, scale

    def add_and_normalise(
        self, states: Tensor, product: Tensor, rows: Tensor, columns: Tensor, epsilon: float
    ) -> tuple[Tensor, Tensor]:
        """Add a product (N, C) to states (N, C), in place; the sums normalised and rounded."""
        _same(product.shape, states.shape)
        _same((rows.numel(), columns.numel()), states.shape)
        whole, scale = _room(*states.shape)
        self._call("add_and_normalise", states, product, rows, columns, *states.shape, epsilon, whole, scale)
        return whole, scale

    def round_rows(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """States (N, C), rounded."""
        whole, scale = _room(*states.shape)
        self._call("round_rows", states, *states.shape, whole, scale)
        return whole, scale

    def open_and_round(self, product: Tensor, rows: Tensor, columns: Tensor) -> tuple[Tensor, Tensor]:
        """The inner layer's product (N, 2 F), one half of which opens or shuts the other, rounded (N, F)."""
        _same((rows.numel(), columns.numel()), product.shape)
        whole, scale = _room(len(product), product.shape[1] // 2)
        self._call("open_and_round", product, rows, columns, *whole.shape, whole, scale)
        return whole, scale

    def heads(
        self,
        product: Tensor,
        rows: Tensor,
        columns: Tensor,
        places: Tensor,
        shape: tuple[int, int],
        angles: tuple[Tensor, Tensor],
        groups: int,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Queries (N, H, D), keys (B, G, D, T) and values (B, G, T, D) of a product (N, (H + 2 G) D).

        Args:
            product: sums of whole numbers.
            rows: (N,), the scales of its rows.
            columns: ((H + 2 G) D,), those of its columns.
            places: (N,), where its rows stand, counted through all sequences; what is at no row's place is not set.
            shape: B and T.
            angles: cosines and sines, (T, D) or (B * T, D) each, by which queries and keys are turned.
            groups: G.
        """
        batch, length = shape
        cosine, sine = angles
        width = cosine.shape[1]
        count = product.shape[1] // width - 2 * groups
        _same((rows.numel(), columns.numel()), product.shape)
        _same((len(places), (count + 2 * groups) * width, *cosine.shape), (*product.shape, *sine.shape))
        _same((batch * length % len(cosine),), (0,))
        _within(places + 1, batch * length)
        query = torch.empty(len(product), count, width)
        keys, values = torch.empty(batch, groups, width, length), torch.empty(batch, groups, length, width)
        sizes = (len(product), count, groups, width, length)
        self._call("heads", product, rows, columns, places, *sizes, cosine, sine, len(cosine), query, keys, values)
        return query, keys, values

    def attend(
        self,
        query: Tensor,
        sequences: tuple[Tensor, Tensor, Tensor, Tensor],
        asked: int,
        held: tuple[Tensor, Tensor],
        own: tuple[Tensor, Tensor] | None = None,
    ) -> Tensor:
        """Causal attention of queries (N, H, D) -> (N, H, D).

        Args:
            query: the rows of one sequence behind those of the other.
            sequences: (B,) int64 each: a sequence's first row, its number of rows, the window that it sees, and how
                many positions of that.
            asked: the most rows of a sequence.
            held: keys (W, G, D, S) and values (W, G, S, D) of windows; S is a multiple of 16.
            own: keys (B, G, D, t) and values (B, G, t, D) of the sequences themselves, the last ``asked`` those of
                their rows, filled up. Where none are given, each row sees its window up to its own place.
        """
        (keys, values), (own_keys, own_values) = held, own or (None, None)
        windows, groups, width, span = keys.shape
        firsts, lengths, seen_windows, seen = sequences
        batch = len(firsts)
        _same((*values.shape, span % WIDTHS), (windows, groups, span, width, 0))
        _same((query.shape[2], query.shape[1] % groups), (width, 0))
        _within(firsts + lengths, len(query))
        _within(lengths, asked)
        _within(seen_windows + 1, windows)
        _within(seen if own else seen + lengths, span)
        length = 0
        if own_keys is not None and own_values is not None:
            length = max(asked, own_keys.shape[3])
            _same(own_keys.shape, (batch, groups, width, length))
            _same(own_values.shape, (batch, groups, length, width))
        mixed = torch.empty_like(query)
        sizes = (query.shape[1], groups, width)
        own_parts = (own_keys, own_values, length, asked)
        self._call("attend", query, batch, *sequences, *sizes, keys, values, span, *own_parts, mixed)
        return mixed

    def logprobs(
        self, product: Tensor, rows: Tensor, columns: Tensor, wanted: Tensor, alternatives: int
    ) -> tuple[Tensor, Tensor]:
        """Tokens (N, w + alternatives) and their log-probabilities in nats by a product (N, V).

        First come those ``wanted`` (N, w), then the likeliest ones; of equals the one that is first in the vocabulary.
        """
        count, vocabulary = product.shape
        _same((rows.numel(), columns.numel(), len(wanted)), (count, vocabulary, count))
        _within(wanted + 1, vocabulary)
        tokens = torch.empty(count, wanted.shape[1] + alternatives, dtype=torch.int64)
        found = torch.empty(tokens.shape)
        sizes = (count, vocabulary, wanted, wanted.shape[1], alternatives)
        self._call("logprobs", product, rows, columns, *sizes, tokens, found)
        return tokens, found

    def _call(self, name: str, *arguments: Tensor | float | None) -> None:
        plain = (_plain(argument, kind) for argument, kind in zip(arguments, _SIGNATURES[name], strict=True))
        self._functions[name](*plain, torch.get_num_threads())


def load() -> Kernels | None:
    """The kernels for this processor; None where this installation has none."""
    generation = _GENERATIONS.get(torch.backends.cpu.get_cpu_capability())
    if generation is None:
        return None
    # Named by its source, what was built from another state of it is not taken.
    digest = hashlib.sha256((FOLDER / "fused.c").read_bytes()).hexdigest()[:16]
    path = FOLDER / f"fused-{digest}-{generation}.so"
    try:
        return Kernels(path) if path.is_file() else None
    except OSError:  # what it needs is not on this system: torch's operators are
        return None


def fit(config: Any) -> bool:
    """Whether the widths in a plain Llama's configuration are such as the kernels take."""
    heads = int(config["num_attention_heads"])
    width = int(config.get("head_dim") or config["hidden_size"] // heads)
    whole = all(config[name] % WIDTHS == 0 for name in ("hidden_size", "intermediate_size", "vocab_size"))
    return bool(whole and width % HEAD_WIDTHS == 0 and width <= WIDEST_HEAD)


def _plain(argument: Tensor | float | None, kind: Any) -> float | None:
    """An argument as the kernels take it; tensors by their addresses."""
    if not isinstance(argument, Tensor):
        return argument
    assert argument.is_contiguous()
    assert argument.dtype == kind
    return argument.data_ptr()


def _room(rows: int, width: int) -> tuple[Tensor, Tensor]:
    return torch.empty(rows, width, dtype=torch.int8), torch.empty(rows)


def _same(found: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    assert tuple(found) == tuple(wanted), f"{tuple(found)} where {tuple(wanted)} fits"


def _within(found: Tensor, most: int) -> None:
    """Check that no place is outside of what it points into."""
    assert not found.numel() or (int(found.min()) >= 0 and int(found.max()) <= most), f"beyond {most}: {found}"
