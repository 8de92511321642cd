"""Compares choices of training by short runs, each with its own examples, and prints a Markdown table.

A choice of the adapter's shape is trained from nothing; a choice of data or of the loss goes on from a finished run
(--start), for by itself a short run learns little more than to copy. Each group is read beside its own first line.

python scripts/trials.py --base BASE --data DATA --dictionary dictionary.tsv.gz --held-out held-out.jsonl \
    --start RUN --out TRIALS
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parent))

from train import POOL, Settings, Trainer, batches, collate, examples, rate_at
from training.examples import IGNORE, Sample

from mtcheck.language_model.loading import separators

SCRIPTS = Path(__file__).resolve().parent
FALSE = 0.005
"""The share of sound tokens that may be tagged when the tagged share of the garbled ones is told."""
HEAVY = frozenset({"spinner", "thesaurus", "translation"})
LINEAR = "q_proj k_proj v_proj o_proj gate_proj up_proj down_proj".split()


@dataclass(frozen=True)
class Trial:
    """One run: what is changed of the settings and of the examples, and whether it goes on from a finished run."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    garble: tuple[str, ...] = ()
    keep: str = "all"
    warm: bool = True


TRIALS = (
    Trial("from nothing: rank 16, all layers and matrices, rate 1e-3", warm=False),
    Trial("rank 4", {"rank": 4, "alpha": 8.0}, warm=False),
    Trial("rank 64", {"rank": 64, "alpha": 128.0}, warm=False),
    Trial("upper 15 layers only", {"first_layer": 15}, warm=False),
    Trial("attention matrices only", {"targets": LINEAR[:4]}, warm=False),
    Trial("rate 3e-4", {"learning_rate": 3e-4}, warm=False),
    Trial("rate 3e-3", {"learning_rate": 3e-3}, warm=False),
    Trial("going on: the examples as they are"),
    Trial("weight 3 on changed tokens", {"changed_weight": 3.0}),
    Trial("copy holds 35 % of garbles, not 65 %", {"keep_garbled": 0.35}),
    Trial("without clean texts", keep="garbled"),
    Trial("texts garbled throughout, and clean ones", keep="heavy"),
    Trial("texts with few garbles, and clean ones", keep="light"),
    Trial("one sentence a window", keep="short"),
    Trial("paragraphs", keep="long"),
    Trial("no attested swaps", garble=("--without", "attested")),
    Trial("no dictionary swaps", garble=("--without", "plausible", "neighbour", "retranslated", "tortured")),
)


def kept(row: dict[str, Any], keep: str) -> bool:
    """Whether an example belongs to a trial's selection."""
    text = "".join(piece[1] for piece in row["pieces"])
    long = len(text.split()) > 40
    chosen = {
        "all": True,
        "garbled": row["family"] != "clean",
        "heavy": row["family"] in HEAVY or row["family"] == "clean",
        "light": row["family"] not in HEAVY,
        "short": not long,
        "long": long,
    }
    return bool(chosen[keep])


def make_examples(trial: Trial, options: argparse.Namespace, path: Path) -> None:
    """Have garble.py write the trial's examples and leave out what it does not select."""
    if path.exists():
        return
    raw = path.with_suffix(".raw")
    command = [sys.executable, SCRIPTS / "garble.py", "--data", options.data, "--dictionary", options.dictionary]
    command += ["--out", raw, "--count", str(options.examples), "--seed", "77", *trial.garble]
    subprocess.run([str(part) for part in command], check=True, stderr=subprocess.DEVNULL)
    with raw.open(encoding="utf-8") as lines, path.open("w", encoding="utf-8") as out:
        out.writelines(line for line in lines if kept(json.loads(line), trial.keep))
    raw.unlink()


def chosen_settings(trial: Trial, base: Path) -> Settings:
    """A run's settings: those of the released adapter with the trial's changes."""
    usual = Settings(
        base=str(base),
        rank=16,
        alpha=32.0,
        first_layer=0,
        targets=LINEAR,
        learning_rate=1e-3,
        batch_tokens=1024,
        warmup=10,
        keep_garbled=0.65,
        changed_weight=1.0,
        tag_weight=0.3,
        plain_weight=0.1,
        seed=1,
    )
    return replace(usual, **trial.settings)


class Encoder:
    """Text to token ids and offsets, as training wants them."""

    def __init__(self, base: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))

    def __call__(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Ids and their (start, end) code points."""
        out = self._tokenizer.encode(text, add_special_tokens=False)
        return out.ids, out.offsets


def train(trainer: Trainer, path: Path, encode: Encoder, steps: int) -> None:
    """So many steps over a trial's examples, the last third with a falling rate."""
    bos, sep = separators(trainer.model.config.to_dict())
    for step, batch in zip(range(steps), _endless(trainer.settings, path, encode, bos, sep), strict=False):
        trainer.step(batch, rate_at(step, trainer.settings, steps, 0.33))


def _endless(settings: Settings, path: Path, encode: Encoder, bos: int, sep: int) -> Iterator[list[Sample]]:
    stream = examples([path])
    number = 0
    while True:
        yield from batches([next(stream) for _ in range(POOL)], encode, bos, sep, settings, number)
        number += 1


@torch.inference_mode()
def tagged(trainer: Trainer, held: list[list[Sample]]) -> float:
    """The share of garbled tokens whose tag is higher than that of all but ``FALSE`` of the sound ones."""
    scores: list[np.ndarray] = []
    labels: list[np.ndarray] = []
    for batch in held:
        ids, _, tags, _, _ = collate(batch)
        hidden = trainer.model.base_model(input_ids=ids, use_cache=False).last_hidden_state
        known = tags != IGNORE
        scores.append(trainer.tagger(hidden[known].float()).squeeze(-1).numpy())
        labels.append(tags[known].numpy())
    score, label = np.concatenate(scores), np.concatenate(labels)
    return float((score[label == 1] > np.quantile(score[label == 0], 1.0 - FALSE)).mean())


def run(trial: Trial, options: argparse.Namespace, encode: Encoder) -> dict[str, Any]:
    """One trial's figures on the held-out texts."""
    begun = time.monotonic()
    path = options.out / f"examples-{_slug(trial)}.jsonl"
    make_examples(trial, options, path)
    settings = chosen_settings(trial, options.base)
    trainer = Trainer(settings)
    if trial.warm:
        trainer.resume(options.start)
    train(trainer, path, encode, options.steps)
    bos, sep = separators(trainer.model.config.to_dict())
    with options.held_out.open(encoding="utf-8") as lines:
        pool = [json.loads(line)["pieces"] for line, _ in zip(lines, range(options.texts), strict=False)]
    held = batches(pool, encode, bos, sep, replace(settings, keep_garbled=0.65, batch_tokens=2048), -1)
    figures = trainer.evaluate(held)
    return {
        "trial": trial.name,
        "steps": options.steps,
        **{name: round(figures[name], 4) for name in ("copy", "changed", "right", "tag")},
        "tagged": round(tagged(trainer, held), 4),
        "seconds": round(time.monotonic() - begun),
    }


def _slug(trial: Trial) -> str:
    return "-".join([trial.keep, *(part.strip("-") for part in trial.garble)])


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as a Markdown table."""
    columns = {"copied, nats": "copy", "changed, nats": "changed", "changed right": "right", "tag loss": "tag"}
    columns |= {"garbled tokens tagged": "tagged"}
    lines = [["run", *columns], *[["---"] * (1 + len(columns))]]
    lines += [[row["trial"], *(f"{row[name]:.3f}" for name in columns.values())] for row in rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def main() -> None:
    """Run the trials that have no figures yet, and print all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, what in (
        ("base", "folder of the base model"),
        ("data", "the garbler's data"),
        ("dictionary", "what garble.py --write-dictionary wrote"),
        ("held-out", "held-out file of garble.py"),
        ("start", "a run of train.py with rank 16 to go on from"),
        ("out", "folder for examples and figures"),
    ):
        parser.add_argument(f"--{name}", type=Path, required=True, help=what)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--examples", type=int, default=3000, help="examples made for a trial")
    parser.add_argument("--texts", type=int, default=250, help="held-out texts that are read")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    results = options.out / "results.jsonl"
    rows = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()] if results.exists() else []
    encode = Encoder(options.base)
    for trial in TRIALS:
        if not any(row["trial"] == trial.name and row["steps"] == options.steps for row in rows):
            rows.append(run(trial, options, encode))
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[-1]) + "\n")
    print(table(rows))


if __name__ == "__main__":
    main()
