"""The one writer: it notices when others are let in, is cut by no limit of its role, and names whoever blocks it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from localdb.temporary import temporary_cluster
from supaschema.core.errors import ApplyError, ConnectionRefused, LockWaitError, OwnershipError
from supaschema.core.model import Plan, Statement
from supaschema.database.connect import Database as Connected
from supaschema.database.lock_holders import make_autovacuum_yield
from supaschema.database.settings import Settings
from supaschema.declarations import Column, Declaration, ForeignKey, PrimaryKey, Table, TablePatch
from supaschema.engine.execute import Executor
from supaschema.engine.intent import Intent
from supaschema.engine.pipeline import Pipeline
from supaschema.ledger import Ledger, writers
from supaschema.ledger.writers import KEY
from supaschema.registry import KINDS, RESOURCES
from tests.fixtures.postgres import Database, Server
from tests.support.catalog import column, one
from tests.support.objects import managed
from tests.support.processes import until

NOTE = TablePatch(table="users", columns=(Column(name="note", type="text"),))

CHILD = Table(
    name="children",
    columns=(Column(name="id", type="integer", nullable=False), Column(name="user_id", type="uuid")),
    primary_key=PrimaryKey(columns=("id",)),
    foreign_keys=(ForeignKey(columns=("user_id",), references="public.users"),),
)


@pytest.fixture
def pipeline(database: Database) -> Iterator[Pipeline]:
    """The engine on a database, patient for two seconds."""
    found = Pipeline(Connected(Settings(database_url=database.url, lock_wait_ms=2_000)), KINDS)
    yield found
    found.close()


def urn(declared: Declaration) -> str:
    """Return the name that the ledger knows a declaration by."""
    return f"urn:pulumi:test::objects::supaschema:index:{type(declared).__name__}::it"


def intent(pipeline: Pipeline, declared: Declaration) -> Intent:
    """Return what a declaration wants of the database."""
    resource = RESOURCES[f"supaschema:index:{type(declared).__name__}"]
    return pipeline.intent(resource, urn(declared), declared)


def test_nothing_more_is_run_once_the_session_that_keeps_others_out_has_ended(
    database: Database, pipeline: Pipeline
) -> None:
    pipeline.begin()
    wanted = intent(pipeline, NOTE)
    with database.connect_superuser() as platform:
        held = column(platform, "select pid from pg_locks where locktype = 'advisory' and objid = %s", KEY)
        assert len(held) == 1
        platform.execute("select pg_terminate_backend(%s, 5000)", [held[0]])

        with pytest.raises(ApplyError, match=r"kept other deployments out of this database has ended"):
            pipeline.apply(wanted, "it")

        assert one(platform, "select count(*) from pg_attribute where attname = 'note'") == 0


def test_processes_of_one_deployment_write_side_by_side_and_no_other_with_any_of_them(database: Database) -> None:
    url = database.url
    with managed(url, deployment=7) as first, managed(url, lock_wait_ms=300, deployment=7) as second:
        first.begin()
        second.begin()
        second.apply(CHILD)
        # What the second has read of the ledger is older than this.
        first.apply(NOTE)
        with pytest.raises(OwnershipError, match="it is declared by another resource"):
            second.apply(NOTE, named=CHILD)
        with managed(url, lock_wait_ms=300, deployment=8) as other:
            with pytest.raises(LockWaitError, match="another deployment is writing") as refused:
                other.begin()
            named = r"^process \d+ \(supaschema, user postgres\).*, which has kept others out since \d"
            assert re.search(named, refused.value.where)


def test_who_is_in_keeps_others_out_when_those_beside_it_end(database: Database) -> None:
    with managed(database.url, deployment=7) as staying, managed(database.url, lock_wait_ms=300) as other:
        with managed(database.url, deployment=7) as ending:
            ending.begin()
            staying.begin()
        with pytest.raises(LockWaitError):
            other.begin()


def test_a_process_comes_in_while_another_of_its_deployment_goes_on_with_a_ledger_that_may_be_empty(
    database: Database,
) -> None:
    url = database.url
    with (
        managed(url, lock_wait_ms=300, deployment=7) as other,
        database.connect() as session,
        Ledger({}).in_use(session),
    ):
        other.begin()


def test_who_only_keeps_others_from_coming_in_is_named(database: Database) -> None:
    with database.connect() as idle, managed(database.url, lock_wait_ms=100) as other:
        idle.execute("select pg_advisory_lock(%s)", [writers.ENTRY])
        with pytest.raises(LockWaitError) as refused:
            other.begin()
        assert refused.value.where.startswith(f"process {idle.info.backend_pid} (")


def test_who_is_not_heard_of_is_told_with_how_it_is_ended(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    # As one of an earlier version, which the server does not end by itself.
    with database.connect() as silent, managed(database.url, lock_wait_ms=100) as other:
        silent.execute("select pg_advisory_lock(%s)", [KEY])
        monkeypatch.setattr(writers, "SILENT_SECONDS", -1)
        with pytest.raises(LockWaitError, match="and was last heard of 0 s ago") as refused:
            other.begin()

        assert f"select pg_terminate_backend({silent.info.backend_pid})" in refused.value.remedy


def test_limits_of_the_role_and_the_database_are_not_those_of_a_deployment(database: Database) -> None:
    newest = {"transaction_timeout": "1s"} if database.server.major >= 17 else {}
    limits = {"statement_timeout": "1s", "idle_session_timeout": "1s", "lock_timeout": "1ms", **newest}
    with database.connect_superuser() as platform:
        for name, value in limits.items():
            change = sql.SQL("alter role postgres in database {} set {} = {}")
            platform.execute(change.format(sql.Identifier(database.name), sql.Identifier(name), value))
    connected = Connected(Settings(database_url=database.url))
    with connected.connection() as pooled, connected.reader() as reader, connected.dedicated() as guard:
        time.sleep(1.2)
        for session in (pooled, reader, guard):
            assert one(session, "show statement_timeout") == "2min"
            assert one(session, "show idle_session_timeout") == "0"
        assert one(pooled, "show lock_timeout") != "1ms"
    connected.close()


def test_a_database_that_takes_no_changes_is_told_with_its_remedy(database: Database, pipeline: Pipeline) -> None:
    with database.connect_superuser() as platform:
        change = sql.SQL("alter database {} set default_transaction_read_only = on")
        platform.execute(change.format(sql.Identifier(database.name)))

    with pytest.raises(ConnectionRefused, match="default_transaction_read_only is on") as refused:
        pipeline.begin()

    assert "reset default_transaction_read_only" in refused.value.remedy


@pytest.fixture(scope="module")
def busy(server: Server) -> Iterator[str]:
    """The URL of a server on which transactions can be prepared, and that vacuums every second."""
    settings = {"max_prepared_transactions": "2", "autovacuum_naptime": "1s", "deadlock_timeout": "1s"}
    with temporary_cluster(server.major, settings) as cluster, psycopg.connect(cluster.superuser_url()) as connection:
        connection.execute("create table public.users (id integer primary key)")
        connection.commit()
        yield cluster.superuser_url()


def on(url: str, lock_wait_ms: int) -> Pipeline:
    """Return the engine on a database."""
    return Pipeline(Connected(Settings(database_url=url, lock_wait_ms=lock_wait_ms)), KINDS)


def test_a_prepared_transaction_that_blocks_is_named(busy: str) -> None:
    pipeline = on(busy, 500)
    with psycopg.connect(busy, autocommit=True) as connection:
        connection.execute("begin; lock table public.users in row exclusive mode; prepare transaction 'left over'")
        try:
            with pytest.raises(LockWaitError) as refused:
                pipeline.apply(intent(pipeline, NOTE), "it")
        finally:
            connection.execute("rollback prepared 'left over'")
            pipeline.close()

    assert re.search(r"prepared transaction 'left over' of \w+, prepared at ", refused.value.remedy)
    assert "Nobody holds it" not in refused.value.remedy


@contextmanager
def writing(url: str, table: str) -> Iterator[list[psycopg.Error]]:
    """Write to a table all the time, and collect what is refused: who waits for a lock for 0.7 s."""
    refused: list[psycopg.Error] = []
    ended = threading.Event()

    def write() -> None:
        with psycopg.connect(url, autocommit=True) as client:
            client.execute("set lock_timeout = '700ms'")
            while not ended.is_set():
                try:
                    client.execute(sql.SQL("insert into {} (id) values (0)").format(sql.Identifier("public", table)))
                except psycopg.Error as error:
                    refused.append(error)
                ended.wait(0.01)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield refused
    finally:
        ended.set()
        thread.join()


def test_autovacuum_yields_to_a_deployment_and_nobody_waits_for_that(busy: str) -> None:
    pipeline = on(busy, 30_000)
    with psycopg.connect(busy, autocommit=True) as connection:
        connection.execute("""
            create table public.vacuumed (id integer, words text) with (
              autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100,
              autovacuum_vacuum_cost_limit = 1);
            insert into public.vacuumed select n, repeat('x', 500) from generate_series(1, 20000) as n;
            delete from public.vacuumed where id % 2 = 0;
        """)
        working = "select pid from pg_stat_activity where query like 'autovacuum:%%public.vacuumed%%'"
        assert until(lambda: bool(column(connection, working)), 30)
        # Whoever may not lock the table by itself is to wait in the attempt.
        with psycopg.connect(busy, autocommit=True) as other:
            other.execute("set role pg_monitor")
            assert make_autovacuum_yield(other, ["public.vacuumed"]) == 1500
            assert make_autovacuum_yield(other, ["public.users"]) is None
        began = time.monotonic()

        with writing(busy, "vacuumed") as refused:
            pipeline.apply(intent(pipeline, TablePatch(table="vacuumed", columns=NOTE.columns)), "it")

        assert refused == []
        assert time.monotonic() - began < 10
        assert one(connection, "select count(*) from public.vacuumed where note is null and id > 0") == 10_000
    pipeline.close()


def test_whoever_blocks_is_named_whatever_it_holds(database: Database, pipeline: Pipeline) -> None:
    # A lock on a table that the plan does not name: the one that its table refers to.
    pipeline.begin()
    pipeline.apply(intent(pipeline, CHILD), "it")
    with database.connect() as reader, reader.transaction():
        reader.execute("set local application_name = 'report'")
        reader.execute("select * from public.users limit 1")
        with pytest.raises(LockWaitError) as refused:
            pipeline.apply(pipeline.removal(urn(CHILD)), "it")

        assert f'process {reader.info.backend_pid} ("report", user postgres' in refused.value.remedy


def test_a_statement_whose_table_is_not_there_is_the_one_that_failed(database: Database, pipeline: Pipeline) -> None:
    first = Statement(sql.SQL("select 1"))
    second = Statement(sql.SQL("select 2"), fires=(("public", "nowhere"),))

    with database.connect() as connection:
        executor = Executor(connection, pipeline.database.settings, "urn", threading.Event())
        with pytest.raises(ApplyError) as refused:
            executor.run(Plan(statements=(first, second)), before=lambda _: None, after=lambda _: None)

    assert refused.value.statement == "select 2"
    assert 'relation "public.nowhere" does not exist' in str(refused.value)
