"""Deploy what was approved, if it is still what would be run and the database can take it now.

In the project's folder. 2: it is not what was approved, or something stands in its way; nothing was run.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from supaschema.command import preflight
from supaschema.command.outcome import Exit, listed, say
from supaschema.core import programs
from supaschema.core.errors import SupaschemaError
from supaschema.database.connect import Database
from supaschema.gate import approval, backup, touched
from supaschema.gate.backup import Place
from supaschema.review import gather
from supaschema.review.model import StackReport, Verdict

_WAY_BACK = (
    "Something failed: what did is above, and run again it goes on from there. Back: deploy the earlier program, which"
    " takes what was dropped out of the archive."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--stack", required=True, help="the stack to deploy")
    parser.add_argument("--report", type=Path, required=True, help="what was approved: a report as JSON")
    parser.add_argument(
        "--backup", type=Path, metavar="FOLDER", help="back up there, by pg_dump, the tables whose rows it touches"
    )
    parser.add_argument(
        "--backup-command",
        metavar="COMMAND",
        help=f"give it each file of the backup, named in {backup.NAME_VARIABLE}",
    )


def run(options: argparse.Namespace, database: Database) -> Exit:
    """Compare, and deploy."""
    approved = approval.of_stack(options.report, options.stack)
    found = preflight.look(database)
    say(*map(str, found))
    if preflight.stops(found):
        say("Nothing was run.")
        return Exit.FINDINGS
    now = gather.of_stack(options.stack)
    if reasons := _reasons(approved, now):
        say(*listed("This is not what was approved:", reasons), "Nothing was run. Make a report again, and read it.")
        return Exit.FINDINGS
    say(*listed("This was approved and is not needed any more:", approval.needless(approved, now)))
    if now.verdict is Verdict.EMPTY:
        say("Nothing changes any more.")
        return Exit.DONE
    if not _is_backed_up(options, database, now):
        say("Nothing was run.")
        return Exit.FINDINGS
    if _up(options.stack) != 0:
        say(_WAY_BACK)
        return Exit.FAILED
    return Exit.DONE


def _reasons(approved: StackReport, now: StackReport) -> list[str]:
    reasons = list(approval.not_approved(approved, now))
    if now.verdict is Verdict.FAILS:
        reasons += [f"the preview fails: {problem.message}" for problem in now.problems]
    if now.trial or approved.trial:
        reasons.append("a report of a snapshot says nothing of the database as it is; approve one without --snapshot.")
    if now.verdict is Verdict.REFUSED:
        reasons += [f"{risk.sentence} It lacks consent." for _, risk in now.risks() if risk.refused]
    return reasons


def _is_backed_up(options: argparse.Namespace, database: Database, now: StackReport) -> bool:
    """Back up what it touches, where that is wished; return whether all that is wished is done."""
    with database.connection() as connection:
        relations = backup.existing(connection, touched.relations(now))
    named = ", ".join(".".join(each) for each in relations)
    place = Place(options.backup, options.backup_command)
    if not relations:
        say("No table's rows are touched: there is nothing to back up.")
        return True
    if place == Place():
        say(f"The rows of {named} are touched, and not backed up (--backup FOLDER).")
        return True
    found = tuple(backup.of_tool(database.server.major, is_needed=True))
    say(*map(str, found))
    if preflight.stops(found):
        return False
    try:
        files = backup.made(database, options.stack, relations, place)
    except SupaschemaError as error:
        say(f"The backup of {named} failed: {error}")
        return False
    say(*listed(f"Backed up, {named} and the structure of all:", files))
    return True


def _up(stack: str) -> int:
    # What it is doing is for whoever watches: it writes to our own output.
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack]
    return programs.run(command, shown=True).returncode
