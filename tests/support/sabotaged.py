"""A deployed stack to which something was done, or which counts more as declared than its program says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import testinfra

from supaschema.core.model import Definition, ObjectId
from tests.deployed.declared import Declared, read_settings
from tests.deployed.registry import CHECKS
from tests.deployed.stack import Connection, Stack
from tests.fixtures.deployed import MACHINES, OWNER

NAMED = {check.name: check for check in CHECKS}
"""The checks of the validation, by name."""


@contextmanager
def sabotaged(
    connection: Connection, url: str, sql: str = "select", *, role: str = OWNER, as_owner: bool = False
) -> Iterator[Stack]:
    """Do something to the database, and lend the stack as a role then sees it; all of it is rolled back."""

    @contextmanager
    def writer() -> Iterator[Connection]:
        with connection.transaction(force_rollback=True):
            yield connection

    with connection.transaction(force_rollback=True):
        connection.execute(sql.encode())
        connection.execute(f"set local role {role}".encode())
        connection.execute("set local search_path = ''")
        declared = Declared(read_settings(MACHINES))
        yield Stack("test", url, connection, declared, writer, as_owner, testinfra.get_host("local://"))


def declaring(stack: Stack, more: Mapping[ObjectId, Definition]) -> Stack:
    """Return the stack with facts of objects that its program does not declare among the declared ones."""
    declared = Declared(stack.declared.settings)
    vars(declared)["facts"] = {**stack.declared.facts, **more}
    return replace(stack, declared=declared)
