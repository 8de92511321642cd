#!/usr/bin/env python3
"""Time a check beside one plain perplexity pass of the same base model over the same text, alternately, in one run.

Three things are timed: the whole command as a user starts it, the check alone in a process that holds the model, and
the plain pass alone (transformers as its users call it: the text in one sequence, mean surprisal of its tokens, the
same precision). Medians with the least and the most; the ratios are what can be compared between machines.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

from mtcheck import Checker, base_model
from mtcheck.language_model.loading import fastest_precision

TYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}


def plain_pass(text: str, precision: str) -> Callable[[], float]:
    """Load the base with transformers; return what scores the text: perplexity per token, read once from the left."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = base_model.locate(None).folder
    network = AutoModelForCausalLM.from_pretrained(folder, dtype=TYPES[precision], local_files_only=True)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)

    def score() -> float:
        ids = tokenizer(text, return_tensors="pt").input_ids
        with torch.inference_mode():
            return float(torch.exp(network(input_ids=ids, labels=ids).loss))

    return score


def timed(run: Callable[[], object]) -> float:
    """Seconds of one run."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def main() -> None:
    """Parse the options, time, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path, nargs="?", default=Path(__file__).parent.parent / "seeds" / "ceasefire.txt")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--precision", choices=sorted(TYPES), default="bf16" if fastest_precision() == "bf16" else "fp32"
    )
    options = parser.parse_args()
    text = options.text.read_text(encoding="utf-8")
    checker = Checker(precision=options.precision)
    score = plain_pass(text, options.precision)
    command = [sys.executable, "-m", "mtcheck", "--precision", options.precision, "--format", "json", str(options.text)]
    things: dict[str, Callable[[], object]] = {
        "command": lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=False),
        "check": lambda: checker.check(text),
        "plain pass": score,
    }
    for run in things.values():
        run()
    seconds: dict[str, list[float]] = {name: [] for name in things}
    for _ in range(options.runs):
        for name, run in things.items():
            seconds[name].append(timed(run))
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    report = {
        "signature": checker.signature,
        "threads": torch.get_num_threads(),
        "words": len(text.split()),
        "seconds": {
            name: {"median": round(medians[name], 2), "least": round(min(v), 2), "most": round(max(v), 2)}
            for name, v in seconds.items()
        },
        "check / plain pass": round(medians["check"] / medians["plain pass"], 2),
        "command / plain pass": round(medians["command"] / medians["plain pass"], 2),
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
