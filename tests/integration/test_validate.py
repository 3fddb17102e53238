"""The command that validates a stack: its report, its exit codes, and that it leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo

from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.ledger import identity
from tests.deployed.registry import CHECKS
from tests.fixtures.deployed import AUDITOR, MACHINES, OWNER, claim
from tests.fixtures.postgres import Database, Server
from tests.support.catalog import one
from tests.support.pulumi import Stack, connector_stack
from tests.support.sessions import Connection

ROOT = Path(__file__).resolve().parents[2]

Finished = subprocess.CompletedProcess[str]


def command(url: str, report: Path, *arguments: str, settings: str = "{}", **environment: str) -> Finished:
    """Run the command as scripts/validate.sh does."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SUPASCHEMA_", "PG"))}
    return subprocess.run(
        [sys.executable, "-m", "tests.deployed", "--stack", "test", "--report", str(report), *arguments],
        input=settings,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**kept, "SUPASCHEMA_DATABASE_URL": url, **environment},
        timeout=120,
        check=False,
    )


@pytest.fixture
def quiet(server: Server) -> Iterator[Connection]:
    """A connection of the platform's own role, while the server cleans up nothing of its own accord."""
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        connection.execute("alter system set autovacuum = off")
        connection.execute("select pg_reload_conf()")
        yield connection
        connection.execute("alter system reset autovacuum")
        connection.execute("select pg_reload_conf()")


@pytest.mark.parametrize("role", [OWNER, AUDITOR])
def test_a_correct_stack_is_validated_without_a_write(
    deployed: Database, auditor_url: str, quiet: Connection, tmp_path: Path, role: str
) -> None:
    auditor = {"SUPASCHEMA_AUDITOR_URL": auditor_url} if role == AUDITOR else {}
    before = traces(quiet)
    done = command(deployed.url, tmp_path / "report.txt", settings=MACHINES, **auditor)
    assert traces(quiet) == before
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert f"asked by {role}, the {'owner' if role == OWNER else 'auditor'}, in a transaction that cannot write" in (
        done.stdout
    )
    assert f"{len(CHECKS)} ok, 0 findings" in done.stdout
    assert "none tried" in done.stdout
    for url in (deployed.url, auditor_url):
        assert str(conninfo.conninfo_to_dict(url)["password"]) not in done.stdout + done.stderr


def test_a_stack_is_as_declared_under_either_default_privileges(provisioned_variant: Database, tmp_path: Path) -> None:
    claim(provisioned_variant)
    done = command(provisioned_variant.url, tmp_path / "report.txt", "--as-owner")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_trace_shows_a_write(deployed: Database, quiet: Connection) -> None:
    before = traces(quiet)
    with deployed.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("update public.organizations set name = name where false")
        assert traces(quiet) == before
        connection.execute("update public.organizations set name = name")
    assert traces(quiet) != before


def test_trials_need_the_owner(auditor_url: str, tmp_path: Path) -> None:
    done = command(auditor_url, tmp_path / "report.txt", "--as-owner", settings=MACHINES)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "CANNOT TELL  access       schema_auditor cannot act as other roles" in done.stdout


def test_it_may_print_what_is_not_ok_alone(auditor_url: str, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    done = command(auditor_url, report, "--as-owner", "--findings", settings=MACHINES)
    told, total = done.stdout.splitlines()
    assert told.startswith("CANNOT TELL  access ")
    assert f"{len(CHECKS) - 1} ok, 0 findings, 1 that could not be told" in total
    assert len(report.read_text(encoding="utf-8").splitlines()) > len(CHECKS)


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
    assert done.returncode == 3, done.stdout + done.stderr
    assert "nothing is deployed" in done.stderr


def test_an_unreachable_database_is_no_finding(tmp_path: Path) -> None:
    done = command("postgresql://nobody:hidden@127.0.0.1:1/none", tmp_path / "report.txt")
    assert done.returncode == 1
    assert "cannot be asked" in done.stderr
    assert "hidden" not in done.stdout + done.stderr


@pytest.mark.parametrize("password", ["hid%den", "hid%zzen"])
def test_a_url_that_is_none_is_not_repeated(tmp_path: Path, password: str) -> None:
    done = command(f"postgresql://postgres:{password}@127.0.0.1/none", tmp_path / "report.txt")
    assert done.returncode == 3
    assert "percent-encode" in done.stderr
    assert "hid" not in done.stdout + done.stderr


def test_without_a_database_it_says_how_to_name_one(tmp_path: Path) -> None:
    done = command("", tmp_path / "report.txt")
    assert done.returncode == 3
    assert "make -s env" in done.stderr


def test_settings_that_the_program_refuses_are_told(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.deployed", "--stack", "test", "--report", str(tmp_path / "report.txt")],
        input='{"supaschema:retention": {"value": "{\\"syncLogs\\": 0}"}}',
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "SUPASCHEMA_DATABASE_URL": "postgresql://127.0.0.1:1/none"},
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
    """Return what any write in any database of the server would change: the next transaction's number."""
    return one(connection, "select pg_snapshot_xmax(pg_current_snapshot())::text")


def contents(connection: Connection) -> list[object]:
    """Return every row of the application's tables, of the files and the ledger, and where every sequence stands."""
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


# The script


def script(stack: Stack, *arguments: str) -> Finished:
    """Run scripts/validate.sh on a stack, with its backend and database."""
    environment = {**stack.environment, "STACK": stack.name}
    return subprocess.run(
        [ROOT / "scripts" / "validate.sh", *arguments],
        capture_output=True,
        text=True,
        cwd=stack.directory,
        env=environment,
        timeout=120,
        check=False,
    )


def test_the_script_takes_the_stacks_own_settings(claimed: Database, tmp_path: Path) -> None:
    with claimed.connect() as connection:
        # As if it had been deployed as staging, with the settings of every other stack.
        identity.relabel(connection, Managed(Settings(database_url=claimed.url)).server, "test", "staging")
    stack = connector_stack(tmp_path / "project", claimed.url, "staging")
    done = script(stack, "--report", str(tmp_path / "report.txt"))
    assert done.returncode == 2, done.stdout + done.stderr
    assert "stack staging" in (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert [line.split()[:4] for line in done.stdout.splitlines() if line.startswith("FOUND")] == [
        ["FOUND", "ledger", "function", f"public.{name}(integer,"]
        for name in ("purge_connector_sync_logs", "purge_connector_webhook_events")
    ]


def test_a_stack_that_there_is_not_is_told(claimed: Database, tmp_path: Path) -> None:
    stack = connector_stack(tmp_path / "project", claimed.url)
    done = script(replace(stack, name="other"), "--report", str(tmp_path / "report.txt"))
    assert done.returncode == 3, done.stdout + done.stderr
    assert "there is no stack other" in done.stderr
