"""What goes wrong in the middle of a deployment is told once, and leaves the database as it was."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo, sql

from supaschema.declarations import Bucket, Column, TablePatch
from tests.errors.cases import CUT, DEPRIVED, FULL, LOCKED
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.declared import TITLE, notes
from tests.support.objects import managed
from tests.support.pausing import pausing
from tests.support.pulumi import Declared, Finished, Stack
from tests.support.sessions import Connection
from tests.support.survey import schema

SECONDS = 60
PAUSED = Column(name="paused", type="text")
PASSWORD = "for this test"


@pytest.fixture
def watcher(database: Database) -> Iterator[Connection]:
    """A superuser's connection to the test's database."""
    with database.connect_superuser() as connection:
        yield connection


def test_a_lock_that_is_not_to_be_had_names_its_holder(objects: Stack, database: Database, watcher: Connection) -> None:
    before = schema(database)
    objects.declare(Declared("column", TablePatch(table="users", columns=(TITLE,))), lock_wait="1s")
    with psycopg.connect(database.url, application_name="reporting") as holder:
        holder.execute("lock table public.users in row exclusive mode")
        done = objects.up(ok=False)
        assert f'process {holder.info.backend_pid} ("reporting"' in done.stdout
    LOCKED.ends(done)
    nothing_is_left(database, watcher, before)


def test_a_role_that_loses_its_rights_between_two_statements(
    objects: Stack, database: Database, watcher: Connection
) -> None:
    with deputy(database, watcher) as (url, role):
        before = schema(database)
        objects.declare(Declared("columns", TablePatch(table="users", columns=(PAUSED, TITLE))), database_url=url)
        with pausing(watcher) as pause, deploying(objects) as process:
            pause.reached()
            watcher.execute(sql.SQL("revoke postgres from {}").format(role))
            pause.end()
            done = ended(process)
        DEPRIVED.ends(done)
        nothing_is_left(database, watcher, before)


def test_a_connection_that_is_cut_in_the_middle_of_a_statement(
    objects: Stack, database: Database, watcher: Connection
) -> None:
    before = schema(database)
    objects.declare(Declared("table", notes("paused")))
    with pausing(watcher) as pause, deploying(objects) as process:
        watcher.execute("select pg_terminate_backend(%s)", [pause.reached()])
        done = ended(process)
    CUT.ends(done)
    nothing_is_left(database, watcher, before)


@pytest.mark.long
def test_a_full_disk(objects: Stack, database: Database, watcher: Connection, tmp_path: Path) -> None:
    """A real disk of half a megabyte, filled to its end. It takes the right to mount one."""
    with managed(database.url) as other:
        # The ledger is made while there is space, and stays while it has something to tell.
        other.apply(Bucket(name="beside"))
    with small_disk(database, watcher, tmp_path / "disk"):
        before = schema(database)
        objects.declare(Declared("table", notes("filling")))
        FULL.ends(objects.up(ok=False))
        assert schema(database) == before
        assert one(watcher, "select count(*) from supaschema.objects where object not like '%beside%'") == 0


def nothing_is_left(database: Database, watcher: Connection, before: str) -> None:
    """Assert that neither the schema nor the ledger's list of objects knows of the deployment."""
    assert schema(database) == before
    assert one(watcher, "select count(*) from supaschema.objects") == 0


def deploying(stack: Stack) -> AbstractContextManager[subprocess.Popen[str]]:
    """Start `pulumi up`; none of it outlives the block."""
    return stack.started("up", "--yes", "--skip-preview", "--suppress-outputs")


def ended(process: subprocess.Popen[str]) -> Finished:
    """Wait for a run's end; give what it said."""
    stdout, stderr = process.communicate(timeout=SECONDS)
    return Finished(process.args, process.returncode, stdout, stderr)


@contextmanager
def deputy(database: Database, watcher: Connection) -> Iterator[tuple[str, sql.Identifier]]:
    """Make a role that may do what `postgres` may; give the database's URL as that role, and its name."""
    name = f"deputy_{database.name}"
    role = sql.Identifier(name)
    create = sql.SQL("create role {} login password {} in role postgres")
    watcher.execute(create.format(role, sql.Literal(PASSWORD)))
    try:
        yield conninfo.make_conninfo(database.url, user=name, password=PASSWORD), role
    finally:
        watcher.execute(sql.SQL("drop owned by {} cascade").format(role))
        watcher.execute(sql.SQL("drop role {}").format(role))


@contextmanager
def small_disk(database: Database, watcher: Connection, folder: Path) -> Iterator[None]:
    """Let the database's new tables be made on a disk that has no byte left."""
    folder.mkdir()
    owner = Path(f"/proc/{one(watcher, 'select pg_backend_pid()')}").stat().st_uid
    mount = ["mount", "-t", "tmpfs", "-o", f"size=512k,uid={owner},mode=0700", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("needs the right to mount a disk")
    space, name = sql.Identifier(f"small_{database.name}"), sql.Identifier(database.name)
    try:
        watcher.execute(sql.SQL("create tablespace {} location {}").format(space, sql.Literal(str(folder))))
        watcher.execute(sql.SQL("grant create on tablespace {} to postgres").format(space))
        watcher.execute(sql.SQL("alter database {} set default_tablespace to {}").format(name, space))
        fill(folder / "ballast")
        yield
        watcher.execute(sql.SQL("drop tablespace {}").format(space))
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(file: Path) -> None:
    """Write until the disk is full."""
    with file.open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
        except OSError:
            return
