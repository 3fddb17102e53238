"""Reaching the database: refused in one sentence that names the place and the remedy, and no secret."""

from functools import partial

import psycopg
import pytest
from psycopg import conninfo

from connectors import security
from supaschema import connection
from supaschema.core.errors import ConnectionRefused, LockWaitError
from supaschema.database.connect import Database as Connected
from supaschema.database.settings import Settings
from supaschema.declarations import Index
from supaschema.review.access.compare import rights_of
from tests.fixtures.postgres import Database
from tests.support.objects import managed

PASSWORD = "planted-password"


def refusal(url: str) -> str:
    with pytest.raises(ConnectionRefused) as refused:
        _ = Connected(Settings(database_url=url)).server
    assert PASSWORD not in str(refused.value)
    assert refused.value.remedy
    return str(refused.value)


def test_a_server_that_is_not_there_is_named():
    said = refusal(f"postgresql://postgres:{PASSWORD}@127.0.0.1:1/app")

    assert said.startswith("127.0.0.1:1/app: the database cannot be reached")


def test_a_wrong_password_is_called_one(database: Database):
    url = conninfo.make_conninfo(database.url, password=PASSWORD)

    assert "the password is wrong" in refusal(url)


def test_a_database_that_does_not_exist_is_named(database: Database):
    url = conninfo.make_conninfo(database.url, dbname="no_such_database")

    assert "no_such_database" in refusal(url)


def test_the_transaction_pooler_is_refused_by_name():
    said = refusal(f"postgresql://postgres.ref:{PASSWORD}@127.0.0.1:6543/postgres")

    assert "transaction pooler" in said
    assert "5432" in said


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://postgres:{PASSWORD}@[::1/app",
        f"postgres {PASSWORD}",
        f"host=x {PASSWORD}",
        f"postgresql://postgres:x@{PASSWORD}@127.0.0.1:1/app",
        f"postgresql://postgres:x/{PASSWORD}@127.0.0.1:1/app",
        f"postgresql://postgres:{PASSWORD}/x@127.0.0.1:1/app",
        f"postgresql://postgres:{PASSWORD}%x@127.0.0.1:1/app",
        f"postgresql://postgres:{PASSWORD}",
        f"postgresql://postgres:{PASSWORD}%ff@127.0.0.1:1/app",
    ],
)
def test_a_text_that_is_no_url_is_not_repeated(url):
    assert "is no connection URL" in refusal(url)


def test_a_connection_spells_every_name_with_its_schema(database: Database):
    connected = Connected(Settings(database_url=database.url))
    try:
        with connected.connection() as connection:
            row = connection.execute("select pg_catalog.current_setting('search_path')").fetchone()
            assert row == ('""',)
            with psycopg.connect(database.url) as other:
                found = other.execute("select count(*) from pg_stat_activity where application_name = 'supaschema'")
                assert found.fetchone() != (0,)
        assert connected.server.major == database.server.major
    finally:
        connected.close()


def test_a_table_that_another_session_locks_is_named_with_its_holder(database: Database):
    with database.connect() as holder, holder.transaction():
        holder.execute("lock table public.jobs in access exclusive mode")
        with managed(database.url, lock_wait_ms=300) as objects, pytest.raises(LockWaitError) as refused:
            objects.preview(Index(name="jobs_type", table="jobs", keys=("type",)))
        pid = holder.info.backend_pid

    assert f"process {pid}" in str(refused.value)
    assert "public.jobs" in str(refused.value)


def test_what_only_looks_names_who_keeps_locked_what_it_reads(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    impatient = partial(Settings, lock_wait_ms=300)
    monkeypatch.setattr(connection, "Settings", impatient)
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", database.url)
    with database.connect() as holder, holder.transaction():
        holder.execute("lock table public.users in access exclusive mode")
        with pytest.raises(LockWaitError) as refused:
            rights_of(impatient(database_url=database.url))
        assert security.main([]) == 1
        pid = holder.info.backend_pid

    for said in (str(refused.value), capsys.readouterr().err):
        assert f"process {pid}" in said
        assert "public.users" in said
