"""A shell that lives as long as a page: what one command sets, the next one has."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SECONDS = 600
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a command; the code is None where it did not end in time, or ended the shell."""

    code: int | None
    output: str


class Shell:
    """One bash; leaving the block ends it and what it started."""

    def __init__(self, folder: Path, environment: Mapping[str, str], scratch: Path) -> None:
        """Start it in a folder. `scratch` is an existing folder for its own files."""
        self._scratch = scratch
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
            start_new_session=True,
        )

    def __enter__(self) -> Shell:
        """Return the shell."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it, with what still runs in its session."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        self._process.communicate()

    def run(self, command: str, seconds: float = SECONDS, answer: str = "") -> Ran:
        """Run one command as if it had been typed; `answer` is all that it is told when it asks."""
        script, said, told = (self._scratch / name for name in ("command", "output", "answer"))
        script.write_text(f"{command}\n", encoding="utf-8")
        told.write_text(answer, encoding="utf-8")
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            # Sourced, so that it changes this shell; from a file, so that it is read as it is written.
            self._process.stdin.write(f"source '{script}' <'{told}' >'{said}' 2>&1; echo $?\n")
            answers, _, _ = select.select([self._process.stdout], [], [], seconds)
            code = self._process.stdout.readline().strip() if answers else ""
        except BrokenPipeError:
            code = ""
        output = said.read_text(encoding="utf-8", errors="replace") if said.exists() else ""
        return Ran(int(code) if code else None, _COLOURS.sub("", output))


def missing(shown: str, output: str) -> str | None:
    """Return the first line that a page shows and the output lacks; None where all are there, in their order.

    Spaces do not count, `...` stands for anything, and the output may hold more lines.
    """
    lines = iter([_plain(line) for line in output.splitlines()])
    for line in shown.splitlines():
        pattern = re.compile(".*".join(re.escape(part.strip()) for part in _plain(line).split("...")))
        if _plain(line) and not any(pattern.fullmatch(found) for found in lines):
            return line.strip()
    return None


def _plain(line: str) -> str:
    return re.sub(r"\s+", " ", line).strip()
