"""What is asked of rows before a plan, on a server."""

from __future__ import annotations

import pytest
from psycopg import sql

from supaschema.core.errors import PreconditionError
from supaschema.core.model import Precondition
from supaschema.core.secret_texts import Secrets
from supaschema.engine.preconditions import check_preconditions
from tests.support.catalog import one
from tests.support.sessions import Connection


def test_rows_are_counted_for_longer_than_a_reading_may_take(connection: Connection):
    connection.execute("set statement_timeout = '50ms'")
    slow = Precondition("rows that take their time", sql.SQL("select from pg_catalog.pg_sleep(0.2)"))

    with pytest.raises(PreconditionError, match="1 rows that take their time"):
        check_preconditions(connection, (slow,), Secrets())

    assert one(connection, "show statement_timeout") == "50ms"
