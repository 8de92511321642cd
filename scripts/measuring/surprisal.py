"""The two surprisals that are compared: editing surprisal with the adapter, plain surprisal of the base without it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from mtcheck import adapter as adapters
from mtcheck import base_model, calibration, swaps
from mtcheck._version import __version__
from mtcheck.detector import Company, WordReading, in_company, read_words
from mtcheck.language_model import load
from mtcheck.language_model.editing import EditingModel
from mtcheck.language_model.loading import fastest_precision, load_tokenizer, separators
from mtcheck.language_model.networks import load_network
from mtcheck.language_model.passes import batches

PRECISIONS = {"bf16": torch.bfloat16, "fp32": torch.float32}
LONGEST = 1024
"""Tokens that the plain model reads in one sequence; longer texts are read in pieces."""


@dataclass(frozen=True, slots=True)
class Surprisals:
    """The tokens of a text: their (start, end) code points and their surprisal in nats."""

    offsets: list[tuple[int, int]]
    nats: list[float]

    def over(self, start: int, end: int) -> float:
        """Surprisal, in nats, of the tokens that touch a stretch of the text: by the chain rule, their sum."""
        return sum(nats for (a, b), nats in zip(self.offsets, self.nats, strict=True) if a < end and start < b)

    @property
    def total(self) -> float:
        """Surprisal of the whole text in nats."""
        return sum(self.nats)


@dataclass(frozen=True, slots=True)
class Edited:
    """What the editing pass says of a text: surprisal in the second copy, and the words as the detector judges them.

    The text counts as a document of its own; nothing was suggested yet and nothing read again.
    """

    surprisals: Surprisals
    words: list[WordReading]


class PlainReader:
    """Reads texts once from the left, after <bos>, with the base model as it is, without any adapter."""

    def __init__(self, folder: Path, precision: str) -> None:
        network, config = load_network(folder, PRECISIONS[precision])
        bos, sep = separators(config)
        no_tagger = torch.zeros(1, int(config["hidden_size"])), torch.zeros(1)
        self._model = EditingModel(network, load_tokenizer(folder), no_tagger, bos, sep, precision)

    @torch.inference_mode()
    def read(self, texts: Sequence[str], progress: Callable[[int, int], None] = lambda *_: None) -> list[Surprisals]:
        """The surprisals of texts, in their order."""
        model = self._model
        tokens = [model.tokenize(text) for text in texts]
        pieces = [
            (row, begin, item.ids[begin : begin + LONGEST])
            for row, item in enumerate(tokens)
            for begin in range(0, len(item.ids), LONGEST)
        ]
        found = [Surprisals(item.offsets, [0.0] * len(item.ids)) for item in tokens]
        done = 0
        for batch in batches([len(ids) + 1 for _, _, ids in pieces]):
            hidden = model.hidden([[model.bos, *pieces[i][2]] for i in batch])
            for states, i in zip(hidden, batch, strict=True):
                row, begin, ids = pieces[i]
                nats, _, _ = model.judge(states[: len(ids)], ids, 1)
                found[row].nats[begin : begin + len(ids)] = nats.tolist()
            done += len(batch)
            progress(done, len(pieces))
        return found


class EditingReader:
    """Reads texts as mtcheck's checker does first, each as one window, and gives what the checker keeps to itself."""

    def __init__(self, base: base_model.BaseModel, adapter: str | Path | None, precision: str) -> None:
        chosen = adapters.locate(adapter)
        self._calibration = calibration.load(chosen.calibration or chosen.folder / "calibration.json")
        self._swaps = swaps.load(chosen.folder)
        self._model = load(base.folder, chosen.folder, precision)
        self.signature = "|".join(
            [
                f"mtcheck:{__version__}",
                f"base:{base.name}@{base.sha256[:12]}",
                f"adapter:{chosen.name}@{chosen.sha256[:12]}",
                f"precision:{precision}",
            ]
        )

    def read(self, texts: Sequence[str], progress: Callable[[int, int], None] = lambda *_: None) -> list[Edited]:
        """What the pass says of texts, in their order; the surprisal of a text's end is left out."""
        model, weights = self._model, self._calibration
        tokens = [model.tokenize(text) for text in texts]
        found: dict[int, Edited] = {}
        for batch in batches([2 * len(item.ids) + 2 for item in tokens]):
            readings = model.read([tokens[i].ids for i in batch]).readings
            for i, reading in zip(batch, readings, strict=True):
                alone = read_words(texts[i], tokens[i], reading, weights.alone, self._swaps, model.spell)
                (words,), _ = in_company([alone], weights.company, Company())
                found[i] = Edited(Surprisals(tokens[i].offsets, reading.surprisal[:-1].tolist()), words)
            progress(len(found), len(texts))
        return [found[i] for i in range(len(texts))]


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that choose the models: ``model``, ``adapter`` and ``precision``."""
    parser.add_argument("--model", help="base model: a folder, GGUF file or hub name (default: the one mtcheck uses)")
    parser.add_argument("--adapter", help="folder of the adapter (default: the one that comes with mtcheck)")
    parser.add_argument(
        "--precision",
        choices=sorted(PRECISIONS),
        default="bf16" if fastest_precision() == "bf16" else "fp32",
        help="number format of both models (default here: %(default)s)",
    )


def readers(options: argparse.Namespace) -> tuple[EditingReader, PlainReader]:
    """Both readers as the options of :func:`add_options` choose them. Raises ModelError where a model is missing."""
    base = base_model.locate(options.model)
    return EditingReader(base, options.adapter, options.precision), PlainReader(base.folder, options.precision)
