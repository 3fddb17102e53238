"""Passwords of machine roles, and the roles themselves where no Pulumi plugin makes them.

    python -m connectors.machine_login new FILE          a new password into FILE, its verifier to standard output
    python -m connectors.machine_login verifier          the verifier of the password on standard input
    python -m connectors.machine_login apply ROLE        make the role, or bring it in line, by SQL
    python -m connectors.machine_login drop ROLE         take back what it was granted, and drop it

`apply` and `drop` act on the database that SUPASCHEMA_DATABASE_URL names, as its owner. No password is printed.
Exit codes: 0 done; 1 it failed; 2 the role is not what it should be; 3 no database is named.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg

from connectors import role_statements, scram
from roles import MACHINE_ROLES, MachineRole
from supaschema.connection import URL_VARIABLE, Refused, writing
from supaschema.process import disable_core_dumps, lines

_ROLES = {role.name: role for role in MACHINE_ROLES}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        if asked.command == "new":
            return _new(asked.file)
        if asked.command == "verifier":
            return _print(scram.verifier(sys.stdin.readline().rstrip("\r\n")))
        return _on_database(asked)
    except scram.WeakPassword as error:
        return _refuse(str(error), 1)
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}", 1)


def _new(file: Path) -> int:
    password = scram.password()
    # Never over another file: what it holds may be the password that is in use.
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(f"{password}\n")
    return _print(scram.verifier(password))


def _on_database(asked: argparse.Namespace) -> int:
    url = os.environ.get(URL_VARIABLE)
    if not url:
        return _refuse('no database is named: eval "$(make -s env)", or set SUPASCHEMA_DATABASE_URL.', 3)
    role = _ROLES[asked.role]
    try:
        # Roles and grants: no statement reads a row.
        with writing(url, reads_rows=False) as connection:
            if asked.command == "apply":
                return _apply(connection, role, read_verifier=asked.verifier)
            role_statements.drop(connection, role, keep_login=asked.keep_login)
            return 0
    except Refused as error:
        return _refuse(f"the server refuses: {error}" if error.by_server else str(error), 1)
    except role_statements.OddRole as error:
        return _refuse(str(error), 2)


def _apply(connection: psycopg.Connection[tuple[object, ...]], role: MachineRole, *, read_verifier: bool) -> int:
    verifier = sys.stdin.readline().strip() if read_verifier else None
    if verifier is not None and not scram.is_verifier(verifier):
        return _refuse("standard input holds no SCRAM verifier; nothing was changed.", 1)
    missing = role_statements.apply(connection, role, verifier)
    for grant in missing:
        sys.stderr.write(f"not granted, for it is not there yet: {grant}\n")
    if missing:
        sys.stderr.write("Deploy the stack with the role in machineRoles, and run this again.\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="machine_login", description="Machine roles and their passwords.")
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("new", help="a new password into FILE, its verifier to standard output")
    new.add_argument("file", type=Path, metavar="FILE", help="is not there yet; only its owner may read it")
    commands.add_parser("verifier", help="the verifier of the password on standard input")
    apply = commands.add_parser("apply", help="make the role, or bring it in line, by SQL")
    apply.add_argument("role", choices=list(_ROLES))
    apply.add_argument("--verifier", action="store_true", help="set the password whose verifier is on standard input")
    drop = commands.add_parser("drop", help="take back what the role was granted, and drop it")
    drop.add_argument("role", choices=list(_ROLES))
    drop.add_argument("--keep-login", action="store_true", help="another database of the server uses the role too")
    return parser


def _print(text: str) -> int:
    sys.stdout.write(f"{text}\n")
    return 0


def _refuse(message: str, code: int) -> int:
    sys.stderr.write(f"{lines(message)}\n")
    return code


if __name__ == "__main__":
    disable_core_dumps()
    sys.exit(main())
