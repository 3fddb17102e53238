"""What is said of a statement that the server refuses: whether the same command can help."""

from __future__ import annotations

import pytest
from psycopg import errors

from supaschema.core.errors import ApplyError, LockWaitError
from supaschema.database.server_errors import server_error
from supaschema.engine.broken_off import half_applied


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (LockWaitError("no lock."), True),
        (server_error(errors.AdminShutdown("stopped"), "x"), True),
        (server_error(errors.UniqueViolation("twice"), "x"), False),
        (server_error(errors.UndefinedColumn("which"), "x"), False),
    ],
)
def test_the_same_command_is_said_to_do_the_rest_where_it_does(error: ApplyError, *, again: bool) -> None:
    told = half_applied(error, 1, 3, "").remedy

    assert told.startswith("Run the command again: it does the rest." if again else "What was applied stays.")
