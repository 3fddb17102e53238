"""What a drop archives comes back as it was."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from supaschema.archive.parts import Part, parts_of
from supaschema.archive.tables import holding_rows
from supaschema.core.errors import PartialApplyError
from supaschema.core.model import Hazard
from supaschema.declarations import Column, Table, TablePatch
from supaschema.engine.execute import Executor, Segment
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import managed
from tests.support.sessions import Connection


def apply(database: Database, patch: TablePatch) -> None:
    """Add what a patch adds."""
    with managed(database.url) as objects:
        objects.apply(patch)


def gone_and_back(database: Database, patch: TablePatch) -> None:
    """Remove what a patch added, and add it again, each as a deployment of its own."""
    with managed(database.url) as objects:
        objects.remove(patch)
    apply(database, patch)


@pytest.fixture
def things(connection: Connection) -> Connection:
    """A table with four rows."""
    connection.execute("create table public.things (id integer primary key, touched boolean default false)")
    connection.execute("insert into public.things select generate_series(1, 4)")
    return connection


OF_TYPES = (
    ("text", "'none'", ["null", "''", "'none'", "'a ''b'' %'"]),
    ("boolean", "false", ["null", "true", "false", "true"]),
    ("character(3)", "'a'", ["null", "'ab'", "'a'", "''"]),
    ("text[]", "'{a,\"b c\"}'", ["null", "'{}'", "'{a,\"b c\"}'", "'{\"\"}'"]),
    ("uuid", "gen_random_uuid()", ["null", "md5('1')::uuid", "md5('2')::uuid", "null"]),
    ("inet", "'::1'", ["null", "'10.0.0.1'", "'::1'", "'10.0.0.0/8'"]),
    ("jsonb", "'{}'", ["null", "'null'", "'{}'", "'{\"a\": [1, null]}'"]),
    ("json", "'{}'", ["null", "'null'", "'{\"a\": 2}'", "'[]'"]),
    ("integer[]", None, ["null", "'{}'", "'{1,null}'", "'{{1},{2}}'"]),
    ("bytea", None, ["null", "''", "'\\x00ff'", "'\\x27'"]),
    ("numeric(9, 2)", "0", ["null", "0", "'NaN'", "12.5"]),
    ("double precision", None, ["'-Infinity'", "0.1", "1e300", "'NaN'"]),
    ("timestamptz", "now()", ["null", "now()", "'infinity'", "'0044-03-15 BC'"]),
)
"""A type, a default, and a value for each row: in SQL."""


def test_values_come_back_as_they_were(database: Database, things: Connection):
    patch = TablePatch(
        table="things",
        columns=tuple(
            Column(name=f"Kept {place}", type=type, default=default)
            for place, (type, default, _) in enumerate(OF_TYPES)
        ),
    )
    apply(database, patch)
    for place, (_, _, values) in enumerate(OF_TYPES):
        for number, value in enumerate(values, start=1):
            things.execute(f'update public.things set "Kept {place}" = {value} where id = {number}'.encode())

    def kept() -> dict[str, list[object]]:
        query = "select coalesce(\"Kept {}\"::text, 'NULL') from public.things order by id"
        read = (things.execute(query.format(place).encode()).fetchall() for place in range(len(OF_TYPES)))
        return {type: [value for (value,) in rows] for (type, _, _), rows in zip(OF_TYPES, read, strict=True)}

    before = kept()

    gone_and_back(database, patch)

    assert kept() == before
    assert column(things, "select key from supaschema_archive.column_values") == []


def test_no_trigger_takes_the_return_for_a_change(database: Database, things: Connection):
    things.execute("""
        create function public.touch() returns trigger language plpgsql as 'begin new.touched := true; return new; end';
        create trigger usual before update on public.things for each row execute function public.touch();
        create trigger off before update on public.things for each row execute function public.touch();
        create trigger always before update on public.things for each row execute function public.touch();
        alter table public.things disable trigger off, enable always trigger always
    """)
    patch = TablePatch(table="things", columns=(Column(name="kept", type="integer"),))
    apply(database, patch)
    things.execute("update public.things set kept = 1")
    things.execute("alter table public.things disable trigger user")
    things.execute("update public.things set touched = false")
    things.execute("alter table public.things enable trigger usual, enable always trigger always")

    gone_and_back(database, patch)

    assert column(things, "select distinct array[kept, touched::integer]::text from public.things") == ["{1,0}"]
    enabled = "select tgname || tgenabled::text from pg_trigger where tgrelid = 'public.things'::regclass order by 1"
    assert column(things, enabled) == ["alwaysA", "offD", "usualO"]


def test_without_a_primary_key_the_loss_needs_consent(database: Database, connection: Connection):
    connection.execute("create table public.things (a integer)")
    patch = TablePatch(table="things", columns=(Column(name="b", type="integer"),))

    with managed(database.url) as objects:
        objects.apply(patch)
        plan = objects.remove(patch)

    assert [note.hazard for statement in plan.statements for note in statement.hazards] == [Hazard.DELETES_DATA]


COLUMNS = (
    Column(name="note", type="text", default="'none'"),
    Column(name="count", type="integer"),
    Column(name="empty", type="text"),
)
PATCH = TablePatch(table="things", columns=COLUMNS)
STATE = "select array[id::text, note, count::text, empty]::text from public.things order by id"
LEFT = """
    select 'values' from supaschema_archive.column_values
    union all select 'columns' from supaschema_archive.columns
    union all select proname from pg_proc where pronamespace = 'supaschema_archive'::regnamespace
    union all select tgname from pg_trigger where tgname ~ '^supaschema'
"""


class StoppedError(Exception):
    """A deployment that ends where the test wants it to."""


@contextmanager
def interrupted(text: str, act: Callable[[], None], *, stop: bool) -> Iterator[None]:
    """Act before the first segment that holds a statement with this text, then stop there or go on."""
    run = Executor._run

    def step(self: Executor, part: Segment, hooks: Any) -> None:
        if any(text in statement.text for statement in part.statements):
            act()
            if stop:
                raise StoppedError
        run(self, part, hooks)

    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(Executor, "_run", step)
        yield


def filled(things: Connection, rows: int) -> None:
    """Return the table rows, of which some have values."""
    things.execute("insert into public.things select generate_series(5, %s)", [rows])
    things.execute("""
        update public.things
           set note = case id % 4 when 0 then 'none' when 1 then null else 'note ' || id end, count = nullif(id % 3, 0)
    """)


def test_what_is_written_between_copy_and_drop_is_kept(database: Database, things: Connection):
    apply(database, PATCH)
    filled(things, 6000)

    def write() -> None:
        things.execute("update public.things set note = 'late', count = 7 where id in (1, 5999)")
        things.execute("update public.things set note = 'none', count = null where id = 2")
        things.execute("insert into public.things (id, note, count) values (7001, null, 9), (7002, 'none', null)")
        things.execute("delete from public.things where id = 3")

    with interrupted("drop column", write, stop=False), managed(database.url) as objects:
        before = column(things, STATE)
        objects.remove(PATCH)
    apply(database, PATCH)

    after = column(things, STATE)
    assert len(after) == len(before) + 1
    assert after[0] == "{1,late,7,NULL}"
    assert after[1] == "{2,none,NULL,NULL}"
    assert after[-3:] == ["{6000,none,NULL,NULL}", "{7001,NULL,9,NULL}", "{7002,none,NULL,NULL}"]
    assert column(things, LEFT) == []


def test_what_is_written_before_the_values_are_back_outlives_their_return(database: Database, things: Connection):
    apply(database, PATCH)
    filled(things, 10)
    with managed(database.url) as objects:
        objects.remove(PATCH)

    def write() -> None:
        things.execute("update public.things set note = 'new' where id = 6")

    with interrupted("put_back", write, stop=False):
        apply(database, PATCH)

    assert column(things, STATE)[5] == "{6,new,NULL,NULL}"
    assert column(things, STATE)[6] == '{7,"note 7",1,NULL}'


@pytest.mark.parametrize(
    "text", ["create or replace trigger", "order by", "drop column", "delete from supaschema_archi"]
)
def test_a_drop_that_broke_off_converges(database: Database, things: Connection, text: str):
    apply(database, PATCH)
    filled(things, 40)
    with interrupted(text, lambda: None, stop=True), managed(database.url) as objects, pytest.raises(StoppedError):
        objects.remove(PATCH)
    things.execute("update public.things set id = id")
    if "delete" not in text:
        things.execute("update public.things set note = 'none', count = null where id = 7")
        before = column(things, STATE)
        gone_and_back(database, PATCH)
        assert column(things, STATE) == before
    else:
        gone_and_back(database, PATCH)
        assert column(things, STATE)[6] == '{7,"note 7",1,NULL}'
    assert column(things, LEFT) == []


def test_a_return_that_broke_off_converges(database: Database, things: Connection):
    apply(database, PATCH)
    filled(things, 12_000)
    before = column(things, STATE)
    with managed(database.url) as objects:
        objects.remove(PATCH)
    with interrupted("put_back", lambda: None, stop=True), pytest.raises(StoppedError):
        apply(database, PATCH)
    restore_values = "select rows from supaschema.put_back('public.things', array['note', 'count'], null, 5000)"
    assert one(things, restore_values) == 5000

    gone_and_back(database, PATCH)

    assert column(things, STATE) == before
    assert column(things, LEFT) == []


def test_a_key_of_several_columns(database: Database, connection: Connection):
    connection.execute("""
        create table public.things (day date, "the % key" text, primary key (day, "the % key"));
        insert into public.things select date '2024-01-01' + i % 3, 'k"' || i from generate_series(1, 12000) i
    """)
    patch = TablePatch(table="things", columns=(Column(name="b %", type="integer"),))
    apply(database, patch)
    connection.execute('update public.things set "b %" = length("the % key")')
    query = 'select t::text from public.things t order by day, "the % key"'
    before = column(connection, query)

    gone_and_back(database, patch)

    assert column(connection, query) == before
    assert column(connection, LEFT) == []


def test_no_reader_waits(database: Database, things: Connection):
    things.execute("""
        create function public.touch() returns trigger language plpgsql as 'begin new.touched := true; return new; end';
        create trigger usual before update on public.things for each row execute function public.touch();
    """)
    apply(database, PATCH)
    filled(things, 20_000)
    before = column(things, STATE)
    reads: list[object] = []
    done = threading.Event()

    def read() -> None:
        with database.connect() as reader:
            # Told by the server, which a busy machine's own delays do not concern.
            reader.execute("set lock_timeout = '200ms'")
            while not done.wait(0.005):
                reads.append(one(reader, "select count(*) from public.things where id = 20000"))

    with ThreadPoolExecutor() as threads:
        reading = threads.submit(read)
        try:
            gone_and_back(database, PATCH)
        finally:
            done.set()
        reading.result()

    assert len(reads) > 20
    assert column(things, STATE) == before


def test_what_is_asked_of_many_tables_at_once_is_what_is_asked_of_each(connection: Connection):
    connection.execute("""
        create function public.one() returns integer immutable language sql as 'select 1';
        create table public.first (id serial primary key, n integer default public.one());
        create table public.second (id serial, n integer default nextval('public.first_id_seq'));
        alter table public.second add check (n > public.one());
        create table public.third (id integer);
        insert into public.first default values;
        insert into public.second (n) values (7)
    """)
    names = [("public", name) for name in ("first", "second", "third")]

    together = parts_of(connection, names)

    assert together == {name: parts_of(connection, [name])[name] for name in names}
    assert Part("default", "n") in together["public", "first"]
    # Another table's sequence stays behind, its own goes along.
    assert [part.name for part in together["public", "second"] if part.what == "default"] == ["n"]
    assert holding_rows(connection, names) == {*names[:2]}


@pytest.mark.parametrize("held", [False, True], ids=["at once", "by the next deployment"])
def test_a_drop_that_fails_leaves_no_trigger_behind(database: Database, things: Connection, *, held: bool):
    apply(database, PATCH)
    filled(things, 40)
    before = column(things, STATE)
    watching = "select tgname from pg_trigger where tgname ~ '^supaschema'"
    with database.connect() as other:

        def stand() -> None:
            # Meanwhile somebody makes a view of the column, and reads the table.
            things.execute("create view public.late as select note from public.things")
            if held:
                other.execute("begin; select 1 from public.things limit 1")

        with (
            interrupted("drop column", stand, stop=False),
            managed(database.url, lock_wait_ms=300) as objects,
            pytest.raises(PartialApplyError) as failed,
        ):
            objects.remove(PATCH)
    said = str(failed.value)

    assert ("Run the command again: it does the rest." in said) is held
    assert ("and is by the next deployment: drop trigger if exists" in said) is held
    assert column(things, watching) == (["supaschema_keep"] if held else [])
    with managed(database.url) as objects:
        plan = objects.preview(PATCH)
        assert plan.empty is not held
        objects.apply(PATCH)
    assert column(things, LEFT) == []
    assert column(things, STATE) == before


def test_while_values_come_back_past_a_trigger_no_writer_waits_long(database: Database, things: Connection):
    things.execute("""
        create function public.touch() returns trigger language plpgsql as 'begin new.touched := true; return new; end';
        create trigger usual before update on public.things for each row execute function public.touch();
    """)
    apply(database, PATCH)
    filled(things, 60_000)
    before = column(things, STATE)
    writes: list[object] = []
    done = threading.Event()

    def write() -> None:
        with database.connect() as writer:
            # Told by the server, which a busy machine's own delays do not concern.
            writer.execute("set lock_timeout = '1s'")
            while not done.is_set():
                writes.append(writer.execute("insert into public.things (id) values (-1) on conflict do nothing"))

    with managed(database.url) as objects:
        objects.remove(PATCH)
    with ThreadPoolExecutor() as threads, managed(database.url) as objects:
        writing = threads.submit(write)
        try:
            plan = objects.apply(PATCH)
        finally:
            done.set()
        writing.result()

    assert [note.hazard for note in plan.statements[-1].hazards] == [Hazard.BLOCKS_WRITERS]
    assert column(things, STATE)[1:] == before
    assert len(writes) > 20


def test_a_table_in_the_archive_holds_nobody_from_dropping_what_its_rules_wrote(
    database: Database, connection: Connection
):
    table = Table(name="ruled", columns=(Column(name="id", type="integer"),))
    with managed(database.url) as objects:
        objects.apply(table)
    connection.execute("create table public.log (id integer)")
    connection.execute("create rule logged as on insert to public.ruled do also insert into public.log values (new.id)")
    connection.execute("insert into public.ruled values (1)")

    with managed(database.url) as objects:
        objects.remove(table)
    connection.execute("drop table public.log")

    with managed(database.url) as objects:
        objects.apply(table)
    assert column(connection, "select id from public.ruled") == [1]
