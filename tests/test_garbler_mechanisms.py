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
from garbler.attested import Swaps, align_words, attested_table, read_pairs, tortured_table, written_table
from garbler.broken import Broken
from garbler.build import KINDS, build_composer, build_dictionary
from garbler.dictionary import retranslations
from garbler.function_words import FunctionWords
from garbler.institutions import Institutions, read_institutions
from garbler.lexicon import Lexicon, same_stem
from garbler.mechanism import Habit, Mechanism
from garbler.must_produce import EXAMPLES, unmet
from garbler.names import NameBook, Names, distance, respell
from garbler.neighbours import Neighbours
from garbler.passage import Passage
from garbler.phrases import Phrases, read_idioms
from garbler.pronouns import Pronouns
from garbler.residue import Residue
from garbler.spelling import Spelling, read_eggcorns
from garbler.translated import PostEdits, detokenise, diff_pieces
from garbler_data import write_base, write_data


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
        assert garbles(Neighbours(lexicon), "A slow-talks plan.", "slow-talks") == {
            "A gradual-talks plan.",
            "A dull-talks plan.",
        }

    def test_ordinary_wording_is_rarely_made(self, tmp_path: Path) -> None:
        fluent = Lexicon(write_data(tmp_path, bigrams={"a gradual": 50, "gradual march": 50}))
        passage = Passage("It was a slow march.")
        made = [Neighbours(fluent).propose(passage, 3, Habit("spinner", 1, {}), random.Random(s)) for s in range(300)]
        assert sum(edit is not None and edit.text == "gradual" for edit in made) < 60

    def test_a_daring_habit_keeps_what_reads_well(self, tmp_path: Path) -> None:
        fluent = Lexicon(write_data(tmp_path, bigrams={"a gradual": 50, "gradual march": 50}))
        passage = Passage("It was a slow march.")
        made = [
            Neighbours(fluent).propose(passage, 3, Habit("spinner", 1, {}, daring=0.9), random.Random(s))
            for s in range(300)
        ]
        assert sum(edit is not None and edit.text == "gradual" for edit in made) > 100

    def test_a_wrong_sense_beside_function_words_is_made(self, tmp_path: Path) -> None:
        lexicon = Lexicon(write_data(tmp_path, bigrams={"the recreation": 50, "recreation of": 50}))
        assert not lexicon.reads_well("game", "recreation", ("in", "the"), ("of",))
        assert "In the recreation of it." in garbles(Neighbours(lexicon), "In the game of it.", "game")

    def test_a_word_that_news_puts_there_is_no_garble(self, tmp_path: Path) -> None:
        lexicon = Lexicon(write_data(tmp_path, bigrams={"a gradual": 50, "gradual march": 50}))
        assert lexicon.reads_well("slow", "gradual", ("was", "a"), ("march",))
        assert not lexicon.reads_well("slow", "gradual", ("was", "a"), ("river",))

    def test_words_in_each_others_first_sense_are_rarely_garbles(self, lexicon: Lexicon) -> None:
        assert lexicon.synonyms("stocks", "inventories")
        assert not lexicon.synonyms("games", "recreations")
        assert lexicon.visible("stocks", "inventories") < 0.2

    def test_words_used_alike_weigh_less(self, tmp_path: Path) -> None:
        contexts = {f"{word} {right}": 50 for word in ("happened", "occurred") for right in ("city", "court", "river")}
        lexicon = Lexicon(write_data(tmp_path, bigrams={**contexts, "game people": 9, "game young": 9}))
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
        names = ("spinner", "thesaurus", "institutions", "institution_phrases", "homophones", "given_names", "literal")
        for name in names:
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

    def test_what_reads_as_well_is_rarely_made(self, tmp_path: Path) -> None:
        fluent = Lexicon(write_data(tmp_path, trigrams={"was on the": 900, "was in the": 900}))
        made = [
            FunctionWords(fluent).propose(Passage("It was in the city."), 2, Habit("x", 1, {}), random.Random(s))
            for s in range(400)
        ]
        assert sum(e is not None and e.text == "on" for e in made) < 20


class TestPronouns:
    def test_gender_changes_only_where_the_text_shows_it(self, lexicon: Lexicon) -> None:
        mechanism = Pronouns(lexicon)
        assert "The mother said she lost his son." in garbles(mechanism, "The mother said she lost her son.", "her")
        assert not any(" his " in text for text in garbles(mechanism, "A minister lost her city.", "her"))

    def test_gender_stays_where_both_are_spoken_of(self, lexicon: Lexicon) -> None:
        text = "The mother said he lost her son."
        assert not any(" his " in made for made in garbles(Pronouns(lexicon), text, "her"))

    def test_persons_become_things(self, lexicon: Lexicon) -> None:
        assert "It was it who left." not in garbles(Pronouns(lexicon), "It was she who left.", "who")
        assert "He lost its son." in garbles(Pronouns(lexicon), "He lost his son.", "his")


class TestLiteral:
    @pytest.fixture
    def literal(self, lexicon: Lexicon) -> Swaps:
        return Swaps("literal", {"": written_table(tables.swaps("literal"))}, lexicon, 0.3)

    def test_phrasal_verbs_and_terms_are_translated_word_by_word(self, literal: Swaps) -> None:
        assert "He gave upward." in garbles(literal, "He gave up.", "gave")
        assert "The first minister left." in garbles(literal, "The prime minister left.", "prime")

    def test_its_table_garbles_nothing_into_itself(self) -> None:
        table = tables.swaps("literal")
        assert len(table) > 400
        assert not [original for original, made in table.items() if original in made or not made]


class TestPhrases:
    @pytest.fixture
    def phrases(self, data: Path, lexicon: Lexicon) -> Phrases:
        return Phrases(lexicon, read_idioms(data / "lexical" / "idioms_npm.txt"))

    def test_several_words_become_one(self, phrases: Phrases) -> None:
        assert "They conducted talks." in garbles(phrases, "They carried out talks.", "carried")

    def test_an_idiom_is_broken_by_one_word(self, phrases: Phrases) -> None:
        made = garbles(phrases, "It was a slow walk to the river.", "slow")
        assert made == {
            "It was a gradual walk to the river.",
            "It was a dull walk to the river.",
            "It was a slow stroll to the river.",
        }

    def test_a_collocation_is_broken(self, tmp_path: Path) -> None:
        lexicon = Lexicon(write_data(tmp_path, bigrams={"slow march": 60}))
        assert "A gradual march." in garbles(Phrases(lexicon, {}), "A slow march.", "slow")
        assert garbles(Phrases(lexicon, {}), "A slow talks.", "slow") == set()


class TestResidue:
    @pytest.mark.parametrize(
        ("way", "text", "word", "made"),
        [
            ("article", "He is an expert.", "an", "He is a expert."),
            ("dropped", "The end of the march.", "of", "The end the march."),
            ("swapped", "The slow march ended.", "slow", "The march slow ended."),
            ("possessive", "The company's games.", "company", "The companys games."),
            ("agreement", "He was charged it.", "charged", "He was charge it."),
            ("capital", "It was huge.", "huge", "It was Huge."),
        ],
    )
    def test_damage(self, lexicon: Lexicon, way: str, text: str, word: str, made: str) -> None:
        assert made in _damaged(Residue(lexicon), way, text, word)


class TestBroken:
    @pytest.mark.parametrize(
        ("way", "text", "word", "made"),
        [
            ("hyphen", "A slow-moving march.", "slow-moving", "A slowmoving march."),
            ("doubled", "In the city.", "the", "In the the city."),
            ("glued", "Out of the city.", "of", "Out ofthe city."),
            ("split", "It is without talks.", "without", "It is with out talks."),
            ("stray", "In the city.", "the", "In the nbsp city."),
        ],
    )
    def test_damage(self, lexicon: Lexicon, way: str, text: str, word: str, made: str) -> None:
        assert made in _damaged(Broken(lexicon), way, text, word)

    def test_a_possessive_takes_no_stray_token(self, lexicon: Lexicon) -> None:
        passage = Passage("The city's march.")
        assert {Broken(lexicon).stray(passage, i, random.Random(3)) for i in (1, 2)} == {None}


def _damaged(mechanism: Mechanism, way: str, text: str, word: str) -> set[str]:
    passage = Passage(text)
    i = [w.text for w in passage.words].index(word)
    edits = {getattr(mechanism, way)(passage, i, random.Random(seed)) for seed in range(60)} - {None}
    return {text[: passage.words[e.first].start] + e.text + text[passage.words[e.last - 1].end :] for e in edits}


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
        assert garbles(names, "He met Tkachuk at home.", "Tkachuk") == set()
        text = "He met Tkachuk at home, and Tkachuk left."
        made = garbles(names, text)
        assert made
        assert all("Tkachuk at home" in t for t in made)

    def test_names_take_their_forms_in_other_languages(self, names: Names) -> None:
        assert "She left Moskva." in garbles(names, "She left Moscow.", "Moscow")
        assert "Maikl left." in garbles(names, "Michael left.", "Michael")

    def test_one_part_of_a_hyphenated_name_is_respelled(self, names: Names) -> None:
        made = garbles(names, "He met Abu-Volodin.", "Abu-Volodin")
        assert made
        assert all("Abu-" in text for text in made)

    def test_a_garble_is_no_other_name(self, data: Path, lexicon: Lexicon) -> None:
        book = NameBook.read(data / "names", lexicon)
        book.seen.add("Moskva")
        assert "She left Moskva." not in garbles(Names(book, lexicon.zipf, share=1.0), "She left Moscow.", "Moscow")

    def test_a_known_name_may_change_throughout_so_that_its_right_form_is_gone(self, names: Names) -> None:
        passage = Passage("Witkoff met Tkachuk, Witkoff said, and Tkachuk left.")
        edit = names.propose(passage, 0, Habit("x", 1, {}), random.Random(1))
        assert edit is not None
        assert [(e.first, e.text) for e in names.elsewhere(passage, edit)] == [(3, edit.text)]

    def test_a_rare_name_keeps_its_right_form_somewhere(self, names: Names) -> None:
        passage = Passage("Tkachuk met them, Tkachuk said, and Tkachuk left.")
        edits = [names.propose(passage, 6, Habit("x", 1, {}), random.Random(seed)) for seed in range(9)]
        assert any(edits)
        assert all(names.elsewhere(passage, edit) == [] for edit in edits if edit)

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

    def test_a_whole_institution_is_put_in_other_words(self, data: Path, lexicon: Lexicon) -> None:
        phrases = {"house of representatives": ("chamber of representatives",), "foreign ministry": ("outer ministry",)}
        mechanism = Institutions(lexicon, set(), {}, phrases)
        made = garbles(mechanism, "The House of Representatives met.", "House")
        assert "The Chamber of Representatives met." in made
        assert "The chamber of representatives met." in made
        assert garbles(mechanism, "A house of representatives met.") == set()

    def test_an_unlisted_institution_is_known_by_its_head(self, lexicon: Lexicon) -> None:
        mechanism = Institutions(lexicon, set(), tables.swaps("institutions"))
        assert "The Tver City Courtroom met." in garbles(mechanism, "The Tver City Court met.", "Court")
        assert garbles(mechanism, "The Tver City Hill met.") == set()


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


class TestMustProduce:
    def test_every_mechanism_has_examples(self) -> None:
        assert set(EXAMPLES) == set(KINDS) - {"mt"}  # post-edits are examples already
        assert all(EXAMPLES.values())

    @pytest.mark.parametrize("kind", list(EXAMPLES))
    def test_each_mechanism_makes_its_examples(self, data: Path, tmp_path: Path, kind: str) -> None:
        dictionary = build_dictionary(data, base=write_base(tmp_path)) if kind == "plausible" else None
        (mechanism,) = build_composer(data, "train", [kind], dictionary=dictionary).mechanisms.values()
        assert unmet(mechanism) == []


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

    def test_pairs_that_share_more_than_one_translation_are_written(
        self, dictionaries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with gzip.open(dictionaries / "freedict-pol-eng.dict.dz", "wt", encoding="utf-8") as stream:
            stream.write("prawo /pravo/ <n>\nright, law\n")
        out = tmp_path / "round_trip.tsv"
        monkeypatch.setattr(sys, "argv", ["round_trip.py", "--dictionaries", str(dictionaries), "--out", str(out)])
        assert round_trip.main() == 0
        assert out.read_text(encoding="utf-8") == "law\tright\t2\nright\tlaw\t2\n"

    def test_a_folder_without_dictionaries_is_an_error(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "round_trip.tsv"
        monkeypatch.setattr(sys, "argv", ["round_trip.py", "--dictionaries", str(tmp_path), "--out", str(out)])
        assert round_trip.main() == 1
        assert "no freedict-xxx-yyy.dict.dz" in capsys.readouterr().err
        assert not out.exists()

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
