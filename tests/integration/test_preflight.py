"""What a database tells before a deployment: read for real."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg

from supaschema.command.outcome import Exit
from supaschema.database.connect import Database as Reached
from supaschema.database.settings import settings_from
from supaschema.declarations import Column, PrimaryKey, Table
from supaschema.gate import situation
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.objects import managed
from tests.support.sessions import Connection

NOTES = Table(
    name="notes", columns=(Column(name="id", type="int", nullable=False),), primary_key=PrimaryKey(columns=("id",))
)
MIGRATIONS = """
    insert into supabase_migrations.schema_migrations values
      ('20990101000000', array['alter table notes add column by_hand text'], 'by_hand'),
      ('20000101000000', array['create table notes ()'], 'long_ago');
    grant usage on schema supabase_migrations to public;
    grant select on supabase_migrations.schema_migrations to public;
"""


def preflight(database: Database) -> tuple[int, str]:
    """Run the command."""
    done = subprocess.run(
        [sys.executable, "-m", "supaschema", "preflight"],
        env={**os.environ, "SUPASCHEMA_DATABASE_URL": database.url},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_what_is_in_the_way_of_a_deployment(database: Database, connection: Connection) -> None:
    code, said = preflight(database)
    assert code == Exit.DONE, said
    assert "note: The database has " in said

    with managed(database.url) as objects:
        objects.apply(NOTES)
    with database.connect_superuser() as superuser:
        superuser.execute(MIGRATIONS.encode())
    code, said = preflight(database)
    assert code == Exit.DONE
    assert "Migration 20990101000000 by_hand was written after the last deployment and names public.notes." in said
    assert "long_ago" not in said

    connection.execute(
        f"alter role current_user in database {database.name} set default_transaction_read_only = on".encode()
    )
    code, said = preflight(database)
    assert code == Exit.FINDINGS
    assert "stop: Transactions are read-only here by default" in said


def test_migrations_of_somebody_elses_are_not_read(database: Database, stranger: Stranger) -> None:
    with managed(database.url) as objects:
        objects.apply(NOTES)
    stranger.platform.execute(MIGRATIONS.encode())
    stranger.platform.execute("alter table supabase_migrations.schema_migrations owner to stranger")

    code, said = preflight(database)

    assert code == Exit.DONE
    assert "by_hand" not in said


def test_who_keeps_a_transaction_open_is_told_without_what_runs(database: Database) -> None:
    reached = Reached(settings_from({"databaseUrl": database.superuser_url}))
    with psycopg.connect(database.url, application_name="forgotten") as long:
        long.execute("select 'a word that nobody should read'")
        process = long.info.backend_pid
        with reached.connection() as connection:
            now = situation.read(connection, long_seconds=0)
    reached.close()
    (session,) = (session for session in now.sessions if session.application == "forgotten")
    assert session.process == process
    assert session.state == "idle in transaction"
    assert "a word" not in str(now)
    assert now.is_told_all
    assert now.free_connections > 0


def test_sessions_of_others_are_counted_by_a_role_that_is_not_told_of_them(stranger: Stranger) -> None:
    # What works in the background counts where it is not told what it is.
    now, all_told = (situation.read(each) for each in (stranger.connection, stranger.platform))

    assert not now.is_told_all
    assert all_told.is_told_all
    assert 0 < now.free_connections <= all_told.free_connections
