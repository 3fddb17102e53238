"""Columns on a real server: what is recreated must not cost a value."""

import pytest
from msgspec import structs

from supaschema.core.model import Hazard
from supaschema.declarations import Column, PrimaryKey, Table
from supaschema.kinds.rewrites import is_volatile
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import Objects, managed

NOTES = Table(
    name="notes",
    columns=(Column(name="id", type="bigint", nullable=False, identity="always"), Column(name="body", type="text")),
    primary_key=PrimaryKey(columns=("id",)),
)


@pytest.fixture
def objects(database: Database):
    with managed(database.url) as objects:
        yield objects


def test_an_identity_that_was_dropped_by_hand_comes_back_and_goes_on(database: Database, objects: Objects):
    objects.apply(NOTES)
    with database.connect() as connection:
        connection.execute("insert into public.notes (body) values ('a'), ('b')")
        connection.execute("alter table public.notes alter column id drop identity")

        objects.apply(NOTES)

        assert one(connection, "insert into public.notes (body) values ('c') returning id") == 3
        assert column(connection, "select body from public.notes order by id") == ["a", "b", "c"]


def test_every_volatile_function_of_the_server_that_gives_a_value_is_known(database: Database):
    with database.connect() as connection:
        found = column(
            connection,
            "select distinct proname::text from pg_proc where pronamespace = 'pg_catalog'::regnamespace"
            " and provolatile = 'v' and prokind = 'f' and not proretset and pronargs = 0"
            " and prorettype <> all ('{void,trigger,event_trigger,language_handler}'::regtype[])"
            " and proname !~ '^(pg_|lo_)' order by 1",
        )

    assert [name for name in found if not is_volatile(f"{name}()")] == []


def test_a_column_that_rewrites_rows_is_a_hazard_and_one_on_an_empty_table_is_not(database: Database, objects: Objects):
    objects.apply(NOTES)
    token = Column(name="token", type="uuid", default="gen_random_uuid()")
    wanted = structs.replace(NOTES, columns=(*NOTES.columns, token))

    before = objects.preview(wanted)
    with database.connect() as connection:
        connection.execute("insert into public.notes (body) values ('a')")
    after = objects.preview(wanted)

    hazards = [[note.hazard for it in plan.statements for note in it.hazards] for plan in (before, after)]
    assert hazards == [[], [Hazard.REWRITES_TABLE]]
