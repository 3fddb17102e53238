"""Constraints and indexes on a real server: what a declaration says is made, kept, and read again."""

from collections.abc import Iterator

import pytest
from msgspec import structs

from supaschema.declarations import (
    Check,
    Column,
    Deferrable,
    Exclusion,
    ForeignKey,
    InlineIndex,
    Match,
    OnDelete,
    OnUpdate,
    PrimaryKey,
    Table,
    Unique,
)
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import Objects, managed

ROOMS = Table(
    name="rooms",
    columns=(Column(name="id", type="bigint", nullable=False), Column(name="floor", type="bigint", nullable=False)),
    primary_key=PrimaryKey(columns=("id", "floor"), include=(), deferrable=Deferrable.NOT_DEFERRABLE),
)
STAYS = Table(
    name="stays",
    columns=(
        Column(name="id", type="bigint", nullable=False),
        Column(name="room", type="bigint"),
        Column(name="floor", type="bigint"),
        Column(name="during", type="int4range"),
        Column(name="state", type="varchar(10)"),
    ),
    primary_key=PrimaryKey(columns=("id",), comment="the key"),
    uniques=(
        Unique(
            columns=("state",),
            include=("room",),
            deferrable=Deferrable.INITIALLY_DEFERRED,
            options={"fillfactor": "70"},
        ),
    ),
    checks=(Check(name="known", expression="state in ('new', 'old')", no_inherit=True, validated=False, comment="c"),),
    exclusions=(
        Exclusion(
            name="free",
            elements=("int8range(room, room, '[]') with &&", "during range_ops with &&"),
            where="state <> 'old'",
            deferrable=Deferrable.INITIALLY_IMMEDIATE,
        ),
    ),
    foreign_keys=(
        ForeignKey(
            columns=("room", "floor"),
            references="rooms",
            referenced_columns=("id", "floor"),
            on_delete=OnDelete.SET_NULL,
            on_delete_columns=("floor",),
            on_update=OnUpdate.CASCADE,
            match=Match.SIMPLE,
            deferrable=Deferrable.INITIALLY_DEFERRED,
        ),
    ),
    indexes=(
        InlineIndex(
            name="stays_state",
            keys=('state collate "C" text_pattern_ops desc', "lower(state)"),
            where="state in ('new', 'old')",
            options={"fillfactor": "80"},
            statistics={"2": 500},
        ),
    ),
)


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    with managed(database.url) as objects:
        yield objects


def test_what_is_declared_is_made_and_read_again(database: Database, objects: Objects):
    objects.apply(ROOMS)
    objects.apply(STAYS)

    with managed(database.url) as fresh:
        imported = fresh.imported(STAYS)
    with database.connect() as connection:
        printed = column(
            connection,
            "select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'public.stays'::regclass"
            " and contype in ('u', 'f', 'x') order by contype",
        )
        statistics = one(
            connection, "select attstattarget from pg_attribute where attrelid = 'stays_state'::regclass and attnum = 2"
        )

    foreign_key, unique, exclusion = printed
    assert foreign_key == (
        "FOREIGN KEY (room, floor) REFERENCES rooms(id, floor) ON UPDATE CASCADE ON DELETE SET NULL (floor) "
        "DEFERRABLE INITIALLY DEFERRED"
    )
    assert unique == "UNIQUE (state) INCLUDE (room) DEFERRABLE INITIALLY DEFERRED"
    assert exclusion == (
        "EXCLUDE USING gist (int8range(room, room, '[]'::text) WITH &&, during WITH &&) "
        "WHERE (((state)::text <> 'old'::text)) DEFERRABLE"
    )
    assert statistics == 500
    assert isinstance(imported, Table)
    assert imported.exclusions[0].elements == ("int8range(room, room, '[]'::text) with &&", "during with &&")
    assert (imported.uniques[0], imported.indexes[0].statistics) == (STAYS.uniques[0], {"2": 500})
    assert (imported.checks[0].validated, imported.checks[0].comment) == (False, "c")


@pytest.mark.parametrize("spelling", ["imported", "declared"])
def test_what_is_adopted_in_either_spelling_is_no_change(database: Database, objects: Objects, spelling: str):
    objects.apply(ROOMS)
    objects.apply(STAYS)
    with database.connect() as connection:
        connection.execute("delete from supaschema.objects")

    with managed(database.url) as fresh:
        found = fresh.imported(STAYS) if spelling == "imported" else STAYS
        assert found is not None
        plan = fresh.preview(found)

    assert [statement.text for statement in plan.statements] == []


def test_what_is_not_declared_is_kept_when_something_else_changes(database: Database, objects: Objects):
    objects.apply(ROOMS)
    objects.apply(STAYS)
    said = structs.replace(STAYS.uniques[0], include=None, deferrable=None, options=None, nulls_distinct=False)
    less = structs.replace(STAYS, uniques=(said,), indexes=())

    objects.apply(less)

    with database.connect() as connection:
        assert (
            one(
                connection,
                "select pg_get_constraintdef(k.oid) || ' ' || c.reloptions::text from pg_constraint k"
                " join pg_class c on c.oid = k.conindid where conname = 'stays_state_key'",
            )
            == "UNIQUE NULLS NOT DISTINCT (state) INCLUDE (room) DEFERRABLE INITIALLY DEFERRED {fillfactor=70}"
        )
