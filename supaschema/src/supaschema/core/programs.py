"""Other programs, such as the `pulumi` CLI: how they are run, and what of their words is told."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from supaschema.core.errors import SupaschemaError

LAST_LINES = 20
"""How many lines of what a program said are told of one that fails."""


def run(
    command: Sequence[str],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: str | None = None,
    shown: bool = False,
    seconds: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, however that is.

    Args:
        command: It and its arguments.
        folder: Where it runs; None: in the current folder.
        environment: Its variables; None: our own.
        stdin: What it reads; None: what we would.
        shown: Whether it writes to our own output, and not into the answer.
        seconds: How long it may take; None: as long as it will.

    Raises:
        subprocess.TimeoutExpired: It took longer, and was ended.
        SupaschemaError: There is no such program.

    """
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=None if environment is None else dict(environment),
            input=stdin,
            capture_output=not shown,
            text=True,
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError:
        raise _missing(command) from None


def run_watched(command: Sequence[str], is_enough: Callable[[], bool], seconds: float) -> int:
    """Run a program that writes to our own output, and return its exit code.

    Args:
        command: It and its arguments.
        is_enough: Asked again and again meanwhile: whether it is to end. It is told so once, as by Ctrl-C.
        seconds: How long to wait between two times.

    Raises:
        SupaschemaError: There is no such program.

    """
    try:
        process = subprocess.Popen(command)
    except FileNotFoundError:
        raise _missing(command) from None
    try:
        return _ended(process, is_enough, seconds)
    except KeyboardInterrupt:
        # Whoever ended us by Ctrl-C ended it, too: it tidies up, and is waited for.
        process.wait()
        raise
    except BaseException:
        # Nobody watches it any more, and nobody else has told it to end.
        process.send_signal(signal.SIGINT)
        process.wait()
        raise


def _ended(process: subprocess.Popen[bytes], is_enough: Callable[[], bool], seconds: float) -> int:
    is_told = False
    while True:
        try:
            return process.wait(None if is_told else seconds)
        except subprocess.TimeoutExpired:
            is_told = is_enough()
        if is_told:
            process.send_signal(signal.SIGINT)


def _missing(command: Sequence[str]) -> SupaschemaError:
    return SupaschemaError(f"there is no {command[0]} on PATH.", remedy="Install it: make setup.")


def last_words(said: str, between: str = " ") -> str:
    """Return the last lines of what a program said, which tell why it failed."""
    return between.join(said.strip().splitlines()[-LAST_LINES:])
