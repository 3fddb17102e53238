"""The installer gives either kind of project, repeats without effect, and does only what is missing."""

from __future__ import annotations

import pytest
from psycopg import errors

from localdb import platform
from localdb.platform import DefaultPrivileges
from tests.fixtures.postgres import Database, MakeDatabase, Server
from tests.support.catalog import acl, dump, one
from tests.support.sessions import Connection

API_ROLES = ("anon", "authenticated", "service_role")

# MAINTAIN (m) came with PostgreSQL 17.
EVERYTHING = {15: "arwdDxt", 17: "arwdDxtm", 18: "arwdDxtm"}
NO_DATA = {15: "Dxt", 17: "Dxtm", 18: "Dxtm"}


@pytest.mark.parametrize("variant", list(DefaultPrivileges))
def test_a_new_object_grants_what_its_time_gave(
    make_database: MakeDatabase, server: Server, variant: DefaultPrivileges
) -> None:
    legacy = variant is DefaultPrivileges.LEGACY
    with make_database(variant).connect() as connection:
        connection.execute("create table public.fresh (id integer)")
        connection.execute("create sequence public.counter")
        connection.execute("create function public.answer() returns integer language sql return 42")
        table, sequence, function = (
            acl(connection, "pg_class", "public.fresh"),
            acl(connection, "pg_class", "public.counter"),
            acl(connection, "pg_proc", "public.answer()"),
        )
        executable = one(connection, "select has_function_privilege('anon', 'public.answer()', 'execute')")
    given = EVERYTHING[server.major] if legacy else NO_DATA[server.major]
    assert table == {"postgres": EVERYTHING[server.major], **dict.fromkeys(API_ROLES, given)}
    assert sequence == {"postgres": "rwU", **dict.fromkeys(API_ROLES, "rwU" if legacy else "w")}
    named = dict.fromkeys(API_ROLES, "X") if legacy else {}
    assert function == {"": "X", "postgres": "X", **named}
    assert executable is True


@pytest.mark.parametrize("variant", list(DefaultPrivileges))
def test_what_the_platform_creates_stays_granted(make_database: MakeDatabase, variant: DefaultPrivileges) -> None:
    with make_database(variant).connect_superuser() as connection:
        connection.execute("create table public.of_the_platform (id integer)")
        found = acl(connection, "pg_class", "public.of_the_platform")
    assert len({found[role] for role in ("postgres", *API_ROLES)}) == 1


def test_postgres_cannot_change_the_platform_defaults(connection: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute(
            "alter default privileges for role supabase_admin in schema public revoke all on tables from anon"
        )


# The installer


def test_installing_again_changes_nothing(database: Database, server: Server) -> None:
    before = dump(database)
    platform.install_roles(server.superuser_url, server.postgres_password)
    platform.install_platform(database.superuser_url, server.default_privileges)
    assert dump(database) == before


def test_ensure_does_what_is_missing_and_then_nothing(server: Server, database_name: str) -> None:
    def ensure(variant: DefaultPrivileges) -> platform.Standing:
        return platform.ensure(
            server.superuser_url,
            database_name,
            postgres_password=server.postgres_password,
            variant=variant,
            documents=20,
        )

    first = ensure(DefaultPrivileges.LEGACY)
    assert first.done == ("roles", "database", "platform", "baseline", "sample")
    assert ensure(DefaultPrivileges.LEGACY) == platform.Standing(first.url, ())
    assert ensure(DefaultPrivileges.OPT_IN).done == ("platform",)


@pytest.mark.parametrize("variant", list(DefaultPrivileges))
def test_a_baseline_built_under_either_default_is_the_same(
    database: Database, database_name: str, variant: DefaultPrivileges
) -> None:
    server = database.server
    url = platform.create_database(
        server.superuser_url,
        database_name,
        variant=variant,
        template=None,
        postgres_password=server.postgres_password,
    )
    platform.install_baseline(url)
    inside = platform.database_url(server.superuser_url, database_name)
    platform.install_platform(inside, server.default_privileges)
    built = Database(database_name, url, inside, server)
    assert dump(built) == dump(database)
