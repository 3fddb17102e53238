"""Roles: who may make one, what stands on one, and what is whose on a server that others use too."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from psycopg import sql

from localdb.platform import DefaultPrivileges
from supaschema.core.errors import DependencyError, PreconditionError
from supaschema.core.model import Hazard
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import (
    Column,
    Grant,
    InlinePolicy,
    ObjectSet,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Role,
    Schema,
    Table,
    TableAccess,
)
from supaschema.drift.sweep import swept
from supaschema.export.declare import declarations_of
from supaschema.export.model import Scope
from supaschema.export.reading import read
from supaschema.portable.take import taken
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database, MakeDatabase
from tests.fixtures.roles import login_url
from tests.support.catalog import column
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection


@pytest.fixture
def platform(database: Database) -> Iterator[Connection]:
    """A superuser, by whom what a test leaves is removed."""
    with database.connect_superuser() as superuser:
        yield superuser


@pytest.fixture
def role(platform: Connection) -> Iterator[Role]:
    """A role of a name that no other test has, which is gone afterwards."""
    name = f"reader_{secrets.token_hex(6)}"
    yield Role(name=name, comment="Reads.")
    for each in (name, f"{name}_new"):
        if column(platform, f"select 1 from pg_roles where rolname = '{each}'"):
            platform.execute(sql.SQL("drop owned by {0}; drop role {0}").format(sql.Identifier(each)))


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """What role `postgres` declares, with a schema of its own."""
    with managed(database.url) as found:
        found.apply(Schema(name="app"))
        yield found


def notes(role: Role) -> tuple[Table, TableAccess]:
    table = Table(
        schema="app",
        name="notes",
        columns=(Column(name="id", type="bigint", nullable=False),),
        primary_key=PrimaryKey(columns=("id",)),
    )
    policy = InlinePolicy(name="all of them", command=PolicyCommand.SELECT, to=(role.name,), using="id > 0")
    granted = Grant(to=role.name, privileges=(Privilege.SELECT,))
    return table, TableAccess(schema="app", table="notes", grants=(granted,), policies=(policy,))


def drift(url: str, role: Role) -> dict[str, tuple[str, tuple[str, ...]]]:
    looking = Managed(Settings(database_url=url))
    try:
        found = swept(looking, KINDS).findings
        return {it.title.replace(role.name, "R"): (it.topic.value, it.repair) for it in found if "role" in it.title}
    finally:
        looking.close()


def test_one_is_made_changed_and_removed(objects: Objects, database: Database, platform: Connection, role: Role):
    plan = objects.apply(role)
    assert [item.text.replace(role.name, "R") for item in plan.statements] == [
        'create role "R" nologin',
        "comment on role \"R\" is 'Reads.'",
    ]
    assert objects.preview(role).empty
    assert objects.imported(role) == role
    assert drift(database.url, role) == {}
    platform.execute(f"alter role {role.name} noinherit createdb".encode())
    repair = f'alter role "{role.name}" inherit nocreatedb;'
    assert drift(database.url, role) == {"role R": ("changed", (repair,))}
    with managed(database.url) as later:
        assert [f"{item.text};" for item in later.preview(role).statements] == [repair]
        later.remove(role)
    assert column(platform, f"select 1 from pg_roles where rolname = '{role.name}'") == []


def test_one_that_was_there_is_put_back_as_it_was(objects: Objects, platform: Connection, role: Role):
    platform.execute(f"create role {role.name} noinherit createdb".encode())
    platform.execute(f"grant {role.name} to postgres with admin option".encode())
    plan = objects.apply(role)
    assert plan.statements[0].text == f'alter role "{role.name}" inherit nocreatedb'
    objects.remove(role)

    assert column(platform, f"select rolcreatedb and not rolinherit from pg_roles where rolname = '{role.name}'") == [
        True
    ]


@pytest.mark.parametrize(
    ("attribute", "says"), [("login", "it can log in: declare another role"), ("superuser", "it is a superuser")]
)
def test_who_logs_in_is_not_ours(database: Database, platform: Connection, role: Role, attribute: str, says: str):
    platform.execute(f"create role {role.name} {attribute}".encode())
    platform.execute(f"grant {role.name} to postgres with admin option".encode())

    with managed(database.url) as objects, pytest.raises(PreconditionError, match=says):
        objects.preview(role)


def test_in_a_set_it_comes_before_what_names_it_and_goes_after(objects: Objects, platform: Connection, role: Role):
    together = ObjectSet(objects=(*notes(role), role))
    objects.preview(together)

    plan = objects.apply(together)
    assert plan.statements[0].text.startswith("create role")
    assert objects.preview(together).empty
    table, access = notes(role)
    # What is granted to a role that a declaration names no more stays.
    less = replace(access, grants=(), policies=())
    for other in (notes(replace(role, name="authenticated")), (table, less), (table,)):
        with pytest.raises(DependencyError, match=r"it has rights on table app\.notes"):
            objects.preview(ObjectSet(objects=other), named=together)
    objects.remove(together)

    assert column(platform, f"select 1 from pg_roles where rolname = '{role.name}'") == []


def test_what_another_resource_makes_is_not_missed(objects: Objects, role: Role):
    together = ObjectSet(objects=notes(role))
    with pytest.raises(Exception, match="there is no role reader_"):
        objects.preview(together)
    objects.declare(role)
    objects.preview(role)

    assert objects.preview(together).statements


def test_what_is_needed_is_not_dropped(
    objects: Objects, make_database: MakeDatabase, platform: Connection, role: Role, connection: Connection
):
    objects.apply(role)
    objects.apply(ObjectSet(objects=notes(role)))

    with pytest.raises(DependencyError) as refused:
        objects.removal(role)
    assert "it has rights on table app.notes" in str(refused.value)
    assert "it is named by policy all of them on table app.notes" in str(refused.value)

    objects.remove(ObjectSet(objects=notes(role)))
    other = make_database(DefaultPrivileges.LEGACY)
    with other.connect_superuser() as superuser:
        superuser.execute(f"create table public.kept (); grant select on public.kept to {role.name}".encode())
        with pytest.raises(DependencyError, match="1 object of database "):
            objects.removal(role)
        superuser.execute("drop table public.kept")
    platform.execute(f"alter role {role.name} set work_mem to '8MB'".encode())
    with pytest.raises(PreconditionError, match="it has settings, which no declaration says"):
        objects.removal(role)


def test_one_gets_another_name_and_keeps_what_it_has(objects: Objects, platform: Connection, role: Role):
    together = ObjectSet(objects=(role, *notes(role)))
    objects.apply(together)
    new = replace(role, name=f"{role.name}_new", renamed_from=(role.name,))

    renamed = ObjectSet(objects=(new, *notes(new)))
    plan = objects.apply(renamed, named=together)

    assert plan.statements[0].text == f'alter role "{role.name}" rename to "{new.name}"'
    assert objects.preview(renamed, named=together).empty
    assert column(platform, f"select has_table_privilege('{new.name}', 'app.notes', 'select')") == [True]
    assert plan.sentences(Hazard.HAS_UNTRACKABLE_DEPENDENCIES)


def test_an_export_declares_the_roles_that_are_named_and_no_other(objects: Objects, database: Database, role: Role):
    objects.apply(ObjectSet(objects=(role, *notes(role))))
    looking = Managed(Settings(database_url=database.url))
    try:
        reading = read(looking, KINDS)
    finally:
        looking.close()

    def exported(scope: Scope) -> list[str]:
        return [it.name for it in declarations_of(reading, scope).declared if isinstance(it, Role)]

    assert exported(Scope(schemas=frozenset({"app"}))) == [role.name]
    assert exported(Scope(schemas=frozenset({"private"}))) == []
    assert exported(Scope(tables=("app.notes",))) == []


def test_a_snapshot_has_those_that_are_declared(objects: Objects, database: Database, role: Role):
    objects.apply(role)
    looking = Managed(Settings(database_url=database.url))
    try:
        snapshot = taken(looking, KINDS)
    finally:
        looking.close()

    definitions = {name: kind.definition for name, kind in KINDS.items()}
    assert [id.name for id in snapshot.objects(definitions) if id.kind == "role"] == [(role.name,)]


def test_what_others_made_is_no_business_of_this_database(objects: Objects, database: Database, platform: Connection):
    name = f"stranger_{secrets.token_hex(6)}"
    platform.execute(f"create role {name}".encode())
    try:
        assert drift(database.url, Role(name=name)) == {}
    finally:
        platform.execute(f"drop role {name}".encode())


def test_nobody_makes_or_changes_one_without_the_right_to(database: Database, platform: Connection, role: Role):
    maker = f"{role.name}_new"
    platform.execute(f"create role {maker} login password 'x' in role postgres".encode())
    url = login_url(database.url, maker, "x")
    with managed(url) as limited, pytest.raises(PreconditionError, match="this role may make none: give it CREATEROLE"):
        limited.preview(role)
    platform.execute(f"create role {role.name}".encode())
    with managed(url) as limited, pytest.raises(PreconditionError, match="that takes CREATEROLE, and from"):
        limited.preview(role)


def test_who_may_give_the_right_to_pass_by_policies_depends_on_the_server(
    objects: Objects, database: Database, role: Role
):
    declared = replace(role, bypass_rls=True)
    if database.server.major < 16:
        with pytest.raises(PreconditionError, match="gives BYPASSRLS to another role, or takes it"):
            objects.preview(declared)
        return

    plan = objects.apply(declared)

    assert plan.sentences(Hazard.AUTHZ_UPDATE) == (f"From then on no policy limits whoever acts as {role.name}.",)
