"""The page of what was measured."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tools.stall.bench import WAIT_MS, Measured
from tools.stall.clients import CLIENTS


@dataclass(frozen=True, slots=True)
class Line:
    """A change, measured both ways."""

    name: str
    engine: Measured
    naive: Measured

    @property
    def is_right(self) -> bool:
        """Return whether nobody waited long, unless the change was consented to as one that stops people."""
        return self.engine.consented or self.engine.waits == 0

    def __str__(self) -> str:
        """Return it as a row of the table."""
        name = f"{self.name} (asks for consent)" if self.engine.consented else self.name
        return f"| {name} | {_cells(self.engine)} | {_cells(self.naive)} |"


def _cells(measured: Measured) -> str:
    return f"{measured.seconds:.1f} | {measured.highest_ms:.0f} | {measured.p999_ms:.0f} | {measured.waits}"


HEADING = f"""\
| change | engine: s | highest ms | p99.9 ms | waits over {WAIT_MS} ms | script: s | highest ms | p99.9 ms | waits |
|---|---:|---:|---:|---:|---:|---:|---:|---:|"""


def page(lines: Sequence[Line], rows: int, reader_seconds: float, major: int, commit: str) -> str:
    """Return the page of what was measured of a commit."""
    right = sum(line.is_right for line in lines)
    consented = sum(line.engine.consented for line in lines)
    return f"""\
# What people wait for while the schema changes

Written by `make stall ARGS=--write`. {len(lines)} changes to a table of {rows:,} rows, each by the engine and by the
statement that one would write, each on a copy of its own. Meanwhile {CLIENTS} clients read and write single rows, and a
transaction that has read the table stays open for {reader_seconds:g} s from before the change on. "Waits" are those for
a lock that lasted longer than {WAIT_MS} ms, as the server logged them; the other times are what the clients saw, this
machine's own delays included. A change that asks for consent tells beforehand that it rewrites the table or keeps
readers out.

In {right} of {len(lines)} changes nobody waited that long, or consent is asked ({consented}).

{HEADING}
{"".join(f"{line}{chr(10)}" for line in lines)}
Measured on {datetime.now(UTC):%Y-%m-%d} at commit {commit}: PostgreSQL {major}, {os.cpu_count()} cores
({platform.machine()}), a load of {os.getloadavg()[2]:.1f} in the last 15 minutes; data in memory, without waiting for a
disk.
"""


def commit() -> str:
    """Return the commit that is checked out."""
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
