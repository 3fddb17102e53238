"""What somebody changes by hand is seen by a refresh and put right by the next deployment; the rest is nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import LiteralString

import pytest

from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.drift.model import Result, Topic
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support import notes
from tests.support.catalog import one
from tests.support.pulumi import Stack, previewed, said, summary
from tests.support.sessions import Connection

# By hand, as the owner: what each resource of the stack holds, changed.
_TAMPERED: tuple[LiteralString, ...] = (
    'alter policy "own notes" on public.notes using (true)',
    'create policy "by hand" on public.notes for select to anon using (true)',
    "grant delete on public.notes to anon",
    "revoke insert on public.notes from authenticated",
    "alter table public.notes alter column size set default 7",
    "comment on column public.notes.title is 'Changed.'",
    "drop index public.notes_waiting",
    """create or replace function public.count_notes(smallest integer, wanted text default 'new') returns bigint
       language sql stable set search_path = pg_catalog, pg_temp as 'select 0::bigint'""",
    "grant execute on function public.count_notes(integer, text) to anon",
    "alter table public.notes disable trigger notes_stamp",
    "alter view public.waiting_notes reset (security_invoker)",
    'alter policy "read note files" on storage.objects to anon',
    "update storage.buckets set file_size_limit = 9000 where id = 'notes'",
    "select cron.schedule('purge-notes', '* * * * *', 'delete from public.notes where status = ''done''')",
    "grant create on schema reports to anon",
    "comment on function public.stamp_note() is 'By hand.'",
)

# What the stack does not declare: not its business, before, during and after.
_UNMANAGED: tuple[LiteralString, ...] = (
    "create table public.neighbours (id integer primary key, note text default 'theirs')",
    "create policy theirs on public.neighbours for select to anon using (id > 0)",
    "grant select on public.notes to authenticator",
    "create index theirs on public.notes (size)",
    "insert into storage.buckets (id, name, file_size_limit) values ('theirs', 'theirs', 5)",
    "select cron.schedule('theirs', '1 1 * * *', 'select 1')",
)

_THEIRS: tuple[LiteralString, ...] = (
    "select relacl::text from pg_class where oid = 'public.neighbours'::regclass",
    "select polname || pg_get_expr(polqual, polrelid) from pg_policy where polname = 'theirs'",
    "select has_table_privilege('authenticator', 'public.notes', 'select') or null",
    "select pg_get_indexdef('public.theirs'::regclass)",
    "select b::text from storage.buckets b where id = 'theirs'",
    "select j::text from cron.job j where jobname = 'theirs'",
)


# How a refresh alone words some of it: declared, then live.
_REFRESHED = (
    "~ fileSizeLimit: 1000 => 9000",
    '~ schedule: "5 4 * * *" => "* * * * *"',
    '+ enabled: "disabled"',
    "+ securityInvoker: false",
    '~ using: "owner = (select auth.uid())" => "true"',
    '~ comment: "What lists show." => "Changed."',
    "- supaschema:index:Index: (delete)",
)

# The properties that a deployment after a refresh puts back, by resource.
_SHOWN = {
    "table": {
        "access.grants[0].privileges[1]",
        "access.grants[1]",
        "access.policies[0].using",
        "access.policies[1]",
        "columns[2].comment",
        "columns[4].default",
    },
    "function": {"body", "execute[1]"},
    "stamp": {"comment"},
    "trigger": {"enabled"},
    "view": {"securityInvoker"},
    "files": {"to[0]"},
    "bucket": {"fileSizeLimit"},
    "job": {"schedule"},
    "schema": {"grants[1]"},
    "index": set[str](),
}

# By hand, as the owner: all that the stack made, gone. With the table go index, trigger, policies and view.
_GONE: tuple[LiteralString, ...] = (
    "drop table public.notes cascade",
    "drop function public.count_notes, public.stamp_note",
    'drop policy "read note files" on storage.objects',
    "set storage.allow_delete_query = 'true'",
    "delete from storage.buckets where id = 'notes'",
    "select cron.unschedule('purge-notes')",
    "drop schema reports",
)

# Arguments of the same types, so the same function to the server, under other names.
_MADE_ANEW: tuple[LiteralString, ...] = (
    "drop function public.count_notes",
    """create function public.count_notes(low integer, wanted text default 'new') returns bigint
       language sql stable set search_path = pg_catalog, pg_temp as 'select 0::bigint'""",
)


@pytest.fixture
def owner(objects: Stack, database: Database) -> Iterator[Connection]:
    """A session of the tables' owner; the stack is deployed, and beside it is what it does not declare."""
    objects.declare(*notes.declared(**notes.ALL))
    objects.up()
    with database.connect() as connection:
        run(connection, _UNMANAGED)
        yield connection


@pytest.mark.long
def test_a_refresh_shows_what_was_changed_by_hand_and_the_deployment_after_it_repairs_it(
    objects: Stack, owner: Connection
):
    assert objects.clean()
    theirs = unmanaged(owner)
    run(owner, _TAMPERED)

    found = objects.run("preview", "--refresh", "--expect-no-changes", "--json", ok=False)
    assert "no changes were expected" in found.stderr
    shown = previewed(found)
    assert shown.paths == _SHOWN
    assert shown.operations == {**dict.fromkeys(_SHOWN, "update"), "index": "create"}
    refreshed = said(objects.run("refresh", "--preview-only", "--diff"))
    for line in _REFRESHED:
        assert line in refreshed

    repaired = summary(objects.up("--refresh"))
    assert (repaired["created"], repaired["updated"]) == (1, 9)
    assert objects.clean()
    assert unmanaged(owner) == theirs


@pytest.mark.long
def test_a_deployment_repairs_what_was_changed_by_hand_without_a_refresh_too(objects: Stack, owner: Connection):
    theirs = unmanaged(owner)
    run(owner, _TAMPERED)

    assert summary(objects.up()) == {"updated": 10, "unchanged": 2}

    assert objects.clean()
    assert unmanaged(owner) == theirs


def test_a_deployment_brings_back_what_somebody_dropped(objects: Stack, owner: Connection):
    run(owner, _GONE)

    objects.up()

    assert objects.clean()


@pytest.mark.long
def test_a_function_that_somebody_made_anew_is_repaired_in_place(objects: Stack, database: Database):
    objects.declare(*notes.declared(table=notes.TABLE, function=notes.FUNCTION))
    objects.up()
    with database.connect() as owner:
        run(owner, _MADE_ANEW)

        repaired = summary(objects.up("--refresh"))

        assert repaired["updated"] == 1
        assert not {"created", "deleted", "replaced"}.intersection(repaired)
        assert one(owner, "select proargnames[1] from pg_proc where proname = 'count_notes'") == "smallest"
    assert objects.clean()


@pytest.mark.parametrize("command", [("preview",), ("refresh", "--preview-only")], ids=["preview", "refresh"])
def test_what_no_kind_models_on_a_declared_table_is_told(objects: Stack, database: Database, command: tuple[str, ...]):
    objects.declare(*notes.declared(table=notes.TABLE))
    objects.up()
    with database.connect() as owner:
        owner.execute("create rule quiet as on delete to public.notes where old.id is null do instead nothing")

    told = said(objects.run(*command))

    assert "not modelled, and left as it is: rule quiet on table public.notes." in told


# What only a table declared as a whole would take along, and what it would not.
_REPAIRABLE: tuple[LiteralString, ...] = (
    "drop index public.notes_waiting",
    "comment on function public.stamp_note() is 'By hand.'",
    "update storage.buckets set file_size_limit = 9000 where id = 'notes'",
    "comment on column public.notes.title is 'Changed.'",
)
_BY_HAND: tuple[LiteralString, ...] = (
    'create policy "by hand" on public.notes for select to anon using (true)',
    "alter table public.notes add column by_hand text",
)


def test_the_resources_that_a_sweep_names_repair_it_and_leave_what_is_unmanaged(
    objects: Stack, owner: Connection, database: Database
):
    theirs = unmanaged(owner)
    run(owner, _REPAIRABLE)
    run(owner, _BY_HAND)

    found = swept_now(database)
    assert {urn.rpartition("::")[2] for urn in found.repairs.targets} == {"index", "stamp", "bucket"}
    ((table, by),) = ((each.resource, each.by) for each in found.repairs.held)
    assert table.endswith("::table")
    assert by == (
        "column public.notes.by_hand",
        "policy public.notes.by hand",
        "table grants public.notes to authenticator",
    )

    objects.run("up", "--yes", "--refresh", *(it for urn in found.repairs.targets for it in ("--target", urn)))

    found = swept_now(database)
    assert found.repairs.targets == ()
    assert [(it.topic, it.name) for it in found.findings if it.topic is not Topic.UNMANAGED] == [
        (Topic.CHANGED, "public.notes.title")
    ]
    assert unmanaged(owner) == theirs
    run(owner, ('drop policy "by hand" on public.notes', "alter table public.notes drop column by_hand"))
    run(owner, ("revoke select on public.notes from authenticator",))
    (target,) = swept_now(database).repairs.targets
    assert target == table
    objects.run("up", "--yes", "--refresh", "--target", target)
    assert {it.topic for it in swept_now(database).findings} == {Topic.UNMANAGED}


def swept_now(database: Database) -> Result:
    """Return what a sweep finds."""
    with closing(Managed(Settings(database_url=database.url))) as looking:
        return swept(looking, KINDS)


def run(connection: Connection, statements: tuple[LiteralString, ...]) -> None:
    """Run statements one after another."""
    for statement in statements:
        connection.execute(statement)


def unmanaged(connection: Connection) -> list[object]:
    """Return what the stack does not declare, as it is."""
    found = [one(connection, query) for query in _THEIRS]
    assert None not in found
    return found
