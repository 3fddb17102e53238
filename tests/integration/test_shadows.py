"""What a session plants under the names of the server's own objects runs as nobody but that session.

Every type and relation has a session of its own; functions and operators, which the server never looks for among the
temporary ones, are planted together: by each session for itself, and by one role for everybody in schema public.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

import pytest
from psycopg import sql

from localdb import platform
from supaschema.declarations import Column, TablePatch
from tests.access import shadows
from tests.access.planted import plant
from tests.access.shadows import Names, Sprung
from tests.access.trials import Trial
from tests.access.ways_in import ATTACKERS, Attacker, go, login, session_of, ways
from tests.fixtures.deployed import claim
from tests.fixtures.postgres import Database, Server, create
from tests.fixtures.roles import machine_logins
from tests.support.objects import managed
from tests.support.sessions import Connection

PLANTER = "planter"
HOSTILE, USUAL = "pg_temp, public, pg_catalog", "public, extensions"
"""Search paths: what finds everything planted before the server's own, and what requests of the API have."""
OF_THE_APPLICATION = frozenset({"public.update_updated_at_column()"})
"""Trigger functions without a fixed path that were there before us: `make check` tells."""
_KEPT = TablePatch(
    table="kept",
    columns=(
        Column(name="note", type="text", default="'none'"),
        Column(name="facts", type="jsonb"),
        Column(name="words", type="tsquery"),
    ),
)


@dataclass(frozen=True, slots=True)
class Shadowed:
    """A deployed database, its names, and the ways into it.

    Attributes:
        database: The database.
        superuser: A connection of the platform's own role.
        names: The server's names that its SQL mentions.
        ways: What every session tries.
        urls: The machines' logins, by role.

    """

    database: Database
    superuser: Connection
    names: Names
    ways: tuple[Trial, ...]
    urls: dict[str, str]

    @contextmanager
    def session(self, attacker: Attacker) -> Iterator[Connection]:
        """Open a session of an attacker's own."""
        with session_of(self.database, login(attacker, self.urls)) as connection:
            yield connection

    def sprung(self, attacker: Attacker, planting: Callable[[Connection], None], path: str = HOSTILE) -> set[Sprung]:
        """Let an attacker plant and go every way, and return what ran as somebody else."""
        with self.session(attacker) as connection, shadows.listening(connection) as heard:
            shadows.plant_spy(connection)
            planting(connection)
            go(connection, login(attacker, self.urls), self.ways, path)
        return {one for one in heard if one.user not in attacker.users}


@pytest.fixture(scope="module")
def shadowed(server: Server, audited_template: str) -> Iterator[Shadowed]:
    """One database with the connector system, its machines' logins, and a table whose values are being kept aside."""
    database = create(server, "shadowed", audited_template)
    claim(database)
    with machine_logins(database) as urls, database.connect_superuser() as superuser:
        plant(superuser)
        library = keep(database)
        superuser.execute("grant select, insert, update on public.kept to anon, authenticated, service_role")
        yield Shadowed(database, superuser, shadows.mentioned(superuser, library), ways(superuser), urls)
    platform.drop_database(server.superuser_url, database.name)


def keep(database: Database) -> list[str]:
    """Begin to keep values of a table aside, as a deployment does that drops columns, and return all it would run."""
    with database.connect() as owner, managed(database.url) as objects:
        owner.execute("create table public.kept (id integer primary key)")
        owner.execute("insert into public.kept values (1)")
        objects.apply(_KEPT)
        statements = objects.removal(_KEPT).statements
        until = next(place for place, one in enumerate(statements) if "enable always trigger" in one.text)
        for statement in statements[: until + 1]:
            owner.execute(statement.text.encode())
    return [statement.text for statement in statements]


@pytest.mark.parametrize("attacker", ATTACKERS, ids=lambda attacker: attacker.name)
def test_no_type_and_no_relation_of_a_session_runs_as_anybody_else(shadowed: Shadowed, attacker: Attacker) -> None:
    found: set[Sprung] = set()
    for name in shadowed.names.types:
        found |= shadowed.sprung(attacker, lambda session, name=name: shadows.plant_type(session, name))
    for relation in shadowed.names.relations:
        found |= shadowed.sprung(attacker, lambda session, name=relation: shadows.plant_relation(session, name))
    assert found == set()
