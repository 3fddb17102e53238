"""Columns on a real server: what is recreated must not cost a value."""

import pytest
from msgspec import structs

from supaschema.core.model import Hazard
from supaschema.declarations import Column, ExistingRows, PrimaryKey, Table, TablePatch
from supaschema.kinds.rewrites import is_volatile
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

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


DOMAINS = """
    create domain public.label as text check (value <> '');
    create domain public.code as varchar(5);
    create domain public.amount as integer;
    create table public.domained (
      id integer primary key, label public.label, code public.code, amount public.amount, n integer
    );
    create index on public.domained (label);
    insert into public.domained values (1, 'a', 'b', 1, 1);
"""


def test_only_a_type_that_the_server_writes_rows_for_asks_for_consent(database: Database) -> None:
    same = {"label": Column(name="label", type="text"), "code": Column(name="code", type="varchar")}
    same |= {"amount": Column(name="amount", type="integer"), "n": Column(name="n", type="public.amount")}
    others = (
        Column(name="label", type="public.label"),
        Column(name="code", type="varchar(5)"),
        Column(name="n", type="bigint"),
    )
    with database.connect() as connection, managed(database.url) as objects:
        connection.execute(DOMAINS)
        file = one(connection, "select pg_relation_filenode('public.domained')")

        plan = objects.apply(TablePatch(table="domained", columns=tuple(same.values())))

        assert plan.sentences(Hazard.REWRITES_TABLE) == ()
        assert one(connection, "select pg_relation_filenode('public.domained')") == file
        for other in others:
            columns = {**same, other.name: other}.values()
            plan = objects.preview(TablePatch(table="domained", columns=tuple(columns)))
            assert len(plan.sentences(Hazard.REWRITES_TABLE)) == 1


def test_a_column_that_an_heir_has_already_keeps_its_default(database: Database, connection: Connection):
    connection.execute("create table public.up (id integer)")
    connection.execute("create table public.down (size integer default 5) inherits (public.up)")
    connection.execute("create table public.other () inherits (public.up)")
    size = Column(name="size", type="integer", default="7", existing_rows=ExistingRows.NULL)
    with managed(database.url) as objects:
        objects.apply(TablePatch(table="up", columns=(size,)))

    defaults = (
        "select c.relname || pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d join pg_class c on c.oid = d.adrelid"
    )
    defaults += " where c.relname in ('up', 'down', 'other') order by 1"
    assert column(connection, defaults) == ["down5", "other7", "up7"]
