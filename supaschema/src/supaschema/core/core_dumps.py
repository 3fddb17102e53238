"""A process that holds secrets leaves none of its memory behind."""

from __future__ import annotations

import ctypes
import sys

_PR_SET_DUMPABLE = 4
"""Linux, `man 2 prctl`."""


def disable_core_dumps() -> None:
    """Let no crash of this process write its memory to a file, whatever the shell's limit says."""
    try:
        import resource  # noqa: PLC0415 - not every system has it
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # A pattern that pipes the core to a program heeds no limit.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
