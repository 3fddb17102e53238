"""What a table among others cannot be or have is refused in the preview, as the server would refuse it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from supaschema.declarations import Column, Declaration, Table, Trigger, TriggerEvent
from tests.fixtures.postgres import Database
from tests.support.objects import Objects, managed
from tests.support.previews import refused

ID = Column(name="id", type="integer")


@pytest.fixture
def objects(database: Database):
    with managed(database.url) as objects:
        yield objects


def part(name: str, of: str = "whole") -> Table:
    return Table(name=name, columns=(), partition_of=of, bound="for values from (0) to (10)")


def heir(name: str, of: str, partition_by: str | None = None) -> Table:
    return Table(name=name, columns=(ID,), inherits=(of,), partition_by=partition_by)


def whole(name: str) -> Table:
    return Table(name=name, columns=(ID,), partition_by="range (id)")


WHOLE = whole("whole")
PLAIN = Table(name="plain", columns=(ID,))
LIVE = """
    create table ranged (id integer) partition by range (id);
    create table ranged_1 partition of ranged for values from (10) to (20);
    create table apart (id integer);
    create table above (id integer);
    create table below () inherits (above);
"""
HEIRS: dict[str, Sequence[Declaration]] = {
    "public.new: it cannot inherit from public.ranged, which is partitioned": (heir("new", "ranged"),),
    "public.new: it cannot inherit from public.ranged_1, which is a partition": (heir("new", "ranged_1"),),
    "public.apart: it cannot inherit from public.ranged, which is partitioned": (heir("apart", "ranged"),),
    "public.new: it cannot inherit from public.whole, which is partitioned": (WHOLE, heir("new", "whole")),
    "public.new: it cannot inherit from public.whole_1, which is a partition": (
        WHOLE,
        part("whole_1"),
        heir("new", "whole_1"),
    ),
    "public.new: it cannot inherit from public.above, for it is partitioned": (heir("new", "above", "range (id)"),),
    "public.above: it cannot be a partition of public.ranged, for public.below inherits from it": (
        part("above", "ranged"),
    ),
    "public.plain: it cannot be a partition of public.ranged, for public.new inherits from it": (
        PLAIN,
        heir("new", "plain"),
        part("plain", "ranged"),
    ),
}


def test_what_has_partitions_or_is_one_has_no_heirs(database: Database, objects: Objects) -> None:
    with database.connect() as connection:
        connection.execute(LIVE)

    assert refused(database, objects, HEIRS) == []


def test_a_table_changes_its_place(database: Database, objects: Objects) -> None:
    with database.connect() as connection:
        connection.execute(LIVE)
    program = (part("below", "ranged"), heir("below", "above"), heir("apart", "above"))

    for declared in program:
        assert objects.preview(declared).statements
        objects.apply(declared)


FIRES = """
    create function fire() returns trigger language plpgsql as 'begin return null; end';
    create trigger fire after insert on apart referencing new table as came for each row execute function fire();
"""


def seeing(table: str, *, for_each: str = "row", name: str = "fire") -> Trigger:
    return Trigger(
        name=name,
        table=table,
        timing="after",
        events=(TriggerEvent.INSERT,),
        function="public.fire",
        for_each=for_each,
        new_table="came",
    )


UNSEEN: dict[str, Sequence[Declaration]] = {
    "apart.fire: it is a trigger for each row that sees tables of rows, and public.apart, which is a partition": (
        part("apart", "ranged"),
    ),
    "apart.fire: it is a trigger for each row that sees tables of rows, and public.apart, which inherits from": (
        heir("apart", "above"),
    ),
    "whole.fire: it is a trigger for each row that sees tables of rows, and public.whole, which is partitioned": (
        WHOLE,
        seeing("whole"),
    ),
    "whole_1.fire: it is a trigger for each row that sees tables of rows, and public.whole_1, which is a partition": (
        whole("another"),
        part("whole_1", "another"),
        seeing("whole_1"),
    ),
    "plain.fire: it is a trigger for each row that sees tables of rows, and public.plain, which inherits from": (
        heir("plain", "above"),
        seeing("plain"),
    ),
}


def test_a_trigger_for_each_row_sees_no_rows_of_several_tables(database: Database, objects: Objects) -> None:
    with database.connect() as connection:
        connection.execute(f"{LIVE}{FIRES}".encode())

    assert refused(database, objects, UNSEEN) == []


def test_a_trigger_that_sees_rows_fits_where_its_table_is_one(database: Database, objects: Objects) -> None:
    with database.connect() as connection:
        connection.execute(f"{LIVE}{FIRES}".encode())
    program = (
        seeing("apart", for_each="statement"),
        heir("apart", "above"),
        WHOLE,
        seeing("whole", for_each="statement"),
        PLAIN,
        seeing("plain"),
    )
    for declared in program:
        objects.declare(declared)

    for declared in program:
        assert objects.preview(declared).statements
    for declared in program:
        objects.apply(declared)


def test_an_heir_in_a_schema_with_a_dot_is_known_by_its_declaration(database: Database, objects: Objects) -> None:
    with database.connect() as connection:
        connection.execute(LIVE)
        connection.execute('drop table below; create schema "of.theirs"')
        connection.execute('create table "of.theirs".below () inherits (public.above)')
    elsewhere = Table(schema="of.theirs", name="below", columns=(ID,), inherits=("public.apart",))
    for declared in (elsewhere, part("above", "ranged")):
        objects.declare(declared)
        assert objects.preview(declared).statements
