"""What refers to a table by a foreign key is read where that key changes: nothing of others runs by way of that.

A cast of theirs, or an index, is asked then; what it leaves for the end of the transaction runs with our rights.
"""

from __future__ import annotations

import pytest

from supaschema.core.errors import OwnershipError
from supaschema.declarations import Backfill, Column, Declaration, Table, TablePatch
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.objects import managed

_DAYS = """
    create table public.days (id integer primary key, code integer unique, note text);
    insert into public.days values (1, 10), (2, 99);
    grant references, select on public.days to stranger;
    grant usage on schema public to stranger;
"""
_THEIRS = """
    create table strange.left (a integer);
    grant insert on strange.left to public;
    create function strange.leave() returns void language plpgsql as 'begin insert into strange.left values (1); end';
    create type strange.mood as enum ('a', 'b');
    create function strange.told(strange.mood) returns integer language plpgsql immutable as
      'begin perform strange.leave(); return 99; end';
    create function strange.asked(text) returns boolean language plpgsql immutable as
      'begin perform strange.leave(); return true; end';
    create cast (strange.mood as integer) with function strange.told(strange.mood) as implicit;
"""
_LATER = """
    create constraint trigger late after insert on strange.left deferrable initially deferred
      for each row execute function strange.fired();
    grant all on all tables in schema strange to postgres;
"""
_REFERS = {
    "by a cast": """
        create table strange.refers (code strange.mood references public.days (code));
        insert into strange.refers values ('a')""",
    "with an index": """
        create table strange.refers (code integer references public.days (code));
        create index on strange.refers (code) where strange.asked('x')""",
    "by a cast, from a table of ours": """
        create table public.refers (code strange.mood references public.days (code));
        insert into public.refers values ('a');
        alter table public.refers owner to postgres""",
}
_CHANGES: dict[str, Declaration] = {
    "a back-fill": Backfill(name="b", table="days", where="code = 10", assignments={"code": "20"}),
    "another type": TablePatch(table="days", columns=(Column(name="code", type="bigint"),)),
}
_BESIDE: tuple[Declaration, ...] = (
    Backfill(name="b", table="days", where="note is null", assignments={"note": "'b'"}),
    TablePatch(table="days", columns=(Column(name="note", type="varchar(9)"),)),
)


def _refer(database: Database, stranger: Stranger, refers: str, made: str = _DAYS) -> None:
    with database.connect() as owner:
        owner.execute(made.encode())
    stranger.connection.execute(_THEIRS)
    hanging = stranger.platform if "public.refers" in refers else stranger.connection
    hanging.execute(refers.encode())
    stranger.connection.execute(_LATER)
    stranger.platform.execute("truncate strange.runs, strange.left")


@pytest.mark.parametrize("change", _CHANGES)
@pytest.mark.parametrize("refers", _REFERS)
def test_no_key_changes_to_which_something_of_others_refers(
    database: Database, stranger: Stranger, refers: str, change: str
):
    _refer(database, stranger, _REFERS[refers])
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match=r"refers_code_fkey on table (strange|public)\.refers"):
                way(_CHANGES[change])
    assert stranger.ran() == []


_PARTS = """
    create table public.days (code integer primary key) partition by range (code);
    create table public.days_b partition of public.days for values from (50) to (100);
    insert into public.days values (99);
    grant references, select on public.days to stranger;
    grant usage on schema public to stranger;
"""


def test_no_partition_goes_to_whose_table_something_of_others_refers(database: Database, stranger: Stranger):
    part = Table(name="days_a", columns=(), partition_of="days", bound="for values from (0) to (50)")
    with managed(database.url) as objects:
        _refer(database, stranger, _REFERS["by a cast"], _PARTS)
        objects.apply(part)
        stranger.platform.execute("insert into public.days values (10)")
        for way in (objects.removal, objects.remove):
            with pytest.raises(OwnershipError, match=r"refers_code_fkey\w* on table strange\.refers"):
                way(part)
    assert stranger.ran() == []


def test_what_changes_beside_the_key_stands_in_nobodys_way(database: Database, stranger: Stranger):
    _refer(database, stranger, _REFERS["by a cast"])
    with managed(database.url) as objects:
        for declared in _BESIDE:
            assert objects.apply(declared).statements
    assert stranger.ran() == []
