"""A preview that is clean applies: what the server would refuse is refused before, with the names."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from supaschema.declarations import (
    Check,
    Column,
    Declaration,
    Exclusion,
    Index,
    InlineIndex,
    PrimaryKey,
    Table,
    TablePatch,
    Trigger,
    TriggerEvent,
    Unique,
)
from tests.fixtures.postgres import Database
from tests.support.objects import Objects, managed
from tests.support.previews import refused

ID = Column(name="id", type="integer", nullable=False)
KEY = PrimaryKey(columns=("id",))


@pytest.fixture
def objects(database: Database):
    with managed(database.url) as objects:
        yield objects


def numbers(name: str) -> Table:
    return Table(name=name, columns=(ID, Column(name="n", type="integer")), primary_key=KEY)


RELATIONS = """
    create table numbers (id integer primary key, n integer);
    create index own on numbers (n);
    create table t (id integer);
    create view v as select 1 as one;
    create sequence s;
    create index i on t (id);
    create type c as (a integer);
"""


def indexed(name: str, table: str = "numbers") -> Index:
    return Index(name=name, table=table, keys=("n",))


NAMED: dict[str, Sequence[Declaration]] = {
    "for table public.t has its name": (indexed("t"),),
    "for table public.numbers has its name": (indexed("numbers"),),
    "for view public.v has its name": (indexed("v"),),
    "for sequence public.s has its name": (indexed("s"),),
    "for index public.i has its name": (indexed("i"),),
    "for composite type public.c has its name": (indexed("c"),),
    "for index public.numbers_pkey has its name": (indexed("numbers_pkey"),),
    "constraint public.numbers.v: it cannot be made, for view public.v has": (
        TablePatch(table="numbers", uniques=(Unique(name="v", columns=("n",)),)),
    ),
    "constraint public.new.s: it cannot be made, for sequence public.s has": (
        replace(numbers("new"), exclusions=(Exclusion(name="s", method="btree", elements=("n with =",)),)),
    ),
    "for table public.new, which this program makes too, has": (
        replace(numbers("new"), primary_key=PrimaryKey(columns=("id",), name="new")),
    ),
    "for constraint public.new.x, which": (
        replace(
            numbers("new"),
            uniques=(Unique(name="x", columns=("n",)),),
            indexes=(InlineIndex(name="x", keys=("n desc",)),),
        ),
    ),
    "for table public.x, which": (numbers("x"), indexed("x")),
    "for index public.numbers.x, which": (indexed("x"), numbers("x")),
}


def test_an_index_or_a_key_is_not_called_like_another_relation(database: Database, objects: Objects) -> None:
    with database.connect() as connection:
        connection.execute(RELATIONS)

    assert refused(database, objects, NAMED) == []


def test_a_name_that_becomes_free_is_free(database: Database, objects: Objects) -> None:
    inline = replace(numbers("one"), indexes=(InlineIndex(name="i", keys=("n",)),))
    with database.connect() as connection:
        connection.execute("create type e as enum ('a'); create table two (id integer, n integer)")
    program = (
        Index(name="e", table="two", keys=("n",)),
        inline,
        replace(numbers("one"), uniques=(Unique(name="i", columns=("n",)),)),
        inline,
        replace(numbers("one"), indexes=(InlineIndex(name="j", keys=("n",), renamed_from=("i",)),)),
        Index(name="i", table="two", keys=("n",)),
    )

    for declared in program:
        assert objects.preview(declared).statements
        objects.apply(declared)


def test_what_tells_rows_apart_is_not_to_hold_null(database: Database, objects: Objects) -> None:
    with database.connect() as connection:
        connection.execute("create table numbers (id integer primary key, n integer not null, m integer not null)")
        connection.execute("create unique index told on numbers (n)")
        connection.execute("alter table numbers replica identity using index told")

    def nullable(name: str) -> Sequence[Declaration]:
        return (TablePatch(table="numbers", columns=(Column(name=name, type="integer"),)),)

    declared = {
        "column public.numbers.id: the column cannot hold NULL while it is in the primary key numbers_pkey": nullable(
            "id"
        ),
        "column public.numbers.n: the column cannot hold NULL while it is in what tells a subscriber which row changed,"
        " told": nullable("n"),
    }

    assert refused(database, objects, declared) == []
    assert objects.apply(*nullable("m")).statements


ROWS = """
    create table numbers (
      id integer primary key, n integer, d numeric unique, t text unique,
      g integer generated always as (id) stored unique
    );
    insert into numbers (id, n, d, t) values (1, 0, 1.1, 'a'), (2, 0, 1.2, 'b'), (3, 5, 3, 'c');
    create function refuse(integer) returns integer immutable language plpgsql as
      'begin raise exception using message = ''no''; end';
"""


def keyed(key: str, where: str | None = None) -> Sequence[Declaration]:
    return (Index(name="keyed", table="numbers", keys=(key,), where=where),)


def patched(*columns: Column, unique: str | None = None, checks: tuple[Check, ...] = ()) -> Sequence[Declaration]:
    uniques = (Unique(columns=(unique,)),) if unique is not None else ()
    return (TablePatch(table="numbers", columns=columns, uniques=uniques, checks=checks),)


def generated(text: str, **also: bool) -> Column:
    return replace(Column(name="g2", type="integer", generated=text), **also)


HELD = {
    "2 rows of public.numbers have no value for the index keyed": keyed("(1 / n)"),
    "3 rows of public.numbers have no value for the index keyed": keyed("(t::integer)"),
    "rows of public.numbers have no value for the index keyed": keyed("id", "1 % n = 0"),
    "raise exception": keyed("(public.refuse(n))"),
    "2 rows of public.numbers have no value for the generated column g2": patched(generated("1 / n")),
    "2 rows of public.numbers give NULL for the generated column g2": patched(
        generated("nullif(n, 0)", nullable=False)
    ),
    "1 values of public.numbers (g2) occur more than once": patched(generated("n"), unique="g2"),
    "1 rows of public.numbers break the check small": patched(
        generated("n"), checks=(Check(name="small", expression="g2 < 5"),)
    ),
    "1 values of public.numbers (m) occur more than once": patched(
        Column(name="m", type="integer", default="1"), unique="m"
    ),
    "1 values of public.numbers (d) occur more than once, which the constraint numbers_d_key forbids": patched(
        Column(name="d", type="integer")
    ),
    "1 values of public.numbers (t) occur more than once, which the constraint numbers_t_key forbids": patched(
        Column(name="t", type="integer", using="1"), Column(name="d", type="bigint", using="id")
    ),
    "1 values of public.numbers (g) occur more than once, which the constraint numbers_g_key forbids": patched(
        Column(name="g", type="integer", generated="n")
    ),
}


def test_rows_are_held_against_what_a_plan_computes_of_them(database: Database, objects: Objects) -> None:
    with database.connect() as connection:
        connection.execute(ROWS)

    assert refused(database, objects, HELD) == []


def test_rows_that_stand_in_no_way_let_a_plan_pass(database: Database, objects: Objects) -> None:
    with database.connect() as connection:
        connection.execute(ROWS)
    program = (
        *keyed("(1 / n)", "n > 0"),
        *patched(
            Column(name="d", type="integer", using="d * 10"),
            Column(name="token", type="uuid", nullable=False, default="gen_random_uuid()"),
            generated("1 / nullif(n, 0)"),
            Column(name="none", type="integer"),
            unique="token",
            checks=(Check(name="small", expression="g2 < 5 and d > 10 and t is not null and none is null"),),
        ),
    )

    for declared in program:
        assert objects.preview(declared).statements
        objects.apply(declared)


SHARED = """
    create table ranged (id integer not null, at integer not null) partition by range (at);
    create table ranged_1 partition of ranged for values from (0) to (10);
    create table listed (id integer, k integer) partition by list (k);
    create table listed_1 partition of listed for values in (1, 2);
    create table hashed (id integer, k integer) partition by hash (k);
    create table hashed_1 partition of hashed for values with (modulus 4, remainder 0);
    create table rest (id integer, k integer) partition by range (k);
    create table rest_default partition of rest default;
    insert into rest values (1, 5), (1, 6), (1, 70);
    create table plain (id integer, k integer);
    create table apart (id integer not null, at integer not null);
    insert into apart values (1, 20), (2, 21), (3, 30);
"""


def part(of: str, bound: str, name: str = "new") -> Table:
    return Table(name=name, columns=(), partition_of=of, bound=bound)


WHOLE = Table(
    name="whole",
    columns=(ID, Column(name="note", type="text", default="'none'")),
    primary_key=KEY,
    checks=(Check(name="noted", expression="note <> ''"),),
    partition_by="range (id)",
)
OVERLAPPING: dict[str, Sequence[Declaration]] = {
    'partition "new" would overlap partition "ranged_1"': (part("ranged", "for values from (5) to (15)"),),
    'empty range bound specified for partition "new"': (part("ranged", "for values from (15) to (15)"),),
    'range bound specified for partition "new". Specified lower bound (20)': (
        part("ranged", "for values from (20) to (15)"),
    ),
    "invalid bound specification for a range partition": (part("ranged", "for values in (1)"),),
    "FROM must specify exactly one value per partitioning column": (
        part("ranged", "for values from (1, 2) to (3, 4)"),
    ),
    'invalid input syntax for type integer: "x"': (part("ranged", "for values from ('x') to ('y')"),),
    'partition "new" would overlap partition "listed_1"': (part("listed", "for values in (2, 3)"),),
    'partition "new" would overlap partition "hashed_1"': (part("hashed", "for values with (modulus 4, remainder 0)"),),
    "every hash partition modulus must be a factor": (part("hashed", "for values with (modulus 6, remainder 1)"),),
    "a hash-partitioned table may not have a default partition": (part("hashed", "default"),),
    'partition "new" conflicts with existing default partition "rest_default"': (part("rest", "default"),),
    "2 rows of the default partition public.rest_default are those of the new public.new": (
        part("rest", "for values from (0) to (10)"),
    ),
    "1 rows of public.apart are none that it takes as a partition of public.ranged": (
        part("ranged", "for values from (20) to (25)", "apart"),
    ),
    "it cannot be a partition of public.plain, which is not partitioned": (part("plain", "default"),),
    "it cannot be a partition of public.numbers, which is not partitioned": (
        numbers("numbers"),
        part("numbers", "default"),
    ),
    'partition "whole_2" would overlap partition "whole_1"': (
        WHOLE,
        part("whole", "for values from (0) to (10)", "whole_1"),
        part("whole", "for values from (5) to (15)", "whole_2"),
    ),
}


def test_partitions_share_their_table_s_rows(database: Database, objects: Objects) -> None:
    with database.connect() as connection:
        connection.execute(SHARED)

    assert refused(database, objects, OVERLAPPING) == []


def test_partitions_that_do_not_overlap_are_made(database: Database, objects: Objects) -> None:
    with database.connect() as connection:
        connection.execute(SHARED)
    program = (
        part("ranged", "for values from (10) to (maxvalue)"),
        part("hashed", "for values with (modulus 8, remainder 1)", "hashed_2"),
        part("listed", "default", "listed_2"),
        part("rest", "for values from (10) to (70)", "rest_2"),
        WHOLE,
        part("whole", "for values from (0) to (10)", "whole_1"),
        part("whole", "for values from (10) to (15)", "whole_2"),
    )
    for declared in program:
        objects.declare(declared)

    for declared in program:
        assert objects.preview(declared).statements
    for declared in program:
        objects.apply(declared)


FIRED = f"""
    {SHARED}
    create table heir () inherits (plain);
    create foreign data wrapper nothing;
    create server nowhere foreign data wrapper nothing;
    create foreign table afar (id integer) server nowhere;
    alter table afar owner to postgres;
    create function fire() returns trigger language plpgsql as 'begin return null; end';
"""


def seeing(table: str, *, for_each: str = "row", constraint: bool = False) -> Sequence[Declaration]:
    fires = Trigger(
        name="fire",
        table=table,
        timing="after",
        events=(TriggerEvent.INSERT,),
        function="public.fire",
        for_each=for_each,
        new_table=None if constraint else "came",
        constraint=constraint,
    )
    return (fires,)


FORBIDDEN: dict[str, Sequence[Declaration]] = {
    "ROW triggers with transition tables are not supported on partitioned tables": seeing("ranged"),
    "ROW triggers with transition tables are not supported on partitions": seeing("ranged_1"),
    "ROW triggers with transition tables are not supported on inheritance children": seeing("heir"),
    "foreign table public.afar cannot have triggers that see tables of rows": seeing("afar", for_each="statement"),
    "foreign table public.afar cannot have constraint triggers": seeing("afar", constraint=True),
    "foreign table public.afar cannot have indexes": (Index(name="far", table="afar", keys=("id",)),),
    "foreign table public.afar cannot have constraints but checks": (
        TablePatch(table="afar", uniques=(Unique(columns=("id",)),)),
    ),
    "unique constraint on partitioned table must include all partitioning columns": (
        Index(name="only", table="ranged", keys=("id",), unique=True),
    ),
}


def test_what_a_relation_cannot_have_is_refused(database: Database, objects: Objects) -> None:
    with database.connect_superuser() as connection:
        connection.execute(FIRED.encode())
        connection.execute("alter table plain owner to postgres; alter table heir owner to postgres")
        connection.execute("alter table ranged owner to postgres; alter table ranged_1 owner to postgres")
        connection.execute("alter function fire() owner to postgres")

    assert refused(database, objects, FORBIDDEN) == []
    for declared in (*seeing("ranged_1", for_each="statement"), *seeing("ranged", for_each="statement")):
        assert objects.preview(declared).statements
        objects.apply(declared)
