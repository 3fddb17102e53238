"""Validate a deployed stack: everything that the program declares for it, and what its roles can do.

    pulumi config --json | python -m tests.deployed --stack staging

The database is named by SUPASCHEMA_AUDITOR_URL (a role that only reads) or by SUPASCHEMA_DATABASE_URL (the owner, in a
transaction that cannot write). With --as-owner: trials as other roles, by the owner, in a transaction that is rolled
back.

Exit codes: 0 all is as declared; 1 it could not be told; 2 findings; 3 no database is named, nothing is deployed in it,
or the settings are none.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import partial
from pathlib import Path

import psycopg
import pulumi

from connectors.settings import StackSettings
from supaschema.core.core_dumps import disable_core_dumps
from supaschema.core.errors import ConnectionRefused, DeclarationError
from supaschema.core.printable import lines, write
from supaschema.database.dsn import masked, parameters_of
from supaschema.database.server_errors import said
from supaschema.database.settings import Settings
from tests.deployed.declared import Declared, read_settings
from tests.deployed.registry import table
from tests.deployed.report import found, render
from tests.deployed.stack import Stack, reading, trying
from tests.deployed.validation import ROOT, Code, code, validate


def main() -> int:
    """Validate the stack that arguments and environment name, and return the exit code."""
    asked = _parser().parse_args()
    if asked.list:
        write(f"{table()}\n")
        return Code.CLEAN
    url = os.environ.get("SUPASCHEMA_DATABASE_URL")
    if not asked.as_owner:
        url = os.environ.get("SUPASCHEMA_AUDITOR_URL") or url
    if not url:
        return _refuse(
            'no database is named: eval "$(make -s env)", or set SUPASCHEMA_AUDITOR_URL or SUPASCHEMA_DATABASE_URL.',
            Code.MISSING,
        )
    try:
        parameters_of(url)
    except ConnectionRefused as error:
        return _refuse(str(error), Code.MISSING)
    try:
        settings = read_settings(sys.stdin.read())
    except (ValueError, pulumi.RunError, DeclarationError) as error:
        return _refuse(f"the stack's settings cannot be read: {error}", Code.MISSING)
    try:
        return _validated(asked, settings, url)
    except ConnectionRefused as error:
        trouble = str(error)
    except psycopg.Error as error:
        trouble = f"{said(error)}."
    what = f"the database cannot be asked: {trouble}"
    return _refuse(masked(what, Settings(database_url=url)), Code.CANNOT_TELL)


def _validated(asked: argparse.Namespace, settings: StackSettings, url: str) -> Code:
    began = time.monotonic()
    with reading(url) as connection:
        stack = Stack(
            name=asked.stack,
            url=url,
            connection=connection,
            declared=Declared(settings),
            writer=partial(trying, url),
            as_owner=asked.as_owner,
        )
        if not stack.has("supaschema.objects"):
            _refuse("nothing is deployed in this database: it holds no ledger. Run make up.", Code.MISSING)
            return Code.MISSING
        if not stack.has("supaschema.recorded"):
            _refuse("the ledger was made by an earlier version: deploy once as its owner (make up).", Code.MISSING)
            return Code.MISSING
        results = validate(stack)
        seconds = time.monotonic() - began
        text = render(stack, results, seconds)
    report = asked.report or ROOT / ".local" / f"validation-{asked.stack}.txt"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(f"{text}\n", encoding="utf-8")
    write(f"{found(results, seconds) if asked.findings else text}\n")
    return code(results)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="validate", description="Hold a deployed stack against what is declared.")
    parser.add_argument(
        "--stack", default="local", help="the stack's name (local); its settings come by standard input"
    )
    parser.add_argument("--as-owner", action="store_true", help="try as every role what it can do; rolled back")
    parser.add_argument("--report", type=Path, help="where the report goes (.local/validation-STACK.txt)")
    parser.add_argument("--findings", action="store_true", help="print what is not ok alone; the report has all")
    parser.add_argument("--list", action="store_true", help="print the table of the checks, and ask no database")
    return parser


def _refuse(message: str, code: Code) -> int:
    sys.stderr.write(f"{lines(message)}\n")
    return code


if __name__ == "__main__":
    disable_core_dumps()
    sys.exit(main())
