"""Values of an enum type that the archive keeps come back under the names that their labels have by then."""

from __future__ import annotations

from typing import LiteralString

import pytest
from msgspec.structs import replace

from supaschema.core.errors import ApplyError, PreconditionError
from supaschema.core.model import Mode
from supaschema.declarations import (
    Column,
    Declaration,
    Domain,
    DomainCheck,
    EnumType,
    Function,
    ObjectSet,
    PrimaryKey,
    Table,
    TablePatch,
)
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.objects import managed
from tests.support.sessions import Connection

MOOD = EnumType(name="mood", labels=("sad", "so so", "happy"))
GLAD = replace(MOOD, labels=("sad", "so so", "glad"), renamed_labels={"glad": "happy"})
MERRY = replace(MOOD, labels=("sad", "so so", "merry"), renamed_labels={"merry": "glad"})
COLUMNS = (
    Column(name="mood", type="public.mood"),
    Column(name="moods", type="public.mood[]"),
    Column(name="main", type="public.main_mood"),
    Column(name="mains", type="public.main_mood[]"),
    Column(name="list", type="public.mood_list"),
)
DOMAINS = (
    Domain(name="some_mood", type="public.mood"),
    Domain(
        name="main_mood",
        type="public.some_mood",
        checks=(DomainCheck(name="is_one", expression="VALUE::text <> 'sad'"),),
    ),
    Domain(name="mood_list", type="public.mood[]"),
)
THINGS = TablePatch(table="things", columns=COLUMNS)
DAYS = Table(
    name="days",
    columns=(Column(name="id", type="integer", nullable=False), *COLUMNS),
    primary_key=PrimaryKey(columns=("id",)),
)
HELD = "select concat_ws(' ', mood, moods, main, mains, list) from public.{} order by id"
AS_OF_VERSION_7: LiteralString = """
    drop view supaschema.recorded;
    alter table supaschema.objects drop column labels;
    drop function supaschema.later_labels(regtype, timestamptz), supaschema.relabelled(text, jsonb, boolean);
    comment on schema supaschema is 'The ledger of supaschema, version 7.';
"""
REFUSING: LiteralString = """
    create function public.refuse() returns event_trigger language plpgsql as $$ begin
      if pg_catalog.strpos(pg_catalog.current_query(), 'rename value') > 0 then raise exception 'not now'; end if;
    end $$;
    create event trigger refusing on ddl_command_start execute function public.refuse();
"""
BACK = ["merry {merry,sad,NULL} merry {merry,NULL} {merry,sad}", 'so so {"so so"} so so {"so so"} {"so so"}', ""]


@pytest.fixture(params=[THINGS, DAYS], ids=["columns", "a table"])
def dropped(request: pytest.FixtureRequest, database: Database, connection: Connection) -> Declaration:
    """What the archive holds values of labels of, which have other names than they had."""
    declared: Declaration = request.param
    connection.execute("create table public.things (id integer primary key)")
    with managed(database.url) as objects:
        for each in (MOOD, *DOMAINS, declared):
            objects.apply(each)
    table = "things" if declared is THINGS else "days"
    connection.execute(
        f"insert into public.{table} values"
        " (1, 'happy', '{happy,sad,null}', 'happy', '{happy,null}', '{happy,sad}'),"
        " (2, 'so so', '{so so}', 'so so', '{so so}', '{so so}'), (3, null, null, null, null, null)"
    )
    with managed(database.url) as objects:
        objects.remove(declared)
    return declared


@pytest.mark.parametrize("in_one_run", [True, False], ids=["in one run", "in runs of their own"])
def test_values_come_back_under_the_later_names(
    database: Database, connection: Connection, dropped: Declaration, *, in_one_run: bool
) -> None:
    with managed(database.url) as objects:
        for renamed in (GLAD, MERRY):
            objects.apply(renamed)
        if in_one_run:
            objects.apply(dropped)
    with managed(database.url) as objects:
        shown = objects.preview(dropped)
        done = objects.apply(dropped)
        assert [it.text for it in shown.statements] == [it.text for it in done.statements]
        assert objects.preview(dropped).empty

    assert column(connection, HELD.format("things" if dropped is THINGS else "days")) == BACK


def test_an_earlier_ledger_has_the_renames_since_it_was_brought_up_to_date(
    database: Database, connection: Connection, dropped: Declaration
) -> None:
    connection.execute(AS_OF_VERSION_7)
    with managed(database.url) as objects:
        assert not objects.preview(dropped).empty
        for declared in (GLAD, MERRY, dropped):
            objects.apply(declared)

    assert column(connection, HELD.format("things" if dropped is THINGS else "days")) == BACK


def test_what_has_no_label_in_the_end_is_refused(database: Database, dropped: Declaration) -> None:
    with managed(database.url) as objects:
        objects.apply(GLAD)
        for domain in reversed(DOMAINS):
            objects.remove(domain)
        for declared in (replace(MOOD, labels=("sad", "so so")), *DOMAINS):
            objects.apply(declared)
        with pytest.raises((PreconditionError, ApplyError)):
            objects.preview(dropped)


def test_a_label_has_its_later_name_before_values_of_it_are_kept(database: Database, connection: Connection) -> None:
    connection.execute("create table public.things (id integer primary key)")
    sets = [
        ObjectSet(objects=objects)
        for objects in (
            (MOOD, *DOMAINS, THINGS),
            (GLAD, *DOMAINS, replace(THINGS, columns=COLUMNS[1:])),
            (GLAD, *DOMAINS, THINGS),
        )
    ]
    with managed(database.url) as objects:
        objects.apply(sets[0])
    connection.execute("insert into public.things values (1, 'happy', '{happy}')")
    with managed(database.url) as objects:
        done = objects.apply(sets[1], named=sets[0]).statements
        objects.apply(sets[2], named=sets[0])

    assert "rename value" in done[0].text
    assert any(it.mode is Mode.BATCHES for it in done[1:])
    assert column(connection, HELD.format("things")) == ["glad {glad}"]


def test_a_rename_that_fails_is_not_written_in_the_ledger(database: Database, connection: Connection) -> None:
    other = EnumType(name="colour", labels=("red",))
    more = replace(other, labels=("red", "blue"))
    uses = Function(name="f", returns="integer", language="sql", body="select 1")
    with managed(database.url) as objects:
        objects.apply(ObjectSet(objects=(other, MOOD)))
    # What is added to one type is committed before the label of the other is renamed.
    renamed = ObjectSet(objects=(more, GLAD, uses))
    with managed(database.url) as objects, database.connect_superuser() as platform:
        platform.execute(REFUSING)
        with pytest.raises(ApplyError, match="not now"):
            objects.apply(renamed, named=ObjectSet(objects=(other, MOOD)))
        platform.execute("drop event trigger refusing")
    assert column(connection, "select enumlabel::text from pg_enum where enumtypid = 'public.mood'::regtype") == [
        *MOOD.labels
    ]
    assert column(connection, "select labels from supaschema.objects where labels is not null") == []


def test_the_auditor_plans_as_the_owner_what_comes_back_under_later_names(
    audited: Database, machine_urls: dict[str, str]
) -> None:
    with audited.connect() as owner, managed(audited.url) as objects:
        owner.execute("create table public.things (id integer primary key)")
        for declared in (MOOD, *DOMAINS, DAYS, THINGS):
            objects.apply(declared)
        for table in ("days", "things"):
            owner.execute(f"insert into public.{table} (id, mood, main) values (1, 'happy', 'happy')".encode())
        for declared in (DAYS, THINGS):
            objects.remove(declared)
        objects.apply(GLAD)
    for declared in (DAYS, THINGS):
        with managed(audited.url) as objects, managed(machine_urls["schema_auditor"]) as looking:
            asked, told = objects.preview(declared), looking.preview(declared)
        assert told.statements == asked.statements
        assert ("relabelled" in str(told.statements)) is (declared is DAYS)
