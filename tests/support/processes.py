"""Follow the processes that a run of the CLI starts, and what they do in the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import LiteralString

from tests.support.catalog import one
from tests.support.sessions import Connection

_RUNNING: LiteralString = """
    select count(*) from pg_stat_activity
     where datname = current_database() and application_name = 'supaschema' and query like %s and state = 'active'
"""


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait until something holds; False: it did not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def runs(connection: Connection, begin: str) -> bool:
    """Return whether the provider runs a statement that begins like this."""
    return one(connection, _RUNNING, f"{begin}%") != 0


def providers(ancestor: int) -> list[int]:
    """Return the provider processes among the descendants of a process."""
    found, parents = [], [ancestor]
    while parents:
        parent = parents.pop()
        children = _children(parent)
        parents += children
        found += [child for child in children if "supaschema.provider" in _read(child, "cmdline")]
    return found


def alive(process: int) -> bool:
    """Return whether a process still runs; one that ended and was not waited for does not."""
    state = _read(process, "stat").rpartition(")")[2].split()
    return bool(state) and state[0] != "Z"


def _children(parent: int) -> list[int]:
    listed = (_read(parent, str(task.relative_to(f"/proc/{parent}"))) for task in _tasks(parent))
    return [int(child) for text in listed for child in text.split()]


def _tasks(process: int) -> list[Path]:
    return list(Path(f"/proc/{process}/task").glob("*/children"))


def _read(process: int, name: str) -> str:
    try:
        return Path(f"/proc/{process}/{name}").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""
