"""Nobody notices a deployment: no worker, no reader, no writer, and nobody who would like to see more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import pytest
from psycopg import errors

from localdb import platform
from localdb.platform import DefaultPrivileges
from localdb.sample import sample_id, user
from tests.fixtures.postgres import Database, MakeDatabase
from tests.support.catalog import column, one
from tests.support.pulumi import connector_stack
from tests.support.sessions import Connection, as_member, as_service
from tests.support.watching import watching

DOCUMENTS = 12_000
READER, ADMIN = user(1, "reader"), user(1, "admin")
OWN_CONNECTORS = 8

# What a worker takes for work, and the documents of the sample that may be among it.
_QUEUES: tuple[tuple[LiteralString, LiteralString], ...] = (
    ("processing_status = 'pending'", "sync_status = 'pending'"),
    ("not chunks_generated", "sync_status <> 'completed'"),
    ("not embeddings_generated", "sync_status <> 'completed'"),
)
_BASELINE_COLUMNS: LiteralString = """
    id, org_id, connector_type, name, settings, last_sync_at, sync_status, sync_error, is_active, created_by, created_at
"""

# Who may do what: privileges on relations, columns and functions, policies, and tables without row level security.
_OPEN: LiteralString = """
    with roles as (
      select oid, rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role')
      union all select 0, 'public'),
    relations as (
      select * from pg_class
       where relnamespace in ('public'::regnamespace, to_regnamespace('private')) and relkind in ('r', 'v'))
    select r.rolname || ' ' || a.privilege_type || ' ' || c.relname
      from relations c, aclexplode(c.relacl) a
      join roles r on r.oid = a.grantee
    union all
    select r.rolname || ' ' || a.privilege_type || ' ' || c.relname || '.' || t.attname
      from relations c
      join pg_attribute t on t.attrelid = c.oid and not t.attisdropped, aclexplode(t.attacl) a
      join roles r on r.oid = a.grantee
    union all
    select r.rolname || ' ' || a.privilege_type || ' ' || p.proname
      from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
      join roles r on r.oid = a.grantee
     where p.pronamespace in ('public'::regnamespace, to_regnamespace('private'))
    union all
    select 'policy ' || p.polname || ' on ' || c.relname || ': ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '')
      from relations c join pg_policy p on p.polrelid = c.oid
    union all
    select 'no row level security on ' || relname from relations where relkind = 'r' and not relrowsecurity
"""


@pytest.fixture
def crowded(make_database: MakeDatabase) -> Database:
    """A database with enough rows for a deployment to take its time, which gives new objects to everybody."""
    database = make_database(DefaultPrivileges.LEGACY)
    platform.load_sample(database.url, DOCUMENTS)
    return database


def test_nobody_notices_a_deployment(tmp_path: Path, crowded: Database) -> None:
    stack = connector_stack(tmp_path / "project", crowded.url)
    worker = Worker(crowded)
    for deploy in (stack.up, stack.destroy, stack.up):
        with watching(crowded, worker, member_reads, admin_writes, service_writes, secrets_stay_secret):
            deploy()


def test_access_is_never_wider_than_before_and_after(tmp_path: Path, crowded: Database) -> None:
    stack = connector_stack(tmp_path / "project", crowded.url)
    seen: set[object] = set()

    def look(connection: Connection) -> list[str]:
        seen.update(column(connection, _OPEN))
        return []

    with crowded.connect() as connection:
        before = set(column(connection, _OPEN))
        with watching(crowded, look):
            stack.up()
        after = set(column(connection, _OPEN))
        assert seen <= before | after
        seen.clear()
        with watching(crowded, look):
            stack.destroy()
        assert seen <= before | after
        assert set(column(connection, _OPEN)) == before


class Worker:
    """Polls as the application's workers do, and objects to old documents that were no work."""

    __name__ = "a worker"

    def __init__(self, database: Database) -> None:
        """Note which documents are work."""
        with database.connect() as connection:
            self._work = {
                queue: set(column(connection, f"select id from imported_documents where {work}"))
                for queue, work in _QUEUES
            }
            self._old = set(column(connection, "select id from imported_documents"))
            self._pending = one(connection, _PENDING)

    def __call__(self, connection: Connection) -> Iterator[str]:
        """Poll every queue once."""
        for queue, work in self._work.items():
            try:
                with as_service(connection):
                    waiting = set(column(connection, f"select id from imported_documents where {queue}"))
            except errors.UndefinedColumn:
                continue
            if stray := (waiting & self._old) - work:
                yield f"{len(stray)} documents wait that were no work, by {queue}"
        if (found := one(connection, _PENDING)) != self._pending:
            yield f"{found} documents are pending, not {self._pending}"


_PENDING: LiteralString = "select count(*) from imported_documents where sync_status = 'pending'"


def member_reads(connection: Connection) -> Iterator[str]:
    """Read as a member: always the same rows, by a list of columns that is older than the deployment."""
    with as_member(connection, READER):
        found = len(connection.execute(f"select {_BASELINE_COLUMNS} from connector_configs").fetchall())
    if found != OWN_CONNECTORS:
        yield f"{found} connectors are seen, not {OWN_CONNECTORS}"


def admin_writes(connection: Connection) -> Iterator[str]:
    """Change a connector of one's own as an admin, never blocked for long."""
    with as_member(connection, ADMIN):
        connection.execute("set local lock_timeout = '1s'")
        changed = connection.execute(
            "update connector_configs set name = name where id = %s", [sample_id("connector", 2)]
        )
    if changed.rowcount != 1:
        yield "an admin cannot change a connector"


def service_writes(connection: Connection) -> Iterator[str]:
    """Write as the services do, never blocked for long."""
    with as_service(connection):
        connection.execute("set local lock_timeout = '1s'")
        for statement in (
            "update connector_configs set last_sync_at = now() where id = md5('connector:1')::uuid",
            "update imported_documents set last_synced_at = now() where id = md5('document:2')::uuid",
            "update jobs set attempts = attempts where id = md5('job:3')::uuid",
        ):
            if connection.execute(statement).rowcount != 1:
                yield f"nothing was written: {statement}"


def secrets_stay_secret(connection: Connection) -> Iterator[str]:
    """See that no member may read a secret that the system adds, from the moment its column is there."""
    found = one(
        connection,
        "select coalesce(bool_or(has_column_privilege('authenticated', attrelid, attnum, 'select')), false)"
        " from pg_attribute where attrelid = 'connector_configs'::regclass and attname = 'webhook_secret'",
    )
    if found:
        yield "members may read webhook_secret"
