"""Make a copy of a database one that is managed on its own; show what that takes, and do it with --yes."""

from __future__ import annotations

import argparse

from supaschema.command import status
from supaschema.command.outcome import Exit, complain, listed, say
from supaschema.core.urn import Urn, names_project, prefix_of
from supaschema.database.connect import Database
from supaschema.ledger import identity, journal
from supaschema.ledger.lock import only_writer
from supaschema.review.words import number


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--from",
        dest="source",
        metavar="STACK",
        required=True,
        help="the stack that the ledger names; STACK::PROJECT where the project is another one now",
    )
    parser.add_argument("--to", dest="target", metavar="STACK", help="the stack that shall own it (default: the same)")
    parser.add_argument("--yes", action="store_true", help="do it")


def run(options: argparse.Namespace, database: Database) -> Exit:
    """Show what is taken; take it where `--yes` was given."""
    server, source, target = database.server, options.source, options.target or options.source
    if names_project(source) is not names_project(target):
        complain("Name the project of both stacks, as in --from prod::old --to prod::new, or of neither.")
        return Exit.FAILED
    with database.connection() as connection:
        if not identity.exists(connection):
            complain(f"{server.database}: there is no ledger, so there is nothing to claim; `pulumi up` makes one.")
            return Exit.MISSING
        resources = identity.resources(connection)
        known = identity.speaks_of(connection, server)
        own = [resource for resource in resources if resource.is_of(source)]
        others = [resource for resource in resources if not resource.is_of(source)]
        if not own:
            complain(f"{server.database}: the ledger holds nothing of a stack {source}.")
            say(*listed("It holds:", status.stacks(others)))
            return Exit.MISSING
        if known and source == target:
            say("The ledger speaks of this database already: there is nothing to claim.")
            return Exit.DONE
        whose = "" if known else ", whose ledger speaks of another database"
        say(f"In database {server.database}{whose}, stack {target} takes over:")
        say(*(f"  {_name(resource.urn)}: {number(resource.objects, 'object')}" for resource in own))
        say(*listed("These stay with their stacks:", status.stacks(others)))
        if not options.yes:
            say("Nothing was changed. Add --yes to do it.")
            return Exit.FINDINGS
        with only_writer(database), connection.transaction():
            identity.relabel(connection, server, source, target)
            journal.relabel(connection, prefix_of(source), prefix_of(target))
    say(f"Done: stack {target} manages this database.")
    return Exit.DONE


def _name(urn: str) -> str:
    parsed = Urn.parse(urn)
    return f"{parsed.type.rpartition(':')[2]} {parsed.name}"
