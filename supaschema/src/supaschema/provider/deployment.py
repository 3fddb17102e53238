"""The number by which the processes of one deployment know each other.

The engine starts a process for every provider that a program names: two that name one database write to it side by
side, for one engine. Its address and its process tell which.
"""

from __future__ import annotations

import hashlib
import platform
import uuid
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Where Linux tells one start of a machine from another."""


def deployment_of(engine_address: str | None, engine_process: int) -> int | None:
    """Return the number of the engine's deployment; None: there is no engine that others could have too.

    Args:
        engine_address: Where the engine listens, as it told this process.
        engine_process: The process that started this one.

    """
    if engine_address is None:
        return None
    boot = _BOOT.read_text(encoding="ascii") if _BOOT.exists() else ""
    told = "\n".join((boot, platform.node(), str(uuid.getnode()), str(engine_process), engine_address))
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:4]) >> 1
