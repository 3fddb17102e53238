"""Every way into a database's code that a session has, and everybody who goes each of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

from tests.access.everything import everything
from tests.access.people import ADMINS, ANON, MONITOR, READERS, SERVICE, STRANGER, Session
from tests.access.trials import Trial, attempt
from tests.fixtures.postgres import Database
from tests.support.sessions import Connection, impersonate

WORKER = Session("connector_worker", "service_role")
AUDITOR = Session("schema_auditor", "schema_auditor")
_MORE = (
    Trial("ddl", "make a table", sql.SQL("create temp table ways_in (id integer)")),
    Trial(
        "ddl", "make and drop a type", sql.SQL("create type pg_temp.ways_in as (a integer); drop type pg_temp.ways_in")
    ),
    Trial("archive", "write where a copy is under way", sql.SQL("insert into public.kept (id, note) values (9, 'x')")),
    Trial("archive", "change where a copy is under way", sql.SQL("update public.kept set note = 'y'")),
    Trial("foreign key", "change what others refer to", sql.SQL("update public.parents set id = 2")),
)


@dataclass(frozen=True, slots=True)
class Attacker:
    """A login, or a role that the API gives a request, and the sessions that it has.

    Attributes:
        name: What it is called.
        sessions: Whose claims it may bring.
        url: Its own login's; None: it comes through the API.

    """

    name: str
    sessions: tuple[Session, ...]
    url: str | None = None

    @property
    def role(self) -> str:
        """The role that its sessions act as."""
        return self.sessions[0].role

    @property
    def users(self) -> frozenset[str]:
        """Whom its own code may run as."""
        return frozenset({self.name, self.role})


ATTACKERS = (
    Attacker("anon", (ANON,)),
    Attacker("authenticated", (READERS[0], ADMINS[0], STRANGER)),
    Attacker("service_role", (SERVICE,)),
    Attacker(WORKER.name, (WORKER,)),
    Attacker(AUDITOR.name, (AUDITOR,)),
    Attacker(MONITOR.name, (MONITOR,)),
)
"""Everybody: the API's roles, and the machines."""


def login(attacker: Attacker, urls: Mapping[str, str]) -> Attacker:
    """Return the attacker with its login, where it is a machine; `urls` are logins by role."""
    return dataclasses.replace(attacker, url=urls.get(attacker.name))


def ways(connection: Connection) -> tuple[Trial, ...]:
    """Return every way in, as the catalog has them. Take a superuser's connection."""
    tried = [tried for _, group in everything(connection) for tried in group]
    return (*(one.trial for one in tried if one.done_by is None and not _adds_nothing(one.trial)), *_MORE)


def _adds_nothing(trial: Trial) -> bool:
    # What writes one column goes the way of what writes several; to truncate runs no code of ours, and takes long.
    one_column = trial.verb.startswith("update ") and trial.verb.count(" ") == 1 and ":" not in trial.verb
    return one_column or trial.verb == "truncate"


@contextmanager
def session_of(database: Database, attacker: Attacker) -> Iterator[Connection]:
    """Open a session of its own for an attacker, in which no function is compiled yet."""
    url = attacker.url or database.superuser_url
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        if attacker.url is None:
            connection.execute("set session authorization authenticator")
            connection.execute(sql.SQL("set role {}").format(sql.Identifier(attacker.role)))
        yield connection


def go(connection: Connection, attacker: Attacker, trials: Sequence[Trial], path: str) -> tuple[Trial, ...]:
    """Let an attacker go every way with this search path and keep nothing; return those that privileges leave open."""
    past: set[tuple[str, str]] = set()
    for session in attacker.sessions:
        with connection.transaction(force_rollback=True):
            if attacker.url is None:
                connection.execute("reset role")
                impersonate(connection, session.role, session.claims)
            connection.execute(sql.SQL("set local search_path = {}").format(sql.SQL(path)))
            connection.execute("set local lock_timeout = '50ms'")
            connection.execute("savepoint before_trial")
            for trial in trials:
                outcome = attempt(connection, session, trial)
                if not outcome.said.startswith("permission denied for"):
                    past.add((trial.subject, trial.verb))
                connection.execute("rollback to savepoint before_trial")
    return tuple(trial for trial in trials if (trial.subject, trial.verb) in past)
