"""Rebuild a snapshot in an empty database, and name what could not be; 2: something could not."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import psycopg

from supaschema.command.outcome import Exit, complain, listed, say
from supaschema.core.errors import DeclarationError, PreconditionError
from supaschema.core.printable import write
from supaschema.database.connect import Database
from supaschema.database.dsn import places_of, require_url
from supaschema.database.server_errors import said
from supaschema.database.settings import URL_VARIABLE as STACKS_VARIABLE
from supaschema.database.settings import Settings
from supaschema.portable.model import load
from supaschema.portable.rebuild import Rebuilt, rebuilt, settings_for
from supaschema.registry import KINDS
from supaschema.review.access.tries.scratch import mark
from supaschema.review.words import number

URL_VARIABLE = "SUPASCHEMA_SCRATCH_URL"
"""Never the stack's own: the environment's database is the one that nothing may be rebuilt in, however it is named."""
_VERSION = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("snapshot", type=Path, metavar="SNAPSHOT", help="the file that `snapshot` has written")
    parser.add_argument(
        "--database",
        metavar="URL",
        help=f"an empty database: a URL, or the environment variable that holds one (default: {URL_VARIABLE})",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="for people or for programs")


def settings(options: argparse.Namespace) -> Settings:
    """Return the settings for the database to rebuild in; raises as below."""
    return named(options.database)


def named(given: str | None) -> Settings:
    """Return the settings for an empty database that is given, or that the environment names.

    Raises:
        DeclarationError: None is; or what is given names none; or it is the environment's own.

    """
    if not (given or os.environ.get(URL_VARIABLE)):
        raise DeclarationError(
            "no database is named to rebuild in.",
            remedy=f"Give an empty one, by its URL or in {URL_VARIABLE}: of a server in a container, say, which nobody "
            "misses. In this repository `make scratch` makes one.",
        )
    url = require_url(given or URL_VARIABLE, "the database to rebuild in")
    if places_of(url) & places_of(os.environ.get(STACKS_VARIABLE, "")):
        raise DeclarationError(
            f"the database to rebuild in is the one of {STACKS_VARIABLE}.",
            remedy="Nothing was done. Name an empty one that nobody misses.",
        )
    return settings_for(url)


def run(options: argparse.Namespace, database: Database) -> Exit:
    """Rebuild it."""
    snapshot = load(options.snapshot)
    try:
        found = rebuilt(database, snapshot, KINDS)
    except PreconditionError as error:
        complain(str(error))
        return Exit.MISSING
    _mark(database)
    if options.format == "json":
        write(f"{json.dumps(_as_json(found), indent=2)}\n")
    else:
        say(f"database {found.database}: {found.objects} of {number(found.of, 'object')} are as in the snapshot.")
        say(*listed("The same, though this server writes them otherwise:", found.alike))
        say(*listed("Not rebuilt:", (f"{item.name}: {item.why}" for item in found.failures)))
    return Exit.FINDINGS if found.failures else Exit.DONE


def _mark(database: Database) -> None:
    # For what asks for a database that may be spoilt: access by trial.
    try:
        with database.connection() as connection:
            mark(connection)
    except psycopg.Error as error:
        complain(f"database {database.server.database} is not marked as scratch: {said(error, reads_rows=False)}.")


def _as_json(found: Rebuilt) -> dict[str, object]:
    return {
        "version": _VERSION,
        "database": found.database,
        "rebuilt": found.objects,
        "of": found.of,
        "writtenOtherwise": list(found.alike),
        "notRebuilt": [{"name": item.name, "why": item.why} for item in found.failures],
    }
