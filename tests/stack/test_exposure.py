"""At no step of `up` or `destroy` may a session do more than before or after: everybody tries, at every step.

A relay keeps each of the server's answers back that says a statement is done, and everybody tries everything meanwhile.
What is inside of a transaction no other session can see: that nothing shows there is counted, not believed. Where
nothing has changed that decides, what was tried at the boundary before still holds.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import LiteralString

import pytest
from psycopg import errors

from localdb.platform import DefaultPrivileges
from supaschema.declarations import Index
from tests.access.exposure import exposing
from tests.access.people import READERS
from tests.fixtures.postgres import Database, MakeDatabase
from tests.support.boundaries import Boundary, boundaries, port, through
from tests.support.catalog import one
from tests.support.pulumi import Declared, Stack, connector_stack
from tests.support.sessions import Connection, as_user

ONE_AFTER_ANOTHER = "--parallel=1"
FEWEST = 50
"""Boundaries that change what decides, below which nothing can be said."""
RETURNING = frozenset({"reader: public.imported_documents, select is_deleted: reached 0b100"})
"""What is wider while kept values come back: this column is there, in rows whose value has yet to come. What is read is
the default; that no value is ever read which the policy hides, `_told_of_deletions` says."""

# What no stack should do: the first index opens a table to everybody, the second closes it again.
_SABOTAGE: LiteralString = """
    create function public.sabotage() returns event_trigger language plpgsql as $$
    begin
      if current_query() like '%"opens"%' then
        create policy open on public.recordings to public using (true);
      elsif current_query() like '%"closes"%' then
        drop policy open on public.recordings;
      end if;
    end $$;
    create event trigger sabotage on ddl_command_end when tag in ('CREATE INDEX') execute function public.sabotage();
"""


@pytest.mark.long
@pytest.mark.parametrize("variant", list(DefaultPrivileges), ids=lambda variant: str(variant.value))
def test_nobody_may_ever_do_more_than_before_or_after(
    tmp_path: Path, make_database: MakeDatabase, variant: DefaultPrivileges
) -> None:
    database = make_database(variant)
    stack = connector_stack(tmp_path / "project", database.url)
    told: list[Boundary] = []

    def look(boundary: Boundary) -> None:
        exposure.look(boundary)
        if not boundary.inside and _told_of_deletions(exposure.api):
            told.append(boundary)

    with exposing(database) as exposure, boundaries(port(database.url), look, exposure.waits) as relay:
        stack = stack.having(SUPASCHEMA_DATABASE_URL=through(database.url, relay))
        # What comes back from the archive is open by the same statements under either variant: once is enough.
        returns = ((stack.up, False, RETURNING),) if variant is DefaultPrivileges.LEGACY else ()
        for deploy, planting, defaults in ((stack.up, True, ()), (stack.destroy, False, ()), *returns):
            exposure.planting = planting
            found = exposure.during(partial(deploy, ONE_AFTER_ANOTHER))
            assert [line for line in found if line.partition(" after ")[0] not in defaults] == []
            assert len(exposure.rounds) > FEWEST
        assert told == []
        assert exposure.inside == []
        assert exposure.counts["two at once"] == 0
        if returns:
            assert one(exposure.watcher, "select count(*) from public.connector_webhook_events") == 3


def test_what_is_open_for_one_statement_is_found(objects: Stack, database: Database) -> None:
    opens = Declared("opens", Index(name="opens", table="events", keys=("type",)))
    closes = Declared("closes", Index(name="closes", table="events", keys=("processed",)), after=("opens",))
    objects.declare(opens, closes)
    with (
        exposing(database) as exposure,
        boundaries(port(database.url), exposure.look, exposure.waits) as relay,
    ):
        exposure.watcher.execute(_SABOTAGE)
        objects = objects.having(SUPASCHEMA_DATABASE_URL=through(database.url, relay))
        found = exposure.during(partial(objects.up, ONE_AFTER_ANOTHER))
    assert {line.partition(" after ")[0] for line in found} >= {
        f"{session}: public.recordings, {verb}: reached 0b11"
        for session in ("anon", "reader", "other org's owner")
        for verb in ("select title", "update title")
    }
    assert {line.partition(":")[0] for line in found} == {"anon", "reader", "other org's owner"}
    assert all('create index concurrently "opens"' in line for line in found), found


def _told_of_deletions(api: Connection) -> bool:
    """Return whether a reader sees a document that is marked as deleted, marked as it is."""
    # Who waits for a lock until the limit, for another connection is inside of a transaction, sees nothing.
    nothing = suppress(errors.UndefinedColumn, errors.QueryCanceled)
    with nothing, as_user(api, READERS[0].role, READERS[0].claims, keep=False):
        return bool(one(api, "select exists (select from imported_documents where is_deleted)"))
    return False
