"""The library by itself: its wheel holds all that it needs, and says what that is."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from supaschema.provider.package_schema import VERSION
from tests.support.wheel import LIBRARY, built_wheel

PROJECT = tomllib.loads((LIBRARY / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_its_version_is_the_providers():
    assert PROJECT["version"] == VERSION


def test_its_scripts_are_functions():
    for place in PROJECT["scripts"].values():
        module, _, name = place.partition(":")
        assert callable(getattr(importlib.import_module(module), name)), place


def test_what_is_unpacked_elsewhere_is_whole(tmp_path: Path):
    with zipfile.ZipFile(built_wheel(tmp_path)) as archive:
        archive.extractall(tmp_path)
    sources = {path.relative_to(LIBRARY / "src") for path in (LIBRARY / "src").rglob("*") if path.is_file()}
    held = {path.relative_to(tmp_path) for path in (tmp_path / "supaschema").rglob("*") if path.is_file()}

    assert held == {path for path in sources if path.suffix != ".pyc"}
    ran = subprocess.run(
        [sys.executable, "-m", "supaschema", "status", "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "usage: supaschema status" in ran.stdout
