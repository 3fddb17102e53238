"""Databases made directly from a case's files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import psycopg
from psycopg import sql

from harness.cases import Case
from harness.dump import dump
from localdb import platform
from supaschema.core.model import Facts, Hazard
from supaschema.database.connect import Database
from supaschema.database.settings import Consent, Settings
from supaschema.engine.pipeline import Pipeline
from supaschema.registry import KINDS
from tests.fixtures.postgres import Server


class TwoSided(Protocol):
    """What says two databases: a case of the corpus."""

    @property
    def by_superuser(self) -> bool:
        """Whether a superuser runs the SQL and deploys, instead of role `postgres`."""

    def sql(self, side: str) -> str:
        """Return the SQL that makes side `a` or `b`."""


@dataclass(frozen=True, slots=True)
class Side:
    """A database as it was when it was made.

    Attributes:
        url: The database as role `postgres`, or as the case has it, the way the engine connects.
        superuser_url: The database as superuser.
        engine: The engine that has read it; whoever made the side closes it.
        facts: What the engine reads of it, the platform's aside.
        dump: What `pg_dump` tells of it.

    """

    url: str
    superuser_url: str
    engine: Pipeline
    facts: Facts
    dump: Mapping[str, str]

    @contextmanager
    def superuser(self) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """Lend a connection as superuser."""
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            yield connection


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes databases from one template.

    Attributes:
        server: The server they are on.
        template: The database with the platform and nothing else.
        template_url: That database as role `postgres`.
        untouched: The template's facts, as role `postgres` reads them.
        of_superuser: The same as a superuser reads them: what its own role has besides.

    """

    server: Server
    template: str
    template_url: str
    untouched: Facts
    of_superuser: Facts

    def lacking(self, case: Case) -> str | None:
        """Return what the SQL of a case of the corpus needs that the server does not have; None: nothing."""
        if self.server.major < case.since:
            return f"its SQL needs PostgreSQL {case.since}"
        if not case.needs_icu:
            return None
        with psycopg.connect(self.server.superuser_url) as connection:
            has_icu = connection.execute("select from pg_collation where collname = 'und-x-icu'").rowcount > 0
        return None if has_icu else "its SQL needs a server that is built with ICU"

    def side(self, case: TwoSided, side: str, name: str) -> Side:
        """Make a database, and run one of the sides of a case in it as the role that the case deploys as."""
        with psycopg.connect(self.server.superuser_url, autocommit=True) as connection:
            names = map(sql.Identifier, (name, platform.OWNER, self.template))
            connection.execute(sql.SQL("create database {} owner {} template {}").format(*names))
        superuser_url = platform.database_url(self.server.superuser_url, name)
        url = superuser_url if case.by_superuser else platform.database_url(self.template_url, name)
        with psycopg.connect(url) as connection:
            connection.execute(case.sql(side).encode())
        engine = new_pipeline(url)
        untouched = self.of_superuser if case.by_superuser else self.untouched
        facts = {id: item for id, item in engine.state.everything().items() if untouched.get(id) != item}
        return Side(url, superuser_url, engine, facts, dump(self.server.binaries, superuser_url))

    def drop(self, name: str) -> None:
        """Drop a database."""
        platform.drop_database(self.server.superuser_url, name)


def new_pipeline(url: str) -> Pipeline:
    """Return an engine that has every consent and waits for no lock for long."""
    consents = tuple(Consent(hazard) for hazard in Hazard)
    return Pipeline(Database(Settings(url, lock_wait_ms=5000, consents=consents)), KINDS)


@contextmanager
def pipeline(url: str) -> Iterator[Pipeline]:
    """Lend a new engine."""
    engine = new_pipeline(url)
    try:
        yield engine
    finally:
        engine.close()
