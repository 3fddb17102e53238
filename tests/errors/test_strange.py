"""What another role made is refused by `pulumi preview`, before anything of it runs."""

from __future__ import annotations

from typing import LiteralString

import pytest

from supaschema.ledger.store import SCHEMA_FILE
from tests.errors.case import Case
from tests.errors.strange import STRANGE_EVENT, STRANGE_LEDGER, STRANGE_SCHEMA, STRANGE_TRIGGER
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import dump
from tests.support.pulumi import Stack

_HIDDEN: LiteralString = "create schema hidden; grant all on schema hidden to public"
_PLANTED: LiteralString = (
    "create trigger planted before update on public.jobs for each row execute function strange.fired()"
)
_EVENT: LiteralString = """
    create function strange.watch() returns event_trigger language plpgsql as 'begin perform strange.note(); end';
    alter function strange.watch() owner to stranger;
    create event trigger watching on ddl_command_end execute function strange.watch()
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("case", "made"),
    [
        (STRANGE_LEDGER, SCHEMA_FILE.read_text(encoding="utf-8")),
        (STRANGE_SCHEMA, _HIDDEN),
        (STRANGE_TRIGGER, _PLANTED),
        (STRANGE_EVENT, _EVENT),
    ],
    ids=lambda value: value.title if isinstance(value, Case) else "",
)
def test_what_another_role_made(objects: Stack, database: Database, stranger: Stranger, case: Case, made: str) -> None:
    acting = stranger.platform if case is STRANGE_EVENT else stranger.connection
    stranger.platform.execute("grant trigger on public.jobs to stranger; grant usage on schema public to stranger")
    acting.execute(made.encode())
    stranger.platform.execute("truncate strange.runs")
    left_out = () if case is STRANGE_LEDGER else ("supaschema", "supaschema_archive")
    before = dump(database, without=left_out)
    objects.declare(*case.declared)

    assert case.what in objects.preview(ok=False)
    case.ends(objects.up(ok=False))

    assert dump(database, without=left_out) == before
    assert stranger.ran() == []
