"""A database that cannot be reached or managed is refused once, by the provider, whatever the program declares."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from psycopg import conninfo, sql

from localdb.temporary import temporary_cluster
from supaschema.declarations import Bucket, TablePatch
from tests.errors.case import Case
from tests.errors.cases import (
    CURIOUS,
    LAX,
    OLD,
    PASSWORD,
    PLAIN,
    POWERLESS,
    STANDBY,
    TRUSTING,
    UNKNOWN_CERTIFICATE,
    UNREACHABLE,
)
from tests.errors.poolers import POOLED, POOLER
from tests.fixtures.postgres import Database
from tests.support.bouncer import pooler
from tests.support.catalog import dump, one
from tests.support.declared import TITLE
from tests.support.impostor import Asks, impostor, self_signed
from tests.support.pulumi import Declared, Stack, said
from tests.support.relay import relayed

SECRET = "planted-password"
FAR = ".".join("0000")
"""An address that leads here and counts as another machine's."""
SEVERAL = [Declared(name, Bucket(name=name)) for name in ("one", "two", "three")]

Reached = Callable[[Database], AbstractContextManager[str]]


@contextmanager
def nowhere(database: Database) -> Iterator[str]:
    """Nothing listens on port 1."""
    yield f"postgresql://postgres:{SECRET}@127.0.0.1:1/app"


@contextmanager
def guessed(database: Database) -> Iterator[str]:
    """The right place, with another password."""
    yield conninfo.make_conninfo(database.url, password=SECRET)


@contextmanager
def pooled(database: Database) -> Iterator[str]:
    """The port alone tells."""
    yield f"postgresql://postgres:{SECRET}@127.0.0.1:6543/app"


def pooling(database: Database) -> AbstractContextManager[str]:
    """A real pooler, which has to be asked."""
    return pooler(database.url, "transaction")


@contextmanager
def plain(database: Database) -> Iterator[str]:
    """The real server, which has no TLS, as another machine is reached."""
    yield conninfo.make_conninfo(database.url, host=FAR)


@contextmanager
def lax(database: Database) -> Iterator[str]:
    """The URL alone tells."""
    yield f"postgresql://postgres:{SECRET}@db.example.com/app?sslmode=prefer"


@contextmanager
def trusting(database: Database) -> Iterator[str]:
    """The URL alone tells."""
    yield f"postgresql://postgres:{SECRET}@db.example.com/app?require_auth=password"


@contextmanager
def curious(database: Database, more: str = "") -> Iterator[str]:
    """Simulated: it has TLS, asks for the password in the clear, and keeps what it is told."""
    with TemporaryDirectory() as folder, impostor(Asks.CLEARTEXT, certified(Path(folder))) as server:
        yield f"postgresql://postgres:{SECRET}@{FAR}:{server.port}/app?{more}"
    assert not server.knows("postgres", SECRET)


def unknown(database: Database) -> AbstractContextManager[str]:
    """The same, where its certificate is looked at."""
    return curious(database, "sslmode=verify-full&sslrootcert=system")


def certified(folder: Path) -> Path:
    """Return a certificate, or skip by name."""
    certificate = self_signed(folder)
    if certificate is None:
        assert not os.environ.get("CI"), "needs openssl"
        pytest.skip("needs openssl")
    return certificate


@contextmanager
def aged(database: Database) -> Iterator[str]:
    """Simulated: the real server behind a relay that turns the version it tells into 14's."""
    with database.connect() as connection:
        told = str(one(connection, "show server_version_num"))
        port = connection.info.port
    with relayed(port, told=told.encode(), instead=f"14{told[2:]}".encode()) as relay:
        yield conninfo.make_conninfo(database.url, port=relay)


@contextmanager
def recovering(database: Database) -> Iterator[str]:
    """A real server that was told to stand by."""
    with temporary_cluster(database.server.major) as cluster:
        cluster.start()
        cluster.stop()
        signal = cluster.data_dir / "standby.signal"
        signal.touch()
        cluster.account.give(signal)
        cluster.start()
        yield cluster.superuser_url()


@pytest.mark.parametrize(
    ("case", "reached"),
    [
        pytest.param(UNREACHABLE, nowhere, id="unreachable"),
        pytest.param(PASSWORD, guessed, id="password"),
        pytest.param(POOLER, pooled, id="pooler"),
        pytest.param(POOLED, pooling, id="pooler on any port"),
        pytest.param(PLAIN, plain, id="plain"),
        pytest.param(LAX, lax, id="lax"),
        pytest.param(TRUSTING, trusting, id="trusting"),
        pytest.param(CURIOUS, curious, id="curious"),
        pytest.param(UNKNOWN_CERTIFICATE, unknown, id="unknown certificate"),
        pytest.param(OLD, aged, id="old"),
        pytest.param(STANDBY, recovering, id="standby"),
    ],
)
def test_a_preview_refuses_it_in_one_sentence(objects: Stack, database: Database, case: Case, reached: Reached) -> None:
    before = dump(database)
    with reached(database) as url:
        objects.declare(*SEVERAL, database_url=url)
        done = objects.run("up", "--yes", ok=False)
        password = conninfo.conninfo_to_dict(url)["password"]
    case.ends(done)
    assert "Updating" not in said(done)
    assert str(password) not in said(done)
    assert dump(database) == before


def test_a_role_that_lacks_a_right_is_told_which(objects: Stack, database: Database) -> None:
    before = dump(database)
    with stranger(database) as url:
        objects.declare(Declared("patch", TablePatch(table="jobs", columns=(TITLE,))), database_url=url)
        POWERLESS.ends(objects.up(ok=False))
    assert dump(database) == before


@contextmanager
def stranger(database: Database) -> Iterator[str]:
    """Make a role that may log in and nothing else; give the database's URL as that role."""
    name = f"stranger_{database.name}"
    role = sql.Identifier(name)
    with database.connect_superuser() as platform:
        platform.execute(sql.SQL("create role {} login password {}").format(role, sql.Literal(SECRET)))
        try:
            yield psycopg.conninfo.make_conninfo(database.url, user=name, password=SECRET)
        finally:
            platform.execute(sql.SQL("drop role {}").format(role))
