"""The connection: one pool, checked once, with a fixed search_path and name."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

import msgspec
import psycopg
from psycopg.types.json import set_json_loads
from psycopg_pool import ConnectionPool, PoolTimeout

from supaschema.core.errors import ConnectionRefused
from supaschema.database.attention import Attentive, Line
from supaschema.database.dsn import parameters_of, place_of
from supaschema.database.environment import forget_steering
from supaschema.database.lock_holders import lock_wait_error
from supaschema.database.pooler import require_session
from supaschema.database.session import KEEPALIVES, READING_MS, settle
from supaschema.database.settings import Settings
from supaschema.database.transport import explained

APPLICATION_NAME = "supaschema"
OLDEST_MAJOR = 15
POOL_SIZE = 4
READERS = 2
"""Connections that only read: psycopg forgets what a connection has prepared when DDL has run over it."""
LOOK_SECONDS = 10.0
"""How long a thread waits for one of the pool's connections before it looks whether the server still answers: the
others are at work for the same deployment, or cannot be opened any more."""
_GLANCE_SECONDS = 1.0
"""How long until it looks whether one of the others has found the server out of reach meanwhile."""
_BRIEFLY = 2
"""How many seconds it then gives the server to say otherwise."""
_CLOSING_SECONDS = 0.5
_LONGEST_READING_MS = 60_000
"""Under the two minutes that Supabase gives a statement, so that the lock is named and not the time."""
_NEVER = 1_000_000
"""Executions after which a statement is prepared unasked. None would refuse those that ask for it."""

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Server:
    """What a connection finds: the version, and which optional relations are there and readable."""

    major: int
    user: str
    database: str
    standby: bool
    system_identifier: str | None
    """None: this role may not ask for it."""
    database_oid: int
    in_utc: bool = True
    """Whether the sessions' time zone is UTC."""
    roles: frozenset[str] = frozenset()
    """The names of its roles."""


class Database:
    """Connections to one database, opened at the first use. Safe to use from several threads."""

    def __init__(self, settings: Settings, deployment: int | None = None) -> None:
        """Take the settings; connect to nothing yet.

        Args:
            settings: They name the database.
            deployment: The number by which processes of one deployment know each other; None: there is only this one.

        """
        self.settings = settings
        self.deployment = secrets.randbits(31) if deployment is None else deployment
        self._opening = threading.Lock()
        self._pools: tuple[ConnectionPool[Attentive], ConnectionPool[Attentive]] | None = None
        self._server: Server | None = None
        self._busy: set[Connection] = set()
        self._line = Line()
        self.cancelled = threading.Event()
        """Set once the engine wants no more: what waits for a lock gives up."""

    @property
    def server(self) -> Server:
        """What the first connection found.

        Raises:
            ConnectionRefused: The database cannot be reached or managed.

        """
        self._open()
        assert self._server is not None
        return self._server

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection in autocommit mode.

        Raises:
            ConnectionRefused: The database cannot be reached or managed.
            LockWaitError: What was read is locked by another session.

        """
        with self._lent(self._open()[0]) as connection:
            yield connection

    @contextmanager
    def reader(self) -> Iterator[Connection]:
        """Lend a connection for reading the catalog, which keeps its prepared statements; raises as `connection`."""
        with self._lent(self._open()[1]) as connection:
            yield connection

    def dedicated(self) -> Attentive:
        """Open a connection outside of the pool; the caller closes it. Raises as `connection`."""
        self._open()
        found = connect(self.settings)
        found.line = self._line
        return found

    def cancel(self) -> None:
        """Cancel the statements that are running, and let none begin that waits for its turn."""
        self.cancelled.set()
        for connection in list(self._busy):
            connection.cancel_safe(timeout=5)

    def close(self) -> None:
        """Close every connection."""
        for pool in self._pools or ():
            # A thread of it that tries to connect to a server out of reach ends with the process.
            pool.close(timeout=_CLOSING_SECONDS)

    @contextmanager
    def _lent(self, pool: ConnectionPool[Attentive]) -> Iterator[Connection]:
        connection = self._turn(pool)
        try:
            with connection:
                self._busy.add(connection)
                try:
                    with _naming_holders(connection, self.settings):
                        yield connection
                finally:
                    self._busy.discard(connection)
        finally:
            pool.putconn(connection)

    def _turn(self, pool: ConnectionPool[Attentive]) -> Attentive:
        # The pool goes on trying to connect, whatever has become of the server, and tells nobody who waits.
        began = time.monotonic()
        while True:
            try:
                return pool.getconn(timeout=min(_GLANCE_SECONDS, LOOK_SECONDS))
            except PoolTimeout:
                if self._line.is_dead:
                    _probe({**_parameters(self.settings.database_url), "connect_timeout": _BRIEFLY})
                elif time.monotonic() - began > LOOK_SECONDS:
                    check(self.settings)
                    began = time.monotonic()

    def _open(self) -> tuple[ConnectionPool[Attentive], ConnectionPool[Attentive]]:
        with self._opening:
            if self._pools is None:
                parameters = _parameters(self.settings.database_url)
                self._server = _probe(parameters)
                self._pools = (
                    self._pool(parameters, POOL_SIZE, 1, self._configure),
                    self._pool(parameters, READERS, 0, self._configure_reader),
                )
            return self._pools

    def _configure(self, connection: Attentive) -> None:
        connection.line = self._line
        _configure(connection, self.settings)
        self._line.is_dead = False

    def _configure_reader(self, connection: Attentive) -> None:
        self._configure(connection)
        # The server would plan a prepared statement anew for five times before it kept a plan.
        connection.execute("set plan_cache_mode = force_generic_plan")

    def _pool(
        self, parameters: dict[str, Any], largest: int, smallest: int, configure: Callable[[Attentive], None]
    ) -> ConnectionPool[Attentive]:
        return ConnectionPool(
            connection_class=Attentive,
            kwargs=parameters,
            configure=configure,
            min_size=smallest,
            max_size=largest,
            open=True,
            name="supaschema",
        )


def check(settings: Settings) -> None:
    """Refuse a database that cannot be reached or managed.

    Raises:
        ConnectionRefused: Naming the place, the reason and the remedy.

    """
    _probe(_parameters(settings.database_url))


_UNTOLD = (
    "the server or a function that it called raised a warning; "
    "its words are left out, for they may hold values of a row or a secret"
)


@contextmanager
def warnings_of(connection: Connection, leaves_out: Callable[..., bool]) -> Iterator[dict[str, None]]:
    """Collect the warnings that the server raises, each once.

    Args:
        connection: Whose warnings.
        leaves_out: Tells by `of_a_function` whether a warning is to be told without its words.

    """
    found: dict[str, None] = {}

    def keep(notice: psycopg.errors.Diagnostic) -> None:
        if notice.severity_nonlocalized == "WARNING":
            untold = leaves_out(of_a_function=notice.context is not None)
            text = ". ".join(filter(None, (notice.message_primary, notice.message_hint)))
            found[_UNTOLD if untold else text] = None

    connection.add_notice_handler(keep)
    try:
        yield found
    finally:
        connection.remove_notice_handler(keep)


def connect(settings: Settings, **parameters: Any) -> Attentive:
    """Open a connection of its own; the caller closes it.

    Args:
        settings: They name the database.
        parameters: Of `psycopg.connect`, instead of those that the URL has.

    Raises:
        ConnectionRefused: The database cannot be reached.

    """
    wanted = {**_parameters(settings.database_url), **parameters}
    place = place_of(wanted)
    try:
        connection = Attentive.connect(**wanted)
        try:
            require_session(connection, wanted, place)
            settle(connection)
        except BaseException:
            connection.close()
            raise
    except psycopg.Error as error:
        raise _refused(error, place) from None
    return connection


@contextmanager
def looking(settings: Settings) -> Iterator[Attentive]:
    """Open a connection that only looks at what there is, and closes.

    Raises:
        ConnectionRefused: The database cannot be reached.
        LockWaitError: What was read is locked by another session.

    """
    with connect(settings) as connection:
        limit_reading(connection, settings)
        with _naming_holders(connection, settings):
            yield connection


@contextmanager
def _naming_holders(connection: Connection, settings: Settings) -> Iterator[None]:
    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise lock_wait_error(connection, error, _reading_ms(settings)) from None


def _parameters(url: str) -> dict[str, Any]:
    forget_steering()
    defaults = {
        "application_name": APPLICATION_NAME,
        "client_encoding": "UTF8",
        "connect_timeout": 10,
        "autocommit": True,
        "prepare_threshold": _NEVER,
        **KEEPALIVES,
    }
    return {**defaults, **parameters_of(url)}


def _probe(parameters: dict[str, Any]) -> Server:
    place = place_of(parameters)
    try:
        with Attentive.connect(**parameters) as connection:
            answers = connection.execute(_PROBE)
            answers.nextset()
            row = answers.fetchone()
            assert row is not None
            require_session(connection, parameters, place, row[-1])
            identifier = connection.execute(_IDENTIFIER).fetchone() if row[-2] else None
    except psycopg.Error as error:
        raise _refused(error, place) from None
    number, user, database, standby, oid, zone, roles, *_ = row
    known = identifier[0] if identifier else None
    server = Server(number // 10000, user, database, standby, known, oid, zone.upper() in _UTC, frozenset(roles))
    if server.major < OLDEST_MAJOR:
        remedy = f"Upgrade it to {OLDEST_MAJOR} or newer."
        raise ConnectionRefused(f"the server is PostgreSQL {server.major}.", where=place, remedy=remedy)
    if standby:
        raise ConnectionRefused("the server is a standby and takes no writes.", where=place, remedy="Name the primary.")
    return server


_UTC = ("UTC", "ETC/UTC", "UCT", "ETC/UCT", "GMT", "ETC/GMT", "ZULU", "ETC/ZULU", "UNIVERSAL", "ETC/UNIVERSAL")

# In one message, and so in one transaction: the path is empty before the second statement is read, and is not left to
# others where a pooler has lent us their session.
_PROBE: LiteralString = """
    set local search_path = '';
    select pg_catalog.current_setting('server_version_num')::integer, session_user::text,
           pg_catalog.current_database()::text, pg_catalog.pg_is_in_recovery(), d.oid::bigint,
           pg_catalog.current_setting('TimeZone'),
           array(select r.rolname::text from pg_catalog.pg_roles r),
           pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'execute'),
           pg_catalog.pg_backend_pid()
      from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()
"""
# A statement of its own: the right to call a function is asked for even where a CASE would not call it.
_IDENTIFIER: LiteralString = "select system_identifier::pg_catalog.text from pg_catalog.pg_control_system()"


def _refused(error: psycopg.Error, place: str) -> ConnectionRefused:
    reason = " ".join(str(error).split()).removeprefix("connection failed: ") or type(error).__name__
    if isinstance(error, psycopg.errors.InvalidPassword) or "password authentication failed" in reason:
        what, remedy = "the password is wrong.", "Set it anew: pulumi config set --secret supaschema:databaseUrl"
    elif known := explained(reason):
        what, remedy = known
    elif isinstance(error, psycopg.OperationalError):
        what, remedy = (
            f"the database cannot be reached: {reason}",
            "Check host, port and that the server runs.",
        )
    else:
        what, remedy = f"the database refuses: {reason}", "Check the database's name and the role's rights."
    return ConnectionRefused(what, where=place, remedy=remedy)


def limit_reading(connection: Connection, settings: Settings) -> None:
    """Bound how long this session reads, and waits for a lock to read: the server's deparser locks what it prints."""
    connection.execute(
        "select pg_catalog.set_config(w.name, w.value, false) from unnest(%s::text[], %s::text[]) as w(name, value)",
        [["lock_timeout", "statement_timeout"], [f"{_reading_ms(settings)}ms", f"{READING_MS}ms"]],
    )


def _reading_ms(settings: Settings) -> int:
    return min(settings.lock_wait_ms, _LONGEST_READING_MS)


def _configure(connection: Attentive, settings: Settings) -> None:
    set_json_loads(msgspec.json.decode, connection)
    settle(connection)
    limit_reading(connection, settings)
