"""What hands and event triggers do between two steps: met by what is live, refused whole, and told in its own words."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import LiteralString

import pytest

from supaschema.declarations import Check, Index, TablePatch
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.declared import TITLE, notes, statements, urn
from tests.support.pulumi import Declared, Stack, said
from tests.support.sessions import Connection
from tests.support.survey import schema

FIRST = Declared("first", notes())
TITLED = dataclasses.replace(FIRST, declaration=notes("notes", TITLE))
INDEX = Declared("index", Index(name="idx_users_role", table="users", keys=("role",)))
WIDER = "status in ('pending', 'processing', 'completed', 'failed', 'paused')"
PAUSABLE = Declared("jobs", TablePatch(table="jobs", checks=(Check(name="jobs_status_check", expression=WIDER),)))
REFUSAL: tuple[LiteralString, ...] = (
    """
    create function public.refuse() returns event_trigger language plpgsql as $$ begin
      raise exception 'changes to notes are for the night' using errcode = 'insufficient_privilege';
    end $$
    """,
    "create event trigger refuse on ddl_command_end when tag in ('ALTER TABLE') execute function public.refuse()",
)


@pytest.fixture
def watcher(database: Database) -> Iterator[Connection]:
    """A superuser's connection to the test's database."""
    with database.connect_superuser() as connection:
        yield connection


@pytest.mark.long
def test_what_hands_altered_since_the_preview_is_not_done_again(objects: Stack, watcher: Connection) -> None:
    objects.declare(FIRST)
    objects.up()
    ran = statements(watcher)
    objects.declare(TITLED)
    assert "add column" in objects.preview()
    watcher.execute("alter table notes add column title text, alter column id drop default")

    objects.up()
    default: LiteralString = "select column_default from information_schema.columns where column_name = 'id'"
    assert one(watcher, f"{default} and table_name = 'notes'") == "gen_random_uuid()"
    assert statements(watcher) == int(str(ran)) + 1
    assert objects.clean()


@pytest.mark.long
def test_an_event_trigger_that_refuses_a_statement_refuses_the_whole(
    objects: Stack, database: Database, watcher: Connection
) -> None:
    for statement in REFUSAL:
        watcher.execute(statement)
    before = schema(database)
    objects.declare(FIRST)

    refused = said(objects.up(ok=False))
    assert "the server refuses: changes to notes are for the night" in refused
    assert 'alter table "public"."notes" enable row level security' in refused
    assert schema(database) == before
    assert one(watcher, "select count(*) from supaschema.objects") == 0

    watcher.execute("drop event trigger refuse")
    objects.up()
    assert objects.clean()


@pytest.mark.long
def test_a_destroy_of_one_resource_refuses_for_rows_of_another_and_an_up_without_it_does_not(
    objects: Stack, database: Database, watcher: Connection
) -> None:
    objects.declare(INDEX, PAUSABLE)
    objects.up()
    watcher.execute("insert into jobs (type, payload, status) values ('odd', '{}', 'paused')")
    made = schema(database)

    refused = said(objects.destroy("--target", urn(INDEX), ok=False))
    assert "take them out of the program and run `pulumi up`" in refused
    assert schema(database) == made

    objects.declare(PAUSABLE)
    objects.up()
    assert one(watcher, "select to_regclass('public.idx_users_role')") is None
    assert "Nothing was changed" in said(objects.destroy(ok=False))
    watcher.execute("delete from jobs where status = 'paused'")
    objects.destroy()
