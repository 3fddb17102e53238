"""To read a text may run a check: no text is read that holds a literal of a type of others.

What ran is counted by a sequence: it is not taken back.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from supaschema.core.errors import OwnershipError
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Column, Policy, PolicyCommand, Schema, TablePatch, View
from supaschema.drift import accepted
from supaschema.drift import sweep as drift
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import one
from tests.support.objects import managed

_THEIRS = """
    create sequence strange.runs_ever;
    grant all on strange.runs_ever to public;
    create function strange.count_runs(text) returns boolean language plpgsql as
      'begin return nextval(''strange.runs_ever'') > 0; end';
    create domain strange.word as text;
    create type strange.pair as (a text, b strange.word);
"""
_LATER = "alter domain strange.word add check (strange.count_runs(value)) not valid"
_ACCEPTED = {
    "a view": (
        "create view app.own as select '{x}'::strange.word[] as a",
        "create or replace view app.own as select '{y}'::strange.word[] as a",
    ),
    "a view over a composite": (
        "create view app.own as select '(x,x)'::strange.pair as a",
        "create or replace view app.own as select '(y,y)'::strange.pair as a",
    ),
    "a policy": (
        "create table app.own (a strange.word[]); create policy p on app.own using (a <> '{x}')",
        "alter policy p on app.own using (a <> '{y}')",
    ),
    "an argument": (
        "create function app.own(a strange.word[] default '{x}') returns integer language sql as 'select 1'",
        "create or replace function app.own(a strange.word[] default '{y}') returns integer language sql as 'select 1'",
    ),
}


@pytest.mark.parametrize("what", _ACCEPTED)
def test_a_sweep_reads_none_in_what_was_accepted(database: Database, stranger: Stranger, tmp_path: Path, what: str):
    was, later = _ACCEPTED[what]
    stranger.connection.execute(_THEIRS)
    with managed(database.url) as objects:
        objects.apply(Schema(name="app"))
    stranger.platform.execute("grant create, usage on schema app to stranger")
    stranger.connection.execute(was.encode())
    looking, file = Managed(Settings(database_url=database.url)), tmp_path / "accepted.json"
    file.write_text(drift.acceptance(looking, KINDS, drift.Policy()), encoding="utf-8")
    stranger.connection.execute(later.encode())
    stranger.connection.execute(_LATER)

    found = drift.swept(looking, KINDS, drift.Policy(accepted=accepted.read(file))).findings
    looking.close()

    assert [item.why for item in found] == ["it is not as it was accepted"]
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False


@pytest.mark.parametrize(
    "using", ["words <> '{y}'", "words <> '{x}'::strange.word[] or id > 1", "words <> '{y}'::public.word[]"]
)
def test_a_preview_reads_none_beside_what_is_live(database: Database, stranger: Stranger, using: str):
    stranger.connection.execute(_THEIRS)
    with database.connect() as owner:
        owner.execute("create domain public.word as strange.word")
        owner.execute("create table public.days (id integer, words strange.word[])")
        owner.execute("create policy own on public.days using (words <> '{x}')")
    stranger.connection.execute(_LATER)
    policy = Policy(name="own", table="days", command=PolicyCommand.ALL, to=("public",), using=using)
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match=r"stranger"):
                way(policy)
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False


def test_a_preview_makes_no_twin_of_an_index_with_one(database: Database, stranger: Stranger):
    stranger.connection.execute(_THEIRS)
    with database.connect() as owner:
        owner.execute("create table public.days (id integer, note text)")
        owner.execute(
            "create index hung on public.days (note) where array[note]::strange.word[] <> '{x}'::strange.word[]"
        )
    stranger.connection.execute(_LATER)
    patch = TablePatch(table="days", columns=(Column(name="note", type="varchar(9)"),))
    with managed(database.url) as objects, pytest.raises(OwnershipError, match="stranger"):
        objects.preview(patch)
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False


_WATCHING = """
    create function strange.watch() returns event_trigger language plpgsql as
      'begin perform strange.count_runs(null); end';
"""


def test_a_sweep_fires_no_event_trigger_of_theirs(database: Database, stranger: Stranger):
    stranger.connection.execute(f"{_THEIRS}; {_WATCHING}")
    with managed(database.url) as objects:
        objects.apply(View(name="seen", query="select 1 as one"))
    with database.connect() as owner:
        owner.execute("create or replace view public.seen as select 2 as one")
    looking = Managed(Settings(database_url=database.url))
    stranger.platform.execute("create event trigger watching on ddl_command_end execute function strange.watch()")
    try:
        stranger.platform.execute("select setval('strange.runs_ever', 1, false)")
        found = {item.title: item for item in drift.swept(looking, KINDS).findings}
        assert one(stranger.platform, "select is_called from strange.runs_ever") is False
    finally:
        stranger.platform.execute("drop event trigger watching")
        looking.close()

    assert "event trigger watching" in found
    assert "with your rights for every statement" in found["view public.seen"].repair[0]
