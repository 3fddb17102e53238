"""What is on a table that the server writes again does not run where its function belongs to others."""

from __future__ import annotations

import pytest

from supaschema.core.errors import OwnershipError
from supaschema.declarations import Column, Index, TablePatch
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.objects import managed

_ROWS = """
    create table public.days (id integer primary key, note text, number varchar(5));
    insert into public.days values (1, 'a', '1');
"""
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
}
_AGAIN = {
    "another type": Column(name="id", type="bigint", nullable=False),
    "a type that the rows fit": Column(name="number", type="varchar(9)"),
    "its own type": Column(name="note", type="varchar(9)"),
    "a value for each row": Column(name="fresh", type="uuid", default="gen_random_uuid()"),
    "a column that is computed": Column(name="fresh", type="integer", generated="id + 1"),
}


@pytest.mark.parametrize("hung", _HUNG.values(), ids=_HUNG)
def test_no_table_is_written_again_where_it_would_run(database: Database, stranger: Stranger, hung: str):
    with database.connect() as owner:
        owner.execute(_ROWS)
        owner.execute(hung.encode())
    stranger.platform.execute("truncate strange.runs")
    with managed(database.url) as objects:
        for column in _AGAIN.values():
            if "partition" in hung and column.name == "id":
                continue
            for way in (objects.preview, objects.apply):
                with pytest.raises(OwnershipError, match=r"calls function strange\.noted\(text\) of stranger"):
                    way(TablePatch(table="days", columns=(column,)))
    assert stranger.ran() == []


@pytest.mark.parametrize("hung", _HUNG.values(), ids=_HUNG)
def test_what_writes_no_row_again_is_done(database: Database, stranger: Stranger, hung: str):
    with database.connect() as owner:
        owner.execute(_ROWS)
        owner.execute(hung.encode())
    stranger.platform.execute("truncate strange.runs")
    with managed(database.url) as objects:
        objects.apply(TablePatch(table="days", columns=(Column(name="fresh", type="text", default="'x'"),)))
        objects.apply(Index(table="days", name="beside", keys=("number",)))
    assert stranger.ran() == []
