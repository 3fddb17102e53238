"""Tell what differs between two databases, and the plan that makes the first like the second; 2: they differ.

Each is a live database, a snapshot's file, or SQL that is run in a scratch database. Nothing is written in either,
unless the plan is to be applied.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator

import psycopg

from supaschema.command import scratch
from supaschema.command.outcome import Exit, complain
from supaschema.comparison.compare import Asked, Found, found
from supaschema.comparison.model import Verdict
from supaschema.comparison.named import Form, Named, named
from supaschema.comparison.scope import Scope
from supaschema.comparison.script import script
from supaschema.comparison.sides import Places
from supaschema.comparison.text import text
from supaschema.core.errors import (
    ConsentError,
    DeclarationError,
    OwnershipError,
    PreconditionError,
    SupaschemaError,
)
from supaschema.core.model import Hazard, Statement
from supaschema.core.plan_record import Step
from supaschema.core.printable import write
from supaschema.core.secret_texts import MASK, Secrets
from supaschema.database.dsn import masked
from supaschema.database.server_errors import server_error
from supaschema.database.settings import Consent, Settings

_CODES = {Verdict.SAME: Exit.DONE, Verdict.DIFFERS: Exit.FINDINGS, Verdict.UNKNOWN: Exit.FAILED}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    what = "a URL or the environment variable that holds one, a snapshot's file, or an .sql file or folder"
    parser.add_argument("source", metavar="FROM", help=what)
    parser.add_argument("target", metavar="TO", help="likewise")
    parser.add_argument("--schema", action="append", default=[], metavar="S", help="of this schema; may be given again")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--sql", action="store_true", help="a script for psql")
    form.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--apply", action="store_true", help="run the plan on FROM, which is a database then")
    parser.add_argument(
        "--allow",
        action="append",
        default=[],
        choices=[hazard.value for hazard in Hazard if hazard.needs_consent],
        metavar="HAZARD",
        help="a hazard that the plan may bring; may be given again",
    )
    parser.add_argument(
        "--scratch",
        metavar="URL",
        help="an empty database, which files are put into copies of: a URL, or the variable that holds one "
        f"(default: {scratch.URL_VARIABLE})",
    )


def run(options: argparse.Namespace) -> Exit:
    """Compare, and tell."""
    known: list[Settings] = []
    try:
        asked = _asked(options, known)
        result = found(asked, apply=options.apply)
    except SupaschemaError as error:
        complain(_without_secrets(str(error), known))
        return _code_of(error)
    except psycopg.Error as error:
        complain(_without_secrets(str(server_error(error)), known))
        return Exit.FAILED
    write(_told(result, options))
    return _CODES[result.comparison.verdict]


def _asked(options: argparse.Namespace, known: list[Settings]) -> Asked:
    known += [Settings(text) for text in (options.source, options.target, options.scratch) if text]
    source, target = named(options.source, "FROM"), named(options.target, "TO")
    # Where a file is, is no secret, and a refusal says which it is.
    paths = {text for text, side in ((options.source, source), (options.target, target)) if not side.url}
    known[:] = [each for each in known if each.database_url not in paths]
    if options.apply and source.form is not Form.DATABASE:
        what = "--apply changes FROM, which is a file."
        raise DeclarationError(what, remedy="Name a database, or leave --apply out.")
    files = [side for side in (source, target) if _takes_scratch(side, is_source=side is source)]
    empty = scratch.named(options.scratch) if files else None
    known += [Settings(side.url) for side in (source, target) if side.url]
    known += [empty] if empty is not None else []
    consents = tuple(Consent(Hazard(name)) for name in options.allow)
    places = Places(empty, consents, Secrets())
    return Asked(source, target, places, Scope(tuple(dict.fromkeys(options.schema))))


def _takes_scratch(side: Named, *, is_source: bool) -> bool:
    return side.form is Form.SQL or (is_source and side.form is Form.SNAPSHOT)


def _told(result: Found, options: argparse.Namespace) -> str:
    comparison = result.comparison
    if options.json:
        return comparison.json()
    if not options.sql:
        return text(comparison)
    if result.plan is None:
        complain(f"there is no plan: {comparison.refused}")
        return ""
    if any(MASK in step.sql or step.sql != statement.text.strip() for step, statement in _pairs(result)):
        complain(f"what is secret is left out of the script, which stops there: put it in the place of {MASK}.")
    return script(comparison, result.plan, has_ledger=result.has_ledger)


def _pairs(result: Found) -> Iterator[tuple[Step, Statement]]:
    plan, record = result.plan, result.comparison.plan
    if plan is not None and record is not None:
        yield from zip(record.steps, plan.statements, strict=True)


def _code_of(error: SupaschemaError) -> Exit:
    match error:
        case DeclarationError() | PreconditionError() | OwnershipError():
            return Exit.MISSING
        case ConsentError():
            return Exit.FINDINGS
    return Exit.FAILED


def _without_secrets(text: str, known: Iterable[Settings]) -> str:
    for settings in known:
        text = masked(text, settings)
    return text
