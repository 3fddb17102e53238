"""What changes nothing that is managed is no drift, whoever looks, and however often: rounds of it, mixed by chance.

`RUNS=200` runs that many rounds (`make drift-quiet`), else a dose.
"""

from __future__ import annotations

import itertools
import os
import random
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import LiteralString

import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Column, Grant, InlineAccess, PrimaryKey, Privilege, Table
from supaschema.drift import accepted
from supaschema.drift.model import Finding
from supaschema.drift.sweep import Policy, acceptance, swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.dumped import copied_by_dump
from tests.support.reviewed import deploy
from tests.support.sessions import Connection

_RUNS = int(os.environ.get("RUNS") or 3)
_MIXED = 4
"""How many of the ways a round mixes at most."""

_LOGS = Table(
    name="logs",
    columns=(Column(name="id", type="bigint", nullable=False), Column(name="at", type="date", nullable=False)),
    primary_key=PrimaryKey(columns=("id", "at")),
    partition_by="range (at)",
    access=InlineAccess(grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),)),
)

# Run by the platform's own role.
WAYS: dict[str, LiteralString] = {
    "nothing": "select",
    "vacuum full": "vacuum full",
    "vacuum": "vacuum (freeze, analyze)",
    "reindex": "reindex schema public",
    "reindex of the catalog": "reindex schema pg_catalog",
    # By itself it leaves its mark on the table, which a declaration can say: that is told.
    "cluster": (
        "cluster public.jobs using jobs_pkey; alter table public.jobs set without cluster;"
        " cluster public.connector_sync_logs using connector_sync_logs_pkey;"
        " alter table public.connector_sync_logs set without cluster"
    ),
    "analyze": "analyze",
    "ALL spelled out": (
        "grant select, insert, update, delete, truncate, references, trigger on public.connector_sync_logs"
        " to service_role"
    ),
    "grants in another order": (
        "revoke all on schema private from authenticated, service_role;"
        " grant usage on schema private to service_role; grant usage on schema private to authenticated"
    ),
    "other locales": (
        "alter role postgres set lc_messages = 'POSIX'; alter role postgres set lc_time = 'POSIX';"
        " alter role postgres set lc_numeric = 'POSIX'; alter role postgres set lc_monetary = 'POSIX';"
        " alter role schema_auditor set lc_messages = 'POSIX'; alter role schema_auditor set lc_monetary = 'POSIX'"
    ),
    "other paths": (
        "alter role postgres set search_path = private, public; alter role schema_auditor set search_path = 'public'"
    ),
    "other settings": (
        "alter role postgres set datestyle = 'German'; alter role postgres set intervalstyle = 'iso_8601';"
        " alter role postgres set timezone = 'Asia/Kathmandu'; alter role postgres set quote_all_identifiers = on;"
        " alter role schema_auditor set bytea_output = 'escape'; alter role schema_auditor set xmlbinary = 'hex';"
        " alter role schema_auditor set quote_all_identifiers = on; alter role schema_auditor set timezone = 'PST8PDT'"
    ),
}
_RESET: LiteralString = "alter role postgres reset all; alter role schema_auditor reset all"
_ICU: LiteralString = "locale 'C.utf8' locale_provider icu icu_locale 'de-DE'"
LOCALES: tuple[LiteralString, ...] = ("", "locale 'C'", "locale 'C.utf8'", _ICU)


class Quiet:
    """A database in which nothing that is managed changes."""

    def __init__(self, deployed: Database, auditor_url: str, folder: Path) -> None:
        self.database, self._folder = deployed, folder
        self._logins = {"owner": deployed.url, "auditor": auditor_url}
        self._numbers = itertools.count(1)
        file = folder / "accepted.json"
        managed = Managed(Settings(database_url=deployed.url))
        try:
            file.write_text(acceptance(managed, KINDS, Policy()), encoding="utf-8")
        finally:
            managed.close()
        self._policy = Policy(accepted=accepted.read(file))

    def found(self, who: str, database: Database | None = None) -> tuple[Finding, ...]:
        """Return what somebody is told, here or of a copy."""
        url = self._logins[who]
        managed = Managed(Settings(database_url=url if database is None else make_conninfo(url, dbname=database.name)))
        try:
            return swept(managed, KINDS, self._policy).findings
        finally:
            managed.close()

    def run(self, statements: LiteralString) -> None:
        """Run statements as the platform's role, each by itself."""
        with self.database.connect_superuser() as connection:
            for statement in statements.split(";"):
                connection.execute(statement)

    @cached_property
    def locales(self) -> tuple[LiteralString, ...]:
        """The locales that this server knows: not every one is built with ICU."""
        with self.database.connect_superuser() as connection:
            has_icu = one(connection, "select exists (select from pg_collation where collname = 'und-x-icu')")
        return LOCALES if has_icu else tuple(each for each in LOCALES if each != _ICU)

    def copied(self, locale: LiteralString) -> AbstractContextManager[Database]:
        """Return a copy that was dumped and read again."""
        return copied_by_dump(self.database, self._folder / f"dump{next(self._numbers)}", locale)

    @contextmanager
    def making_partitions(self) -> Iterator[None]:
        """Have another session make partitions all the while, each closed as its table is, and drop them again."""
        over = threading.Event()
        failed: list[BaseException] = []

        def make() -> None:
            try:
                with self.database.connect() as connection:
                    while not over.wait(0.02):
                        _make_partition(connection, 2000 + next(self._numbers) % 900)
            except BaseException as error:  # noqa: BLE001 - told below
                failed.append(error)

        thread = threading.Thread(target=make)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
        assert failed == []


def _make_partition(connection: Connection, year: int) -> None:
    table = sql.Identifier("public", f"logs_{year}")
    bounds = sql.Literal(f"{year}-01-01"), sql.Literal(f"{year}-12-31")
    with connection.transaction():
        connection.execute(
            sql.SQL("create table {} partition of public.logs for values from ({}) to ({})").format(table, *bounds)
        )
        connection.execute(sql.SQL("revoke all on {} from anon, authenticated, service_role").format(table))
        connection.execute(sql.SQL("alter table {} enable row level security").format(table))
    connection.execute(sql.SQL("drop table {}").format(table))


@pytest.fixture(scope="module")
def quiet(deployed: Database, auditor_url: str, tmp_path_factory: pytest.TempPathFactory) -> Quiet:
    """One for the whole file."""
    with deployed.connect_superuser() as platform:
        platform.execute("update cron.job set database = current_database()")
    deploy(deployed.url, {"logs": _LOGS})
    return Quiet(deployed, auditor_url, tmp_path_factory.mktemp("quiet"))


@pytest.fixture(autouse=True)
def settings_are_put_back(quiet: Quiet) -> Iterator[None]:
    """What a round sets, the next has not."""
    yield
    quiet.run(_RESET)


@pytest.mark.parametrize("way", WAYS)
def test_what_changes_nothing_is_no_drift(quiet: Quiet, way: str) -> None:
    quiet.run(WAYS[way])

    assert (quiet.found("owner"), quiet.found("auditor")) == ((), ())


@pytest.mark.parametrize("locale", LOCALES)
def test_a_dump_that_is_read_again_is_no_drift(quiet: Quiet, locale: LiteralString) -> None:
    if locale not in quiet.locales:
        pytest.skip("this server is built without ICU")
    with quiet.copied(locale) as copy:
        assert (quiet.found("owner", copy), quiet.found("auditor", copy)) == ((), ())


def test_partitions_that_come_and_go_meanwhile_are_no_drift(quiet: Quiet) -> None:
    with quiet.making_partitions():
        assert [quiet.found(who) for who in ("owner", "auditor") * 4] == [()] * 8


@pytest.mark.parametrize("number", range(_RUNS))
def test_a_round_is_quiet(quiet: Quiet, number: int) -> None:
    chance = random.Random(number)  # noqa: S311 - it is to be the same again
    ways = chance.sample([*WAYS], chance.randint(1, _MIXED))
    who = chance.choice(("owner", "auditor"))
    meanwhile = quiet.making_partitions() if chance.random() < 0.5 else nullcontext()
    for way in ways:
        quiet.run(WAYS[way])
    if chance.random() < 0.1:
        with quiet.copied(chance.choice(quiet.locales)) as copy:
            assert quiet.found(who, copy) == (), (ways, who, "a copy")
    with meanwhile:
        assert quiet.found(who) == (), (ways, who)
