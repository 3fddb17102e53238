"""The audit's own validation, and the errors that the checks of sql/checks/findings raise on what is declared."""

from __future__ import annotations

from connectors import security
from connectors.security import Level
from connectors.validation import EXPECTED, counts
from tests.deployed.findings import CannotTellError, Finding, Verdict
from tests.deployed.stack import Stack


def audit(stack: Stack) -> Verdict:
    """The audit's validation: 3 tables, 2 functions, 10 or more policies."""
    live = counts(stack.connection)
    found = [
        Finding(name, f"{live.get(name, 0)} are there, not {least} or more.")
        for name, least in EXPECTED.items()
        if live.get(name, 0) < least
    ]
    return Verdict(", ".join(f"{live.get(name, 0)} {name}" for name in EXPECTED), tuple(found))


def exposed(stack: Stack) -> Verdict:
    """The checks of `make check` raise no error on what is declared (the auditor leaves out those on buckets)."""
    if stack.untrusted:
        raise CannotTellError("the ledger, which says what is declared, is not to be trusted.")
    every = security.checks()
    asked = [check for check in every if stack.owns or not check.asks_for_buckets]
    raised = security.owned(stack.connection, security.findings(stack.connection, only=asked))
    found = tuple(Finding(item.object, f"{item.detail} [{item.check}]") for item in raised if item.level is Level.ERROR)
    left = f"; {len(every) - len(asked)} more need the owner: make check" if len(asked) < len(every) else ""
    return Verdict(f"{len(asked)} checks for open doors raise no error on what is declared{left}", found)
