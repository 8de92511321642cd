#!/usr/bin/env python3
"""Train the adapter: a causal language model learns to copy a draft as an editor would.

Reads what garble.py wrote, trains a LoRA adapter and a small tagger on a CPU, saves every few minutes and goes on
where it stopped when it is started again with the same --out. See scripts/training/examples.py for what is trained
on.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parent))
from training import lora
from training.examples import IGNORE, Encode, Sample, build

from mtcheck.language_model.attention import register
from mtcheck.language_model.loading import separators

POOL = 1024
"""Examples that are sorted by length together, so that batches need little padding."""


@dataclass
class Settings:
    """What a run depends on; kept beside its state, and a run is resumed with the same only."""

    base: str
    rank: int
    alpha: float
    first_layer: int
    targets: list[str]
    learning_rate: float
    batch_tokens: int
    warmup: int
    keep_garbled: float
    changed_weight: float
    tag_weight: float
    plain_weight: float
    seed: int


@dataclass
class Progress:
    """Where a run stands: optimiser steps done, and the pool and batch of the data that come next."""

    step: int = 0
    pool: int = 0
    batch: int = 0
    tokens: int = 0
    examples: int = 0
    seconds: float = 0.0


def examples(paths: list[Path]) -> Iterator[list[list[str]]]:
    """The examples of all files in turn, over and over."""
    while True:
        for path in paths:
            with path.open(encoding="utf-8") as lines:
                for line in lines:
                    yield json.loads(line)["pieces"]


def batches(
    pool: list[list[list[str]]], encode: Encode, bos: int, sep: int, settings: Settings, number: int
) -> list[list[Sample]]:
    """Lay out a pool's examples and cut it into batches of like lengths; the order depends on seed and number only."""
    chance = random.Random(settings.seed * 1_000_003 + number)
    samples = [build(pieces, encode, bos, sep, chance, settings.keep_garbled) for pieces in pool]
    samples = sorted((s for s in samples if len(s.ids) <= 512), key=lambda s: len(s.ids))
    cut: list[list[Sample]] = []
    for sample in samples:
        if cut and (len(cut[-1]) + 1) * len(sample.ids) <= settings.batch_tokens:
            cut[-1].append(sample)
        else:
            cut.append([sample])
    chance.shuffle(cut)
    return cut


def collate(batch: list[Sample]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """ids, labels, tags, changed and plain, each (B, T), padded on the right."""
    length = max(len(sample.ids) for sample in batch)

    def padded(name: str, fill: int) -> Tensor:
        return torch.tensor([[*getattr(s, name), *[fill] * (length - len(s.ids))] for s in batch])

    labels, tags, plain = (padded(name, IGNORE) for name in ("labels", "tags", "plain"))
    return padded("ids", 0), labels, tags, padded("changed", 0).bool(), plain


class Trainer:
    """The model with its adapter and tagger, and one optimiser over both."""

    def __init__(self, settings: Settings) -> None:
        from transformers import AutoModelForCausalLM

        self.settings = settings
        self.model: Any = AutoModelForCausalLM.from_pretrained(
            settings.base, dtype=torch.bfloat16, attn_implementation=register(), local_files_only=True
        )
        lora.attach(self.model, settings.targets, settings.rank, settings.alpha, settings.seed, settings.first_layer)
        self.tagger = nn.Linear(self.model.config.hidden_size, 1)
        nn.init.zeros_(self.tagger.weight)
        nn.init.constant_(self.tagger.bias, -2.0)
        self.parameters = [p for p in self.model.parameters() if p.requires_grad] + list(self.tagger.parameters())
        self.optimiser = torch.optim.AdamW(
            self.parameters, lr=settings.learning_rate, weight_decay=0.0, betas=(0.9, 0.98)
        )

    def losses(self, batch: list[Sample]) -> dict[str, Tensor]:
        """Mean surprisal (nats) of copied, changed and plain tokens, the share of changed got right, losses."""
        ids, labels, tags, changed, plain = collate(batch)
        hidden = self.model.base_model(input_ids=ids, use_cache=False).last_hidden_state
        judged = labels != IGNORE
        logits = self.model.get_output_embeddings()(hidden[judged]).float()
        nll = functional.cross_entropy(logits, labels[judged], reduction="none")
        departs = changed[judged]
        right = (logits.detach().argmax(-1) == labels[judged]) & departs
        tagged = tags != IGNORE
        scores = self.tagger(hidden[tagged].float()).squeeze(-1)
        tag = functional.binary_cross_entropy_with_logits(scores, tags[tagged].float())
        read = plain != IGNORE
        logits = self.model.get_output_embeddings()(hidden[read]).float()
        plain_nll = functional.cross_entropy(logits, plain[read], reduction="sum") / max(1, int(read.sum()))
        weights = 1.0 + departs * (self.settings.changed_weight - 1.0)
        return {
            "loss": (nll * weights).sum() / weights.sum()
            + self.settings.tag_weight * tag
            + self.settings.plain_weight * plain_nll,
            "copy": nll[~departs].sum() / max(1, int((~departs).sum())),
            "changed": nll[departs].sum() / max(1, int(departs.sum())),
            "right": right.sum() / max(1, int(departs.sum())),
            "tag": tag,
            "plain": plain_nll,
        }

    def step(self, batch: list[Sample], rate: float) -> dict[str, float]:
        """One optimiser step at a learning rate; the figures of :meth:`losses`."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        figures = self.losses(batch)
        figures["loss"].backward()
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        return {name: float(value.detach()) for name, value in figures.items()}

    @torch.inference_mode()
    def evaluate(self, held_out: list[list[Sample]]) -> dict[str, float]:
        """The figures over held-out batches, weighted by their sequences."""
        total: dict[str, float] = {}
        count = sum(len(batch) for batch in held_out)
        for batch in held_out:
            for name, value in self.losses(batch).items():
                total[name] = total.get(name, 0.0) + float(value) * len(batch) / count
        return total

    def save(self, folder: Path, base_name: str, progress: Progress) -> None:
        """Write the adapter, the tagger and the optimiser's state; each file is replaced as a whole."""
        s = self.settings
        lora.save(self.model, folder / "new", base_name, s.targets, s.rank, s.alpha)
        tagger = {"weight": self.tagger.weight.detach(), "bias": self.tagger.bias.detach()}
        save_file(tagger, folder / "new" / "tagger.safetensors")
        state: dict[str, Tensor] = {}
        for number, parameter in enumerate(self.parameters):
            state[f"{number}.value"] = parameter.detach().contiguous()
            for name, value in self.optimiser.state.get(parameter, {}).items():
                state[f"{number}.{name}"] = torch.as_tensor(value).contiguous()
        save_file(state, folder / "new" / "state.safetensors", metadata={"progress": json.dumps(asdict(progress))})
        for path in (folder / "new").iterdir():
            path.replace(folder / path.name)

    def resume(self, folder: Path) -> Progress:
        """Take up a saved state; a new run starts at zero."""
        from safetensors import safe_open

        path = folder / "state.safetensors"
        if not path.exists():
            return Progress()
        state = load_file(path)
        with torch.no_grad():
            for number, parameter in enumerate(self.parameters):
                parameter.copy_(state[f"{number}.value"])
                names = ("step", "exp_avg", "exp_avg_sq")
                if f"{number}.step" in state:
                    self.optimiser.state[parameter] = {name: state[f"{number}.{name}"] for name in names}
        with safe_open(path, "pt") as file:
            return Progress(**json.loads(file.metadata()["progress"]))


def rate_at(step: int, settings: Settings, last: int, decay: float) -> float:
    """Learning rate: linear warm-up, constant, then linear to a fiftieth over the last ``decay`` share of the steps."""
    rise = min(1.0, (step + 1) / settings.warmup)
    start = last * (1 - decay)
    fall = 1.0 if step < start else max(0.02, (last - step) / max(1.0, last - start))
    return settings.learning_rate * rise * fall


def keep_settings(settings: Settings, path: Path) -> None:
    """Write a run's settings or, where it is resumed, see that they are the same."""
    if path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))
        changed = [name for name, value in asdict(settings).items() if name != "base" and before.get(name) != value]
        if changed:
            sys.exit(
                f"train.py: {path.parent} was trained with other settings ({', '.join(changed)}); use another --out"
            )
    path.write_text(json.dumps(asdict(settings), indent=2) + "\n", encoding="utf-8")


def cut_log(log: Path, step: int) -> None:
    """Drop what a log says of steps that come again because they were not saved."""
    if log.exists():
        lines = log.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if json.loads(line)["step"] <= step]
        log.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


def draw(log: Path, picture: Path) -> None:
    """The loss curves of a run's log as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4))
    for name, axis in (("copy", left), ("changed", right)):
        seen = [(row["step"], row[name]) for row in rows if row["kind"] == "train"]
        held = [(row["step"], row[name]) for row in rows if row["kind"] == "held-out"]
        axis.plot(*zip(*seen, strict=True), color="tab:grey", linewidth=0.8, label="training")
        if held:
            axis.plot(*zip(*held, strict=True), color="tab:blue", marker="o", markersize=3, label="held out")
        axis.set_title(f"{name} tokens")
        axis.set_xlabel("step")
        axis.set_ylabel("mean surprisal, nats")
        axis.legend()
    left.set_yscale("log")
    figure.tight_layout()
    figure.savefig(picture, dpi=110)


def main() -> None:
    """Parse the options and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", required=True, help="folder of the base model (`mtcheck model info` prints it)")
    parser.add_argument("--base-name", default="HuggingFaceTB/SmolLM2-135M-Instruct", help="for adapter_config.json")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="files of garble.py, trained on in turn")
    parser.add_argument("--held-out", type=Path, help="held-out file of garble.py for the curve")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run: adapter, state, log")
    parser.add_argument("--steps", type=int, required=True, help="steps in all; may be changed on resuming")
    parser.add_argument("--decay", type=float, default=0.3, help="share of the steps in which the rate falls")
    parser.add_argument("--skip", type=int, default=0, help="examples to pass over at the start of the data")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--alpha", type=float, default=32.0)
    parser.add_argument("--first-layer", type=int, default=0)
    parser.add_argument(
        "--targets", nargs="+", default="q_proj k_proj v_proj o_proj gate_proj up_proj down_proj".split()
    )
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--warmup", type=int, default=50)
    parser.add_argument("--keep-garbled", type=float, default=0.5)
    parser.add_argument("--changed-weight", type=float, default=1.0)
    parser.add_argument("--tag-weight", type=float, default=0.3)
    parser.add_argument("--plain-weight", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save-every", type=int, default=60, help="steps between saves")
    parser.add_argument("--evaluate-every", type=int, default=120, help="steps between held-out figures")
    parser.add_argument("--threads", type=int, help="processor threads (default: all)")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    chosen = {name: getattr(options, name) for name in Settings.__dataclass_fields__}
    settings = Settings(**chosen)
    options.out.mkdir(parents=True, exist_ok=True)
    keep_settings(settings, options.out / "settings.json")
    tokenizer = Tokenizer.from_file(str(Path(settings.base) / "tokenizer.json"))

    def encode(text: str) -> tuple[list[int], list[tuple[int, int]]]:
        out = tokenizer.encode(text, add_special_tokens=False)
        return out.ids, out.offsets

    trainer = Trainer(settings)
    bos, sep = separators(trainer.model.config.to_dict())
    progress = trainer.resume(options.out)
    stream = examples(options.data)
    for _ in range(options.skip + progress.pool * POOL):
        next(stream)
    held: list[list[Sample]] = []
    if options.held_out:
        with options.held_out.open(encoding="utf-8") as lines:
            pool = [json.loads(line)["pieces"] for line, _ in zip(lines, range(250), strict=False)]
        held = batches(pool, encode, bos, sep, settings, -1)
    log = options.out / "log.jsonl"
    cut_log(log, progress.step)

    def record(kind: str, figures: dict[str, float]) -> None:
        row = {"kind": kind, "step": progress.step, "seconds": round(progress.seconds), "tokens": progress.tokens}
        row |= {name: round(value, 5) for name, value in figures.items()}
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        shown = "  ".join(f"{name} {value:.4f}" for name, value in figures.items())
        speed = progress.tokens / max(1e-9, progress.seconds)
        print(f"{kind} {progress.step}/{options.steps}  {shown}  {speed:.0f} tokens/s", flush=True)

    sums: dict[str, float] = {}
    count = 0
    while progress.step < options.steps:
        pool = [next(stream) for _ in range(POOL)]
        ready = batches(pool, encode, bos, sep, settings, progress.pool)
        for batch in ready[progress.batch :]:
            begun = time.monotonic()
            figures = trainer.step(batch, rate_at(progress.step, settings, options.steps, options.decay))
            progress.step += 1
            progress.batch += 1
            progress.tokens += sum(len(sample.ids) for sample in batch)
            progress.examples += len(batch)
            progress.seconds += time.monotonic() - begun
            if not math.isfinite(figures["loss"]):
                sys.exit(f"train.py: the loss is {figures['loss']} at step {progress.step}; lower --learning-rate")
            count += 1
            for name, value in figures.items():
                sums[name] = sums.get(name, 0.0) + value
            if progress.step % 20 == 0:
                record("train", {name: value / count for name, value in sums.items()})
                sums, count = {}, 0
            if held and progress.step % options.evaluate_every == 0:
                record("held-out", trainer.evaluate(held))
            if progress.step % options.save_every == 0:
                trainer.save(options.out, options.base_name, progress)
            if progress.step >= options.steps:
                break
        else:
            progress.pool += 1
            progress.batch = 0
    trainer.save(options.out, options.base_name, progress)
    if count:
        record("train", {name: value / count for name, value in sums.items()})
    if held:
        record("held-out", trainer.evaluate(held))
    draw(log, options.out / "loss.png")


if __name__ == "__main__":
    main()
