#!/usr/bin/env python3
"""Draw a command's output as it looks on a terminal: the README's picture.

python scripts/picture.py --out docs/output.svg --lines 40 -- mtcheck seeds/ceasefire.txt
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
from pathlib import Path

from rich.console import Console
from rich.text import Text


def main() -> None:
    """Run the command with colours on and save what it printed as SVG."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--width", type=int, default=100)
    parser.add_argument("--lines", type=int, default=40, help="lines from the top; the last two lines are kept too")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    environment = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(options.width)}
    printed = subprocess.run(options.command, capture_output=True, text=True, env=environment, check=False).stdout
    lines = printed.rstrip("\n").split("\n")
    if len(lines) > options.lines + 2:
        lines = [*lines[: options.lines], "…", *lines[-2:]]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=options.width, file=nowhere)
        console.print(Text.from_ansi("\n".join(lines)))
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(console.export_svg(title=shlex.join(options.command)), encoding="utf-8")


if __name__ == "__main__":
    main()
