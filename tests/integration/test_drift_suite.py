"""Changes by hand, one at a time: each is found in the list where it belongs, and what repairs it repairs it.

`DRIFT=all` tries all of them (`make drift-suite`), else a dose.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from localdb import platform
from supaschema.core.sqltext import raw_sql
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.drift import accepted
from supaschema.drift.model import Finding, Topic
from supaschema.drift.sweep import Policy, acceptance, swept
from supaschema.registry import KINDS
from tests.fixtures.deployed import claim
from tests.fixtures.postgres import Database, Server, create
from tests.support.drift_change import Change
from tests.support.drifts import CHANGES
from tests.support.dumped import copied_by_dump

_DOSE = 20
_EVERY = 1 if os.environ.get("DRIFT") == "all" else len(CHANGES) // _DOSE
TRIED = [*CHANGES][::_EVERY]


class Bench:
    """A database with the connector system, made anew where a change was not undone."""

    def __init__(self, server: Server, template: str, folder: Path) -> None:
        self._server, self._template, self._file = server, template, folder / "accepted.json"
        self.database = self._made()
        self.policy = self._policy()

    def found(self, database: Database | None = None) -> tuple[Finding, ...]:
        """Return what a sweep finds, here or in another database."""
        managed = Managed(Settings(database_url=(database or self.database).url))
        try:
            return swept(managed, KINDS, self.policy).findings
        finally:
            managed.close()

    def run(self, change: Change, *statements: str) -> None:
        """Run statements as whoever makes a change."""
        url = self.database.superuser_url if change.by_platform else self.database.url
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(raw_sql(statement))

    def again(self) -> None:
        """Make the database anew."""
        self.close()
        self.database = self._made()

    def close(self) -> None:
        """Drop the database."""
        platform.drop_database(self._server.superuser_url, self.database.name)

    def _made(self) -> Database:
        database = create(self._server, "drifted", self._template)
        claim(database)
        with database.connect_superuser() as connection:
            connection.execute("update cron.job set database = current_database()")
        return database

    def _policy(self) -> Policy:
        managed = Managed(Settings(database_url=self.database.url))
        try:
            self._file.write_text(acceptance(managed, KINDS, Policy()))
        finally:
            managed.close()
        return Policy(accepted=accepted.read(self._file))


@pytest.fixture(scope="module")
def bench(server: Server, provisioned_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench(server, provisioned_template, tmp_path_factory.mktemp("drift"))
    yield made
    made.close()


def test_what_was_accepted_is_no_drift(bench: Bench) -> None:
    assert bench.found() == ()


_OTHERWISE: dict[str, LiteralString] = {
    "indexes rebuilt": "reindex table public.connector_sync_logs",
    "statistics": "analyze",
    "privileges one by one": (
        "grant select, insert, update, delete, truncate, references, trigger on public.connector_sync_logs"
        " to service_role"
    ),
    "grants in another order": (
        "revoke all on schema private from authenticated, service_role;"
        " grant usage on schema private to service_role; grant usage on schema private to authenticated"
    ),
    "a role's settings": (
        "alter role postgres set search_path = 'public'; alter role postgres set datestyle = 'German';"
        " alter role postgres set intervalstyle = 'iso_8601'; alter role postgres set timezone = 'Asia/Kathmandu';"
        " alter role postgres set quote_all_identifiers = on; alter role postgres set bytea_output = 'escape';"
        " alter role postgres set extra_float_digits = -5; alter role postgres set xmlbinary = 'hex'"
    ),
    "a policy altered to what it is": (
        'alter policy "Services manage sync logs" on public.connector_sync_logs to service_role using (true)'
    ),
    "a check made again in its own words": (
        "alter table public.connector_sync_logs drop constraint connector_sync_logs_status_check;"
        " alter table public.connector_sync_logs add constraint connector_sync_logs_status_check"
        " check (status in ('running', 'success', 'partial', 'failed'))"
    ),
    "somebody else's table": (
        "create table public.apart (id integer primary key);"
        " create view public.apart_too as select id from public.apart"
    ),
}


@pytest.mark.parametrize("name", _OTHERWISE)
def test_what_means_the_same_is_no_drift(bench: Bench, name: str) -> None:
    by_hand = Change(_OTHERWISE[name], (), Topic.CHANGED)
    try:
        bench.run(by_hand, _OTHERWISE[name])
        assert bench.found() == ()
    finally:
        bench.run(by_hand, "alter role postgres reset all; drop table if exists public.apart cascade")


def test_a_dump_that_is_read_again_has_not_drifted(bench: Bench, tmp_path: Path) -> None:
    with copied_by_dump(bench.database, tmp_path / "dump") as made:
        assert bench.found(made) == ()


def test_there_are_enough() -> None:
    assert len(CHANGES) >= 120


@pytest.mark.parametrize("do", TRIED)
def test_it_is_found_and_repaired(bench: Bench, do: str) -> None:
    change = CHANGES[do]
    try:
        bench.run(change, do)
        found = bench.found()
        assert [(item.topic, item.title) for item in found] == [(change.topic, title) for title in change.titles]
        repair = [change.undo] if change.undo else [statement for item in found for statement in item.repair]
        bench.run(change, *repair)
        assert bench.found() == ()
    except BaseException:
        bench.again()
        raise
