"""Swaps as spinners make them: the near words of three sources, weighed by a model fitted to attested pairs.

The sources are the thesaurus, the translation dictionaries there and back, and the base model's own token embeddings,
which know words of one field that no thesaurus links (death, dying; track, course; guidance, direction). A conditional
logit over each word's options (McFadden 1974, "Conditional logit analysis of qualitative choice behavior") says how
likely a machine takes each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garbler.attested import Pair, SwapTable, align_words
from garbler.lexicon import Lexicon, is_coarse, same_stem
from garbler.stop_words import STOP

_LEAST_FREQUENCY = 2.8  # Zipf
_NEAREST = 60  # embeddings looked at for each word
_KEPT_NEAR = 16
_KEPT = 32
_LEAST_CHANCE = 0.008
_RIDGE = 0.02
_FEATURES = 15

Matrix = NDArray[np.float64]


class Embeddings:
    """The token embeddings of a base model, of common lower-case words that are one token each."""

    def __init__(self, base: Path, lexicon: Lexicon) -> None:
        from safetensors import safe_open
        from tokenizers import Tokenizer

        vocabulary = Tokenizer.from_file(str(base / "tokenizer.json")).get_vocab()
        tokens = {t[1:]: i for t, i in vocabulary.items() if t[0] == "Ġ" and t[1:].isascii() and t[1:].isalpha()}
        self.words = sorted(
            w for w in tokens if w.islower() and len(w) > 2 and lexicon.zipf.get(w, 0.0) >= _LEAST_FREQUENCY
        )
        self._index = {w: k for k, w in enumerate(self.words)}
        with safe_open(base / "model.safetensors", "pt") as file:
            rows = file.get_tensor("model.embed_tokens.weight")[[tokens[w] for w in self.words]].float().numpy()
        centred = rows - rows.mean(0)
        self._unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
        blocks = np.array_split(self._unit, 1 + len(self._unit) // 512)
        self._crowding = np.concatenate(
            [np.partition(block @ self._unit.T, -11, axis=1)[:, -11:].mean(1) for block in blocks]
        )

    def near(self, word: str) -> list[tuple[str, float]]:
        """The nearest other words and their cosine, less half of how near either word is to its own neighbours.

        The correction keeps words that are near to everything from being near to this one: Conneau et al. 2018, "Word
        translation without parallel data", arXiv 1710.04087, section 2.3.
        """
        k = self._index.get(word)
        if k is None:
            return []
        closeness = self._unit @ self._unit[k] - 0.5 * (self._crowding + self._crowding[k])
        best = np.argpartition(-closeness, _NEAREST)[:_NEAREST]
        best = best[np.argsort(-closeness[best])]
        return [(self.words[j], float(closeness[j])) for j in best if j != k]


class Options:
    """What each word may be swapped for, with the features of each choice."""

    def __init__(self, lexicon: Lexicon, retranslated: Mapping[str, Mapping[str, float]], near: Embeddings) -> None:
        self._lexicon = lexicon
        self._retranslated = retranslated
        self._near = near

    def of(self, word: str) -> tuple[list[str], Matrix]:
        """The options of a word, and their features (options, 15)."""
        lexicon = self._lexicon
        thesaurus = dict(lexicon.neighbours(word))
        retranslated = self._retranslated.get(word, {})
        near = self._kindred(word)
        options = sorted({*thesaurus, *retranslated, *near})
        shared, first = self._senses(word)
        rows = [
            [
                *_source(thesaurus, option, log=True),
                *_source(retranslated, option, log=True),
                *_source(near, option, log=False),
                *self._sense(shared, first, option),
                *self._usage(word, option),
                float(option in thesaurus) + float(option in retranslated) + float(option in near) - 1.0,
            ]
            for option in options
        ]
        return options, np.array(rows, dtype=float).reshape(-1, _FEATURES)

    def _kindred(self, word: str) -> dict[str, float]:
        """Near words in the same inflection, no forms of the word itself."""
        tags = {(pos, tag) for _, pos, tag in self._lexicon.analyses(word)}
        out: dict[str, float] = {}
        for other, closeness in self._near.near(word):
            if len(out) == _KEPT_NEAR:
                break
            alike = tags & {(pos, tag) for _, pos, tag in self._lexicon.analyses(other)}
            if alike and other not in STOP and not same_stem(word, other) and not is_coarse(other):
                out[other] = closeness
        return out

    def _senses(self, word: str) -> tuple[Counter[str], dict[str, int]]:
        """By option the summed weight of the senses it shares with the word, and the rank of the first."""
        shared: Counter[str] = Counter()
        first: dict[str, int] = {}
        for lemma, pos, tag in self._lexicon.analyses(word):
            senses = [pairs for sense_pos, pairs in self._lexicon.thesaurus.get(lemma, []) if sense_pos == pos]
            for rank, pairs in enumerate(senses):
                for other, weight in pairs:
                    form = self._lexicon.inflector.inflect(other, pos, tag)
                    shared[form] += weight  # type: ignore[assignment]
                    first[form] = min(rank, first.get(form, rank))
        return shared, first

    @staticmethod
    def _sense(shared: Counter[str], first: dict[str, int], option: str) -> tuple[float, float]:
        return float(np.log(0.3 + shared[option])), float(np.log(1 + first.get(option, 9)))

    def _usage(self, word: str, option: str) -> tuple[float, ...]:
        alike = self._lexicon.interchangeable(word, option) if " " not in option else 0.0
        frequency = self._lexicon.frequency(option)
        step = frequency - self._lexicon.zipf.get(word, 0.0)
        return alike, min(alike, 0.3), frequency, (frequency - 4.5) ** 2, step, float(" " in option)


def _source(weights: Mapping[str, float], option: str, log: bool) -> tuple[float, float]:
    weight = weights.get(option)
    if weight is None:
        return 0.0, 0.0
    return 1.0, float(np.log(weight + 0.05)) if log else weight


def attested_choices(pairs: Iterable[Pair], options: Options) -> list[tuple[Matrix, int]]:
    """For each attested swap of a word that is among its options: their features and which was taken."""
    seen = Counter((a, b) for pair in pairs for a, b in align_words(pair.original, pair.garbled))
    choices = []
    for a, b in sorted(seen):
        if " " in a or a in STOP:
            continue
        names, rows = options.of(a)
        if b in names:
            choices.append((rows, names.index(b)))
    return choices


class Chooser:
    """The fitted weights of the features."""

    def __init__(self, choices: Sequence[tuple[Matrix, int]]) -> None:
        from scipy.optimize import minimize

        rows = np.vstack([rows for rows, _ in choices])
        self._centre, self._spread = rows.mean(0), rows.std(0) + 1e-6
        scaled = [((rows - self._centre) / self._spread, taken) for rows, taken in choices]

        def loss(weights: Matrix) -> tuple[float, Matrix]:
            total, slope = _RIDGE * float(weights @ weights), 2 * _RIDGE * weights
            for features, taken in scaled:
                chances = _softmax(features @ weights)
                total -= float(np.log(chances[taken])) / len(scaled)
                slope = slope - (features[taken] - chances @ features) / len(scaled)
            return total, slope

        fitted: Any = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B")
        self._weights: Matrix = fitted.x

    def chances(self, rows: Matrix) -> Matrix:
        """The chance of each option (options,)."""
        return _softmax(((rows - self._centre) / self._spread) @ self._weights)

    def surprise(self, choices: Sequence[tuple[Matrix, int]]) -> float:
        """Mean surprisal (nats) of the options taken."""
        return float(np.mean([-np.log(self.chances(rows)[taken]) for rows, taken in choices]))


def _softmax(scores: Matrix) -> Matrix:
    grown = np.exp(scores - scores.max())
    return np.asarray(grown / grown.sum())


def plausible_table(words: Iterable[str], options: Options, chooser: Chooser) -> SwapTable:
    """The likeliest swaps of each word, weighed by their chance."""
    table = SwapTable()
    for word in words:
        if word in STOP or len(word) < 3:
            continue
        names, rows = options.of(word)
        if not names:
            continue
        chances = chooser.chances(rows)
        for k in np.argsort(-chances)[:_KEPT]:
            if chances[k] > _LEAST_CHANCE:
                table.add(word, names[k], round(float(chances[k]), 4))
    return table
