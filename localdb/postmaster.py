"""Tell from a data folder whether its server runs, and end it.

A server leaves ``postmaster.pid`` in its data; after a crash or a restart of the machine the file
is stale, and its number may be another program's. So a server counts as running only when that
process works in that folder.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from localdb.errors import ClusterError

_PROCESSES = Path("/proc")
_PID, _PORT = 0, 3


@dataclass(frozen=True, slots=True)
class Status:
    """Whether the server of `data_dir` runs; `pid` and `port` are None when it does not."""

    data_dir: Path
    pid: int | None = None
    port: int | None = None

    @property
    def running(self) -> bool:
        """Whether the server runs."""
        return self.pid is not None

    def end(self, seconds: float) -> bool:
        """Ask the server to end its connections and itself, and wait; give False when none runs.

        Raise `ClusterError` when it still runs after that time.
        """
        if self.pid is None:
            return False
        deadline = time.monotonic() + seconds
        os.kill(self.pid, signal.SIGINT)
        while _works_in(self.pid, self.data_dir):
            if time.monotonic() > deadline:
                raise ClusterError(
                    f"the server (process {self.pid}) has not stopped after {seconds:.0f} s.",
                    where=self.data_dir,
                )
            time.sleep(0.01)
        return True


def read_status(data_dir: Path) -> Status:
    """Return the state of the server whose data that folder holds, or would hold."""
    file = data_dir / "postmaster.pid"
    try:
        lines = _lines(file)
    except FileNotFoundError:
        return Status(data_dir)
    # Written in one piece; an empty or half-written file is a start that is still under way.
    if len(lines) <= _PORT or not _works_in(pid := int(lines[_PID]), data_dir):
        return Status(data_dir)
    return Status(data_dir, pid, int(lines[_PORT]))


def forget_stranger(data_dir: Path) -> None:
    """Remove a ``postmaster.pid`` whose number another program has now: it would block a start.

    Call it only when no server runs on the folder. A number that no process has is left to
    PostgreSQL itself, which also looks for memory that a crashed server left.
    """
    file = data_dir / "postmaster.pid"
    try:
        pid = int(_lines(file)[_PID])
    except (FileNotFoundError, IndexError, ValueError):
        return
    if _exists(pid) and not _works_in(pid, data_dir):
        file.unlink()


def _lines(file: Path) -> list[str]:
    # Not splitlines: the folder's name stands in the file, and may hold what Unicode takes for a line's end.
    return file.read_text(encoding="utf-8", errors="surrogateescape").removesuffix("\n").split("\n")


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _works_in(pid: int, data_dir: Path) -> bool:
    """Whether the process is a server on that folder: PostgreSQL works inside its data."""
    if (_PROCESSES / "self").exists():
        try:
            return (_PROCESSES / str(pid) / "cwd").readlink() == data_dir.resolve()
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            return False
    asked = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "postgres" in asked.stdout and str(data_dir) in asked.stdout
