"""An edit is shown before it is made, with its SQL and its dangers, and touches what was edited alone."""

from __future__ import annotations

import datetime
import re
from typing import LiteralString

import msgspec
import pytest

from supaschema.declarations import Argument, Check, Column, Declaration
from tests.fixtures.postgres import Database
from tests.support import notes
from tests.support.catalog import column, one
from tests.support.pulumi import Previewed, Stack, previewed, said, summary

DEPLOYED: dict[str, Declaration] = {
    "table": notes.TABLE,
    "function": notes.FUNCTION,
    "index": notes.INDEX,
    "files": notes.FILES,
    "bucket": notes.BUCKET,
}

# Each says the same in other words.
RESPELLED: dict[str, Declaration] = {
    **DEPLOYED,
    "table": msgspec.structs.replace(
        notes.TABLE,
        columns=(
            Column(name="id", type="int8", identity="always"),
            Column(name="owner", type="uuid", nullable=False),
            Column(name="title", type="pg_catalog.text", comment="What lists show."),
            Column(name="status", type="text", default="'new'::text", nullable=False),
            Column(name="size", type="int", default="(0)"),
            Column(name="made_at", type="timestamp with time zone", default="NOW()"),
        ),
        checks=(Check(name="notes_status_check", expression="(status = ANY (ARRAY['new'::text, 'done'::text]))"),),
        access=msgspec.structs.replace(
            notes.ACCESS,
            policies=(msgspec.structs.replace(notes.OWN_ROWS, using="(owner = ( SELECT auth.uid() AS uid))"),),
        ),
    ),
    "function": msgspec.structs.replace(
        notes.FUNCTION,
        arguments=(Argument(name="smallest", type="int"), Argument(name="wanted", type="text", default="'new'::text")),
        returns="int8",
    ),
    "index": msgspec.structs.replace(
        notes.INDEX, keys=("(owner)", "made_at DESC NULLS FIRST"), where="((status = 'new'::text))"
    ),
    "files": msgspec.structs.replace(notes.FILES, using="(bucket_id = 'notes'::text)"),
}

EDITED: dict[str, Declaration] = {
    **DEPLOYED,
    "table": msgspec.structs.replace(notes.TABLE, columns=(*notes.TABLE.columns, Column(name="tag", type="text"))),
    "function": msgspec.structs.replace(notes.FUNCTION, body=f"{notes.FUNCTION.body}\n  and title is not null"),
    "index": msgspec.structs.replace(notes.INDEX, keys=("owner", "made_at")),
    "files": msgspec.structs.replace(notes.FILES, using="bucket_id = 'notes' and owner_id is not null"),
}
REPORTED = {
    "table": ('alter table "public"."notes" add column "tag" text;', "public.notes: ACCESS EXCLUSIVE"),
    "function": ("  and title is not null$body$;",),
    "index": (
        'create index concurrently "notes_waiting__new_c449a65f" on "public"."notes" using "btree" ((owner),',
        "public.notes: SHARE UPDATE EXCLUSIVE, reads all of it",
        "INDEX_BUILD: Building notes_waiting__new_c449a65f reads all of public.notes twice; it takes time and I/O.",
    ),
    "files": (
        'alter policy "read note files" on "storage"."objects" to "authenticated" using (bucket_id = ',
        "storage.objects: ACCESS EXCLUSIVE",
        "AUTHZ_UPDATE: Other rows than before may be open to SELECT of authenticated on storage.objects, by",
    ),
}
"""How lines begin that the reports of these edits hold."""

LONGER = msgspec.structs.replace(
    notes.TABLE,
    columns=tuple(
        msgspec.structs.replace(item, type="bigint") if item.name == "size" else item for item in notes.TABLE.columns
    ),
)
REWRITE = "REWRITES_TABLE"
CONSENT = {"hazard": REWRITE, "resource": "table"}
HISTORY: LiteralString = "select count(*) from supaschema.history"


@pytest.mark.long
def test_an_edit_is_shown_made_and_touches_nothing_else(objects: Stack, database: Database):
    objects.declare(*notes.declared(**DEPLOYED))
    objects.up()

    objects.declare(*notes.declared(**RESPELLED))
    assert previewed(objects.run("preview", "--json")) == Previewed({}, {}, {})

    objects.declare(*notes.declared(**EDITED))
    shown = previewed(objects.run("preview", "--json"))
    assert shown.paths == {
        "table": {"columns[6]"},
        "function": {"body"},
        "index": {"keys[1]"},
        "files": {"using"},
    }
    assert_reported(shown.reports)
    assert summary(objects.up()) == {"updated": 4, "unchanged": 3}
    assert_made(database)
    assert objects.clean()


@pytest.mark.long
def test_what_rewrites_a_table_waits_for_consent_to_that_very_resource(objects: Stack, database: Database):
    objects.declare(*notes.declared(table=notes.TABLE, bucket=notes.BUCKET))
    objects.up()
    with database.connect() as watcher:
        watcher.execute("insert into public.notes (owner, title) values (gen_random_uuid(), 'One')")
        before = one(watcher, "select xmin::text from public.notes"), one(watcher, HISTORY)

        objects.declare(*notes.declared(table=LONGER, bucket=notes.BUCKET))
        shown = objects.preview()
        assert "public.notes: ACCESS EXCLUSIVE, rewrites it" in shown
        assert f"{REWRITE}: Changing size from integer to bigint may rewrite public.notes; nobody reads" in shown
        assert "meanwhile. NOT ALLOWED in this stack: `pulumi up` will refuse it." in shown

        refused = said(objects.up(ok=False))
        assert f"supaschema:allowHazards in the stack's settings: {{hazard: {REWRITE}, resource: table}}." in refused
        consents = [{"hazard": REWRITE, "resource": "bucket"}, {**CONSENT, "until": days_from_now(-1)}]
        objects.declare(*notes.declared(table=LONGER, bucket=notes.BUCKET), allow_hazards=consents)
        assert "not allowed in this stack" in said(objects.up(ok=False))
        assert (one(watcher, "select xmin::text from public.notes"), one(watcher, HISTORY)) == before

        consents = [{**CONSENT, "until": days_from_now(1)}]
        objects.declare(*notes.declared(table=LONGER, bucket=notes.BUCKET), allow_hazards=consents)
        objects.up()
        assert one(watcher, "select pg_typeof(size)::text from public.notes") == "bigint"
    assert objects.clean()


def test_a_bad_declaration_is_refused_before_anything_runs(objects: Stack, database: Database):
    bare = msgspec.structs.replace(notes.OWN_ROWS, using="owner = auth.uid()")
    twice = msgspec.structs.replace(
        notes.TABLE,
        columns=(*notes.TABLE.columns, Column(name="title", type="text")),
        access=msgspec.structs.replace(notes.ACCESS, policies=(bare,)),
    )
    objects.declare(*notes.declared(table=twice))

    refused = said(objects.up(ok=False))

    twice_said = r"'table' has a problem: columns: column \"title\" is declared twice. Remove one."
    bare_said = r"'table' has a problem: access: policy \"own notes\" calls auth.uid\(\) .* in using."
    assert re.search(twice_said, refused)
    assert re.search(bare_said, refused)
    assert "Write (select auth.uid(...)): it is then called once a statement." in refused
    with database.connect() as connection:
        assert one(connection, "select to_regnamespace('supaschema') is null and to_regclass('notes') is null") is True


def assert_reported(reports: dict[str, str]) -> None:
    """See that each resource's report holds the exact SQL, the locks, and the dangers."""
    assert reports.keys() == REPORTED.keys()
    for name, lines in REPORTED.items():
        for line in lines:
            assert f"\n  {line}" in reports[name], reports[name]


def assert_made(database: Database) -> None:
    """See that the database holds what was edited."""
    with database.connect() as connection:
        assert one(connection, "select atttypid::regtype::text from pg_attribute where attname = 'tag'") == "text"
        assert "title is not null" in str(one(connection, "select prosrc from pg_proc where proname = 'count_notes'"))
        assert str(one(connection, "select pg_get_indexdef('notes_waiting'::regclass)")).count("DESC") == 0
        assert column(connection, "select indexrelid::regclass::text from pg_index where not indisvalid") == []
        files = one(connection, "select qual from pg_policies where policyname = 'read note files'")
        assert "owner_id IS NOT NULL" in str(files)


def days_from_now(days: int) -> str:
    """Return a day as `until` has it."""
    return (datetime.datetime.now(tz=datetime.UTC) + datetime.timedelta(days=days)).date().isoformat()
