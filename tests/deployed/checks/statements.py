"""Statements of the author's own: what is recorded of them, and what their checks say."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from supaschema.kinds.sql import Sql
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Stack


def statements(stack: Stack) -> Verdict:
    """Each declared Sql is recorded as it is declared now, and its check says that it is applied."""
    live = {str(row["name"]): row["definition"] for row in stack.rows("statements")}
    wanted = dict(stack.declared.of("sql", Sql))
    found: list[Finding] = []
    for id, declared in wanted.items():
        found += differences(str(id), msgspec.to_builtins(declared), live.get(id.name[0]))
        found += _unapplied(stack, str(id), declared.check)
    return Verdict(f"{len(wanted)} Sql are applied", tuple(found))


def _unapplied(stack: Stack, named: str, check: str) -> Iterator[Finding]:
    with stack.connection.transaction(force_rollback=True):
        row = stack.connection.execute(check.encode(), binary=True).fetchone()
    if row is None or row[0] is not True:
        yield Finding(named, "its check says that it is not applied.")
