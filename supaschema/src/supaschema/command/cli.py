"""`python -m supaschema COMMAND`: the arguments, the database, the exit code. A module of this folder is a command."""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import NoReturn

import psycopg

from supaschema.command.databases import of_environment
from supaschema.command.outcome import Exit, complain
from supaschema.core.errors import DeclarationError, SupaschemaError
from supaschema.core.secret_texts import MASK
from supaschema.database.connect import Database
from supaschema.database.dsn import masked
from supaschema.database.server_errors import server_error
from supaschema.database.settings import URL_VARIABLE, Settings
from supaschema.ledger import integrity

_COMMANDS = (
    *("status", "claim", "move", "orphans", "purge", "report", "snapshot", "scratch", "preflight", "deploy", "drift"),
    "export",
)
_NOT_CONNECTING = ("access", "diff", "init", "plugin")
"""Commands that are given the databases they are about, or are about none."""
_NAMING = ("report", "scratch", "drift", "export")
"""Commands that may be given the database they connect to, or at times connect to none."""
_NAMES = (*_COMMANDS, *_NOT_CONNECTING)
_EPILOG = f"""The database is named by the environment variable {URL_VARIABLE}; `access`, `diff`, `export` and
`scratch` may be given theirs, `init` and `plugin` need none.
Exit codes: 0 done or nothing found; 1 failed; 2 something found, or --yes is wanting; 3 a precondition is missing.
Of a report: 2 the preview or its trial fails, a hazard needs consent, it is stale, or not all of it is known.
Of drift: 1 it could not be told whether something differs; 2 something does (of --all: of one database).
Of diff: 1 it could not be told whether something differs; 2 something does, or a hazard lacks consent.
Of preflight: 2 nothing should be run. Of deploy: 2 nothing was run; 5 a limit was passed."""


def main(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code."""
    modules = _modules(arguments)
    parser = _parser(modules)
    options = parser.parse_args(arguments)
    command = modules[options.command]
    if options.command == "report" and (why := command.misused(options)):
        parser.error(why)
    if options.command in _NOT_CONNECTING:
        return _without_database(command.run, options)
    try:
        settings = _settings(command, options)
    except DeclarationError as error:
        complain(str(error))
        return Exit.MISSING
    return _without_database(command.run_without, options) if settings is None else _run(command, options, settings)


def _modules(arguments: Sequence[str]) -> dict[str, ModuleType]:
    """Return the modules of the commands that the arguments may be for, by their names.

    What all of them import takes longer than many a command does: where the first argument is a command's name, that
    one is imported. Else somebody asks for help, or is told what there is.
    """
    names = arguments[:1] if arguments[:1] and arguments[0] in _NAMES else _NAMES
    return {name: importlib.import_module(f"supaschema.command.{name}") for name in names}


def _without_database(run: Callable[[argparse.Namespace], Exit], options: argparse.Namespace) -> Exit:
    try:
        return run(options)
    except SupaschemaError as error:
        complain(str(error))
        return Exit.FAILED


def _run(command: ModuleType, options: argparse.Namespace, settings: Settings) -> Exit:
    database = Database(settings)
    try:
        with database.connection() as connection:
            integrity.require(connection)
        result: Exit = command.run(options, database)
    except SupaschemaError as error:
        complain(masked(str(error), settings))
        return Exit.FAILED
    except psycopg.Error as error:
        complain(masked(str(server_error(error)), settings))
        return Exit.FAILED
    else:
        return result
    finally:
        database.close()


def _settings(command: ModuleType, options: argparse.Namespace) -> Settings | None:
    """Return the settings of the database that a command is about; None: this time it connects by itself, or to none.

    Raises:
        DeclarationError: No database is named.

    """
    found: Settings | None = command.settings(options) if options.command in _NAMING else of_environment()
    return found


# In a word that looks like a URL or a connection string, and was written where none belongs.
_CREDENTIALS = re.compile(r"(?<=://)\S*(?=@)|(?<=password)\s*=\s*(?:'[^']*'?|\S+)", re.IGNORECASE)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # The usual code of a wrong usage means findings here.
        self.print_usage(sys.stderr)
        message = _CREDENTIALS.sub(MASK, message)
        self.exit(Exit.FAILED, f"{self.prog}: {message}\n")


def _parser(modules: Mapping[str, ModuleType]) -> argparse.ArgumentParser:
    """Return the parser of these commands; of the others it knows the names."""
    parser = _Parser(prog="supaschema", epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in _NAMES:
        summary = str(modules[name].__doc__).partition("\n")[0] if name in modules else ""
        own = commands.add_parser(
            name,
            help=summary,
            description=summary,
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            # What is not written in full no script around it recognizes.
            allow_abbrev=False,
        )
        if name in modules:
            modules[name].arguments(own)
    return parser
