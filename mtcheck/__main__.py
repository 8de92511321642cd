"""Makes ``python -m mtcheck`` the command line."""

from __future__ import annotations

from mtcheck.cli import main

if __name__ == "__main__":
    main()
