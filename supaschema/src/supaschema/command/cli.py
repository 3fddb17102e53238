"""`python -m supaschema COMMAND`: the arguments, the database, the exit code. A module of this folder is a command."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

import psycopg

from supaschema.command import (
    access,
    claim,
    deploy,
    diff,
    drift,
    export,
    init,
    move,
    orphans,
    plugin,
    preflight,
    purge,
    report,
    scratch,
    snapshot,
    status,
)
from supaschema.command.outcome import Exit, complain
from supaschema.core.errors import DeclarationError, SupaschemaError
from supaschema.core.secret_texts import MASK
from supaschema.database.connect import Database
from supaschema.database.dsn import masked
from supaschema.database.server_errors import server_error
from supaschema.database.settings import URL_VARIABLE, Settings, settings_from
from supaschema.ledger import integrity

_COMMANDS = {
    "status": status,
    "claim": claim,
    "move": move,
    "orphans": orphans,
    "purge": purge,
    "report": report,
    "snapshot": snapshot,
    "scratch": scratch,
    "preflight": preflight,
    "deploy": deploy,
    "drift": drift,
    "export": export,
}
_NOT_CONNECTING = {"access": access, "diff": diff, "init": init, "plugin": plugin}
"""Commands that are given the databases they are about, or are about none."""
_EPILOG = f"""The database is named by the environment variable {URL_VARIABLE}; `access`, `diff`, `export` and
`scratch` may be given theirs, `init` and `plugin` need none.
Exit codes: 0 done or nothing found; 1 failed; 2 something found, or --yes is wanting; 3 a precondition is missing.
Of a report: 2 the preview or its trial fails, a hazard needs consent, it is stale, or not all of it is known.
Of drift: 1 it could not be told whether something differs; 2 something does (of --all: of one database).
Of diff: 1 it could not be told whether something differs; 2 something does, or a hazard lacks consent.
Of preflight: 2 nothing should be run. Of deploy: 2 nothing was run; 5 a limit was passed."""


def main(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "report" and (why := report.misused(options)):
        parser.error(why)
    if options.command in _NOT_CONNECTING:
        return _without_connecting(options)
    try:
        settings = _settings(options)
    except DeclarationError as error:
        complain(f"{error.what} {error.remedy}")
        return Exit.MISSING
    return _without_database(options) if settings is None else _run(options, settings)


def _without_connecting(options: argparse.Namespace) -> Exit:
    try:
        found: Exit = _NOT_CONNECTING[options.command].run(options)
    except SupaschemaError as error:
        complain(str(error))
        return Exit.FAILED
    return found


def _without_database(options: argparse.Namespace) -> Exit:
    try:
        return drift.run_without(options) if options.command == "drift" else report.run_without(options)
    except SupaschemaError as error:
        complain(str(error))
        return Exit.FAILED


def _run(options: argparse.Namespace, settings: Settings) -> Exit:
    database = Database(settings)
    try:
        with database.connection() as connection:
            integrity.require(connection)
        result: Exit = _COMMANDS[options.command].run(options, database)
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


def _settings(options: argparse.Namespace) -> Settings | None:
    if options.command == "scratch":
        return scratch.settings(options)
    if options.command == "export" and options.database:
        return export.settings(options)
    if options.command == "report" and (options.snapshot or options.reports):
        return report.settings(options)
    if options.command == "drift" and options.listed:
        return None
    try:
        return settings_from({})
    except DeclarationError as error:
        raise DeclarationError(error.what, remedy=f"Set {URL_VARIABLE}.") from None


# In a word that looks like a URL or a connection string, and was written where none belongs.
_CREDENTIALS = re.compile(r"(?<=://)\S*(?=@)|(?<=password)\s*=\s*(?:'[^']*'?|\S+)", re.IGNORECASE)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # The usual code of a wrong usage means findings here.
        self.print_usage(sys.stderr)
        message = _CREDENTIALS.sub(MASK, message)
        self.exit(Exit.FAILED, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="supaschema", epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, module in {**_COMMANDS, **_NOT_CONNECTING}.items():
        summary = str(module.__doc__).partition("\n")[0]
        own = commands.add_parser(
            name,
            help=summary,
            description=summary,
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            # What is not written in full no script around it recognizes.
            allow_abbrev=False,
        )
        module.arguments(own)
    return parser
