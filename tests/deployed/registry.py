"""Every check of a deployed stack, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from supaschema.core.errors import SupaschemaError
from supaschema.database.server_errors import said
from tests.deployed.checks import (
    access,
    collations,
    default_privileges,
    event_triggers,
    extensions,
    foreign_data,
    group_roles,
    ledger,
    machines,
    owners,
    platform,
    publications,
    queues,
    routines,
    sequences,
    server,
    sessions,
    shape,
    standing,
    statements,
)
from tests.deployed.findings import CannotTellError, Finding, Verdict
from tests.deployed.stack import Stack


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name in the report, and what makes it."""

    name: str
    make: Callable[[Stack], Verdict]

    @property
    def holds(self) -> str:
        """What holds where it finds nothing: the first line of what makes it."""
        return (self.make.__doc__ or "").splitlines()[0].rstrip(".")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a check.

    Attributes:
        name: The check's name.
        proved: What holds.
        findings: What does not hold.
        trouble: Why it could not be told; None: it could.

    """

    name: str
    proved: str = ""
    findings: tuple[Finding, ...] = ()
    trouble: str | None = None


CHECKS = (
    Check("reachable", server.reachable),
    Check("encrypted", server.encrypted),
    Check("version", server.version),
    Check("roles", server.roles),
    Check("machines", machines.machines),
    Check("ledger", ledger.ledger),
    Check("owners", owners.belongings),
    Check("schemas", access.schemas),
    Check("group roles", group_roles.group_roles),
    Check("memberships", group_roles.memberships),
    Check("default privileges", default_privileges.default_privileges),
    Check("extensions", extensions.extensions),
    Check("foreign servers", foreign_data.foreign_servers),
    Check("user mappings", foreign_data.user_mappings),
    Check("collations", collations.collations),
    Check("sequences", sequences.sequences),
    Check("tables", shape.tables),
    Check("columns", shape.columns),
    Check("constraints", shape.constraints),
    Check("indexes", shape.indexes),
    Check("triggers", shape.triggers),
    Check("event triggers", event_triggers.event_triggers),
    Check("views", shape.views),
    Check("functions", routines.functions),
    Check("execution", routines.execution),
    Check("row security", access.row_security),
    Check("policies", access.policies),
    Check("grants", access.grants),
    Check("publications", publications.publications),
    Check("buckets", platform.buckets),
    Check("jobs", platform.jobs),
    Check("back-fills", platform.backfills),
    Check("statements", statements.statements),
    Check("queues", queues.plans),
    Check("access", sessions.access),
    Check("audit", standing.audit),
    Check("open doors", standing.exposed),
)


def run(check: Check, stack: Stack) -> Result:
    """Make a check. One that the server refuses tells nothing, and keeps no other from being made."""
    try:
        with stack.connection.transaction():
            verdict = check.make(stack)
    except (CannotTellError, SupaschemaError) as error:
        return Result(check.name, trouble=" ".join(str(error).split()))
    except psycopg.Error as error:
        return Result(check.name, trouble=f"the server refuses: {said(error)}.")
    return Result(check.name, verdict.proved, verdict.findings)


def table() -> str:
    """Return the checks as a table in Markdown."""
    rows = [f"| {check.name} | {check.holds} |" for check in CHECKS]
    return "\n".join(["| check | holds where nothing is found |", "|---|---|", *rows])
