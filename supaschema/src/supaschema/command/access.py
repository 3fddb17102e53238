"""Tell what roles may do in one database and not in another, and what breaks between them.

Each is named by its URL, or by the environment variable that holds it; nothing is written. 2: somebody may do more, or
something breaks.
"""

from __future__ import annotations

import argparse

import psycopg

from supaschema.command.outcome import Exit, complain
from supaschema.core.errors import DeclarationError, PreconditionError, SupaschemaError
from supaschema.core.printable import write
from supaschema.database.dsn import masked, require_url
from supaschema.database.server_errors import server_error
from supaschema.database.settings import Settings
from supaschema.review.access import words
from supaschema.review.access.compare import compare


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("before", metavar="BEFORE", help="the database as it was: a URL, or a variable that holds it")
    parser.add_argument("after", metavar="AFTER", help="the database as it is to be")
    parser.add_argument("--try", dest="by_trial", action="store_true", help="try it, in databases marked as scratch")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="for people or for programs")


def run(options: argparse.Namespace) -> Exit:
    """Write what differs."""
    try:
        before = Settings(database_url=require_url(options.before, "BEFORE"))
        after = Settings(database_url=require_url(options.after, "AFTER"))
    except DeclarationError as error:
        complain(str(error))
        return Exit.MISSING
    try:
        found = compare(before, after, by_trial=options.by_trial)
    except PreconditionError as error:
        complain(masked(masked(str(error), before), after))
        return Exit.MISSING
    except SupaschemaError as error:
        complain(masked(masked(str(error), before), after))
        return Exit.FAILED
    except psycopg.Error as error:
        complain(masked(masked(str(server_error(error)), before), after))
        return Exit.FAILED
    write(found.json() if options.format == "json" else words.text(found.changes, found.trials))
    return Exit.FINDINGS if found.opens_or_breaks else Exit.DONE
