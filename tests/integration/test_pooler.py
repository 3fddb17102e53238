"""Through a pooler: one that keeps sessions is as good as the server, any other is refused before anything is done."""

from __future__ import annotations

import psycopg
import pytest

from supaschema.command.cli import main
from supaschema.core.errors import ConnectionRefused
from supaschema.database.connect import check, connect
from supaschema.database.settings import URL_VARIABLE, Settings
from supaschema.declarations import Column, TablePatch
from tests.fixtures.postgres import Database
from tests.support.bouncer import pooler
from tests.support.catalog import column, one
from tests.support.objects import managed

NOTE = TablePatch(table="users", columns=(Column(name="note", type="text"),))
LEFT = "select count(*) from pg_namespace where nspname like 'supaschema%'"


def test_a_pooler_that_keeps_sessions_is_gone_through(database: Database) -> None:
    with pooler(database.url, "session") as url, managed(url) as objects:
        objects.begin()
        objects.apply(NOTE)
        objects.remove(NOTE)
    with database.connect() as connection:
        assert one(connection, LEFT) == 0


@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_a_pooler_that_keeps_none_is_refused_by_every_command_and_leaves_no_setting_behind(
    database: Database, mode: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pooler(database.url, mode) as url, database.connect_superuser() as platform:
        with managed(url) as objects, pytest.raises(ConnectionRefused, match="keeps no session"):
            objects.begin()
        with pytest.raises(ConnectionRefused, match="keeps no session"):
            check(Settings(database_url=url))
        with pytest.raises(ConnectionRefused, match="keeps no session"):
            connect(Settings(database_url=url))
        monkeypatch.setenv(URL_VARIABLE, url)
        for command in (["status"], ["orphans"], ["purge"], ["claim", "--from", "test"]):
            assert main(command) == 1
        assert capsys.readouterr().err.count("keeps no session") == 4

        assert column(platform, "select pid from pg_locks where locktype = 'advisory'") == []
        # What the application is given next is as it was.
        with psycopg.connect(url, autocommit=True) as application:
            assert one(application, "show search_path") != '""'
            assert one(application, "show lock_timeout") == "0"
