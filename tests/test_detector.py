from __future__ import annotations

import numpy as np
import pytest

from mtcheck.calibration import Logistic
from mtcheck.detector import Company, WordReading, in_company, read_words
from mtcheck.language_model.editing import Tokens
from mtcheck.language_model.passes import Reading
from mtcheck.segments import Span
from mtcheck.swaps import NONE, Swaps

WEIGHTS = Logistic(-1.0, {"margin": 1.0})


def read(
    text: str, pieces: list[str], surprisal: list[float], swaps: Swaps | None = None, other: str = " other"
) -> list[WordReading]:
    """The words of a text cut into these tokens, each with its surprisal; ``other`` is at 1 nat everywhere."""
    offsets, start = [], 0
    for piece in pieces:
        offsets.append((start, start + len(piece)))
        start += len(piece)
    count = len(pieces)
    reading = Reading(
        surprisal=np.array([*surprisal, 0.0], dtype=np.float32),
        garbled=np.zeros(count, dtype=np.float32),
        best_ids=np.full((count + 1, 2), 99),
        best_logprobs=np.full((count + 1, 2), -1.0, dtype=np.float32),
        plain=np.zeros(count, dtype=np.float32),
    )
    return read_words(
        text, Tokens(list(range(count)), offsets), reading, WEIGHTS, swaps or Swaps(), lambda token: other
    )


def test_a_word_has_its_tokens_and_the_first_that_is_about_as_surprising_as_any():
    (steve, witkov, said) = read("Steve Witkov said", ["Steve", " Wit", "k", "ov", " said"], [0.1, 0.2, 5.0, 6.0, 0.0])
    assert [(w.first, w.behind) for w in (steve, witkov, said)] == [(0, 1), (1, 4), (4, 5)]
    assert witkov.departs == 2


def test_a_word_that_machines_make_of_the_likeliest_alternative_has_evidence_against_it():
    table = Swaps(["satisfied\tmet\t0.5\tpleased\t0.1"])
    pieces, surprisal = ["he", " satisfied"], [0.1, 7.0]
    (he, satisfied) = read("he satisfied", pieces, surprisal, table, other=" met")
    assert satisfied.features["swap"] == pytest.approx(np.log(2 * np.exp(-1.0) * 0.5), rel=0.01)
    assert he.features["swap"] == NONE
    assert read("he satisfied", pieces, surprisal, table, other=" other")[1].features["swap"] == NONE
    assert read("he satisfied", pieces, surprisal, table, other="met")[1].features["swap"] == NONE  # not a word's start


def test_a_surprising_word_with_a_likely_alternative_has_the_higher_odds():
    (he, satisfied) = read("he satisfied", ["he", " satisfied"], [0.1, 7.0])
    assert satisfied.logit > 0 > he.logit
    assert satisfied.features["margin"] == 6.0


def test_features_are_cut_off_where_the_model_is_noise():
    (word,) = read("word", ["word"], [80.0])
    assert word.features["surprisal"] == word.features["margin"] == 12.0


def test_a_capital_inside_a_sentence_makes_a_name_and_at_its_beginning_none():
    text = "Talks ended. Officials met Putin.\nOil fell"
    pieces = ["Talks", " ended", ".", " Officials", " met", " Putin", ".", "\n", "Oil", " fell"]
    names = [w for w in read(text, pieces, [0.0] * len(pieces)) if w.features["name"]]
    assert [text[w.span.start : w.span.end] for w in names] == ["Putin"]


def test_numbers_and_addresses_are_not_judged():
    text = "pay 40 to desk@example.org now"
    pieces = ["pay", " ", "4", "0", " to", " desk", "@", "example", ".", "org", " now"]
    judged = read(text, pieces, [9.0] * len(pieces))
    assert [text[w.span.start : w.span.end] for w in judged] == ["pay", "to", "now"]


def words(*logits: float) -> list[WordReading]:
    return [WordReading(Span(i, i + 1), i, i + 1, i, logit, logit, {"margin": logit}) for i, logit in enumerate(logits)]


IN_COMPANY = Logistic(0.0, {"margin": 1.0, "rate": 1.0})


def test_a_doubtful_word_is_likelier_garbled_among_garbled_ones_than_among_sound_ones():
    (garbled,), _ = in_company([words(0.0, 4.0, 5.0, 4.0)], IN_COMPANY, Company())
    (sound,), _ = in_company([words(0.0, -4.0, -5.0, -4.0)], IN_COMPANY, Company())
    assert garbled[0].logit > sound[0].logit
    assert garbled[0].alone == sound[0].alone == 0.0


def test_a_word_does_not_vote_for_itself():
    (one,), _ = in_company([words(9.0, -3.0)], IN_COMPANY, Company())
    (other,), _ = in_company([words(-9.0, -3.0)], IN_COMPANY, Company())
    assert one[0].features["rate"] == other[0].features["rate"]


def test_what_was_read_of_a_document_before_counts():
    (after_garbles,), now = in_company([words(0.0)], IN_COMPANY, Company(words=100, garbled=30.0))
    (after_nothing,), _ = in_company([words(0.0)], IN_COMPANY, Company())
    assert after_garbles[0].logit > after_nothing[0].logit
    assert now == Company(101, 30.5)


def test_windows_of_one_document_are_judged_in_view_of_each_other():
    (first, _), now = in_company([words(0.0, -2.0), words(3.0)], IN_COMPANY, Company())
    (alone,), _ = in_company([words(0.0, -2.0)], IN_COMPANY, Company())
    assert first[0].logit > alone[0].logit
    assert now.words == 3
