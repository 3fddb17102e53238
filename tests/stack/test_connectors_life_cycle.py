"""The connector system comes, stays as it is, goes without a trace, and comes again with what it held."""

from __future__ import annotations

from pathlib import Path

import pytest

from localdb.platform import DefaultPrivileges
from tests.fixtures.postgres import Database, MakeDatabase
from tests.support.pulumi import ROOT, Stack, connector_stack, said
from tests.support.survey import rows, schema, table_columns


@pytest.mark.parametrize("variant", list(DefaultPrivileges), ids=lambda variant: str(variant.value))
def test_a_stack_comes_stays_and_goes_without_a_trace(
    tmp_path: Path, make_database: MakeDatabase, variant: DefaultPrivileges
) -> None:
    database = make_database(variant)
    stack = connector_stack(tmp_path / "project", database.url)
    with database.connect_superuser() as watcher:
        columns = table_columns(watcher)
        rows_before, schema_before = rows(watcher, columns), schema(database)

        stack.up()
        rows_meanwhile = rows(watcher, columns)
        assert {table: before - rows_meanwhile[table] for table, before in rows_before.items()} == dict.fromkeys(
            rows_before, set()
        )
        assert validation(database) == {"Tables": 3, "Functions": 2, "RLS Policies": pytest.approx(30, abs=20)}
        assert stack.clean()
        again = stack.up()
        assert "unchanged" in said(again)

        stack.destroy()
        assert schema(database).splitlines() == schema_before.splitlines()
        assert rows(watcher, columns) == rows_before


def validation(database: Database) -> dict[str, int]:
    """Give what the audit's validation query answers."""
    with database.connect() as connection:
        found = connection.execute((ROOT / "sql" / "checks" / "validation.sql").read_bytes()).fetchall()
    return {str(name): int(str(count)) for name, count in found}
