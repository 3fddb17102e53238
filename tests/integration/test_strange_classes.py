"""No index takes an operator class of others, named or not, nor is adopted with one: it would go with that."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from supaschema.core.errors import OwnershipError
from supaschema.declarations import Column, EnumType, Exclusion, Index, ObjectSet, PrimaryKey, Table
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import NAME, Stranger
from tests.support.catalog import one
from tests.support.objects import managed

_KEY = Column(name="id", type="uuid", nullable=False)
_ROOM = Column(name="room", type="integer")
_DURING = Column(name="during", type="int4range")


def _excluding(*elements: str) -> Table:
    excluded = Exclusion(name="apart", elements=elements)
    columns = (_KEY, _ROOM, _DURING)
    return Table(name="visits", columns=columns, primary_key=PrimaryKey(columns=("id",)), exclusions=(excluded,))


def _gin(key: str) -> Index:
    return Index(name="i", table="organizations", keys=(key,), method="gin")


def test_no_index_takes_an_operator_class_of_others_that_it_does_not_name(database: Database, stranger: Stranger):
    stranger.connection.execute("create extension btree_gist schema strange; create extension btree_gin schema strange")
    named_by_none = (
        "it names no operator class, and (would get|may get one like) operator class strange.* belongs to stranger"
    )

    with managed(database.url) as objects:
        for declared in (
            _excluding("room with =", "during with &&"),
            _gin("name"),
            _gin("lower(name)"),
            _gin("array_length(string_to_array(name, ' '), 1)"),
            _gin("(no_name)"),
        ):
            with pytest.raises(OwnershipError, match=named_by_none):
                objects.preview(declared)
            with pytest.raises(OwnershipError, match=named_by_none):
                objects.apply(declared)
        # A column's type that is not there yet says nothing of another column's.
        state = EnumType(name="visit_state", labels=("new", "done"))
        columns = (_KEY, _DURING, Column(name="state", type="public.visit_state"))
        objects.preview(ObjectSet(objects=(state, replace(_excluding("during with &&"), columns=columns))))
        # What the server has one of its own for, or what is named.
        for declared in (
            _excluding("during with &&"),
            _gin("settings"),
            replace(_gin("to_tsvector('simple', name) tsvector_ops"), name="of_words"),
            replace(_gin("to_tsvector('simple', organizations.name)"), name="of_its_words"),
            replace(_gin("string_to_array(lower(name), ' ')"), name="of_its_parts"),
            replace(_gin("(settings -> 'x')"), name="of_x"),
            Index(name="of_name", table="organizations", keys=("lower(name)",)),
        ):
            objects.preview(declared)
            objects.apply(declared)
    stranger.connection.execute("drop extension btree_gist cascade; drop extension btree_gin cascade")
    made = "select count(*) from pg_class where relname ~ '^(apart|i|of_(words|its_words|its_parts|x|name))$'"
    assert one(stranger.platform, made) == 7


_MADE_BEFORE = """
    create index i on public.organizations using gin (name);
    create table public.visits (
      id uuid primary key, room integer, during int4range,
      constraint apart exclude using gist (room with =, during with &&)
    );
"""


def test_nothing_that_has_an_operator_class_of_others_is_adopted(database: Database, stranger: Stranger):
    stranger.connection.execute("create extension btree_gist schema strange; create extension btree_gin schema strange")
    with database.connect() as owner:
        owner.execute(_MADE_BEFORE)

    with managed(database.url) as objects:
        for declared, name, theirs in (
            (_gin("name"), "index public.organizations.i", r"name it has operator class strange\.\S+ .* btree_gin"),
            (
                _excluding("room with =", "during with &&"),
                "constraint public.visits.apart",
                r"room it has operator class strange\.\S+ .* btree_gist",
            ),
        ):
            with pytest.raises(OwnershipError, match=f"{theirs} belongs to stranger: it would go with that") as told:
                objects.preview(declared)
            assert told.value.where == name
            assert "reassign owned" in told.value.remedy
            with pytest.raises(OwnershipError, match=theirs):
                objects.apply(declared)
    # What was recorded while its owner was trusted is told as well.
    stranger.platform.execute(f"grant postgres to {NAME}".encode())
    with managed(database.url) as objects:
        objects.apply(_gin("name"))
    stranger.platform.execute(f"revoke postgres from {NAME}".encode())
    with managed(database.url) as objects, pytest.raises(OwnershipError, match=r"name it has operator class strange\."):
        objects.preview(_gin("name"))
