"""Measure what people wait for while the schema changes.

    make stall          (or: python -m tools.stall [--rows N] [--reader SECONDS] [--only WORDS] [--write])

Exit code 2: somebody waited longer than 100 ms for a change that asks for no consent.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools.stall.bench import bench
from tools.stall.changes import CHANGES
from tools.stall.report import HEADING, Line, commit, page

PAGE = Path(__file__).parents[2] / "docs" / "stall.md"


def main() -> int:
    """Measure, print, and write the page if asked to."""
    asked = argparse.ArgumentParser(prog="make stall", description="What people wait for while the schema changes.")
    asked.add_argument("--rows", type=int, default=2_000_000, help="rows of the table (2000000)")
    asked.add_argument("--reader", type=float, default=20.0, help="seconds for which somebody reads it (20)")
    asked.add_argument("--pg", type=int, default=17, choices=(15, 17, 18), help="the server's version (17)")
    asked.add_argument("--only", default="", help="only changes whose name holds these words")
    asked.add_argument("--write", action="store_true", help="write docs/stall.md")
    given = asked.parse_args()
    sys.stdout.write(f"{HEADING}\n")
    lines: list[Line] = []
    measured = commit()
    with bench(given.pg, given.rows, given.reader) as measuring:
        for change in (change for change in CHANGES if given.only in change.name):
            lines.append(Line(change.name, measuring.engine(change), measuring.naive(change)))
            sys.stdout.write(f"{lines[-1]}\n")
            sys.stdout.flush()
            if given.write:
                # After each: a run that is broken off leaves what it came to.
                PAGE.write_text(page(lines, given.rows, given.reader, given.pg, measured), encoding="utf-8")
    return 0 if all(line.is_right for line in lines) else 2


if __name__ == "__main__":
    sys.exit(main())
