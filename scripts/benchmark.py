#!/usr/bin/env python3
"""Time whole checks beside plain perplexity of the same base model over the same texts, in turns, in one run.

    python scripts/benchmark.py --news NEWS.txt.gz --words 1000 10000 --documents 1 100 --picture docs/performance.svg

Beside mtcheck (the library, its model loaded, nothing remembered, in the precision that it chooses) run transformers as
its users call it, in bf16 or what --precision says, and the packages lmppl, minicons, surprisal and llama_cpp as theirs
do, where they are installed or --python names the interpreter of an environment that has them. Each is a process of its
own; they take turns. Told are medians with the least and the most, words a second, peak memory, ratios to the plain
pass, how fast this machine multiplies matrices, and the share of that which mtcheck reaches. Ratios are what can be
compared between machines.

Who gets in the others' way has an environment of its own: lmppl 0.3.2 with `pip install lmppl "transformers<5"`,
llama_cpp with `pip install llama-cpp-python`, which compiles llama.cpp.

    python scripts/benchmark.py --python lmppl=ENVIRONMENT/bin/python --python llama_cpp=ANOTHER/bin/python
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchmarking.contestants import CONTESTANTS
from garbler.counts import read_lines

from mtcheck import base_model
from mtcheck.language_model.loading import fastest_precision

SEED = Path(__file__).resolve().parent.parent / "seeds" / "ceasefire.txt"
OWN = "mtcheck"
PLAIN = "transformers"
SENTENCES_A_PARAGRAPH = 4


@dataclass
class Contest:
    """One text's seconds, by contestant, and the peak of memory in MB."""

    label: str
    words: int
    seconds: dict[str, list[float]] = field(default_factory=dict)
    peak: dict[str, float] = field(default_factory=dict)

    def median(self, name: str) -> float:
        """Median seconds of a contestant."""
        return statistics.median(self.seconds[name])


class Contestant:
    """A process that has its model loaded and scores what it is sent."""

    def __init__(self, name: str, base: Path, precision: str, python: str = sys.executable) -> None:
        self.name = name
        command = [python, "-m", "benchmarking.contestants", name, str(base), precision]
        folder = str(Path(__file__).resolve().parent)
        paths = os.pathsep.join([folder, *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": paths},
        )
        self._answer()

    def run(self, documents: list[str]) -> tuple[float, float]:
        """Seconds, and the peak of memory so far in MB."""
        answer = self._ask({"documents": documents})
        return answer["seconds"], answer["peak"]

    def operations(self, documents: list[str]) -> float:
        """Multiplications and additions of the products of matrices in a run."""
        return self._ask({"documents": documents, "count": True})["operations"]

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _ask(self, wanted: dict[str, object]) -> dict[str, float]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"benchmark.py: {self.name} ended with status {self._process.wait()}; run it alone to see why")
        found: dict[str, float] = json.loads(line)
        return found


def news(path: Path, words: int, documents: int) -> list[str]:
    """Documents of a file of sentences, so many words in all, four sentences a paragraph."""
    found: list[list[str]] = [[]]
    count = 0
    for line in read_lines(path):
        found[-1].append(line.strip())
        count += len(line.split())
        if count >= words:
            break
        if count >= words / documents * len(found) and len(found) < documents:
            found.append([])
    step = SENTENCES_A_PARAGRAPH
    return ["\n".join(" ".join(some[k : k + step]) for k in range(0, len(some), step)) for some in found]


def matrix_speed(precision: str) -> float:
    """The most GFLOP a second of a matrix product in the precision, over some shapes."""
    import torch

    best = 0.0
    for rows, inner, columns in ((128, 576, 3072), (2048, 576, 1536), (4096, 1536, 1536), (2048, 2048, 2048)):
        left, right = torch.randn(rows, inner), torch.randn(inner, columns)
        if precision == "int8":
            held = (30 * left).to(torch.int8), (30 * right).to(torch.int8)
            multiply = partial(torch._int_mm, *held)
        else:
            kind = {"bf16": torch.bfloat16, "fp32": torch.float32}[precision]
            multiply = partial(torch.mm, left.to(kind), right.to(kind))
        multiply()
        for _ in range(10):
            begun = time.perf_counter()
            multiply()
            best = max(best, 2e-9 * rows * inner * columns / (time.perf_counter() - begun))
    return best


def contest(contestants: list[Contestant], label: str, documents: list[str], runs: int, warm_up: int = 1) -> Contest:
    """All contestants over the documents, in turns, after as many runs that do not count as ``warm_up`` says."""
    result = Contest(label, sum(len(text.split()) for text in documents))
    for turn in range(warm_up + runs):
        for contestant in contestants:
            seconds, peak = contestant.run(documents)
            if turn >= warm_up:
                result.seconds.setdefault(contestant.name, []).append(seconds)
            result.peak[contestant.name] = peak
    return result


def reached(name: str, precision: str, operations: float, seconds: float, most: float) -> str:
    """What share of the machine's speed at products of matrices (``most``, GFLOP a second) a contestant reaches."""
    speed = 1e-9 * operations / seconds
    return (
        f"{name}, first text: {1e-9 * operations:.0f} GFLOP in products of matrices, {speed:.0f} a second, "
        f"{speed / most:.0%} of the {most:.0f} that this machine reaches in {precision} ({os.cpu_count()} processors)."
    )


def table(results: list[Contest]) -> str:
    """The results as a Markdown table."""
    columns = ("text", "who", "seconds: median (least to most)", "words a second", "beside a plain pass", "peak MB")
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for result in results:
        for name, seconds in result.seconds.items():
            median = result.median(name)
            spread = f"{median:.2f} ({min(seconds):.2f} to {max(seconds):.2f})"
            ratio = f"{median / result.median(PLAIN):.2f}" if PLAIN in result.seconds else "-"
            cells = [result.label, name, spread, f"{result.words / median:.0f}", ratio, f"{result.peak[name]:.0f}"]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def draw(results: list[Contest], path: Path) -> None:
    """Time beside a plain pass, by text and contestant, as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    names = list(results[0].seconds)
    figure, axis = pyplot.subplots(figsize=(8, 1.2 + 0.35 * len(results) * len(names)))
    labels, values = [], []
    for result in results:
        for name in names:
            labels.append(f"{result.label}: {name}")
            values.append(result.median(name) / result.median(PLAIN))
    axis.barh(labels, values, color=["tab:blue" if "mtcheck" in label else "tab:grey" for label in labels])
    axis.axvline(1.0, color="black", linewidth=0.8)
    axis.invert_yaxis()
    axis.set_xlabel("time beside one plain pass with transformers")
    figure.tight_layout()
    figure.savefig(path)


def interpreter(value: str) -> tuple[str, str]:
    """A contestant's name and the path of the interpreter that it runs under, of ``NAME=INTERPRETER``."""
    name, sign, python = value.partition("=")
    if not sign or not python:
        raise argparse.ArgumentTypeError(f"{value!r} is not NAME=INTERPRETER")
    if name not in CONTESTANTS:
        raise argparse.ArgumentTypeError(f"{name!r} is no contestant; there are {', '.join(CONTESTANTS)}")
    found = shutil.which(os.path.expanduser(python))
    if not found:
        raise argparse.ArgumentTypeError(f"{python!r}, for {name}, is not a program that can be run")
    return name, found


def participants(only: list[str] | None, pythons: dict[str, str]) -> list[str]:
    """Who was named; else who is installed here or has an interpreter of its own."""
    return only or [name for name in CONTESTANTS if name in pythons or importlib.util.find_spec(name)]


def main() -> None:
    """Parse the options, time, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path, nargs="*", default=[SEED], help="files that are timed as one document each")
    parser.add_argument("--news", type=Path, help="a file with a sentence a line, to make documents of")
    parser.add_argument("--words", type=int, nargs="*", default=[1000, 10000, 100000], help="sizes of --news in words")
    parser.add_argument("--documents", type=int, nargs="*", default=[1, 100], help="how many documents --news makes")
    parser.add_argument("--only", nargs="*", choices=CONTESTANTS, help="who takes part (default: who is installed)")
    parser.add_argument(
        "--python",
        type=interpreter,
        action="append",
        default=[],
        metavar="NAME=INTERPRETER",
        help="run a contestant under this interpreter, for one that is not installed here; may be given for several",
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--warm-up", type=int, default=1, help="runs before these, which do not count (default: 1)")
    parser.add_argument(
        "--precision",
        choices=("bf16", "fp32"),
        default="bf16" if fastest_precision() == "bf16" else "fp32",
        help="of the plain pass (default: bf16 where this processor is fast in it, else fp32)",
    )
    parser.add_argument("--picture", type=Path, help="draw the ratios into this file")
    options = parser.parse_args()
    pythons = dict(options.python)
    base = base_model.locate(None).folder
    contestants = [
        Contestant(name, base, options.precision, pythons.get(name, sys.executable))
        for name in participants(options.only, pythons)
    ]
    texts = [(path.name, [path.read_text(encoding="utf-8")]) for path in options.text]
    if options.news:
        texts += [
            (f"{words:,} words, {count} document{'s' * (count > 1)}", news(options.news, words, count))
            for words in options.words
            for count in options.documents
        ]
    results = [contest(contestants, label, documents, options.runs, options.warm_up) for label, documents in texts]
    counted = {one.name: one.operations(texts[0][1]) for one in contestants if one.name in (OWN, PLAIN)}
    for contestant in contestants:
        contestant.close()
    print(table(results))
    for name, precision in ((OWN, fastest_precision()), (PLAIN, options.precision)):
        if name in counted:
            print(reached(name, precision, counted[name], results[0].median(name), matrix_speed(precision)))
    if options.picture:
        draw(results, options.picture)


if __name__ == "__main__":
    main()
