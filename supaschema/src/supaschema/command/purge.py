"""Destroy what drops archived: all, some of it, what is older than some days, or what an organization has."""

from __future__ import annotations

import argparse
import datetime
import uuid
from contextlib import nullcontext

from supaschema.archive import contents as archive_contents
from supaschema.command.outcome import Exit, complain, listed, say
from supaschema.database.connect import Connection, Database
from supaschema.ledger import Ledger, identity
from supaschema.ledger.lock import only_writer
from supaschema.registry import DEFINITIONS


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    scope = parser.add_mutually_exclusive_group()
    scope.add_argument(
        "--older-than", type=_days, metavar="DAYS", help="only what was archived more than this many days ago"
    )
    scope.add_argument("--organization", type=uuid.UUID, metavar="UUID", help="only what this organization has in it")
    parser.add_argument(
        "objects",
        nargs="*",
        metavar="OBJECT",
        help="only this, such as public.jobs or public.jobs.state (default: all)",
    )
    column = "the column that names a row's organization (default: org_id)"
    parser.add_argument("--organization-column", default="org_id", metavar="COLUMN", help=column)
    parser.add_argument("--yes", action="store_true", help="do it")


def run(options: argparse.Namespace, database: Database) -> Exit:
    """Show what is destroyed; destroy it where `--yes` was given."""
    if options.objects and options.organization:
        complain("Name objects, or an organization: what it has in the archive is not told by object.")
        return Exit.FAILED
    alone = only_writer(database) if options.yes else nullcontext()
    with alone, database.connection() as connection:
        if not identity.exists(connection):
            say("There is no ledger: nothing is archived.")
            return Exit.DONE
        identity.check(connection, database.server)
        with connection.transaction():
            connection.execute("set local statement_timeout = 0")
            result = _of_organization(options, connection) if options.organization else _whole(options, connection)
        if options.yes:
            Ledger(DEFINITIONS).drop_if_unused(connection)
    if options.yes and result is Exit.DONE:
        say("Done.")
    return result


def _whole(options: argparse.Namespace, connection: Connection) -> Exit:
    kept = archive_contents.everything(connection)
    if options.older_than is not None:
        oldest = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=options.older_than)
        kept = tuple(item for item in kept if item.kept_at < oldest)
    if options.objects:
        strange = sorted(set(options.objects) - {item.name for item in kept})
        if strange:
            complain(f"the archive holds nothing of {strange[0]}.")
            say(*listed("It holds:", archive_contents.everything(connection)))
            return Exit.MISSING
        # What does not fit the column that it is to come back to never comes back: whoever names it, means it.
        return _destroyed(options, connection, tuple(item for item in kept if item.name in options.objects))
    say(*listed("Still being restored (skipped); finish with `pulumi up`:", [item for item in kept if item.returning]))
    return _destroyed(options, connection, tuple(item for item in kept if not item.returning))


def _destroyed(options: argparse.Namespace, connection: Connection, chosen: tuple[archive_contents.Kept, ...]) -> Exit:
    if not chosen:
        say("Nothing to destroy is archived.")
        return Exit.DONE
    say(*listed("To be destroyed for good:", chosen))
    if not options.yes:
        return _without_consent()
    for item in chosen:
        archive_contents.destroy(connection, item)
    return Exit.DONE


def _of_organization(options: argparse.Namespace, connection: Connection) -> Exit:
    column = options.organization_column
    shares = archive_contents.shares(connection, options.organization, column)
    untold = [share.relation for share in shares if share.amount is None]
    chosen = [share for share in shares if share.amount or share.orphaned]
    if not chosen:
        say("The archive holds nothing attributable to this organization.")
    say(*listed("To be destroyed for good:", chosen))
    if chosen and not options.yes:
        return _without_consent()
    for share in chosen:
        archive_contents.destroy_share(connection, share, options.organization, column)
    if untold:
        complain(
            f"left: {', '.join(untold)}, which cannot be told apart by a column {column}. "
            "Purge all, or what is older than some days."
        )
        return Exit.FINDINGS
    return Exit.DONE


def _without_consent() -> Exit:
    say("Nothing was changed. Add --yes to do it.")
    return Exit.FINDINGS


def _days(text: str) -> int:
    if not text.isdecimal():
        message = f'"{text}" is no number of days'
        raise argparse.ArgumentTypeError(message)
    return int(text)
