"""Makes training examples: clean news, garbled. One JSON object a line.

python scripts/garble.py --data DATA --out FILE.jsonl --count 60000 --seed 1 --split train
python scripts/garble.py --data DATA --round-trip FILE --base FOLDER --write-dictionary FILE.tsv.gz
python scripts/garble.py --data DATA --check
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

from garbler.build import KINDS, build_composer, build_dictionary
from garbler.composer import Composer, Example
from garbler.dictionary import Dictionary
from garbler.must_produce import unmet


def readable(example: Example) -> str:
    """The garbled text with each original in brackets after its garble."""
    parts = [f"\033[1m{g}\033[0m[{o}|{k}]" if k else g for g, o, k in example.pieces]
    return f"({example.source}, {example.family}) " + "".join(parts)


def check(composer: Composer) -> int:
    """Prints what a mechanism must be able to make and does not; the number of such examples."""
    missing = [(kind, *example) for kind, mechanism in composer.mechanisms.items() for example in unmet(mechanism)]
    for kind, text, garbled in missing:
        print(f"{kind}: never makes {garbled!r} of {text!r}")
    return len(missing)


def write(composer: Composer, out: Path, count: int, seed: int) -> None:
    """Writes `count` examples to `out`, in one go when all are made."""
    began = time.monotonic()
    temporary = out.with_name(out.name + ".part")
    with temporary.open("w", encoding="utf-8") as stream:
        for done, example in enumerate(composer.examples(count, seed), 1):
            row = {"pieces": example.pieces, "source": example.source, "family": example.family}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            if done % 2000 == 0 or done == count:
                rate = done / (time.monotonic() - began)
                print(f"\r{done}/{count} examples, {rate:.0f}/s", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    os.replace(temporary, out)


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    mechanisms = "\n".join(f"  {kind:<13} {what}" for kind, what in KINDS.items())
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=f"mechanisms:\n{mechanisms}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder with news, lexical, names, pairs, ...")
    parser.add_argument("--out", type=Path, help="the JSONL file to write")
    parser.add_argument("--count", type=int, default=1000, help="how many examples")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", choices=("train", "held-out"), default="train")
    parser.add_argument("--only", nargs="+", choices=KINDS, metavar="MECHANISM", help="these mechanisms alone")
    parser.add_argument(
        "--without", nargs="+", choices=KINDS, default=[], metavar="MECHANISM", help="all mechanisms but these"
    )
    parser.add_argument("--round-trip", type=Path, metavar="FILE", help="what scripts/round_trip.py wrote")
    parser.add_argument("--dictionary", type=Path, metavar="FILE", help="what --write-dictionary wrote")
    parser.add_argument("--base", type=Path, metavar="FOLDER", help="a base model, for the plausible swaps")
    parser.add_argument("--write-dictionary", type=Path, metavar="FILE", help="build the dictionary of swaps and stop")
    parser.add_argument("--show", type=int, metavar="N", help="print N examples for people to read")
    parser.add_argument("--check", action="store_true", help="say what a mechanism should be able to make and does not")
    return parser


def main() -> int:
    """Runs the program."""
    parser = arguments()
    options = parser.parse_args()
    if options.write_dictionary:
        if not options.base:
            parser.error("the plausible swaps need --base FOLDER (`mtcheck model info` prints it)")
        count = build_dictionary(options.data, options.round_trip, options.base).write(options.write_dictionary)
        print(f"{count} swaps", file=sys.stderr)
        return 0
    kinds = [k for k in (options.only or KINDS) if k not in options.without]
    dictionary = Dictionary.read(options.dictionary) if options.dictionary else None
    if dictionary is None and "plausible" in kinds:
        parser.error("plausible swaps come from a dictionary: give --dictionary FILE or --without plausible")
    composer = build_composer(options.data, options.split, kinds, options.round_trip, dictionary)
    if options.check:
        return 1 if check(composer) else 0
    if options.show:
        for example in itertools.islice(composer.examples(options.show, options.seed), options.show):
            print(readable(example), end="\n\n")
        return 0
    if not options.out:
        parser.error("give --out FILE, --show N, --check or --write-dictionary FILE")
    write(composer, options.out, options.count, options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
