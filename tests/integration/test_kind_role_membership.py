"""Memberships: who may grant one, what a version knows of it, and what is told of one that nobody declares."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from psycopg import sql

from supaschema.core.errors import PreconditionError
from supaschema.core.model import Hazard
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import ObjectSet, Role, RoleMembership
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
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
    yield Role(name=name)
    for each in (name, f"{name}_new"):
        if column(platform, f"select 1 from pg_roles where rolname = '{each}'"):
            platform.execute(sql.SQL("drop owned by {0}; drop role {0}").format(sql.Identifier(each)))


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """What role `postgres` declares."""
    with managed(database.url) as found:
        yield found


def of(role: Role, member: str = "authenticated") -> RoleMembership:
    return RoleMembership(role=role.name, member=member)


def drift(url: str, role: Role) -> dict[str, tuple[str, tuple[str, ...]]]:
    looking = Managed(Settings(database_url=url))
    try:
        found = swept(looking, KINDS).findings
        return {it.title.replace(role.name, "R"): (it.topic.value, it.repair) for it in found if role.name in it.title}
    finally:
        looking.close()


def test_one_is_granted_and_taken(objects: Objects, database: Database, platform: Connection, role: Role):
    objects.apply(role)
    plan = objects.apply(of(role))
    assert plan.sentences(Hazard.AUTHZ_UPDATE) == (
        f"authenticated is a member of {role.name} from then on: it has its rights, may become it.",
    )
    assert objects.preview(of(role)).empty
    assert objects.imported(of(role)) == of(role)
    assert drift(database.url, role) == {}
    held = f"select pg_has_role('authenticated', '{role.name}', 'member')"
    assert column(platform, held) == [True]
    objects.remove(of(role))
    assert column(platform, held) == [False]
    objects.remove(role)


def test_in_a_set_both_are_made_and_go_together(objects: Objects, platform: Connection, role: Role):
    together = ObjectSet(objects=(of(role), role))
    objects.preview(together)
    plan = objects.apply(together)

    assert [item.text.split()[0] for item in plan.statements] == ["create", "grant"]
    assert objects.preview(together).empty
    objects.remove(together)
    assert column(platform, f"select 1 from pg_roles where rolname = '{role.name}'") == []


def test_what_another_resource_makes_is_not_missed(objects: Objects, role: Role):
    objects.declare(role)
    objects.declare(of(role))
    objects.preview(role)

    assert objects.preview(of(role)).statements


@pytest.mark.parametrize("missing", ["role", "member"])
def test_who_is_not_there_is_named(objects: Objects, role: Role, missing: str):
    objects.apply(role)
    declared = replace(of(role), **{missing: "nobody_knows"})

    with pytest.raises(Exception, match="there is no role nobody_knows"):
        objects.preview(declared)


def test_what_is_done_by_hand_is_drift(objects: Objects, database: Database, platform: Connection, role: Role):
    objects.apply(ObjectSet(objects=(role, of(role))))
    platform.execute(f"grant {role.name} to service_role".encode())
    platform.execute(f"revoke {role.name} from authenticated granted by postgres".encode())

    found = drift(database.url, role)

    assert {title: topic for title, (topic, _) in found.items()} == {
        "role membership R.authenticated": "missing",
        "role membership R.service_role": "unmanaged",
    }
    assert found["role membership R.service_role"][1] == (f'revoke "{role.name}" from "service_role";',)


def test_options_are_those_of_the_server(objects: Objects, database: Database, platform: Connection, role: Role):
    objects.apply(role)
    special = replace(of(role), inherit=False, admin=True, may_set=False)
    if database.server.major < 16:
        with pytest.raises(PreconditionError, match="inherit and set are options from PostgreSQL 16 on"):
            objects.preview(special)
        special = replace(of(role), admin=True)
    objects.apply(special)
    assert objects.preview(special).empty
    assert objects.imported(special) == special
    objects.apply(of(role))
    assert column(
        platform,
        f"select bool_or(admin_option) from pg_auth_members where roleid = '{role.name}'::regrole"
        " and member = 'authenticated'::regrole",
    ) == [False]


def test_what_another_role_granted_is_theirs_to_take(
    objects: Objects, database: Database, platform: Connection, role: Role
):
    objects.apply(role)
    platform.execute(f"grant {role.name} to authenticated with admin option".encode())
    with managed(database.url) as later:
        if database.server.major < 16:
            assert later.preview(of(role)).statements
        else:
            with pytest.raises(PreconditionError, match="supabase_admin granted it: have it taken by that role"):
                later.preview(of(role))


def test_nobody_grants_what_is_not_theirs_or_in_a_circle(
    objects: Objects, database: Database, platform: Connection, role: Role
):
    platform.execute(f"create role {role.name}_new superuser".encode())
    objects.apply(role)
    with pytest.raises(PreconditionError, match=f"this role may not hand out {role.name}_new: that takes the admin"):
        objects.preview(RoleMembership(role=f"{role.name}_new", member=role.name))
    platform.execute(
        f"alter role {role.name}_new nosuperuser; grant {role.name}_new to postgres with admin option"
        f"; grant {role.name} to {role.name}_new".encode()
    )
    with managed(database.url) as later, pytest.raises(PreconditionError, match="each would be a member of itself"):
        later.preview(RoleMembership(role=f"{role.name}_new", member=role.name))
