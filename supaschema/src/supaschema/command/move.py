"""Hand objects over to another resource of the stack, which declares them from now on; --yes does it, else it shows."""

from __future__ import annotations

import argparse

from supaschema.command.outcome import Exit, complain, listed, say
from supaschema.core.model import ObjectId
from supaschema.core.urn import Urn
from supaschema.database.connect import Database
from supaschema.ledger import identity
from supaschema.ledger.lock import only_writer


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--from", dest="source", metavar="URN", required=True, help="whose they are in the ledger")
    parser.add_argument("--to", dest="target", metavar="URN", required=True, help="which resource declares them now")
    parser.add_argument("--yes", action="store_true", help="do it")
    parser.add_argument(
        "objects", nargs="*", metavar="OBJECT", help='which, such as "column public.jobs.state" (default: all of them)'
    )


def run(options: argparse.Namespace, database: Database) -> Exit:
    """Show what moves; move it where `--yes` was given."""
    name, source, target = database.server.database, options.source, options.target
    if _stack(source) is None or _stack(source) != _stack(target) or source == target:
        complain(
            "Name two resources of one stack by their URNs, as `pulumi stack --show-urns` gives them. What a whole "
            "stack has, another takes over by `claim`."
        )
        return Exit.FAILED
    with database.connection() as connection:
        if not identity.exists(connection):
            complain(f"{name}: there is no ledger, so nothing can move; `pulumi up` makes one.")
            return Exit.MISSING
        identity.check(connection, database.server)
        own = [(str(ObjectId.from_key(key)), key) for key in identity.objects_of(connection, source)]
        strange = sorted(set(options.objects) - {text for text, _ in own})
        if strange or not own:
            complain(f"{name}: the ledger does not hold {strange[0] if strange else 'anything'} of {source}.")
            say(*listed("It holds of this resource:", (text for text, _ in own)))
            return Exit.MISSING
        moving = [(text, key) for text, key in own if text in options.objects or not options.objects]
        say(*listed(f"In database {name}, {target} takes over:", (text for text, _ in moving)))
        if not options.yes:
            say("Nothing was changed. Add --yes to do it.")
            return Exit.FINDINGS
        with only_writer(database):
            identity.reassign(connection, [key for _, key in moving], source, target)
    say("Done: `pulumi up` of the program that declares them there runs no statement for them.")
    return Exit.DONE


def _stack(urn: str) -> tuple[str, str] | None:
    """Return stack and project of a URN; None: it is none."""
    try:
        return Urn.parse(urn).stack_and_project
    except ValueError:
        return None
