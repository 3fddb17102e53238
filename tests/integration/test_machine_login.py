"""The command that makes passwords, and roles by SQL: nothing secret is printed, and the login works."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from connectors import role_statements, scram
from connectors.machine_login import main
from roles import CONNECTOR_WORKER, SCHEMA_AUDITOR
from tests.fixtures.postgres import Database
from tests.fixtures.roles import login_url
from tests.support.catalog import one

_AUDITOR = SCHEMA_AUDITOR.name


@pytest.fixture
def _named(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The environment names the test's database; no role is left in it."""
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", database.url)
    yield
    with database.connect() as owner:
        role_statements.drop(owner, SCHEMA_AUDITOR)


def test_the_verifier_is_what_libpq_makes_with_the_same_salt(database: Database) -> None:
    text = scram.password()
    with database.connect() as connection:
        theirs = connection.pgconn.encrypt_password(text.encode(), b"schema_auditor", b"scram-sha-256").decode()
    salt = theirs.partition(":")[2].partition("$")[0]

    assert scram.verifier(text, salt=base64.b64decode(salt)) == theirs


@pytest.mark.usefixtures("_named")
def test_a_new_password_is_in_its_file_alone_and_logs_in(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "auditor.password"
    assert main(["new", str(file)]) == 0
    printed = capsys.readouterr()
    password = file.read_text().strip()
    assert (file.stat().st_mode & 0o777, printed.err) == (0o600, "")
    assert scram.is_verifier(printed.out.strip())

    monkeypatch.setattr("sys.stdin", io.StringIO(printed.out))
    assert main(["apply", _AUDITOR, "--verifier"]) == 0
    said = capsys.readouterr()
    assert "not granted, for it is not there yet: USAGE on schema supaschema" in said.err
    with psycopg.connect(login_url(database.url, _AUDITOR, password)) as session:
        assert one(session, "select current_user::text") == _AUDITOR
    assert password not in printed.out + said.out + said.err


def test_a_password_in_use_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "auditor.password"
    file.write_text("in use")
    assert main(["new", str(file)]) == 1
    assert file.read_text() == "in use"
    assert "File exists" in capsys.readouterr().err


def test_a_password_of_ones_own_is_turned_into_a_verifier(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a-password-of-ones-own\n"))
    assert main(["verifier"]) == 0
    assert scram.is_verifier(capsys.readouterr().out.strip())

    monkeypatch.setattr("sys.stdin", io.StringIO("hunter2\n"))
    assert main(["verifier"]) == 1
    printed = capsys.readouterr()
    assert "hunter2" not in printed.out + printed.err


@pytest.mark.usefixtures("_named")
def test_a_password_where_a_verifier_belongs_is_refused_and_not_repeated(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a-password-of-ones-own\n"))
    assert main(["apply", _AUDITOR, "--verifier"]) == 1
    assert "a-password" not in capsys.readouterr().err
    with database.connect() as owner:
        assert one(owner, "select count(*) from pg_roles where rolname = 'schema_auditor'") == 0


@pytest.mark.usefixtures("_named")
def test_a_role_that_is_more_is_named_and_left_alone(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with database.connect() as owner:
        owner.execute("create role schema_auditor createdb")
    assert main(["apply", _AUDITOR]) == 2
    assert "other than a machine's login (createdb)" in capsys.readouterr().err


@pytest.mark.usefixtures("_named")
def test_what_hinders_a_drop_is_named(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["apply", CONNECTOR_WORKER.name]) == 0
    with database.connect() as owner:
        owner.execute("grant select on public.users to connector_worker")
        assert main(["drop", CONNECTOR_WORKER.name]) == 1
        assert "privileges for table public.users" in capsys.readouterr().err
        owner.execute("revoke select on public.users from connector_worker")
    assert main(["drop", CONNECTOR_WORKER.name]) == 0


def test_without_a_database_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("SUPASCHEMA_DATABASE_URL", raising=False)
    assert main(["apply", _AUDITOR]) == 3
    assert "no database is named" in capsys.readouterr().err
