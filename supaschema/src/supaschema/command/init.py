"""Write a project: Pulumi.yaml with the plugin, a program with one table, what pip installs and git leaves out.

No file that is there is written over.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from string import Template

from supaschema.command.outcome import Exit, complain, say, write_file
from supaschema.command.plugin_places import own_program
from supaschema.core.errors import SupaschemaError
from supaschema.provider.package_schema import VERSION

_TEMPLATES = {
    "Pulumi.yaml": "Pulumi.yaml",
    "__main__.py": "__main__.py.txt",
    "requirements.txt": "requirements.txt",
    ".gitignore": "gitignore",
}
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""What Pulumi takes as a project's name."""
_INSTALL = "  python3 -m venv .venv && .venv/bin/pip install -r requirements.txt"
_NEXT = """\
  pulumi stack init dev
  pulumi config set --secret supaschema:databaseUrl
  pulumi preview
  pulumi up"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--folder", type=Path, default=Path(), help="where to (default: the current folder)")
    parser.add_argument("--name", help="the project's name (default: the folder's)")


def run(options: argparse.Namespace) -> Exit:
    """Write it; raise SupaschemaError where a file cannot be written."""
    folder = options.folder.resolve()
    name = options.name or folder.name
    if not _NAME.fullmatch(name) or name in (".", ".."):
        complain(f"{name} is no name for a project: letters, digits, - _ and . may stand in it. Give one by --name.")
        return Exit.FAILED
    files = _files({"name": name, "version": VERSION})
    if there := [file for file in files if os.path.lexists(folder / file)]:
        complain(f"{folder} has {', '.join(there)} already: nothing was written. Name another folder by --folder.")
        return Exit.FAILED
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SupaschemaError(
            f"{folder} cannot be made: {error.strerror}.", remedy="Name another by --folder."
        ) from None
    for file, text in files.items():
        write_file(folder / file, text, file)
    program = own_program()
    is_installed = program is not None and program.parent == folder / ".venv" / "bin"
    steps = _NEXT if is_installed else f"{_INSTALL}\n{_NEXT}"
    say(f"{folder} has {', '.join(files)} now.", f"Next, in {folder}:", *steps.splitlines())
    return Exit.DONE


def _files(values: Mapping[str, str]) -> dict[str, str]:
    folder = resources.files(__package__) / "project"
    texts = {file: (folder / template).read_text(encoding="utf-8") for file, template in _TEMPLATES.items()}
    return {file: Template(text).substitute(values) for file, text in texts.items()}
