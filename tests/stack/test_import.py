"""Objects that are there become the stack's by `pulumi import`, and a program that declares them changes nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from typing import LiteralString

import msgspec
import pytest

from supaschema.declarations import (
    Bucket,
    CronJob,
    Declaration,
    Function,
    Grant,
    Index,
    InlineIndex,
    MaterializedView,
    Policy,
    PolicyCommand,
    Privilege,
    Schema,
    Sequence,
    TableAccess,
    Trigger,
    TriggerEvent,
    View,
)
from supaschema.registry import RESOURCES
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.declared import TITLE, notes, statements
from tests.support.pulumi import ROOT, Declared, Stack, previewed, said
from tests.support.survey import rows, schema, table_columns

_MADE: LiteralString = """
    create schema tools;
    create table public.notes (id uuid not null default gen_random_uuid(), title text, primary key (id));
    alter table public.notes enable row level security;
    revoke all on public.notes from public, anon, authenticated, service_role;
    create table public.locked (id uuid primary key);
    alter table public.locked enable row level security;
    revoke all on public.locked from public, anon, authenticated, service_role;
    grant all on public.locked to service_role;
    create index notes_title on public.notes (title);
    create policy notes_read on public.notes for select to authenticated using (title is not null);
    create function tools.stamp() returns trigger language plpgsql set search_path = pg_catalog, pg_temp
      as 'begin return new; end';
    revoke all on function tools.stamp() from public, anon, authenticated, service_role;
    create trigger notes_stamp before update on public.notes for each row execute function tools.stamp();
    create sequence public.numbers as integer start with 10 cache 5 cycle;
    alter sequence public.numbers owned by public.notes.id;
    revoke all on sequence public.numbers from public, anon, authenticated, service_role;
    grant usage on sequence public.numbers to authenticated;
    create view public.titles with (security_invoker = true) as select notes.title from public.notes;
    revoke all on public.titles from public, anon, authenticated, service_role;
    create materialized view tools.counted with (fillfactor = 70)
      as select count(*) as notes from public.notes with no data;
    create unique index counted_notes on tools.counted (notes);
    comment on column tools.counted.notes is 'how many';
    revoke all on tools.counted from public, anon, authenticated, service_role;
    grant select on tools.counted to authenticated;
    insert into storage.buckets (id, name, public, file_size_limit) values ('notes', 'notes', false, 1000);
    select cron.schedule('tidy', '0 3 * * *', 'select 1');
"""

OBJECTS: Mapping[str, Declaration] = {
    "tools": Schema(name="tools"),
    "public.notes": notes("notes", TITLE),
    "public.notes.notes_title": Index(name="notes_title", table="notes", keys=("title",)),
    "public.notes/notes_read": Policy(
        table="notes", name="notes_read", command=PolicyCommand.SELECT, to=("authenticated",), using="title is not null"
    ),
    "tools.stamp()": Function(name="stamp", schema="tools", returns="trigger", body="begin return new; end"),
    "public.notes.notes_stamp": Trigger(
        name="notes_stamp", table="notes", events=(TriggerEvent.UPDATE,), function="tools.stamp"
    ),
    "public.numbers": Sequence(
        name="numbers",
        type="integer",
        start=10,
        cache=5,
        cycle=True,
        owned_by="notes.id",
        grants=(Grant(to="authenticated", privileges=(Privilege.USAGE,)),),
    ),
    "public.titles": View(name="titles", query="select notes.title from public.notes"),
    "tools.counted": MaterializedView(
        schema="tools",
        name="counted",
        query="select count(*) as notes from public.notes",
        indexes=(InlineIndex(name="counted_notes", keys=("notes",), unique=True),),
        populated=False,
        options={"fillfactor": "70"},
        grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),),
        column_comments={"notes": "how many"},
    ),
    "notes": Bucket(name="notes", file_size_limit=1000),
    "tidy": CronJob(name="tidy", schedule="0 3 * * *", command="select 1"),
}
ACCESS: Mapping[str, Declaration] = {
    "public.locked": TableAccess(table="locked", grants=(Grant(to="service_role", privileges=(Privilege.ALL,)),)),
}


@pytest.fixture
def filled(objects: Stack, database: Database) -> Stack:
    """A stack of nothing but its provider, and objects that somebody made by hand."""
    with database.connect() as owner:
        owner.execute(_MADE)
    objects.declare()
    objects.up()
    return objects


@pytest.mark.long
def test_what_is_imported_is_the_same_in_a_program_that_declares_it_and_outlives_the_stack(
    filled: Stack, database: Database
) -> None:
    with database.connect_superuser() as watcher:
        before, held = schema(database), rows(watcher, table_columns(watcher))
        declared = {id: declaration for objects in (OBJECTS, ACCESS) for id, declaration in objects.items()}
        bring(filled, declared)
        filled.declare(*named(declared))
        found = previewed(filled.run("preview", "--json"))
        assert found.operations == dict.fromkeys(map(name_of, declared), "update")
        assert {report.strip() for report in found.reports.values()} == {
            "Nothing to run: the database holds it already; it is adopted."
        }
        filled.up()
        assert statements(watcher) == 0
        assert filled.clean()
        filled.destroy()
        assert schema(database) == before
        assert rows(watcher, table_columns(watcher)) == held


@pytest.mark.long
def test_a_function_whose_path_lets_others_in_is_imported_and_then_declared_with_another(
    filled: Stack, database: Database
) -> None:
    stamp = {"tools.stamp()": OBJECTS["tools.stamp()"]}
    with database.connect() as owner:
        owner.execute("alter function tools.stamp() set search_path = ''")
    bring(filled, stamp)
    filled.declare(*named({"tools.stamp()": msgspec.structs.replace(stamp["tools.stamp()"], search_path="")}))

    assert "searchPath: the search path is empty" in said(filled.run("preview", ok=False))

    filled.declare(*named(stamp))
    report = previewed(filled.run("preview", "--json")).reports[name_of("tools.stamp()")]
    assert "create or replace function" in report
    filled.up()
    assert filled.clean()
    filled.destroy()
    with database.connect() as owner:
        # It is as it was found: that is said by `make check`.
        assert one(owner, "select proconfig[1] from pg_proc where proname = 'stamp'") == 'search_path=""'


def test_what_is_imported_is_no_other_stacks_any_more(filled: Stack) -> None:
    index = {"public.notes.notes_title": OBJECTS["public.notes.notes_title"]}
    bring(filled, index)
    filled.declare(*named(index))
    filled.up()
    other = filled.sibling("other")

    other.declare(*(Declared("theirs", declaration) for declaration in index.values()))

    assert "Two stacks cannot own one object" in said(other.up(ok=False))


def test_an_id_that_names_nothing_is_refused(filled: Stack) -> None:
    refused = said(filled.run(*IMPORT, *PROVIDER, "supaschema:index:Table", "none", "public.none", ok=False))
    assert "resource 'public.none' does not exist" in refused


def test_the_provider_tells_its_schema(objects: Stack) -> None:
    provider = ROOT / "supaschema" / "plugin" / "pulumi-resource-supaschema"
    answered = subprocess.run(
        ["pulumi", "package", "get-schema", str(provider)],
        cwd=objects.directory,
        env=dict(objects.environment),
        capture_output=True,
        check=True,
    )
    assert json.loads(answered.stdout)["resources"].keys() == RESOURCES.keys()


IMPORT = ("import", "--yes", "--skip-preview", "--generate-code=false", "--protect=false")
_PROVIDER_URN = "urn:pulumi:test::objects::pulumi:providers:supaschema::db"
PROVIDER = ("--provider", f"db={_PROVIDER_URN}")


def named(declared: Mapping[str, Declaration]) -> list[Declared]:
    """Return resources of these declarations, each named for its id."""
    return [Declared(name_of(id), declaration) for id, declaration in declared.items()]


def name_of(id: str) -> str:
    """Return a resource's name for an id."""
    return "".join(letter if letter.isalnum() else "-" for letter in id)


def bring(stack: Stack, declared: Mapping[str, Declaration]) -> None:
    """Import objects by their ids."""
    resources = [
        {
            "type": f"supaschema:index:{type(declaration).__name__}",
            "name": name_of(id),
            "id": id,
            "provider": "db",
        }
        for id, declaration in declared.items()
    ]
    file = stack.directory / "import.json"
    file.write_text(json.dumps({"nameTable": {"db": _PROVIDER_URN}, "resources": resources}), encoding="utf-8")
    stack.run(*IMPORT, "--file", str(file))
