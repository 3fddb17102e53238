"""Indexes on a database that is there: what is said of a build that fails."""

from __future__ import annotations

import pytest

from supaschema.core.errors import ApplyError
from supaschema.declarations import Index
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.objects import managed
from tests.support.sessions import Connection

INVALID = "select indexrelid::regclass::text from pg_index where not indisvalid"


def test_a_build_that_fails_names_the_invalid_index_and_the_next_one_removes_it(
    database: Database, connection: Connection
):
    connection.execute("create table public.parts (n integer)")
    connection.execute("insert into public.parts values (1), (0)")
    shares = Index(name="shares", table="parts", keys=("(12 / n)",))

    with managed(database.url) as objects:
        with pytest.raises(ApplyError) as failed:
            objects.apply(shares)
        left = column(connection, INVALID)
        connection.execute("delete from public.parts where n = 0")
        objects.apply(shares)

    (name,) = left
    assert f"A failed build leaves {name} invalid; the next run removes it." in failed.value.remedy
    assert "rolled back" not in failed.value.remedy
    assert column(connection, INVALID) == []
