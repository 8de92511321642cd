"""Each way of garbling, by example."""

from __future__ import annotations

import gzip
import json
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import round_trip
from garbler import tables
from garbler.attested import Swaps, align_words, attested_table, read_pairs, tortured_table
from garbler.build import retranslations
from garbler.function_words import FunctionWords
from garbler.institutions import Institutions, read_institutions
from garbler.lexicon import Lexicon, same_stem
from garbler.mechanism import Habit, Mechanism
from garbler.names import NameBook, Names, distance, respell
from garbler.neighbours import Neighbours
from garbler.passage import Passage
from garbler.phrases import Phrases, read_idioms
from garbler.residue import Residue
from garbler.spelling import Spelling, read_eggcorns
from garbler.translated import PostEdits, detokenise, diff_pieces
from garbler_data import write_data


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def lexicon(data: Path) -> Lexicon:
    return Lexicon(data)


def garbles(mechanism: Mechanism, text: str, word: str | None = None, draws: int = 200) -> set[str]:
    """All texts the mechanism makes of `text`, editing at `word` (anywhere when None)."""
    passage = Passage(text)
    out = set()
    for seed in range(draws):
        for i in range(passage.count):
            if word is None or passage.words[i].text == word:
                edit = mechanism.propose(passage, i, Habit("spinner", 1, {}), random.Random(seed))
                if edit:
                    start, end = passage.words[edit.first].start, passage.words[edit.last - 1].end
                    out.add(text[:start] + edit.text + text[end:])
    return out


class TestNeighbours:
    def test_the_neighbour_takes_the_inflection(self, lexicon: Lexicon) -> None:
        assert garbles(Neighbours(lexicon), "The games began.", "games") == {"The recreations began."}
        assert garbles(Neighbours(lexicon), "He met it.", "met") == {"He satisfied it."}

    def test_wrong_senses_are_wanted(self, lexicon: Lexicon) -> None:
        assert garbles(Neighbours(lexicon), "It faced charges.", "charges") == {"It faced fees.", "It faced expenses."}

    def test_names_numbers_and_small_words_stay(self, lexicon: Lexicon) -> None:
        assert garbles(Neighbours(lexicon), "In the Walk he said 25 of the.") == set()

    def test_half_of_a_compound_is_swapped(self, lexicon: Lexicon) -> None:
        assert garbles(Neighbours(lexicon), "A slow-talks plan.", "slow-talks") == {"A gradual-talks plan."}

    def test_ordinary_wording_is_rarely_made(self, tmp_path: Path) -> None:
        fluent = Lexicon(write_data(tmp_path, bigrams={"a gradual": 50, "gradual march": 50}))
        passage = Passage("It was a slow march.")
        made = [Neighbours(fluent).propose(passage, 3, Habit("spinner", 1, {}), random.Random(s)) for s in range(300)]
        assert sum(edit is not None for edit in made) < 60

    def test_words_used_alike_weigh_less(self, tmp_path: Path) -> None:
        contexts = {f"{word} {right}": 50 for word in ("happened", "occurred") for right in ("city", "court", "river")}
        lexicon = Lexicon(write_data(tmp_path, bigrams={**contexts, "game city": 9}))
        assert lexicon.visible("happened", "occurred") < 0.6
        assert lexicon.visible("happened", "game") > lexicon.visible("happened", "occurred")


class TestAttested:
    def test_pairs_align_word_by_word(self) -> None:
        assert align_words("stock falls", "inventory falls") == [("stock", "inventory")]
        assert align_words("slow walk", "gradual stroll") == [("slow", "gradual"), ("walk", "stroll")]
        assert align_words("in the end", "in the long run") == [("end", "long run")]

    def test_phrases_words_and_relatives_are_swapped(self, data: Path, lexicon: Lexicon) -> None:
        table = attested_table(read_pairs(data / "pairs" / "spun_pairs_train.jsonl"), lexicon, {"meet": ("satisfy",)})
        swaps = Swaps("attested", {"": table}, lexicon, 0.3)
        assert "The inventory of it." in garbles(swaps, "The stock of it.", "stock")
        assert "The inventories of it." in garbles(swaps, "The stocks of it.", "stocks")
        assert "They satisfied in Rome." in garbles(swaps, "They met in Rome.", "met")
        assert "In some unspecified time in the future it was." in garbles(swaps, "At some point it was.", "At")

    def test_a_phrase_across_punctuation_stays(self, data: Path, lexicon: Lexicon) -> None:
        table = attested_table(read_pairs(data / "pairs" / "spun_pairs_train.jsonl"), lexicon, {})
        assert garbles(Swaps("attested", {"": table}, lexicon, 0.3), "At some, point taken.", "At") == set()

    def test_tortured_phrases_come_whole_and_word_by_word(self, data: Path, lexicon: Lexicon) -> None:
        table = tortured_table(data / "tortured" / "pps_tortured_phrases.jsonl", lexicon)
        swaps = Swaps("tortured", {"": table}, lexicon, 0.3)
        assert "A gradual stroll." in garbles(swaps, "A slow walk.", "slow")
        assert "A gradual march." in garbles(swaps, "A slow march.", "slow")

    def test_the_written_tables_hold_no_idle_entries(self) -> None:
        for name in ("spinner", "thesaurus", "institutions", "homophones"):
            table = tables.swaps(name)
            assert len(table) > 60
            assert not [o for o, garbles in table.items() if not garbles or o in garbles]
        assert len(tables.swaps("spinner")) > 400
        assert "law" in tables.confusions()["right"]


class TestFunctionWords:
    def test_articles_and_prepositions_change(self, lexicon: Lexicon) -> None:
        made = garbles(FunctionWords(lexicon), "It was in the city.", "in")
        assert "It was within the city." in made
        assert "It was in city." in garbles(FunctionWords(lexicon), "It was in the city.", "the")

    def test_gender_changes_only_where_the_text_shows_it(self, lexicon: Lexicon) -> None:
        mechanism = FunctionWords(lexicon)
        assert "The mother said she lost his son." in garbles(mechanism, "The mother said she lost her son.", "her")
        assert not any(" his " in text for text in garbles(mechanism, "A minister lost her city.", "her"))

    def test_what_reads_as_well_is_rarely_made(self, tmp_path: Path) -> None:
        fluent = Lexicon(write_data(tmp_path, trigrams={"was on the": 900, "was in the": 900}))
        made = [
            FunctionWords(fluent).propose(Passage("It was in the city."), 2, Habit("x", 1, {}), random.Random(s))
            for s in range(400)
        ]
        assert sum(e is not None and e.text == "on" for e in made) < 20


class TestPhrases:
    @pytest.fixture
    def phrases(self, data: Path, lexicon: Lexicon) -> Phrases:
        return Phrases(lexicon, read_idioms(data / "lexical" / "idioms_npm.txt"))

    def test_several_words_become_one(self, phrases: Phrases) -> None:
        assert "They conducted talks." in garbles(phrases, "They carried out talks.", "carried")

    def test_an_idiom_is_broken_by_one_word(self, phrases: Phrases) -> None:
        made = garbles(phrases, "It was a slow walk to the river.", "slow")
        assert made == {"It was a gradual walk to the river.", "It was a slow stroll to the river."}

    def test_a_collocation_is_broken(self, tmp_path: Path) -> None:
        lexicon = Lexicon(write_data(tmp_path, bigrams={"slow march": 60}))
        assert "A gradual march." in garbles(Phrases(lexicon, {}), "A slow march.", "slow")
        assert garbles(Phrases(lexicon, {}), "A slow talks.", "slow") == set()


class TestResidue:
    @pytest.mark.parametrize(
        ("way", "text", "word", "made"),
        [
            ("article", "He is an expert.", "an", "He is a expert."),
            ("hyphen", "A slow-moving march.", "slow-moving", "A slowmoving march."),
            ("doubled", "In the city.", "the", "In the the city."),
            ("glued", "Out of the city.", "of", "Out ofthe city."),
            ("split", "It is without talks.", "without", "It is with out talks."),
            ("dropped", "The end of the march.", "of", "The end the march."),
            ("swapped", "The slow march ended.", "slow", "The march slow ended."),
            ("possessive", "The company's games.", "company", "The companys games."),
            ("agreement", "He was charged it.", "charged", "He was charge it."),
            ("capital", "It was huge.", "huge", "It was Huge."),
        ],
    )
    def test_damage(self, lexicon: Lexicon, way: str, text: str, word: str, made: str) -> None:
        residue = Residue(lexicon)
        passage = Passage(text)
        i = [w.text for w in passage.words].index(word)
        edits = {getattr(residue, way)(passage, i, random.Random(seed)) for seed in range(40)} - {None}
        texts = {text[: passage.words[e.first].start] + e.text + text[passage.words[e.last - 1].end :] for e in edits}
        assert made in texts

    def test_a_stray_token_keeps_its_neighbour(self, lexicon: Lexicon) -> None:
        passage = Passage("In the city.")
        edit = Residue(lexicon).stray(passage, 1, random.Random(3))
        assert edit is not None
        assert edit.text.startswith("the ")


class TestNames:
    @pytest.fixture
    def names(self, data: Path, lexicon: Lexicon) -> Names:
        return Names(NameBook.read(data / "names", lexicon), lexicon.zipf, share=1.0)

    def test_a_known_name_is_respelled_by_a_letter_or_two(self, names: Names) -> None:
        made = garbles(names, "He met Witkoff in Rome.", "Witkoff")
        assert "He met Witkov in Rome." in made
        assert all(distance(text, "He met Witkoff in Rome.") <= 5 for text in made)

    def test_cities_take_their_other_spellings(self, names: Names) -> None:
        assert {"He left Gerat then.", "He left Kherat then."} <= garbles(names, "He left Herat then.", "Herat")

    def test_a_rare_name_stays_unless_its_right_form_stands_before_it(self, names: Names) -> None:
        assert garbles(names, "He met Tkachuk in Rome.", "Tkachuk") == set()
        text = "He met Tkachuk in Rome, and Tkachuk left."
        made = garbles(names, text)
        assert made
        assert all("Tkachuk in Rome" in t for t in made)

    def test_months_and_words_stay(self, names: Names) -> None:
        assert garbles(names, "In January the White House met.") == set()

    def test_respelling_keeps_the_capital(self) -> None:
        made = {respell("Vyacheslav", random.Random(s)) for s in range(100)} - {None}
        assert len(made) > 5
        assert all(name and name[0].isupper() and name != "Vyacheslav" for name in made)


class TestInstitutions:
    def test_one_word_of_a_known_institution_is_swapped(self, data: Path, lexicon: Lexicon) -> None:
        mechanism = Institutions(lexicon, read_institutions(data / "names"), tables.swaps("institutions"))
        assert "The White Home said." in garbles(mechanism, "The White House said.", "House")
        assert "The Safety Council met." in garbles(mechanism, "The Security Council met.", "Security")
        assert garbles(mechanism, "The Blue House said.", "House") == set()
        assert garbles(mechanism, "The white house said.") == set()


class TestSpelling:
    @pytest.fixture
    def spelling(self, data: Path, lexicon: Lexicon) -> Spelling:
        return Spelling(lexicon, {"peace": ("piece",)}, read_eggcorns(data / "lexical" / "eggcorns.json"))

    def test_homophones_and_eggcorns(self, spelling: Spelling) -> None:
        assert "In piece talks." in garbles(spelling, "In peace talks.", "peace")
        assert "A slew walk." in garbles(spelling, "A slow walk.", "slow")

    def test_slips_make_no_other_word(self, spelling: Spelling, lexicon: Lexicon) -> None:
        for text in garbles(spelling, "The minister left.", "minister"):
            assert not lexicon.known(text.split()[1].lower())


class TestPostEdits:
    def test_tokens_are_joined_as_people_write(self) -> None:
        tokens = ["He", "said", ",", '"', "It", "'s", "(", "not", ")", "fine", '"', "."]
        assert " ".join(detokenise(tokens)) == 'He said, "It\'s (not) fine".'

    def test_insertions_and_deletions_take_a_neighbour_in(self) -> None:
        pieces = diff_pieces(["It", "is", "in", "the", "some", "city."], ["It", "is", "in", "some", "city."], "mt")
        assert pieces == [("It is in ", "It is in ", ""), ("the some", "some", "mt"), (" city.", " city.", "")]

    def test_edits_one_word_apart_are_one(self) -> None:
        pieces = diff_pieces(["a", "x", "b", "y", "c", "d"], ["a", "u", "b", "w", "c", "d"], "mt")
        assert pieces == [("a ", "a ", ""), ("x b y", "u b w", "mt"), (" c d", " c d", "")]

    def test_shared_punctuation_is_no_part_of_a_garble(self) -> None:
        assert diff_pieces(["It", "was", "games."], ["It", "was", "talks."], "mt") == [
            ("It was ", "It was ", ""), ("games", "talks", "mt"), (".", ".", ""),
        ]  # fmt: skip

    def test_post_edits_become_examples(self, data: Path, lexicon: Lexicon) -> None:
        examples = PostEdits(data / "qe" / "mlqe_pe_train.jsonl.gz", lexicon)
        assert len(examples) == 1
        pieces = examples.draw(random.Random(1))
        assert pieces is not None
        assert ("inventory", "game", "mt") in pieces


def test_spellings_and_forms_of_one_word_share_a_stem() -> None:
    assert same_stem("organise", "organize")
    assert same_stem("finance", "financial")
    assert not same_stem("stock", "inventory")


class TestSharedTranslations:
    @pytest.fixture
    def dictionaries(self, tmp_path: Path) -> Path:
        german = "Recht /rɛçt/ <n>\n1. right, law\n2. (obsolete) title\nLauf /laʊf/\ncourse, to walk\n"
        with gzip.open(tmp_path / "freedict-deu-eng.dict.dz", "wt", encoding="utf-8") as stream:
            stream.write(german)
        with gzip.open(tmp_path / "freedict-eng-rus.dict.dz", "wt", encoding="utf-8") as stream:
            stream.write("peace /piːs/\nмир\nworld /wəːld/\nмир, свет\n")
        return tmp_path

    def test_words_that_one_foreign_word_translates_are_found(self, dictionaries: Path) -> None:
        groups = list(round_trip.sharing(dictionaries))
        assert {"right", "law", "title"} in groups
        assert {"course", "walk"} in groups
        assert {"peace", "world"} in groups

    def test_they_become_swaps(self, tmp_path: Path, lexicon: Lexicon) -> None:
        path = tmp_path / "round_trip.tsv"
        path.write_text("peace\tcourt\t4\npeace\tzzz\t9\ncourt\tpeace\t1\n", encoding="utf-8")
        weights = retranslations({}, path, lexicon)
        assert weights["peace", "court"] > 0
        assert ("peace", "zzz") not in weights
        assert ("court", "peace") not in weights


def test_held_out_post_edits_are_not_trained_on(tmp_path: Path, lexicon: Lexicon) -> None:
    row = {"lp": "ru-en", "split": "train", "hter": 0.2, "pe": "The police said that it was the game of the city ."}
    rows = [
        {**row, "mt": f"The police said that it was the {word} of the city .".split()} for word in ["inventory"] * 100
    ]
    path = tmp_path / "post_edits.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    assert len(PostEdits(path, lexicon, "train")) == 97
    assert len(PostEdits(path, lexicon, "held-out")) == 3
