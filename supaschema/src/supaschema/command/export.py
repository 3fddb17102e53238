"""Write the program that declares what a database holds: `pulumi up` of it takes that over, and runs no statement.

No file that is there is written over, and nothing is written to the database.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from supaschema.command import init
from supaschema.command.databases import of_environment
from supaschema.command.outcome import Exit, complain, listed, say, write_new_file
from supaschema.core.errors import SupaschemaError
from supaschema.core.printable import line
from supaschema.database.connect import Database
from supaschema.database.dsn import require_url
from supaschema.database.settings import URL_VARIABLE, Settings
from supaschema.export.admitted import admitted
from supaschema.export.declare import declarations_of
from supaschema.export.model import Exported, Scope
from supaschema.export.order import in_order
from supaschema.export.program import FOLDER, MAIN, files_of
from supaschema.export.reading import Reading, read
from supaschema.registry import KINDS
from supaschema.review.words import number

LEFT_OUT = "not-declared.txt"
"""The file that tells what the program does not declare."""
_SHOWN = 20
_PROJECT = (init.PROJECT, "requirements.txt", ".gitignore")
"""What `init` writes besides a program: where it is missing, it is written here too."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "database",
        nargs="?",
        metavar="DATABASE",
        help=f"a URL, or the name of an environment variable that holds one (default: {URL_VARIABLE})",
    )
    parser.add_argument(
        "--schema", action="append", default=[], metavar="NAME", help="only this schema; may be given several times"
    )
    parser.add_argument(
        "--table",
        action="append",
        default=[],
        metavar="PATTERN",
        help="only relations like this, `notes_*` or `app.notes_*`, with what is on them; may be given several times",
    )
    parser.add_argument(
        "--tighten",
        action="store_true",
        help="declare grants without what no policy holds back, and policies that ask who is signed in once a "
        "statement; the first preview shows what that changes",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where to")
    parser.add_argument(
        "--name", help="the project's name, where the folder has no Pulumi.yaml (default: the folder's)"
    )


def settings(options: argparse.Namespace) -> Settings:
    """Return the settings for the database that is given, or that the environment names.

    Raises:
        DeclarationError: What is given is neither a URL nor the name of a variable that holds one; or none is named.

    """
    if not options.database:
        return of_environment()
    return Settings(database_url=require_url(options.database, "DATABASE"))


def run(options: argparse.Namespace, database: Database) -> Exit:
    """Write it; raise SupaschemaError where a file cannot be written."""
    folder = options.out.resolve()
    name = options.name or folder.name
    if not init.is_project_name(name) and not os.path.lexists(folder / init.PROJECT):
        complain(init.NO_NAME.format(name))
        return Exit.FAILED
    if there := [it for it in (MAIN, FOLDER, LEFT_OUT) if os.path.lexists(folder / it)]:
        complain(f"{folder} has {', '.join(there)} already: nothing was written. Name another folder by --out.")
        return Exit.FAILED
    reading = read(database, KINDS)
    scope = Scope(frozenset(options.schema), tuple(options.table))
    exported = admitted(declarations_of(reading, scope), reading, tighten=options.tighten)
    if not exported.declared:
        complain("there is nothing that a program could declare.")
        say(*_left_out(exported))
        return Exit.FAILED
    _write(folder, name, exported, reading)
    _tell(folder, exported, reading)
    say(
        "That takes over what is there; the preview shows what --tighten changes."
        if options.tighten
        else "That takes over what is there, and runs no statement."
    )
    return Exit.DONE


def _write(folder: Path, name: str, exported: Exported, reading: Reading) -> None:
    project = {it: text for it, text in init.project_files(name).items() if it in _PROJECT}
    files = {it: text for it, text in project.items() if not os.path.lexists(folder / it)}
    files |= files_of(in_order(exported.declared, reading))
    if exported.left_out:
        files[LEFT_OUT] = "".join(f"{line(f'{it.id}: {it.why}')}\n" for it in exported.left_out)
    try:
        (folder / FOLDER).mkdir(parents=True)
    except OSError as error:
        what = f"{folder / FOLDER} cannot be made: {error.strerror}."
        raise SupaschemaError(what, remedy="Name another folder by --out.") from None
    for file, text in files.items():
        write_new_file(folder / file, text, file)


def _tell(folder: Path, exported: Exported, reading: Reading) -> None:
    say(f"{folder} has a program now that declares {number(len(exported.declared), 'object')}.")
    say(*_left_out(exported))
    if len(exported.left_out) > _SHOWN:
        say(f"  and {len(exported.left_out) - _SHOWN} more: {folder / LEFT_OUT}")
    if reading.hidden:
        kinds = ", ".join(it.replace("_", " ") for it in reading.hidden)
        complain(f"this role is not shown every {kinds}: the program has none of them.")
    say(f"Next, in {folder}:", *init.steps(folder))


def _left_out(exported: Exported) -> list[str]:
    return listed("Not declared:", (f"{it.id}: {it.why}" for it in exported.left_out[:_SHOWN]))
