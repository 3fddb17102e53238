"""Write a project: Pulumi.yaml with the plugin, a program with one table, a workflow for GitHub, and what they need.

No file that is there is written over.
"""

from __future__ import annotations

import argparse
import os
import re
from importlib import resources
from pathlib import Path
from string import Template

from supaschema.command.outcome import Exit, complain, say, write_new_file
from supaschema.command.plugin_places import own_program
from supaschema.core.errors import SupaschemaError
from supaschema.provider.package_schema import VERSION

PROJECT = "Pulumi.yaml"
_TEMPLATES = {
    PROJECT: "Pulumi.yaml",
    "__main__.py": "__main__.py.txt",
    "requirements.txt": "requirements.txt",
    ".gitignore": "gitignore",
    ".github/workflows/database.yml": "workflow.yml",
}
_ENGINE = "3.256.0"
"""The engine that the workflow installs."""
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""What Pulumi takes as a project's name."""
NO_NAME = "{} is no name for a project: letters, digits, - _ and . may stand in it. Give one by --name."
_INSTALL = "  python3 -m venv .venv && . .venv/bin/activate && pip install -r requirements.txt"
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
    if not is_project_name(name):
        complain(NO_NAME.format(name))
        return Exit.FAILED
    files = project_files(name)
    if there := [file for file in files if os.path.lexists(folder / file)]:
        complain(f"{folder} has {', '.join(there)} already: nothing was written. Name another folder by --folder.")
        return Exit.FAILED
    try:
        for file in files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SupaschemaError(
            f"{folder} cannot be made: {error.strerror}.", remedy="Name another by --folder."
        ) from None
    for file, text in files.items():
        write_new_file(folder / file, text, file)
    say(f"{folder} has {', '.join(files)} now.", f"Next, in {folder}:", *steps(folder))
    say("For a database that exists, `supaschema export` writes the program that declares what it holds.")
    return Exit.DONE


def is_project_name(name: str) -> bool:
    """Return whether Pulumi takes it as a project's name."""
    return _NAME.fullmatch(name) is not None and name not in (".", "..")


def steps(folder: Path) -> list[str]:
    """Return the commands that come next in a project's folder, as lines."""
    program = own_program()
    is_installed = program is not None and program.parent == folder / ".venv" / "bin"
    return (_NEXT if is_installed else f"{_INSTALL}\n{_NEXT}").splitlines()


def project_files(name: str) -> dict[str, str]:
    """Return the files of a new project of that name, by their names."""
    folder = resources.files(__package__) / "project"
    texts = {file: (folder / template).read_text(encoding="utf-8") for file, template in _TEMPLATES.items()}
    values = {"name": name, "version": VERSION, "engine": _ENGINE}
    return {file: Template(text).substitute(values) for file, text in texts.items()}
