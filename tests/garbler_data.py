"""A tiny data folder for the garbler's tests: a dozen words, a few sentences, in the layout of the real one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

_FREQUENCIES = {
    6.5: "the a an of to in and is was for on with at by said that it he his her she",
    5.0: "last final week game games recreation recreations meet meets met meeting satisfy satisfied without white "
    "foreign overseas council security safety talks peace young people company world right law today left their there",
    4.8: "walk walked walking walks stroll strolled slow gradual big bigger huge house houses home charge charges "
    "charged fee fees expense expenses minister ministers court police city river dull lawyer saw see find found",
    4.6: "happened occurred stock inventory stocks inventories carry carried out conduct conducted expert specialist "
    "dying death march deal deals take takes took taken place part shooting capturing shares cancer clergyman toll "
    "bell act acted implement implemented nail head mind hit potential son mother artificial intelligence conscious "
    "counterfeit consciousness ended",
}
ZIPF = {word: value for value, words in _FREQUENCIES.items() for word in words.split()}
THESAURUS = {
    "game": [["(noun)", "recreation (generic term)", "biz"]],
    "walk": [["(verb)", "stroll"], ["(noun)", "stroll"]],
    "slow": [["(adj)", "gradual (similar term)", "dull (similar term)"]],
    "minister": [["(noun)", "clergyman (generic term)"]],
    "see": [["(verb)", "find out (generic term)"]],
    "take part": [["(verb)", "act (generic term)"]],
    "act": [["(verb)", "act"]],
    "death": [["(noun)", "dying"]],
    "toll": [["(noun)", "bell (generic term)"]],
    "head": [["(noun)", "mind"]],
    "charge": [["(noun)", "fee", "expense"], ["(verb)", "fee"]],
    "big": [["(adj)", "huge (similar term)"]],
    "meet": [["(verb)", "satisfy"]],
    "satisfy": [["(verb)", "meet"]],
    "stock": [["(noun)", "inventory"]],
    "inventory": [["(noun)", "stock"]],
    "happen": [["(verb)", "occur"]],
    "carry out": [["(verb)", "conduct"], ["(verb)", "implement"]],
    "conduct": [["(verb)", "carry out"]],
    "expert": [["(noun)", "specialist"]],
    "house": [["(noun)", "home"]],
    "take": [["(verb)", "stroll"]],
}
BIGRAMS = {"death toll": 60}
IRREGULAR = ["geese goose", "men man", "zebras zebra", "ate eat", "met meet", "took take", "taken take", "found find",
             "saw see", "zinged zing",
             "better good", "wryer wry", "better well"]  # fmt: skip
SENTENCES = [
    "The minister said the talks in the city happened last week.",
    "He was in the court and the police said that it was a big game.",
    "The company said it was in talks with the minister of the city.",
    "It was the last game of the week for the young people of the city.",
]


_DIRECTIONS = {"death": (1, 0, 0.1), "dying": (1, 0, 0.2), "march": (0, 1, 0), "walk": (0, 1, 0.3), "city": (0, 0, 1)}


def write_base(folder: Path) -> Path:
    """Writes embeddings and tokenizer of a base whose tokens point where `_DIRECTIONS` says, others elsewhere."""
    import numpy as np
    import torch
    from safetensors.torch import save_file
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel

    words = sorted(ZIPF)
    Tokenizer(WordLevel({"Ġ" + word: k for k, word in enumerate(words)}, "Ġthe")).save(str(folder / "tokenizer.json"))
    rows = np.random.default_rng(1).normal(size=(len(words), 40)) * 0.1
    for word, direction in _DIRECTIONS.items():
        rows[words.index(word), :3] += 5 * np.array(direction)
    save_file({"model.embed_tokens.weight": torch.tensor(rows).bfloat16()}, folder / "model.safetensors")
    return folder


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(line + "\n" for line in lines)
    if path.suffix == ".gz":
        with gzip.open(path, "wt", encoding="utf-8") as stream:
            stream.write(text)
    else:
        path.write_text(text, encoding="utf-8")


def write_data(folder: Path, bigrams: dict[str, int] | None = None, trigrams: dict[str, int] | None = None) -> Path:
    """Writes the tiny data under `folder` and returns it."""
    lexical, names = folder / "lexical", folder / "names"
    _write(lexical / "wordfreq_en_large.tsv.gz", [f"{word}\t{value}" for word, value in ZIPF.items()])
    _write(lexical / "scowl_words.tsv.gz", [f"{word}\t35\tenglish" for word in ZIPF])
    _write(lexical / "news_bigrams_min2.tsv.gz", [f"{k}\t{v}" for k, v in (bigrams or BIGRAMS).items()])
    _write(lexical / "news_trigrams_min3.tsv.gz", [f"{k}\t{v}" for k, v in (trigrams or {}).items()])
    _write(lexical / "mythes_thesaurus_en.jsonl.gz", [json.dumps({"w": w, "senses": s}) for w, s in THESAURUS.items()])
    _write(lexical / "wordnet31_irregular_forms.txt", IRREGULAR)
    _write(
        lexical / "idioms_npm.txt",
        ["A slow walk to the river.", "To meet in the big house", "Hit the nail on the head"],
    )
    _write(lexical / "eggcorns.json", [json.dumps({"eggcorns": [{"correct": "slow walk", "mistakes": ["slew walk"]}]})])
    _write(
        names / "news_capitalised_sequences.tsv.gz",
        ["White House\t90\t9", "Steve Witkoff\t42\t42", "Security Council\t50\t5"],
    )
    _write(
        names / "entities.jsonl",
        [json.dumps({"type": "person", "name": name}) for name in ("Vyacheslav Volodin", "Vladimir Putin")],
    )
    city = {"name": "Herat", "country": "AF", "population": 574300, "alt": ["Gerat", "Herat", "Kherat", "he la te"]}
    _write(names / "geonames_cities15000.jsonl.gz", [json.dumps(city)])
    pairs = [
        {"original": "stock falls", "garbled": "inventory falls", "family": "A spinner"},
        {"original": "at some point", "garbled": "in some unspecified time in the future", "family": "A spinner"},
        {"original": "death march", "garbled": "dying march", "family": "D machine translation"},
    ]
    for part in ("train", "dev"):
        _write(folder / "pairs" / f"spun_pairs_{part}.jsonl", [json.dumps(p) for p in pairs])
    tortured = [
        {"expected": "slow game", "tortured": "gradual recreation"},
        {"expected": "slow walk", "tortured": "gradual stroll"},
        {"expected": "slow deal (sd)", "tortured": "gradual deal"},
        {"expected": "artificial intelligence", "tortured": "counterfeit consciousness"},
    ]
    _write(folder / "tortured" / "pps_tortured_phrases.jsonl", [json.dumps(p) for p in tortured])
    post_edit = {
        "lp": "ru-en", "split": "train", "hter": 0.2,
        "mt": ["The", "police", "said", "that", "it", "was", "the", "inventory", "of", "the", "city", "."],
        "pe": "The police said that it was the game of the city .",
    }  # fmt: skip
    _write(folder / "qe" / "mlqe_pe_train.jsonl.gz", [json.dumps(post_edit)])
    for source in ("bbc_2004", "wmt21_23_refs_en"):
        _write(folder / "news" / f"{source}.txt.gz", SENTENCES * 1000)
    return folder
