"""A sweep finds what was changed by hand, says which list it is in, and writes nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import LiteralString

import pytest

from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.drift.model import Finding, Topic
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.deployed import AUDITOR
from tests.fixtures.postgres import Database
from tests.support.catalog import dump
from tests.support.declared import statements
from tests.support.sessions import Connection


@pytest.fixture(scope="module", autouse=True)
def jobs_run_here(deployed: Database) -> None:
    """A copy's jobs name the database that it was copied from."""
    with deployed.connect_superuser() as platform:
        platform.execute("update cron.job set database = current_database()")


def found(url: str) -> tuple[Finding, ...]:
    managed = Managed(Settings(database_url=url))
    try:
        return swept(managed, KINDS).findings
    finally:
        managed.close()


@contextlib.contextmanager
def changed(connection: Connection, do: LiteralString, undo: LiteralString) -> Iterator[None]:
    connection.execute(do)
    try:
        yield
    finally:
        connection.execute(undo)


def new(before: tuple[Finding, ...], after: tuple[Finding, ...]) -> list[tuple[Topic, str]]:
    return [(item.topic, item.title) for item in after if item not in before]


def test_what_was_just_deployed_is_as_it_is_recorded(deployed: Database, auditor_url: str) -> None:
    topics = {item.topic for item in found(auditor_url)}

    assert topics == {Topic.UNMANAGED}


_CHANGES: dict[str, tuple[LiteralString, LiteralString, list[tuple[Topic, str]]]] = {
    "a property": (
        "alter table public.connector_configs alter column error_count set default 7",
        "alter table public.connector_configs alter column error_count set default 0",
        [(Topic.CHANGED, "column public.connector_configs.error_count")],
    ),
    "an object gone": (
        'drop policy "Services manage sync logs" on public.connector_sync_logs',
        (
            'create policy "Services manage sync logs" on public.connector_sync_logs to service_role using (true)'
            " with check (true)"
        ),
        [(Topic.MISSING, "policy public.connector_sync_logs.Services manage sync logs")],
    ),
    "a policy that opens a bucket": (
        "create policy opened on storage.objects for select to anon using (true)",
        "drop policy opened on storage.objects",
        [(Topic.UNMANAGED, "policy storage.objects.opened")],
    ),
    "a function that reads with its owner's rights": (
        (
            "create function public.peek() returns setof public.connector_configs language sql security definer"
            " as 'select * from public.connector_configs'"
        ),
        "drop function public.peek()",
        [(Topic.UNMANAGED, "function public.peek()")],
    ),
    "a view over credentials": (
        "create view public.leak as select credentials from public.connector_configs",
        "drop view public.leak",
        [(Topic.UNMANAGED, "view public.leak")],
    ),
    "a grant to a role of nobody's": (
        "grant select on public.connector_configs to pg_monitor",
        "revoke select on public.connector_configs from pg_monitor",
        [(Topic.UNMANAGED, "table grants public.connector_configs to pg_monitor")],
    ),
}


@pytest.mark.parametrize("name", _CHANGES)
def test_what_was_changed_by_hand_is_found(deployed: Database, auditor_url: str, name: str) -> None:
    do, undo, expected = _CHANGES[name]
    before = found(auditor_url)
    with deployed.connect() as owner, changed(owner, do, undo):
        assert new(before, found(auditor_url)) == expected
    assert found(auditor_url) == before


def test_nothing_is_written_even_where_nothing_may_be(deployed: Database, auditor_url: str, platforms: Connection):
    with deployed.connect() as owner:
        before = dump(deployed), statements(owner)
        platforms.execute(f"alter role {AUDITOR} set default_transaction_read_only = on")
        try:
            with changed(platforms, *_CHANGES["a property"][:2]):
                assert [item.topic for item in found(auditor_url)].count(Topic.CHANGED) == 1
        finally:
            platforms.execute(f"alter role {AUDITOR} reset default_transaction_read_only")
        assert (dump(deployed), statements(owner)) == before
