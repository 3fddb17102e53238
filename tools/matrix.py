"""The tests that use a server, on every version of PostgreSQL and under either variant of the default privileges.

    make matrix        (or: python -m tools.matrix [--write] [--only NAMES] [MAJOR-VARIANT ...], such as 15-legacy)

Prints a row for each leg as soon as it has ended. With `--write` it replaces the leg's row in docs/matrix.md, with the
commit that gave it. Exit codes: 0 every leg passed; 1 a test failed or a server is missing.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from localdb.platform import DefaultPrivileges

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "matrix.md"
SECURITY = ROOT / "docs" / "security.md"
MAJORS = (15, 17, 18)
FOLDERS = ("integration", "services", "errors", "stack", "dashboard")
ATTACKS = "attacks"
"""Names the tests of docs/security.md: they are in the folders too, and take a tenth of the time."""
CORPUS = "corpus"

ONLY = "%(default)s (all); attacks for those of docs/security.md alone"

_HEAD = """\
# On which servers it was tried

Every test that uses a server, on each version of PostgreSQL that Supabase has or prepares, and under both variants of
its default privileges: `opt_in` (projects from October 2026 on) and `legacy` (older ones); tests that make databases of
the other variant are left out. Written by `make matrix ARGS=--write`, a row as soon as it is known.

| PostgreSQL | default privileges | tests | passed | failed | skipped | minutes | commit |
|---|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Leg:
    """A server to try."""

    major: int
    variant: DefaultPrivileges

    def __str__(self) -> str:
        """Return it as the command line names it."""
        return f"{self.major}-{self.variant.value}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a leg: the folders, numbers of tests, seconds, and the commit that was tried."""

    leg: Leg
    folders: tuple[str, ...]
    passed: int
    failed: int
    skipped: int
    seconds: float
    commit: str

    @property
    def good(self) -> bool:
        """Whether tests ran and none failed."""
        return self.passed > 0 and self.failed == 0

    @property
    def row(self) -> str:
        """Return the beginning of the table's row: by it a later outcome takes this one's place."""
        return f"| {self.leg.major} | {self.leg.variant.value} | {', '.join(self.folders)}"

    def __str__(self) -> str:
        """Return the table's row."""
        cells = (self.row, self.passed, self.failed, self.skipped, f"{self.seconds / 60:.1f}", self.commit)
        return f"{' | '.join(map(str, cells))} |"


_ROWS = tuple(f"| {major} |" for major in MAJORS)
LEGS = tuple(Leg(major, variant) for major in MAJORS for variant in DefaultPrivileges)


def paths(name: str) -> tuple[str, ...]:
    """Return what pytest is given for a folder of tests, the corpus or the attacks."""
    if name == CORPUS:
        return ("supaschema/tests",)
    if name == ATTACKS:
        return tuple(sorted(set(re.findall(r"`(tests/[\w/]+\.py)`", SECURITY.read_text(encoding="utf-8")))))
    return (f"tests/{name}",)


def run(leg: Leg, folders: tuple[str, ...], workers: str) -> Outcome:
    """Run the tests of these folders on one server; what pytest prints is shown."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["--pg", str(leg.major), "--default-privileges", leg.variant.value, "--numprocesses", workers]
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                *options,
                f"--junit-xml={report}",
                *(path for name in folders for path in paths(name)),
            ],
            cwd=ROOT,
            # A server that is missing is a failure, not a skipped test.
            env={**os.environ, "CI": "true"},
            check=False,
        )
        return _read(leg, folders, report, time.monotonic() - began)


def _read(leg: Leg, folders: tuple[str, ...], report: Path, seconds: float) -> Outcome:
    suite = ET.parse(report).getroot().find("testsuite")  # noqa: S314 - pytest has just written it
    assert suite is not None
    tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    return Outcome(leg, folders, tests - skipped - failed, failed, skipped, seconds, _commit())


def _commit() -> str:
    # The page itself may have changed since: a row of it.
    command = ["git", "describe", "--always", "--abbrev=12"]
    commit = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", ".", ":!docs/matrix.md"], cwd=ROOT, check=False)
    return f"{commit}{'-dirty' if changed.returncode else ''}"


def page(before: str, outcome: Outcome) -> str:
    """Return the page: as it was before, with the outcome's row in place of the one for the same server and folders."""
    rows = [line for line in before.splitlines() if line.startswith(_ROWS) and not line.startswith(f"{outcome.row} |")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    machine = f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}"
    told = f"The last of them on {machine}, Python {platform.python_version()}."
    return _HEAD + "\n".join([*sorted([*rows, str(outcome)]), "", told, ""])


def main(arguments: Sequence[str]) -> int:
    """Try every leg, or those that are named."""
    names = {str(leg): leg for leg in LEGS}
    parser = argparse.ArgumentParser(prog="matrix", description="Run the tests that use a server on every server.")
    parser.add_argument("--write", action="store_true", help="write docs/matrix.md")
    parser.add_argument("--workers", default=os.environ.get("TEST_WORKERS", "auto"), help="test processes (auto)")
    parser.add_argument("legs", nargs="*", metavar="LEG", choices=[[], *names], help=f"of {', '.join(names)} (all)")
    parser.add_argument("--only", metavar="NAMES", default=",".join((*FOLDERS, CORPUS)), help=ONLY)
    asked = parser.parse_args(arguments)
    folders = tuple(asked.only.split(","))
    known = (*FOLDERS, CORPUS, ATTACKS)
    if unknown := set(folders) - set(known):
        parser.error(f"--only: there is no {unknown.pop()}; there are {', '.join(known)}")
    outcomes = []
    for leg in [names[name] for name in asked.legs] or LEGS:
        outcomes.append(run(leg, folders, asked.workers))
        sys.stdout.write(f"{outcomes[-1]}\n")
        sys.stdout.flush()
        if asked.write:
            before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
            PAGE.write_text(page(before, outcomes[-1]), encoding="utf-8")
    return 0 if all(outcome.good for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
