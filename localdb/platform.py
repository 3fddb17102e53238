"""Make databases that behave like a Supabase project already holding the application.

Everything here runs the SQL files under ``sql/`` against a local server: the platform's roles and
schemas as its superuser, the application's baseline and rows as role ``postgres``.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString, cast
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from localdb.connection import Connection, connect

OWNER = "postgres"

_SQL = Path(__file__).resolve().parent.parent / "sql"
_ROLES = _SQL / "platform" / "10_roles.sql"
_PLATFORM = tuple(
    _SQL / "platform" / name
    for name in (
        "20_schemas.sql",
        "30_extensions.sql",
        "40_auth.sql",
        "50_storage.sql",
        "60_vault.sql",
        "65_cron.sql",
        "80_guard.sql",
        "85_schema_reload.sql",
    )
)
_LEGACY = _SQL / "platform" / "70_default_privileges_legacy.sql"
_OPT_IN = _SQL / "platform" / "71_default_privileges_opt_in.sql"
_SAMPLE = _SQL / "sample" / "rows.sql"
_SAMPLE_AFTER_UP = _SQL / "sample" / "after_up.sql"

# Any number serves, as long as every installer of one cluster takes the same.
_INSTALL_LOCK = 0x5AB0


class DefaultPrivileges(enum.Enum):
    """What a new object in schema public grants to the API roles by itself."""

    LEGACY = "legacy"
    """Everything: projects up to October 2026."""
    OPT_IN = "opt_in"
    """No data access: every project from October 2026 on."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What `ensure` leaves behind."""

    url: str
    """The database as role ``postgres``."""
    done: tuple[str, ...]
    """The steps this call ran, in order; empty when everything stood already."""


def ensure(
    superuser_url: str,
    name: str,
    *,
    postgres_password: str,
    variant: DefaultPrivileges = DefaultPrivileges.OPT_IN,
    documents: int = 120_000,
) -> Standing:
    """Bring database `name` to platform, baseline and sample rows; do nothing where they stand.

    Take the superuser's URL of any database of the cluster. Give the database as role ``postgres``
    and the steps that ran. Raise `psycopg.Error` when the server cannot be reached or refuses.
    """
    url = owner_url(superuser_url, name, postgres_password)
    if not _missing(url, variant):
        return Standing(url, ())
    with _exclusive(superuser_url):
        done = []
        if not _can_connect(url):
            install_roles(superuser_url, postgres_password)
            _create_or_own(superuser_url, name)
            done += ["roles", "database"]
        for step in _missing(url, variant):
            if step == "platform":
                install_roles(superuser_url, postgres_password)
                install_platform(database_url(superuser_url, name), variant)
            elif step == "baseline":
                install_baseline(url)
            else:
                load_sample(url, documents)
            done.append(step)
    return Standing(url, tuple(done))


def install_roles(superuser_url: str, postgres_password: str) -> None:
    """Create or repair the platform's roles, once per cluster.

    Take the superuser's URL and the password that ``postgres`` shall have; it is sent as a SCRAM
    verifier, so no server log holds it. Raise `psycopg.Error` when the server refuses.
    """
    with connect(superuser_url) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", [_INSTALL_LOCK + 1])
        _run(connection, _ROLES)
        verifier = connection.pgconn.encrypt_password(postgres_password.encode(), OWNER.encode(), b"scram-sha-256")
        connection.execute(
            sql.SQL("alter role {} password {}").format(sql.Identifier(OWNER), sql.Literal(verifier.decode()))
        )


def create_database(
    superuser_url: str,
    name: str,
    *,
    variant: DefaultPrivileges,
    template: str | None,
    postgres_password: str,
) -> str:
    """Create database `name` with the platform in it, or as a copy of `template`.

    A copy takes its default privileges from `variant` too, so one template serves both. Nobody may
    be connected to the template. Give the database's URL as role ``postgres``. Raise
    `psycopg.errors.DuplicateDatabase` when it exists, `psycopg.errors.ObjectInUse` when the
    template is in use.
    """
    _create(superuser_url, name, template)
    inside = database_url(superuser_url, name)
    if template is None:
        install_platform(inside, variant)
    else:
        _set_up_copy(inside, variant)
    return owner_url(superuser_url, name, postgres_password)


def drop_database(superuser_url: str, name: str) -> None:
    """Drop database `name`, ending its connections; do nothing when it does not exist.

    Raise `psycopg.Error` when the server refuses.
    """
    with connect(superuser_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def install_platform(url_superuser_db: str, variant: DefaultPrivileges) -> None:
    """Install or repair schemas, functions, guard and default privileges in one database.

    Take the superuser's URL of that database; the roles must exist. Everything happens in one
    transaction. Raise `psycopg.Error` when the server refuses.
    """
    with connect(url_superuser_db) as connection:
        for file in _PLATFORM:
            _run(connection, file)
        _apply_default_privileges(connection, variant)


def install_baseline(postgres_url: str) -> None:
    """Create the application's tables, access rules and buckets as role ``postgres``.

    All or nothing. Raise `psycopg.errors.DuplicateObject` or a sibling where they exist already.
    """
    with connect(postgres_url) as connection:
        for file in sorted((_SQL / "baseline").glob("*.sql")):
            _run(connection, file)


def load_sample(postgres_url: str, documents: int = 120_000) -> None:
    """Fill the baseline with five organizations and `documents` imported documents.

    Rows that exist stay as they are. Raise `psycopg.Error` when a row does not fit.
    """
    _load(postgres_url, _SAMPLE, "sample.documents", documents)


def load_sample_after_up(postgres_url: str, events: int = 120_000) -> None:
    """Fill the tables that exist only after ``up``: webhook `events`, sync logs, upload batches.

    Needs the rows of `load_sample`; rows that exist stay as they are. Raise
    `psycopg.errors.UndefinedTable` before ``up``.
    """
    _load(postgres_url, _SAMPLE_AFTER_UP, "sample.events", events)


def ensure_sample_after_up(postgres_url: str) -> bool:
    """Run `load_sample_after_up` unless its rows are there; give whether it ran.

    Raise `psycopg.errors.UndefinedTable` before ``up``.
    """
    with connect(postgres_url) as connection:
        if _holds(connection, "select exists (select from public.connector_webhook_events)"):
            return False
    load_sample_after_up(postgres_url)
    return True


def _load(url: str, file: Path, setting: str, rows: int) -> None:
    with connect(url) as connection:
        # The platform's two minutes are for the application, not for filling a laptop.
        connection.execute("set local statement_timeout = 0")
        connection.execute("select set_config(%s, %s, true)", [setting, str(rows)])
        _run(connection, file)


def _run(connection: Connection, file: Path) -> None:
    connection.execute(file.read_bytes())


def _create(superuser_url: str, name: str, template: str | None) -> None:
    with connect(superuser_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} with owner {} template {}").format(
                sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template or "template0")
            )
        )
        _set_up_database(connection, name)


def _create_or_own(superuser_url: str, name: str) -> None:
    with connect(superuser_url, autocommit=True) as connection:
        found = connection.execute("select from pg_database where datname = %s", [name]).fetchone()
        if found is not None:
            connection.execute(
                sql.SQL("alter database {} owner to {}").format(sql.Identifier(name), sql.Identifier(OWNER))
            )
            _set_up_database(connection, name)
    if found is None:
        _create(superuser_url, name, None)


def _set_up_database(connection: Connection, name: str) -> None:
    """Return the database what a copy does not take from its template."""
    database = sql.Identifier(name)
    connection.execute(sql.SQL("grant all on database {} to dashboard_user").format(database))
    connection.execute(sql.SQL("alter database {} set statement_timeout to '2min'").format(database))


def _set_up_copy(url_superuser_db: str, variant: DefaultPrivileges) -> None:
    with connect(url_superuser_db) as connection:
        # Here each database has its own list of jobs; a server with pg_cron has one, in one database.
        connection.execute("update cron.job set database = current_database()")
        if _mark(connection) != _expected_mark(variant):
            _apply_default_privileges(connection, variant)


def _apply_default_privileges(connection: Connection, variant: DefaultPrivileges) -> None:
    _run(connection, _LEGACY)
    if variant is DefaultPrivileges.OPT_IN:
        _run(connection, _OPT_IN)
    connection.execute(sql.SQL("comment on schema _platform is {}").format(sql.Literal(_expected_mark(variant))))


def _expected_mark(variant: DefaultPrivileges) -> str:
    digest = hashlib.sha256()
    for file in (_ROLES, *_PLATFORM, _LEGACY, _OPT_IN):
        digest.update(file.read_bytes())
    return f"stand-in {digest.hexdigest()[:16]} {variant.value}"


def _mark(connection: Connection) -> str | None:
    row = connection.execute("select obj_description(to_regnamespace('_platform'), 'pg_namespace')").fetchone()
    return cast("str | None", row[0]) if row else None


def _missing(url: str, variant: DefaultPrivileges) -> tuple[str, ...]:
    """The steps that database lacks, in the order they must run."""
    steps = ("platform", "baseline", "sample")
    try:
        with connect(url, autocommit=True) as connection:
            lacking = set() if _mark(connection) == _expected_mark(variant) else {"platform"}
            if not _holds(connection, "select to_regclass('public.imported_documents') is not null"):
                return tuple(step for step in steps if step in {*lacking, "baseline", "sample"})
            if not _holds(connection, "select exists (select from public.imported_documents)"):
                lacking.add("sample")
    except psycopg.OperationalError:
        return steps
    return tuple(step for step in steps if step in lacking)


def _holds(connection: Connection, question: LiteralString) -> bool:
    row = connection.execute(question).fetchone()
    return bool(row and row[0])


def _can_connect(url: str) -> bool:
    try:
        connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _exclusive(superuser_url: str) -> Iterator[None]:
    """Let one installer at a time work on a cluster."""
    with connect(superuser_url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", [_INSTALL_LOCK])
        yield


def database_url(url: str, name: str) -> str:
    """Return the same server and login with database `name`."""
    return urlunsplit(urlsplit(url)._replace(path="/" + quote(name, safe="")))


def owner_url(url: str, name: str, password: str) -> str:
    """Return the URL of database `name` on the same server as role `postgres`, who has this password."""
    parts = urlsplit(database_url(url, name))
    address = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{OWNER}:{quote(password, safe='')}@{address}"))
