"""The library's wheel, built as somebody would who wants to have it elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

LIBRARY = Path(__file__).resolve().parents[2] / "supaschema"
_CACHE = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
UV = shutil.which("uv") or Path(os.environ.get("SUPASCHEMA_CACHE") or f"{_CACHE}/supaschema") / "uv" / "bin" / "uv"
"""As scripts/setup.sh finds it."""


def built_wheel(folder: Path) -> Path:
    """Build the wheel into a folder, and return it."""
    build = [UV, "build", "--offline", "--quiet", "--wheel", "--out-dir", folder, LIBRARY]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("supaschema-*.whl")
    return wheel


def unpacked_wheel(folder: Path) -> Path:
    """Build the wheel and unpack it: a folder to import from, with the version that the typed classes ask for."""
    wheel = built_wheel(folder)
    where = folder / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(where)
    return where
