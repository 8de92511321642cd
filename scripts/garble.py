"""Makes training examples: clean news, garbled. One JSON object a line.

python scripts/garble.py --data DATA --out FILE.jsonl --count 60000 --seed 1 --split train
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from garbler.build import KINDS, build_composer
from garbler.composer import Example


def readable(example: Example) -> str:
    """The garbled text with each original in brackets after its garble."""
    parts = [f"\033[1m{g}\033[0m[{o}|{k}]" if k else g for g, o, k in example.pieces]
    return f"({example.source}, {example.family}) " + "".join(parts)


def main() -> int:
    """Runs the program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with news, lexical, names, pairs, ...")
    parser.add_argument("--out", type=Path, help="the JSONL file to write")
    parser.add_argument("--count", type=int, default=1000, help="how many examples")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", choices=("train", "held-out"), default="train")
    parser.add_argument("--only", nargs="+", choices=KINDS, help="these mechanisms alone")
    parser.add_argument("--without", nargs="+", choices=KINDS, default=[], help="all mechanisms but these")
    parser.add_argument("--round-trip", type=Path, metavar="FILE", help="what scripts/round_trip.py wrote")
    parser.add_argument("--show", type=int, metavar="N", help="print N examples for people to read")
    options = parser.parse_args()
    kinds = [k for k in (options.only or KINDS) if k not in options.without]
    composer = build_composer(options.data, options.split, kinds, options.round_trip)
    if options.show:
        for example in itertools.islice(composer.examples(options.show, options.seed), options.show):
            print(readable(example), end="\n\n")
        return 0
    if not options.out:
        parser.error("give --out FILE or --show N")
    began = time.monotonic()
    temporary = options.out.with_name(options.out.name + ".part")
    with temporary.open("w", encoding="utf-8") as stream:
        for done, example in enumerate(composer.examples(options.count, options.seed), 1):
            row = {"pieces": example.pieces, "source": example.source, "family": example.family}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            if done % 2000 == 0 or done == options.count:
                rate = done / (time.monotonic() - began)
                print(f"\r{done}/{options.count} examples, {rate:.0f}/s", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    os.replace(temporary, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
