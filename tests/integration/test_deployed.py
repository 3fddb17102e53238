"""The validation of a deployed stack: it finds nothing in a correct one, and names what somebody has done to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import testinfra
from psycopg import conninfo

from localdb import platform
from tests.deployed.declared import Declared, read_settings
from tests.deployed.registry import CHECKS, Check, Result, run
from tests.deployed.stack import Connection, Stack
from tests.fixtures.postgres import Database, Server, create
from tests.support.catalog import one
from tests.support.deployed_twins import SABOTAGES, Sabotage

ROOT = Path(__file__).resolve().parents[2]
NAMED = {check.name: check for check in CHECKS}
OUTSIDE = {"reachable", "encrypted"}
"""The checks that look at the connection and not into the database."""

Finished = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def deployed(server: Server, provisioned_template: str) -> Iterator[Database]:
    """One database with the connector system, for all that is done to it; each is rolled back."""
    database = create(server, "validated", provisioned_template)
    claim(database)
    yield database
    platform.drop_database(server.superuser_url, database.name)


@pytest.fixture(scope="module")
def platforms(deployed: Database) -> Iterator[Connection]:
    """A connection of the platform's own role to it."""
    with psycopg.connect(deployed.superuser_url, autocommit=True, prepare_threshold=None) as connection:
        yield connection


@pytest.fixture
def claimed(provisioned: Database) -> Database:
    """A database of the test's own, whose ledger speaks of it and not of the one that it was copied from."""
    claim(provisioned)
    return provisioned


def claim(database: Database) -> None:
    """Let a copy's ledger speak of the copy, as `python -m supaschema claim` does."""
    with database.connect() as connection:
        connection.execute(
            "update supaschema.identity set database_oid ="
            " (select oid from pg_database where datname = current_database())"
        )


@contextmanager
def sabotaged(connection: Connection, url: str, sql: str = "select", *, as_owner: bool = False) -> Iterator[Stack]:
    """Do something to the database, and lend the stack as its owner then sees it; all of it is rolled back."""

    def writer() -> AbstractContextManager[Connection]:
        @contextmanager
        def within() -> Iterator[Connection]:
            with connection.transaction(force_rollback=True):
                yield connection

        return within()

    with connection.transaction(force_rollback=True):
        connection.execute(sql.encode())
        connection.execute("set local role postgres")
        connection.execute("set local search_path = ''")
        declared = Declared(read_settings("{}"))
        host = testinfra.get_host("local://")
        yield Stack("test", url, connection, declared, writer, as_owner=as_owner, host=host)


def command(url: str, report: Path, *arguments: str, **environment: str) -> Finished:
    """Run the command as scripts/validate.sh does."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SUPASCHEMA_", "PG"))}
    return subprocess.run(
        [sys.executable, "-m", "tests.deployed", "--stack", "test", "--report", str(report), *arguments],
        input="{}",
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**kept, "PYTHONPATH": "infra", "SUPASCHEMA_DATABASE_URL": url, **environment},
        timeout=120,
        check=False,
    )


def test_every_check_has_a_twin_that_makes_it_fail() -> None:
    assert set(SABOTAGES) | OUTSIDE == set(NAMED)
    assert all(SABOTAGES.values())


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_nothing_is_found_in_a_correct_stack(platforms: Connection, deployed: Database, check: Check) -> None:
    with sabotaged(platforms, deployed.url) as stack:
        result = run(check, stack)
    assert result == Result(check.name, result.proved)
    assert result.proved


def test_what_everybody_can_do_is_what_was_asked_for(platforms: Connection, deployed: Database) -> None:
    with sabotaged(platforms, deployed.url, as_owner=True) as stack:
        result = run(NAMED["access"], stack)
    assert result == Result("access", result.proved)
    assert "rolled back" in result.proved


@pytest.mark.parametrize(
    ("name", "sabotage"),
    [
        pytest.param(name, sabotage, id=f"{name}: {sabotage.sql[:50]}")
        for name, sabotages in SABOTAGES.items()
        for sabotage in sabotages
    ],
)
def test_what_was_done_is_named(platforms: Connection, deployed: Database, name: str, sabotage: Sabotage) -> None:
    with sabotaged(platforms, deployed.url, sabotage.sql, as_owner=sabotage.as_owner) as stack:
        result = run(NAMED[name], stack)
    assert result.trouble is None
    assert [
        finding for finding in result.findings if finding.object == sabotage.finds and sabotage.says in finding.detail
    ], [str(finding) for finding in result.findings]


def test_a_server_that_does_not_answer_is_named(platforms: Connection, deployed: Database) -> None:
    nowhere = conninfo.make_conninfo(deployed.url, host="127.0.0.1", port=1)
    with sabotaged(platforms, deployed.url) as stack:
        result = run(NAMED["reachable"], replace(stack, url=nowhere))
    assert [finding.object for finding in result.findings] == ["127.0.0.1:1"]


@pytest.mark.parametrize("demand", [{"sslmode": "require"}, {"host": "db.example.org"}], ids=["by URL", "by distance"])
def test_a_plain_connection_is_named_where_that_is_demanded(platforms: Connection, deployed: Database, demand) -> None:
    with sabotaged(platforms, deployed.url) as stack:
        result = run(NAMED["encrypted"], replace(stack, url=conninfo.make_conninfo(deployed.url, **demand)))
    assert [finding.detail for finding in result.findings] == [
        "the connection is not encrypted; add sslmode=require to the URL."
    ]


def test_a_check_that_the_server_refuses_keeps_no_other_from_being_made(
    platforms: Connection, deployed: Database
) -> None:
    refusing = Check("refused", lambda stack: stack.one("select 1 / 0"))
    with sabotaged(platforms, deployed.url) as stack:
        assert run(refusing, stack) == Result("refused", trouble="division by zero")
        assert run(NAMED["tables"], stack).findings == ()


# The command


def test_a_correct_stack_is_validated_without_a_write(claimed: Database, tmp_path: Path) -> None:
    with claimed.connect_superuser() as connection:
        before = traces(connection)
        done = command(claimed.url, tmp_path / "report.txt")
        assert traces(connection) == before
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert "asked by postgres, the owner, in a transaction that cannot write" in done.stdout
    assert f"{len(CHECKS)} ok, 0 findings" in done.stdout
    assert "none tried" in done.stdout
    assert conninfo.conninfo_to_dict(claimed.url)["password"] not in done.stdout + done.stderr


def test_trials_leave_nothing(claimed: Database, tmp_path: Path) -> None:
    with claimed.connect_superuser() as connection:
        before = contents(connection)
        done = command(claimed.url, tmp_path / "report.txt", "--as-owner")
        assert contents(connection) == before
    assert done.returncode == 0, done.stdout + done.stderr
    assert "trials by each of 10 sessions" in done.stdout


def test_trials_wait_for_nobody(claimed: Database, tmp_path: Path) -> None:
    with claimed.connect() as other, other.transaction(force_rollback=True):
        other.execute("lock table public.connector_configs in share mode")
        done = command(claimed.url, tmp_path / "report.txt", "--as-owner")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "CANNOT TELL  access       two organizations cannot be planted: canceling statement due to lock timeout" in (
        done.stdout
    )


def test_findings_are_told_with_their_own_code(claimed: Database, tmp_path: Path) -> None:
    with claimed.connect() as connection:
        connection.execute("grant select on public.connector_configs to anon")
        connection.execute("drop index public.idx_sync_logs_org")
    done = command(claimed.url, tmp_path / "report.txt")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "FOUND        grants       public.connector_configs: anon has SELECT." in done.stdout
    assert "FOUND        indexes      public.connector_sync_logs.idx_sync_logs_org: it is not there." in done.stdout


def test_a_database_without_a_deployment_is_told(database: Database, tmp_path: Path) -> None:
    done = command(database.url, tmp_path / "report.txt")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "FOUND        tables       public.connector_sync_logs: it is not there." in done.stdout


def test_an_unreachable_database_is_no_finding(tmp_path: Path) -> None:
    done = command("postgresql://nobody:hidden@127.0.0.1:1/none", tmp_path / "report.txt")
    assert done.returncode == 1
    assert "cannot be asked" in done.stderr
    assert "hidden" not in done.stdout + done.stderr


def test_without_a_database_it_says_how_to_name_one(tmp_path: Path) -> None:
    done = command("", tmp_path / "report.txt")
    assert done.returncode == 3
    assert "make -s env" in done.stderr


def test_settings_that_the_program_refuses_are_told(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.deployed", "--stack", "test", "--report", str(tmp_path / "report.txt")],
        input='{"connectors:retention": {"value": "{\\"syncLogs\\": 0}"}}',
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "infra", "SUPASCHEMA_DATABASE_URL": "postgresql://127.0.0.1:1/none"},
        timeout=60,
        check=False,
    )
    assert done.returncode == 3
    assert "retention.syncLogs" in done.stderr


def test_the_suite_is_no_part_of_the_ordinary_tests() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-pno:cacheprovider", "tests/deployed"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert "no tests collected" in done.stdout, done.stdout + done.stderr


def traces(connection: Connection) -> object:
    """Give what any write in any database of the server would change: the next transaction's number."""
    return one(connection, "select pg_snapshot_xmax(pg_current_snapshot())::text")


def contents(connection: Connection) -> list[object]:
    """Give every row of the application's tables, of the files and the ledger, and where every sequence stands."""
    tables = connection.execute(
        "select format('%I.%I', schemaname, tablename) from pg_tables"
        " where schemaname in ('public', 'private', 'storage', 'cron', 'auth', 'supaschema') order by 1"
    ).fetchall()
    rows: list[object] = [
        (
            name,
            connection.execute(
                f"select md5(string_agg(t::text, ',' order by t::text)) from {name} t".encode()
            ).fetchone(),
        )
        for (name,) in tables
    ]
    return [*rows, connection.execute("select sequencename, last_value from pg_sequences order by 1").fetchall()]
