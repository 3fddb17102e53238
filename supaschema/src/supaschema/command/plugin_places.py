"""Where Pulumi's engine finds the plugin: the project names it, or it is on PATH, or in the engine's cache.

The order is the engine's (`sdk/go/common/workspace/plugins.go`). What a project names and what is on PATH is run
whatever its version; of what is in the cache a program gets the version that it asks for.
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

from supaschema.core import programs
from supaschema.core.errors import SupaschemaError
from supaschema.provider.package_schema import PACKAGE, VERSION

PROGRAM = f"pulumi-resource-{PACKAGE}"
PROJECT = "Pulumi.yaml"
_IGNORED = "PULUMI_IGNORE_AMBIENT_PLUGINS"
"""Has the engine pass by what is on PATH."""
_SECONDS = 30
_NEEDED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")
"""What a program is given that is asked for its version: a project may name any, and nobody's secret is theirs."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the engine looks for a plugin.

    Attributes:
        how: How the engine comes to it, in words.
        program: The executable file, which may be missing where a project names its folder.

    """

    how: str
    program: Path

    def version(self) -> str | None:
        """Return the version that it gives as its own; None: it gives none."""
        given = {name: os.environ[name] for name in _NEEDED if name in os.environ}
        try:
            done = programs.run([str(self.program), "--version"], environment=given, seconds=_SECONDS)
        except (OSError, UnicodeError, SupaschemaError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None


def own_program() -> Path | None:
    """Return the plugin that was installed together with this library; None: it runs from its sources."""
    program = Path(sysconfig.get_path("scripts")) / PROGRAM
    return program if os.access(program, os.X_OK) else None


def places(folder: Path, environment: Mapping[str, str]) -> Iterator[Place]:
    """Return where the engine looks, in its order: where the project says, else on PATH, else in its cache.

    Args:
        folder: The project's.
        environment: With PATH, HOME and PULUMI_HOME, as the engine reads them.

    Raises:
        SupaschemaError: The project file is no YAML.

    """
    for path in named_in(folder / PROJECT):
        yield Place(f"{PROJECT} names {path}", folder / path / PROGRAM)
    path = "" if environment.get(_IGNORED, "").lower() in ("1", "true") else environment.get("PATH", "")
    if found := shutil.which(PROGRAM, path=path):
        yield Place("on PATH", Path(found))
    home = environment.get("PULUMI_HOME") or Path(environment.get("HOME", "")) / ".pulumi"
    cached = {path.parent.name: path for path in Path(home, "plugins").glob(f"resource-{PACKAGE}-v*/{PROGRAM}")}
    # A program that asks for the library's version gets that one.
    wanted = f"resource-{PACKAGE}-v{VERSION}"
    for name in sorted(cached, key=lambda name: (name != wanted, name)):
        yield Place("in the engine's cache", cached[name])


def named_in(project: Path) -> list[str]:
    """Return the folders that a project file names for the plugin; none where there is no such file.

    Raises:
        SupaschemaError: It is no YAML.

    """
    if not project.is_file():
        return []
    try:
        read = yaml.safe_load(project.read_text(encoding="utf-8"))
    except (yaml.YAMLError, RecursionError, UnicodeError):
        raise SupaschemaError(
            f"{project} is no YAML.", remedy="Mend it, or write a new one: `supaschema init`."
        ) from None
    plugins = read.get("plugins") if isinstance(read, dict) else None
    listed = plugins.get("providers") if isinstance(plugins, dict) else None
    return [
        path
        for item in (listed if isinstance(listed, list) else ())
        if isinstance(item, dict) and item.get("name") == PACKAGE
        if isinstance(path := item.get("path"), str) and path
    ]
