"""Tell what differs between what the last deployment recorded and what is live.

Nothing is written, no program is run and no state is read. 1: it could not be told; 2: something differs.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from supaschema.command import drift_of_all, drift_telling
from supaschema.command.databases import of_environment
from supaschema.command.outcome import Exit, complain, require_place, say, write_file, write_new_file
from supaschema.core.errors import DeclarationError, PreconditionError, SupaschemaError
from supaschema.core.printable import write
from supaschema.database.connect import Database
from supaschema.database.settings import Settings
from supaschema.drift import accepted, rules, text, written
from supaschema.drift.adoption import program
from supaschema.drift.junit import junit
from supaschema.drift.markdown import markdown
from supaschema.drift.model import Result, Topic
from supaschema.drift.sarif import sarif
from supaschema.drift.several import Told
from supaschema.drift.since import Since, since
from supaschema.drift.sweep import Policy, acceptance, swept
from supaschema.registry import KINDS


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--format", choices=_FORMATS, default="text", help="for people, programs or services")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the result as JSON there too")
    parser.add_argument(
        "--since", type=Path, metavar="FILE", help="such a result: tell what is new and what is resolved"
    )
    parser.add_argument("--rules", type=Path, metavar="FILE", help="rules: what is left out, reported or fails")
    parser.add_argument("--accepted", type=Path, metavar="FILE", help="what is unmanaged and was accepted as it is")
    parser.add_argument("--accept", type=Path, metavar="FILE", help="write such a file of what is unmanaged now")
    parser.add_argument(
        "--repair", action="store_true", help="tell the command that repairs what is changed or missing"
    )
    parser.add_argument(
        "--adopt", type=Path, metavar="FILE", help="write what is unmanaged as declarations to a new file"
    )
    drift_of_all.arguments(parser)
    drift_telling.arguments(parser)


def settings(options: argparse.Namespace) -> Settings | None:
    """Return the settings of the database that is swept; None: a list names several. Raises as `of_environment`."""
    return None if options.listed else of_environment()


def run(options: argparse.Namespace, database: Database) -> Exit:
    """Write what differs, or the file that accepts it.

    Raises:
        SupaschemaError: What is asked makes no sense together, or a file cannot be written.

    """
    _require_one(options)
    _require_sense(options)
    require_place(options.accept, _ACCEPTED)
    require_place(options.output, _RESULT)
    require_place(options.adopt, _DECLARATIONS)
    try:
        # What was accepted there is not thrown away because it cannot be read.
        before = accepted.file(options.accept) if options.accept and options.accept.exists() else accepted.File({})
        policy = _policy(options, before)
        earlier = written.read(options.since) if options.since else None
        others = drift_telling.telling(options)
    except DeclarationError as error:
        complain(str(error))
        return Exit.MISSING
    try:
        if options.accept:
            return _accept(options, database, policy, before)
        result, compared = _looked(options, database, policy, earlier)
    except PreconditionError as error:
        complain(str(error))
        return Exit.MISSING
    _tell(options, result, compared)
    if options.adopt:
        write_new_file(options.adopt, program(result), _DECLARATIONS)
        complain(f"{options.adopt} declares what is unmanaged, as far as declarations can. Have it reviewed.")
    name = ", ".join(result.stacks) or result.database
    others.tell([Told(name, result, since=compared)], transitions=earlier is not None)
    return code_of(result)


def _accept(options: argparse.Namespace, database: Database, policy: Policy, before: accepted.File) -> Exit:
    write_file(options.accept, acceptance(database, KINDS, policy, before.origin), _ACCEPTED)
    say(f"{options.accept} accepts what is unmanaged now. Have it reviewed.")
    return Exit.DONE


def _looked(
    options: argparse.Namespace, database: Database, policy: Policy, earlier: Result | None
) -> tuple[Result, Since | None]:
    result = swept(database, KINDS, policy)
    compared = since(earlier, result) if earlier else None
    if options.output:
        write_file(options.output, written.text(result, compared), _RESULT)
    return result, compared


def _tell(options: argparse.Namespace, result: Result, compared: Since | None) -> None:
    if options.format != "text":
        write(_formatted(options.format, result, compared))
        return
    say(*text.lines(result, compared))
    if options.repair:
        say(*text.repair_lines(result.repairs))
    if not options.accepted and result.of(Topic.UNMANAGED):
        say("What was there before the stack came is accepted by --accept FILE, and is then not told any more.")


_FORMATS = ("text", "json", "markdown", "junit", "sarif")
_ACCEPTED, _RESULT, _DECLARATIONS = "what is accepted", "the result", "what is unmanaged"


def run_without(options: argparse.Namespace) -> Exit:
    """Do the same of the databases that a list names; raises as `run`."""
    return drift_of_all.run(options)


def _require_one(options: argparse.Namespace) -> None:
    for name in ("within", "at_once"):
        if getattr(options, name) is not None:
            shown = f"--{name.replace('_', '-')}"
            raise SupaschemaError(f"{shown} is of several databases (--all).", remedy=f"Leave out {shown}.")


def _require_sense(options: argparse.Namespace) -> None:
    asked = {"--format": options.format != "text", "--output": options.output, "--since": options.since}
    asked |= {"--webhook-url-from": options.webhook_url_from, "--issue": options.issue}
    asked |= {"--repair": options.repair, "--adopt": options.adopt}
    beside = [name for name, value in asked.items() if value] if options.accept else []
    if beside:
        what = f"--accept writes what is accepted and tells no result: {beside[0]} would do nothing."
        raise SupaschemaError(what, remedy=f"Leave out {beside[0]}, or --accept.")
    if options.repair and options.format != "text":
        what = f"--repair tells people what to run: --format {options.format} has no place for it."
        raise SupaschemaError(what, remedy="Leave out --repair: as JSON the result has it as `repairs`.")
    if options.adopt and options.adopt.exists():
        raise SupaschemaError(f"{options.adopt} is there, and is not written over.", remedy="Name a new file.")
    if options.since and options.format == "junit":
        what = "--format junit has no place for what is new since another result (--since)."
        raise SupaschemaError(what, remedy="Name another format, or leave out --since.")


def _formatted(form: str, result: Result, compared: Since | None) -> str:
    if form == "markdown":
        return markdown(result, compared)
    if form == "junit":
        return junit(result)
    return sarif(result, compared) if form == "sarif" else written.text(result, compared)


def code_of(result: Result) -> Exit:
    """Return the exit code: what differs weighs more than what could not be told."""
    if result.drifted:
        return Exit.FINDINGS
    return Exit.FAILED if result.untold else Exit.DONE


def _policy(options: argparse.Namespace, before: accepted.File) -> Policy:
    # Where it is written anew, what did not change keeps its line.
    known = accepted.read(options.accepted) if options.accepted else before.accepted
    return Policy(rules=rules.read(options.rules) if options.rules else (), accepted=known)
