"""Tell how Pulumi's engine finds this library's plugin, and let it find it.

`path` writes the plugin's folder, as `plugins` in Pulumi.yaml takes it; `init` writes that into the Pulumi.yaml of the
current folder; `install` puts the plugin into the engine's cache, for every project; `check` tells which one is run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from pathlib import Path

from supaschema.command.outcome import Exit, complain, say, write_file
from supaschema.command.plugin_places import PROGRAM, PROJECT, named_in, own_program, places
from supaschema.core.errors import SupaschemaError
from supaschema.provider.package_schema import PACKAGE, VERSION

_FROM_SOURCES = f"this library runs from its sources, without {PROGRAM}: install it (pip install supaschema)."
_SECTION = "plugins:\n  providers:\n    - name: {name}\n      path: {path}\n"
"""The path in JSON's quotes, which are YAML's too."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", choices=("path", "init", "install", "check"), help="what to do")


def run(options: argparse.Namespace) -> Exit:
    """Do it; raise SupaschemaError where a file cannot be read or written."""
    if options.what == "check":
        return _check()
    program = own_program()
    if program is None:
        complain(_FROM_SOURCES)
        return Exit.MISSING
    if options.what == "path":
        say(str(program.parent))
        return Exit.DONE
    return _install(program) if options.what == "install" else _init(program)


def section(folder: Path, program: Path) -> str:
    """Return what names the plugin in the project file of a folder: by a relative path, if it is in the folder."""
    place = program.parent
    path = place.relative_to(folder) if place.is_relative_to(folder) else place
    return _SECTION.format(name=PACKAGE, path=json.dumps(str(path), ensure_ascii=False))


def _init(program: Path) -> Exit:
    project = Path.cwd() / PROJECT
    if not project.is_file():
        complain(f"there is no {PROJECT} here. `supaschema init` writes one.")
        return Exit.MISSING
    wanted, text = section(project.parent, program), project.read_text(encoding="utf-8")
    if named := named_in(project):
        say(f"{PROJECT} names {', '.join(named)} already.")
        return Exit.DONE
    if any(line.startswith("plugins:") for line in text.splitlines()):
        complain(f"{PROJECT} has plugins already. Write this among them:\n{wanted}")
        return Exit.FINDINGS
    write_file(project, f"{text.rstrip()}\n\n{wanted}", "the plugin's place")
    say(f"{PROJECT} names {PACKAGE} now.")
    return Exit.DONE


def _install(program: Path) -> Exit:
    command = ["pulumi", "plugin", "install", "resource", PACKAGE, VERSION, "--file", str(program), "--reinstall"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        complain("there is no pulumi on PATH.")
        return Exit.MISSING
    if done.returncode != 0:
        raise SupaschemaError(f"pulumi does not install it: {done.stderr.strip()}", remedy="")
    say(f"{PACKAGE} {VERSION} is in the engine's cache. It runs {program}: keep that, or install it again.")
    return Exit.DONE


def _check() -> Exit:
    found = list(places(Path.cwd(), os.environ))
    if not found:
        complain("the engine would find no plugin. `supaschema plugin init` or `supaschema plugin install` helps.")
        return Exit.MISSING
    if not os.access(found[0].program, os.X_OK):
        complain(f"{found[0].how}, where there is no {PROGRAM} that may be run: the engine fails there.")
        return Exit.MISSING
    for place, note in zip(found, ["this one is run", *["not reached"] * len(found)], strict=False):
        say(f"{place.how}: {place.program}, version {place.version() or 'unknown'} ({note})")
    if found[0].version() != VERSION:
        complain(f"this library is {VERSION}: the plugin that is run is another version.")
        return Exit.FINDINGS
    return Exit.DONE
