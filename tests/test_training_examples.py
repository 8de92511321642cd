from __future__ import annotations

import random

from training.examples import IGNORE, Sample, build

BOS, SEP = 1, 2


class Words:
    """A tokenizer of whole words, each with the space before it."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def __call__(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        ids, offsets, start = [], [], 0
        for word in filter(None, text.replace(" ", "\0 ").split("\0")):
            ids.append(self.ids.setdefault(word, len(self.ids) + 10))
            offsets.append((start, start + len(word)))
            start += len(word)
        return ids, offsets

    def words(self, ids: list[int]) -> list[str]:
        names = {number: word.strip() for word, number in self.ids.items()} | {BOS: "<", SEP: "|", IGNORE: "_"}
        return [names[i] for i in ids]


def laid_out(pieces: list[list[str]], keep: float) -> tuple[Words, Sample]:
    encode = Words()
    return encode, build(pieces, encode, BOS, SEP, random.Random(1), keep)


PIECES = [["due to ", "due to ", ""], ["satisfy", "meet", "attested"], [" soon", " soon", ""]]


def test_where_the_copy_keeps_a_garble_the_original_is_wanted():
    words, sample = laid_out(PIECES, keep=1.0)
    assert words.words(sample.ids) == ["<", "due", "to", "satisfy", "soon", "|", "due", "to", "satisfy", "soon"]
    assert words.words(sample.labels) == ["_"] * 5 + ["due", "to", "meet", "soon", "|"]
    assert sample.tags == [IGNORE] * 6 + [0, 0, 1, 0]
    assert [i for i, changed in enumerate(sample.changed) if changed] == [7]


def test_where_the_copy_holds_the_original_it_is_wanted_too_and_not_judged():
    words, sample = laid_out(PIECES, keep=0.0)
    assert words.words(sample.ids)[6:] == ["due", "to", "meet", "soon"]
    assert words.words(sample.labels)[5:] == ["due", "to", "meet", "soon", "|"]
    assert sample.tags[6:] == [0, 0, IGNORE, 0]
    assert not any(sample.changed)


def test_behind_the_first_token_that_differs_nothing_of_the_garble_is_judged():
    pieces = [["as quickly as potential", "as soon as possible", "attested"], [" now", " now", ""]]
    words, sample = laid_out(pieces, keep=1.0)
    assert words.words(sample.labels)[6:] == ["as", "soon", "_", "_", "now", "|"]
    assert sample.tags[7:] == [IGNORE, 1, 1, 1, 0]


def test_a_word_too_many_wants_what_comes_behind_it():
    words, sample = laid_out([["the the talks", "the talks", "residue"], [" now", " now", ""]], keep=1.0)
    assert words.words(sample.labels)[5:] == ["the", "talks", "_", "now", "|"]


def test_a_missing_word_is_wanted_in_front_of_the_next():
    words, sample = laid_out([["go", "go over", "residue"], [" there", " there", ""]], keep=1.0)
    assert words.words(sample.labels)[3:] == ["go", "over", "|"]


def test_a_clean_text_is_copied():
    words, sample = laid_out([["all is well", "all is well", ""]], keep=1.0)
    assert words.words(sample.labels) == ["_"] * 4 + ["all", "is", "well", "|"]
    assert sample.tags[5:] == [0, 0, 0]


def test_some_of_the_draft_is_learned_as_plain_text_but_no_garble():
    pieces = [["soon " * 40, "soon " * 40, ""], ["satisfy", "meet", "attested"], [" later" * 40, " later" * 40, ""]]
    _, sample = laid_out(pieces, keep=1.0)
    assert len(sample.plain) == len(sample.ids)
    learned = [i for i, token in enumerate(sample.plain) if token != IGNORE]
    assert 10 < len(learned) < 30
    assert all(sample.plain[i] == sample.ids[i + 1] for i in learned)
    garble = sample.ids.index(SEP) - 41
    assert sample.plain[garble] == IGNORE
    assert max(learned) < sample.ids.index(SEP)


def test_of_a_garble_nothing_is_ever_learned_as_plain_text():
    encode = Words()
    for seed in range(40):
        sample = build(PIECES, encode, BOS, SEP, random.Random(seed), 0.5)
        assert sample.plain[2] == IGNORE
