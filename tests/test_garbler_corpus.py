"""Which news is read, cleaned and held out."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from garbler.corpus import MOST_WORDS, Corpus, balanced, curly, held_out, is_clean, names, normalise, religious
from garbler_data import write_data


def test_the_last_three_thousand_wmt_sentences_are_held_out() -> None:
    kept = [i for i in range(33_589) if held_out("wmt21_23_refs_en", i, 33_589)]
    assert kept == list(range(30_589, 33_589))


def test_the_last_three_per_cent_of_other_files_are_held_out() -> None:
    assert [i for i in range(100) if held_out("bbc_2004", i, 100)] == [97, 98, 99]


def test_the_splits_share_no_sentence(tmp_path: Path) -> None:
    write_data(tmp_path)
    spans = {
        split: {
            (f.source, i)
            for f in Corpus(tmp_path / "news", split, lambda _: True)._files
            for i in range(f.first, f.last)
        }
        for split in ("train", "held-out")
    }
    assert spans["train"]
    assert spans["held-out"]
    assert not spans["train"] & spans["held-out"]


def test_the_wmt_references_that_are_not_trained_on_are_left_for_measuring(tmp_path: Path) -> None:
    write_data(tmp_path)
    news = tmp_path / "news"
    for path in news.iterdir():
        path.rename(news / "wmt21_23_refs_en.txt.gz")
    assert Corpus(news, "held-out", lambda _: True)._files == []


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        ("`` No , '' he said .", '"No," he said.'),
        ("The bank's  chief ( Mr Lee ) left .", "The bank's chief (Mr Lee) left."),
        ("“Yes,” it’s done.", '"Yes," it\'s done.'),
    ],
)
def test_lines_are_normalised(line: str, clean: str) -> None:
    assert normalise(line) == clean


def test_the_old_wire_s_quirks_go() -> None:
    assert normalise('Japan"s profit was 3 mln dlrs, up 2 pct.', "reuters21578_1987") == (
        "Japan's profit was 3 million dollars, up 2 percent."
    )


@pytest.mark.parametrize(
    "line",
    [
        "Shares of IBM <IBM.N> rose in the day and it was good.",
        "THE COMPANY SAID THAT IT WAS GOOD FOR THE BANK.",
        "1986 1987 1988 23 34 45 the total of the year is 12.",
        "It was the the best day of the year for them.",
        "He said that thats the way it was in the city.",
        "Und das ist nicht alles was der Mann heute weiss.",
        "Broken (bracket of the text that was in the news.",
    ],
)
def test_what_is_no_clean_prose_is_dropped(line: str) -> None:
    assert not is_clean(line, lambda _: True)


def test_a_sentence_with_a_typo_is_dropped() -> None:
    assert not is_clean("The minister sadi that it was in the city.", lambda word: word != "sadi")
    assert is_clean("The minister said that it was in the city.", lambda _: True)


def test_a_stray_quotation_mark_goes_or_the_text_does() -> None:
    assert balanced('"It was good.') == "It was good."
    assert balanced('It was "good.') is None


def test_curly_quotes_open_and_close() -> None:
    assert curly('"It\'s," he said, "\'fine\'."') == "“It’s,” he said, “‘fine’.”"


def test_texts_are_short_runs_of_whole_sentences(tmp_path: Path) -> None:
    corpus = Corpus(write_data(tmp_path) / "news", "train", lambda _: True)
    rng = random.Random(1)
    for _ in range(200):
        text, source = corpus.draw(rng)
        assert source in ("bbc_2004", "wmt21_23_refs_en")
        assert text.endswith(".")
        assert len(text.split()) <= MOST_WORDS
        assert "  " not in text


def test_a_paragraph_can_be_asked_for(tmp_path: Path) -> None:
    corpus = Corpus(write_data(tmp_path) / "news", "train", lambda _: True)
    rng = random.Random(1)
    assert all(corpus.draw(rng, least_sentences=2)[0].count(".") >= 2 for _ in range(50))


def test_runs_of_scripture_are_no_news() -> None:
    sermon = ["Jesus told the disciples so."] * 20
    news = ["The council met.", "A bishop thanked God that it was over."] + ["The court ruled."] * 40
    marks = religious(sermon + news)
    assert all(marks[:14])
    assert not any(marks[34:])


def test_foreign_names_are_capitals_that_are_no_words() -> None:
    def known(word: str) -> bool:
        return word in ("the", "met", "council", "in")

    assert names("The Council met Tkachuk in Zhytomyr", known) == 2 / 6
    assert names("The council met", known) == 0
