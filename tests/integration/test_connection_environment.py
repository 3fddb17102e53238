"""What the environment says of connections: nothing that steers; secrets alone, where the URL leaves them out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import conninfo, pq

from localdb import platform
from supaschema.database.connect import Database as Connected
from supaschema.database.connect import connect
from supaschema.database.dsn import masked
from supaschema.database.environment import KEPT
from supaschema.database.settings import Settings
from tests.fixtures.postgres import Database

ROOT = Path(__file__).resolve().parents[2]

STEERING = {
    "PGHOST": "203.0.113.1",
    "PGHOSTADDR": "127.0.0.9",
    "PGPORT": "1",
    "PGDATABASE": "elsewhere",
    "PGUSER": "somebody",
    "PGOPTIONS": "-c default_transaction_read_only=on -c TimeZone=Asia/Tokyo",
    "PGAPPNAME": "somebody",
    "PGCLIENTENCODING": "LATIN1",
    "PGSERVICE": "elsewhere",
    "PGSERVICEFILE": "/nonexistent",
    "PGSYSCONFDIR": "/nonexistent",
    "PGSSLMODE": "verify-full",
    "PGREQUIRESSL": "1",
    "PGSSLNEGOTIATION": "direct",
    "PGSSLMINPROTOCOLVERSION": "none",
    "PGSSLMAXPROTOCOLVERSION": "none",
    "PGSSLCERTMODE": "require",
    "PGSSLSNI": "no",
    "PGREQUIREAUTH": "none",
    "PGREQUIREPEER": "somebody",
    "PGCHANNELBINDING": "require",
    "PGGSSENCMODE": "require",
    "PGTARGETSESSIONATTRS": "standby",
    "PGLOADBALANCEHOSTS": "none",
    "PGCONNECT_TIMEOUT": "never",
    "PGMINPROTOCOLVERSION": "none",
    "PGMAXPROTOCOLVERSION": "none",
    "PGTZ": "Asia/Tokyo",
    "PGDATESTYLE": "German",
    "PGGEQO": "off",
    "SSLKEYLOGFILE": "/nonexistent",
    "OPENSSL_CONF": "/nonexistent",
}
"""Of each variable a value that would be noticed."""

_SETTINGS = ("TimeZone", "DateStyle", "geqo", "client_encoding", "default_transaction_read_only")


@pytest.fixture
def restored() -> Iterator[None]:
    """The environment as it was: what is under test takes variables from it."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def shown(url: str, *, pooled: bool = False) -> tuple[object, ...]:
    """Return what a session finds of itself."""
    query = "select current_user::text, current_database()::text, application_name" + "".join(
        f", current_setting('{name}')" for name in _SETTINGS
    )
    query = query.replace("application_name", "current_setting('application_name')")
    if pooled:
        database = Connected(Settings(database_url=url))
        try:
            with database.connection() as connection:
                return tuple(connection.execute(query.encode()).fetchone() or ())
        finally:
            database.close()
    with connect(Settings(database_url=url)) as connection:
        return tuple(connection.execute(query.encode()).fetchone() or ())


def test_every_variable_that_libpq_knows_is_tried_or_kept_on_purpose() -> None:
    known = {default.envvar.decode() for default in pq.Conninfo.get_defaults() if default.envvar}
    without_effect = {"PGSSLCOMPRESSION", "PGKRBSRVNAME", "PGGSSLIB", "PGGSSDELEGATION"}
    assert known - without_effect <= set(STEERING) | KEPT
    assert not KEPT & set(STEERING)


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("pooled", [False, True], ids=["alone", "pooled"])
@pytest.mark.parametrize("name", STEERING)
def test_a_variable_does_not_steer(
    database: Database, name: str, monkeypatch: pytest.MonkeyPatch, *, pooled: bool
) -> None:
    before = shown(database.url, pooled=pooled)
    monkeypatch.setenv(name, STEERING[name])
    assert shown(database.url, pooled=pooled) == before
    assert name not in os.environ


@pytest.mark.usefixtures("restored")
def test_no_variable_leads_the_local_server_elsewhere(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in STEERING.items():
        monkeypatch.setenv(name, value)
    platform.install_roles(database.superuser_url, database.server.postgres_password)


@pytest.mark.parametrize("command", ["supaschema status", "connectors.security --least error"])
def test_no_variable_steers_a_command(database: Database, command: str) -> None:
    program, *arguments = command.split()
    runs = [
        subprocess.run(
            [sys.executable, "-m", program, *arguments],
            cwd=ROOT,
            env={**os.environ, **variables, "SUPASCHEMA_DATABASE_URL": database.url},
            capture_output=True,
            text=True,
            check=False,
        )
        for variables in ({}, STEERING)
    ]
    assert (runs[1].returncode, runs[1].stdout, runs[1].stderr) == (runs[0].returncode, runs[0].stdout, runs[0].stderr)
    assert "cannot be" not in runs[0].stderr


@pytest.mark.usefixtures("restored")
def test_a_password_may_stand_in_the_environment_and_is_masked(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = conninfo.conninfo_to_dict(database.url)
    password = str(parts.pop("password"))
    url = conninfo.make_conninfo("", **parts)
    monkeypatch.setenv("PGPASSWORD", password)
    assert shown(url) == shown(database.url)
    assert masked(f"it is {password}", Settings(database_url=url)) == "it is [secret]"
