"""What a session plants under the names of the server's own objects runs as nobody but that session.

Every type and relation has a session of its own. Functions and operators, which the server never looks for among the
temporary ones, are planted together: by each session for itself, and by one role for everybody in schema public; and
one by one, a few of them here and all of them by `make shadows`.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import pytest

from localdb import platform
from supaschema.declarations import Column, Function, TablePatch
from tests.access import shadows
from tests.access.planted import plant
from tests.access.shadows import Names, Sprung
from tests.access.trials import Trial
from tests.access.ways_in import ATTACKERS, Attacker, go, login, session_of, ways
from tests.fixtures.deployed import claim
from tests.fixtures.postgres import Database, Server, create
from tests.fixtures.roles import machine_logins
from tests.support.catalog import column
from tests.support.objects import managed
from tests.support.sessions import Connection

PLANTER = "planter"
HOSTILE, USUAL = "pg_temp, public, pg_catalog", "public, extensions"
"""Search paths: what finds everything planted before the server's own, and what requests of the API have."""
EVERY = 1 if os.environ.get("SHADOWS") == "all" else 50
"""Of the functions and operators, every how many are planted one by one."""
_KEPT = TablePatch(
    table="kept",
    columns=(
        Column(name="note", type="text", default="'none'"),
        Column(name="facts", type="jsonb"),
        Column(name="words", type="tsquery"),
    ),
)
_STAMP = Function(
    name="stamp", returns="trigger", body="declare seen text := new.parent; begin return new; end", comment="Looks."
)


@dataclass(frozen=True, slots=True)
class Shadowed:
    """A deployed database, its names, and the ways into it.

    Attributes:
        database: The database.
        superuser: A connection of the platform's own role.
        names: The server's names that its SQL mentions.
        ways: What is tried, by attacker: what privileges alone refuse is left out.
        urls: The machines' logins, by role.

    """

    database: Database
    superuser: Connection
    names: Names
    ways: Mapping[str, tuple[Trial, ...]]
    urls: dict[str, str]

    @contextmanager
    def session(self, attacker: Attacker) -> Iterator[Connection]:
        """Open a session of an attacker's own."""
        with session_of(self.database, login(attacker, self.urls)) as connection:
            yield connection

    def open_to(self, attacker: Attacker) -> tuple[Trial, ...]:
        """Return the ways that privileges leave open to an attacker."""
        with self.session(attacker) as connection:
            return go(connection, login(attacker, self.urls), self.ways[attacker.name], USUAL)

    def sprung(self, attacker: Attacker, planting: Callable[[Connection], None], path: str = HOSTILE) -> set[Sprung]:
        """Let an attacker plant and go every way, and return what ran as somebody else."""
        with self.session(attacker) as connection, shadows.listening(connection) as heard:
            shadows.plant_spy(connection)
            planting(connection)
            go(connection, login(attacker, self.urls), self.ways[attacker.name], path)
        return {one for one in heard if one.user not in attacker.users}

    @contextmanager
    def changed(self, function: str, path: str) -> Iterator[None]:
        """Return a function another search path while the block runs."""
        change = "alter function {} set search_path = {}"
        self.superuser.execute(change.format(function, path).encode())
        try:
            yield
        finally:
            self.superuser.execute(change.format(function, "pg_catalog, pg_temp").encode())


@pytest.fixture(scope="module")
def shadowed(server: Server, audited_template: str) -> Iterator[Shadowed]:
    """One database with the connector system, its machines' logins, and triggers that others' statements fire."""
    database = create(server, "shadowed", audited_template)
    claim(database)
    with machine_logins(database) as urls, database.connect_superuser() as superuser:
        plant(superuser)
        library = keep(database)
        refer(database)
        everything = Shadowed(
            database,
            superuser,
            shadows.mentioned(superuser, library),
            {attacker.name: ways(superuser) for attacker in ATTACKERS},
            urls,
        )
        yield dataclasses.replace(
            everything, ways={attacker.name: everything.open_to(attacker) for attacker in ATTACKERS}
        )
    platform.drop_database(server.superuser_url, database.name)


def keep(database: Database) -> list[str]:
    """Begin to keep values of a table aside, as a deployment does that drops columns, and return all it would run."""
    with database.connect() as owner, managed(database.url) as objects:
        owner.execute("create table public.kept (id integer primary key)")
        owner.execute("grant select, insert, update on public.kept to anon, authenticated, service_role")
        owner.execute("insert into public.kept values (1)")
        objects.apply(_KEPT)
        statements = objects.removal(_KEPT).statements
        until = next(place for place, one in enumerate(statements) if "enable always trigger" in one.text)
        for statement in statements[: until + 1]:
            owner.execute(statement.text.encode())
    return [statement.text for statement in statements]


def refer(database: Database) -> None:
    """Make a table whose trigger a foreign key fires: with the rights of the table's owner, whoever caused it."""
    with database.connect() as owner, managed(database.url) as objects:
        objects.apply(_STAMP)
        owner.execute("""
            create table public.parents (id integer primary key);
            create table public.children (parent integer references public.parents on update cascade);
            create trigger stamp before update on public.children for each row execute function public.stamp();
            insert into public.parents values (1);
            insert into public.children values (1);
            grant select, update on public.parents to service_role;
        """)


def one_by_one(names: Names) -> Iterator[Names]:
    """Return each function and operator, or every fiftieth, by itself."""
    for function in names.functions[::EVERY]:
        yield Names((), (), (function,), ())
    for operator in names.operators[::EVERY]:
        yield Names((), (), (), (operator,))


@pytest.mark.long
@pytest.mark.parametrize("attacker", ATTACKERS, ids=lambda attacker: attacker.name)
def test_no_type_and_no_relation_of_a_session_runs_as_anybody_else(shadowed: Shadowed, attacker: Attacker) -> None:
    found: set[Sprung] = set()
    for name in shadowed.names.types:
        found |= shadowed.sprung(attacker, partial(shadows.plant_type, name=name))
    for relation in shadowed.names.relations:
        found |= shadowed.sprung(attacker, partial(shadows.plant_relation, relation=relation))
    assert found == set()


@pytest.mark.parametrize("attacker", ATTACKERS, ids=lambda attacker: attacker.name)
def test_no_temporary_function_of_a_session_runs_as_anybody_else(shadowed: Shadowed, attacker: Attacker) -> None:
    def planting(session: Connection) -> None:
        functions, operators = shadows.plant_routines(session, "pg_temp", shadowed.names)
        assert functions > 0.7 * len(shadowed.names.functions)
        assert operators > 0.9 * len(shadowed.names.operators)

    assert shadowed.sprung(attacker, planting) == set()


@pytest.mark.parametrize("attacker", ATTACKERS, ids=lambda attacker: attacker.name)
def test_no_function_and_no_operator_that_a_session_plants_alone_runs_as_anybody_else(
    shadowed: Shadowed, attacker: Attacker
) -> None:
    planted, found = 0, set[Sprung]()
    for names in one_by_one(shadowed.names):
        made = 0

        def planting(session: Connection, names: Names = names) -> None:
            nonlocal made
            made = sum(shadows.plant_routines(session, "pg_temp", names))

        found |= shadowed.sprung(attacker, planting)
        planted += made
    assert found == set()
    assert planted > 0.7 * (len(shadowed.names.functions) + len(shadowed.names.operators)) / EVERY


@pytest.mark.parametrize(
    ("function", "attacker", "name"),
    [
        pytest.param("private.current_member()", "authenticated", "jsonb", id="who a policy asks"),
        pytest.param("private.current_member()", "connector_worker", "text", id="a worker's own call"),
        pytest.param(
            "private.search_org_content(uuid, text, text[], integer, integer, text)",
            "authenticated",
            "regconfig",
            id="called by one with its owner's rights",
        ),
        pytest.param('supaschema_archive."keep public.kept"()', "anon", "text", id="the archive's trigger"),
        pytest.param("public.stamp()", "service_role", "text", id="a trigger that a foreign key fires"),
    ],
)
def test_one_function_with_an_empty_path_is_found(shadowed: Shadowed, function: str, attacker: str, name: str) -> None:
    (who,) = (one for one in ATTACKERS if one.name == attacker)
    with shadowed.changed(function, "''"):
        found = shadowed.sprung(who, partial(shadows.plant_type, name=name))
    assert found == {Sprung(f"type {name}", "postgres")}


def test_the_names_that_the_sql_mentions_are_found(shadowed: Shadowed) -> None:
    names = shadowed.names
    assert {"text", "jsonb", "uuid", "tsquery", "regconfig", "regclass"} <= set(names.types)
    assert {"pg_class", "pg_attribute", "connector_configs", "column_values"} <= {one.name for one in names.relations}
    assert {"now", "format", "jsonb_build_object", "word_similarity"} - {one.name for one in names.functions} == {
        # An extension's, and not the server's own.
        "word_similarity"
    }
    assert {"=", "->>", "||", "-"} <= {one.name for one in names.operators}


def test_every_function_of_a_definers_kind_names_the_temporary_schema_last(shadowed: Shadowed) -> None:
    loose = column(
        shadowed.superuser,
        """
        select p.oid::regprocedure::text from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
         where (p.prosecdef or n.nspname in ('public', 'private', 'supaschema', 'supaschema_archive'))
           and p.proowner::regrole::text <> 'planter'
           and not coalesce(p.proconfig && array['search_path=pg_catalog, pg_temp'], false)
           and not exists (select from pg_depend as d
                            where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
        """,
    )
    assert {str(name) for name in loose} == {"update_updated_at_column()"}


@contextmanager
def planter(shadowed: Shadowed) -> Iterator[Connection]:
    """Let everybody make objects in schema public, as on old servers, and give the session of a role that does."""
    with shadowed.database.connect_superuser() as session:
        session.execute(f"create role {PLANTER}; grant usage, create on schema public to public".encode())
        session.execute(f"set role {PLANTER}".encode())
        session.execute("alter default privileges grant execute on functions to public")
        yield session
    shadowed.superuser.execute(f"revoke create on schema public from public; drop owned by {PLANTER}".encode())
    shadowed.superuser.execute(f"drop role {PLANTER}".encode())


@pytest.mark.long
def test_no_function_and_no_operator_alone_in_public_runs_as_anybody_else(shadowed: Shadowed) -> None:
    found: set[Sprung] = set()
    with planter(shadowed) as session:
        for names in one_by_one(shadowed.names):
            shadows.plant_routines(session, "public", names)
            for attacker in ATTACKERS:
                # By a path of its own choice a session calls what it likes with its own rights.
                own = attacker.users
                found |= {one for one in shadowed.sprung(attacker, lambda _: None) if one.user not in own}
            session.execute(f"drop owned by {PLANTER}".encode())
            session.execute("alter default privileges grant execute on functions to public")
    assert found == set()


@pytest.fixture(scope="module")
def open_public(shadowed: Shadowed) -> Iterator[Shadowed]:
    """The same database with everything planted in schema public."""
    with planter(shadowed) as session:
        functions, operators = shadows.plant_routines(session, "public", shadowed.names)
        # Aggregates over any type, and the like, are not available in plpgsql.
        assert functions > 0.7 * len(shadowed.names.functions)
        assert operators > 0.9 * len(shadowed.names.operators)
        yield shadowed


@pytest.mark.parametrize("path", [HOSTILE, USUAL], ids=["hostile path", "usual path"])
@pytest.mark.parametrize("attacker", ATTACKERS, ids=lambda attacker: attacker.name)
def test_no_function_and_no_operator_in_public_runs_as_anybody_else(
    open_public: Shadowed, attacker: Attacker, path: str
) -> None:
    # By a path of its own choice a session calls what it likes with its own rights.
    itself = attacker.users if path == HOSTILE else frozenset({PLANTER})
    found = open_public.sprung(attacker, lambda _: None, path)
    assert {one for one in found if one.user not in itself} == set()


def test_one_function_whose_path_names_an_open_schema_first_is_found(open_public: Shadowed) -> None:
    (member,) = (one for one in ATTACKERS if one.name == "authenticated")
    with open_public.changed("private.current_member()", "public, pg_catalog, pg_temp"):
        found = open_public.sprung(member, lambda _: None, USUAL)
    assert {Sprung("operator ->>", "postgres"), Sprung("function current_setting", "postgres")} <= found
