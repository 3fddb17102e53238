"""Changes by hand, one at a time: each is found in the list where it belongs, and what repairs it repairs it.

`DRIFT=all` tries all of them (`make drift-suite`), else a dose.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from localdb import platform
from supaschema.core.sqltext import raw_sql
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.drift import accepted
from supaschema.drift.model import Finding
from supaschema.drift.sweep import Policy, acceptance, swept
from supaschema.registry import KINDS
from tests.fixtures.deployed import claim
from tests.fixtures.postgres import Database, Server, create
from tests.support.drift_change import Change
from tests.support.drifts import CHANGES

_DOSE = 20
_EVERY = 1 if os.environ.get("DRIFT") == "all" else len(CHANGES) // _DOSE
TRIED = [*CHANGES][::_EVERY]


class Bench:
    """A database with the connector system, made anew where a change was not undone."""

    def __init__(self, server: Server, template: str, folder: Path) -> None:
        self._server, self._template, self._file = server, template, folder / "accepted.json"
        self.database = self._made()
        self.policy = self._policy()

    def found(self) -> tuple[Finding, ...]:
        """Return what a sweep finds."""
        managed = Managed(Settings(database_url=self.database.url))
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
