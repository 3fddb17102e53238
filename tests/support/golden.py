"""Texts that are kept as files, for people to read: what is made must be what the file holds."""

from __future__ import annotations

import os
from pathlib import Path


def golden(path: Path, found: str) -> None:
    """Compare a text with the file that holds it; with GOLDEN=write in the environment, write that instead."""
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8"), f"not as in {path.name}; GOLDEN=write makes it so"
