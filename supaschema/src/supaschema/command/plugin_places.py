"""Where Pulumi's engine finds the plugin: the project names it, or it is on PATH, or in the engine's cache.

The order is the engine's (`sdk/go/common/workspace/plugins.go`): what is found first is run, whatever its version.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from supaschema.provider.package_schema import PACKAGE

PROGRAM = f"pulumi-resource-{PACKAGE}"
PROJECT = "Pulumi.yaml"
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Place:
    """A plugin that is there.

    Attributes:
        how: How the engine comes to it, in words.
        program: The executable file.

    """

    how: str
    program: Path

    def version(self) -> str | None:
        """Return the version that it gives as its own; None: it gives none."""
        try:
            done = subprocess.run(
                [self.program, "--version"], capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None


def own_program() -> Path | None:
    """Return the plugin that was installed together with this library; None: it runs from its sources."""
    program = Path(sysconfig.get_path("scripts")) / PROGRAM
    return program if os.access(program, os.X_OK) else None


def places(folder: Path, environment: Mapping[str, str]) -> Iterator[Place]:
    """Return the plugins that are there, in the engine's order.

    Args:
        folder: The project's.
        environment: With PATH, HOME and PULUMI_HOME.

    """
    for path in named_in(folder / PROJECT):
        if os.access(program := folder / path / PROGRAM, os.X_OK):
            yield Place(f"{PROJECT} names {path}", program)
    if found := shutil.which(PROGRAM, path=environment.get("PATH", "")):
        yield Place("on PATH", Path(found))
    home = environment.get("PULUMI_HOME") or Path(environment.get("HOME", "")) / ".pulumi"
    for cached in sorted(Path(home, "plugins").glob(f"resource-{PACKAGE}-v*/{PROGRAM}")):
        yield Place("in the engine's cache", cached)


def named_in(project: Path) -> list[str]:
    """Return the folders that a project file names for the plugin; none where there is no such file."""
    if not project.is_file():
        return []
    read = yaml.safe_load(project.read_text(encoding="utf-8"))
    plugins = read.get("plugins") if isinstance(read, dict) else None
    listed = plugins.get("providers") if isinstance(plugins, dict) else None
    return [
        str(item["path"])
        for item in listed or ()
        if isinstance(item, dict) and item.get("name") == PACKAGE and item.get("path")
    ]
