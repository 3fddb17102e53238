"""Deploy what was approved, if it is still what would be run and the database can take it now.

In the project's folder. 2: it is not what was approved, or something stands in its way; nothing was run.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from supaschema.command import preflight
from supaschema.command.outcome import Exit, listed, say
from supaschema.core import programs
from supaschema.database.connect import Database
from supaschema.gate import approval
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


def _up(stack: str) -> int:
    # What it is doing is for whoever watches: it writes to our own output.
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack]
    return programs.run(command, shown=True).returncode
