"""Kill and cut deployments: python -m tools.chaos [--runs N] [--seed S] [--real EVERY] [--pg MAJOR].

Each round deploys to a copy of a database, does something to the deployment at a random moment, runs the same command
again, and holds schema, rows, ledger and archive against a run that was left alone. Every tenth round goes through the
real `pulumi`; the others ask the provider in the engine's order, and are cut at one exchange with the server.

Exit codes: 0 every round came to the same end; 2 one did not: it is told, with the seed and number that repeat it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from supaschema.core.core_dumps import disable_core_dumps
from tools.chaos.real import RealRounds
from tools.chaos.rounds import Round, rounds


def played(runs: Sequence[int], seed: str, every: int, major: int) -> Iterator[Round]:
    """Play the rounds of these numbers; each has dice of its own, so that one can be played alone.

    Args:
        runs: Their numbers.
        seed: What the dice of all of them come from.
        every: How many of them there are to one of the real engine's.
        major: The server's version.

    """
    real = [number for number in runs if number % every == every - 1]
    with rounds(major) as driven, tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        engine = RealRounds(driven.made, driven.proxy, Path(folder)) if real else None
        for number in runs:
            dice = random.Random(f"{seed}:{number}")  # noqa: S311 - a seed that is told makes a failure repeatable
            if engine is not None and number in real:
                yield engine.play(number, dice)
            else:
                yield driven.play(number, dice)


def table(done: Iterable[Round]) -> list[str]:
    """Return a table of what was done, a line for each kind of cut."""
    by_kind: dict[tuple[str, str], list[Round]] = defaultdict(list)
    for item in done:
        by_kind[item.cut.value, item.by].append(item)
    lines = ["| cut | by | rounds | in the middle | longest, s | not the same end |", "|---|---|---|---|---|---|"]
    for (kind, by), items in sorted(by_kind.items()):
        reached = sum(item.place != "-" for item in items)
        longest = max(item.seconds for item in items)
        wrong = sum(bool(item.problems) for item in items)
        lines.append(f"| {kind} | {by} | {len(items)} | {reached} | {longest:.1f} | {wrong} |")
    return lines


def _places(done: Iterable[Round]) -> str:
    counts: dict[str, int] = defaultdict(int)
    for item in done:
        counts[item.place] += item.place != "-"
    return ", ".join(f"{place} {count}" for place, count in sorted(counts.items()) if count)


def main(arguments: Sequence[str]) -> int:
    """Play rounds, tell of them, and return the exit code."""
    parser = argparse.ArgumentParser(prog="chaos")
    parser.add_argument("--runs", type=int, default=300, help="how many rounds (300)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first (0)")
    parser.add_argument("--seed", default=str(random.SystemRandom().randrange(10**6)), help="repeats a run")
    parser.add_argument("--real", type=int, default=10, metavar="EVERY", help="every n-th by the real engine (10)")
    parser.add_argument("--pg", type=int, default=17, help="the server's version (17)")
    options = parser.parse_args(arguments)
    began, done = time.monotonic(), list[Round]()
    print(f"seed {options.seed}")
    for item in played(range(options.first, options.first + options.runs), options.seed, options.real, options.pg):
        done.append(item)
        what = f"{item.cut.value} by {item.by}, at {item.place} ({item.moment})"
        print(f"{item.number}: {item.command}, {what}", flush=True)
        for problem in item.problems:
            print(f"  not the same end: {problem}", flush=True)
    wrong = [item for item in done if item.problems]
    print("\n".join(["", *table(done), "", f"in the middle of: {_places(done)}"]))
    print(f"{len(done)} rounds, {len(wrong)} of another end, {time.monotonic() - began:.0f} s, seed {options.seed}")
    return 2 if wrong else 0


if __name__ == "__main__":
    disable_core_dumps()
    sys.exit(main(sys.argv[1:]))
