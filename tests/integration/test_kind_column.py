"""Columns on a real server: what is recreated must not cost a value."""

import pytest

from supaschema.declarations import Column, PrimaryKey, Table
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import Objects, managed


@pytest.fixture
def objects(database: Database):
    with managed(database.url) as objects:
        yield objects


def test_an_identity_that_was_dropped_by_hand_comes_back_and_goes_on(database: Database, objects: Objects):
    notes = Table(
        name="notes",
        columns=(Column(name="id", type="bigint", nullable=False, identity="always"), Column(name="body", type="text")),
        primary_key=PrimaryKey(columns=("id",)),
    )
    objects.apply(notes)
    with database.connect() as connection:
        connection.execute("insert into public.notes (body) values ('a'), ('b')")
        connection.execute("alter table public.notes alter column id drop identity")

        objects.apply(notes)

        assert one(connection, "insert into public.notes (body) values ('c') returning id") == 3
        assert column(connection, "select body from public.notes order by id") == ["a", "b", "c"]
