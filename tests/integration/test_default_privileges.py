"""Default privileges: of whom they are, what they open, and what becomes of them when a resource goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import NotThereError, PreconditionError
from supaschema.core.model import Hazard
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import (
    Column,
    DefaultPrivileges,
    Grant,
    NewObjects,
    ObjectSet,
    PrimaryKey,
    Privilege,
    Schema,
    Table,
)
from supaschema.drift.model import Topic
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

READ = Grant(to="authenticated", privileges=(Privilege.SELECT,))
TABLES = DefaultPrivileges(role="postgres", schema="app", objects=NewObjects.TABLES, grants=(READ,))
NOTHING = replace(TABLES, grants=())
FUNCTIONS = DefaultPrivileges(role="postgres", objects=NewObjects.FUNCTIONS, closed_to_public=True)
GIVEN = """select defaclacl::text from pg_default_acl d join pg_namespace n on n.oid = d.defaclnamespace
            where n.nspname = 'app' and defaclobjtype = 'r'"""


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """A schema of ours."""
    with managed(database.url) as found:
        found.apply(Schema(name="app"))
        yield found


def drift(url: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    looking = Managed(Settings(database_url=url))
    try:
        found = swept(looking, KINDS).findings
        return {
            it.title: (it.topic.value, it.repair)
            for it in found
            if it.title.startswith("default") and ".public." not in it.title
        }
    finally:
        looking.close()


def test_they_are_declared_as_a_whole_and_go_again(objects: Objects, database: Database, connection: Connection):
    plan = objects.apply(TABLES)
    assert plan.sentences(Hazard.AUTHZ_UPDATE) == (
        "authenticated gains SELECT on tables that postgres makes in app from then on.",
    )
    assert objects.preview(TABLES).empty
    assert objects.imported(TABLES) == TABLES
    connection.execute("alter default privileges in schema app grant insert on tables to anon")
    assert drift(database.url) == {
        "default grants postgres.app.tables": (
            Topic.CHANGED.value,
            ('alter default privileges for role "postgres" in schema "app" revoke insert on tables from "anon";',),
        )
    }
    with managed(database.url) as later:
        assert [item.text for item in later.preview(TABLES).statements] == [
            'alter default privileges for role "postgres" in schema "app" revoke insert on tables from "anon"'
        ]
        later.remove(TABLES)
    assert column(connection, GIVEN) == []


def test_what_was_given_before_is_given_again(objects: Objects, connection: Connection):
    connection.execute("alter default privileges in schema app grant all on tables to anon with grant option")
    before = column(connection, GIVEN)

    objects.apply(NOTHING)
    assert column(connection, GIVEN) == []
    assert objects.preview(NOTHING).empty
    objects.remove(NOTHING)

    assert column(connection, GIVEN) == before


def test_nothing_can_be_declared_where_nothing_is_given_and_what_comes_by_hand_is_told(
    objects: Objects, database: Database, connection: Connection
):
    assert objects.apply(NOTHING).statements == ()
    assert drift(database.url) == {}
    with managed(database.url) as later:
        assert later.preview(NOTHING).empty
    connection.execute("alter default privileges in schema app grant select on tables to anon")

    ((topic, repair),) = drift(database.url).values()

    assert (topic, len(repair)) == (Topic.CHANGED.value, 1)


def test_what_everybody_was_given_by_the_server_is_given_again(objects: Objects, connection: Connection):
    objects.apply(FUNCTIONS)
    connection.execute("create function app.closed() returns integer language sql as 'select 1'")
    objects.remove(FUNCTIONS)
    connection.execute("create function app.opened() returns integer language sql as 'select 1'")

    assert column(
        connection,
        "select proname::text from pg_proc where pronamespace = 'app'::regnamespace"
        " and has_function_privilege('pg_monitor', oid, 'execute')",
    ) == ["opened"]


def test_a_table_of_the_same_set_has_what_they_give(objects: Objects, connection: Connection):
    reader = replace(TABLES, grants=(Grant(to="pg_monitor", privileges=(Privilege.SELECT,)),))
    table = Table(
        schema="app",
        name="notes",
        columns=(Column(name="id", type="bigint", nullable=False),),
        primary_key=PrimaryKey(columns=("id",)),
    )

    both = ObjectSet(objects=(table, reader))
    objects.apply(both)

    assert column(connection, "select has_table_privilege('pg_monitor', 'app.notes', 'select')") == [True]
    assert objects.preview(both).empty


@pytest.mark.parametrize(
    ("declared", "error", "says"),
    [
        (replace(TABLES, role="supabase_admin"), PreconditionError, "this role has not the rights of supabase_admin"),
        (replace(TABLES, schema="nowhere"), NotThereError, "there is no schema nowhere"),
        (replace(TABLES, role="nobody"), Exception, "there is no role nobody"),
        (replace(TABLES, grants=(replace(READ, to="nobody"),)), Exception, "there is no role nobody"),
    ],
)
def test_what_cannot_be_is_told_in_the_preview(
    objects: Objects, declared: DefaultPrivileges, error: type[Exception], says: str
):
    with pytest.raises(error, match=says):
        objects.preview(declared)
    assert objects.preview(TABLES).statements
