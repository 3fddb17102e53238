"""What is on a table that the server writes again does not run where its function belongs to others."""

from __future__ import annotations

import pytest

from supaschema.core.errors import OwnershipError
from supaschema.declarations import Column, Index, Table, TablePatch
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.objects import managed

_ROWS = """
    create table public.days (id integer primary key, note text, number varchar(5));
    insert into public.days values (1, 'a', '1');
"""
_THEIRS = """
    create domain strange.word as text;
    grant usage on type strange.word to public;
    create function strange.apart(text, text) returns double precision language plpgsql immutable as
      'begin perform strange.note(); return 1; end';
"""
_LATER = "alter domain strange.word add check (strange.noted(value) <> '') not valid"
_HUNG = {
    "index": "create index hung on public.days (strange.noted(note))",
    "condition of an index": "create index hung on public.days (id) where strange.noted(note) <> ''",
    "check": "alter table public.days add constraint hung check (strange.noted(note) <> '')",
    "generated column": "alter table public.days add hung text generated always as (strange.noted(note)) stored",
    "index of a partition": """
        alter table public.days rename to parted;
        create table public.days (like public.parted) partition by list (id);
        alter table public.days attach partition public.parted default;
        create index hung on public.parted (strange.noted(note))""",
    "check that turns it into a domain": """
        create domain public.word as text check (strange.noted(value) <> '');
        alter table public.days add constraint hung check (note::public.word <> '')""",
    "index of what is turned into a domain over a strange one": """
        create domain public.word as strange.word;
        create index hung on public.days ((note::public.word))""",
    "generated column of a domain": """
        create domain public.word as text check (strange.noted(value) <> '');
        alter table public.days add hung text generated always as (note::public.word) stored""",
    "index of a range": """
        create type public.span as range (subtype = text, subtype_diff = strange.apart);
        alter table public.days add span public.span;
        create index hung on public.days using gist (span)""",
}
_AGAIN = {
    "another type": Column(name="id", type="bigint", nullable=False),
    "a type that the rows fit": Column(name="number", type="varchar(9)"),
    "its own type": Column(name="note", type="varchar(9)"),
    "a value for each row": Column(name="fresh", type="uuid", default="gen_random_uuid()"),
    "a column that is computed": Column(name="fresh", type="integer", generated="id + 1"),
}


def _hang(database: Database, stranger: Stranger, hung: str) -> None:
    stranger.connection.execute(_THEIRS)
    with database.connect() as owner:
        owner.execute(_ROWS)
        owner.execute(hung.encode())
    stranger.connection.execute(_LATER)


@pytest.mark.parametrize("hung", _HUNG.values(), ids=_HUNG)
def test_no_table_is_written_again_where_it_would_run(database: Database, stranger: Stranger, hung: str):
    _hang(database, stranger, hung)
    stranger.platform.execute("truncate strange.runs")
    with managed(database.url) as objects:
        for column in _AGAIN.values():
            if "partition" in hung and column.name == "id":
                continue
            for way in (objects.preview, objects.apply):
                with pytest.raises(OwnershipError, match=r"calls function strange\.\w+\([a-z,]+\) of stranger"):
                    way(TablePatch(table="days", columns=(column,)))
    assert stranger.ran() == []


@pytest.mark.parametrize("hung", _HUNG.values(), ids=_HUNG)
def test_what_writes_no_row_again_is_done(database: Database, stranger: Stranger, hung: str):
    _hang(database, stranger, hung)
    stranger.platform.execute("truncate strange.runs")
    with managed(database.url) as objects:
        objects.apply(TablePatch(table="days", columns=(Column(name="fresh", type="text", default="'x'"),)))
        objects.apply(Index(table="days", name="beside", keys=("number",)))
    assert stranger.ran() == []


@pytest.mark.parametrize("key", ["strange.noted(note)", "(note::strange.word)"])
@pytest.mark.parametrize("default", ["", "create table public.rest partition of public.logs default"])
def test_rows_are_held_against_no_key_of_theirs(database: Database, stranger: Stranger, key: str, default: str):
    stranger.connection.execute(_THEIRS)
    with database.connect() as owner:
        owner.execute(f"create table public.logs (note text) partition by list ({key})".encode())
        owner.execute(default.encode() or "select 1")
        owner.execute("create table public.days (note text)")
        owner.execute(f"insert into public.{'logs' if default else 'days'} values ('a')".encode())
    stranger.connection.execute(_LATER)
    stranger.platform.execute("truncate strange.runs")
    with managed(database.url) as objects:
        for name in ("days", "fresh"):
            part = Table(name=name, columns=(), partition_of="logs", bound="for values in ('b')")
            for way in (objects.preview, objects.apply):
                with pytest.raises(OwnershipError, match=r"calls function strange\.noted"):
                    way(part)
    assert stranger.ran() == []
