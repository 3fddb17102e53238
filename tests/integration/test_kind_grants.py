"""Grants on tables, columns and schemas, on a server: what is declared holds, and what was there comes back."""

from __future__ import annotations

import pytest

from localdb.platform import DefaultPrivileges
from supaschema.core.model import Hazard, Plan
from supaschema.declarations import (
    Argument,
    Column,
    Function,
    Grant,
    Privilege,
    Schema,
    TableAccess,
    TablePatch,
    View,
)
from tests.fixtures.postgres import Database, MakeDatabase
from tests.support.catalog import acl, dump, one
from tests.support.objects import Objects, as_json, managed

READ = (Privilege.SELECT,)
EVERYTHING = (Privilege.ALL,)
OTHER = "dashboard_user"

ACCESS = TableAccess(
    table="jobs",
    row_security=True,
    grants=(
        Grant(to="service_role", privileges=EVERYTHING),
        Grant(to="authenticated", privileges=READ, columns=("id", "type", "status")),
        Grant(to="authenticated", privileges=(Privilege.DELETE,)),
    ),
)


def sentences(plan: Plan) -> list[str]:
    notes = (note for statement in plan.statements for note in statement.hazards)
    return [note.sentence for note in notes if note.hazard is Hazard.AUTHZ_UPDATE]


@pytest.fixture
def objects(database: Database):
    with managed(database.url) as found:
        yield found


def test_declared_grants_are_all_there_is_for_the_roles_of_the_api(database: Database, objects: Objects):
    plan = objects.apply(ACCESS)

    with database.connect() as connection:
        held = acl(connection, "pg_class", "public.jobs")
        assert "anon" not in held
        assert held["authenticated"] == "d"
        assert one(connection, "select has_column_privilege('authenticated', 'public.jobs', 'status', 'select')")
        assert not one(connection, "select has_column_privilege('authenticated', 'public.jobs', 'payload', 'select')")
    assert any(sentence.startswith("anon loses DELETE") for sentence in sentences(plan))
    assert "authenticated gains SELECT on column public.jobs.id." in sentences(plan)
    assert objects.preview(ACCESS).empty


def test_removing_restores_a_dump_to_the_letter(database: Database):
    with database.connect() as connection:
        connection.execute(f"grant select on public.jobs to {OTHER} with grant option")
        connection.execute("revoke all on public.jobs from anon")
        connection.execute("grant update, select on public.jobs to anon")
        connection.execute("grant select (payload), insert (payload) on public.jobs to public")
    before = dump(database)
    with managed(database.url) as objects:
        objects.apply(ACCESS)
        assert dump(database) != before
        objects.remove(ACCESS)
    assert dump(database) == before


def test_grants_of_roles_that_are_not_named_stay(database: Database, objects: Objects):
    with database.connect() as connection:
        connection.execute(f"grant select on public.jobs to {OTHER}")
        objects.apply(ACCESS)
        assert acl(connection, "pg_class", "public.jobs")[OTHER] == "r"
    assert objects.preview(ACCESS).empty


def test_a_table_wide_revoke_leaves_the_columns_grants(database: Database, objects: Objects):
    objects.apply(ACCESS)
    with database.connect() as connection:
        connection.execute("grant select, update on public.jobs to authenticated")
        with managed(database.url) as again:
            again.apply(ACCESS)
            assert again.preview(ACCESS).empty
        assert acl(connection, "pg_class", "public.jobs")["authenticated"] == "d"
        assert one(connection, "select has_column_privilege('authenticated', 'public.jobs', 'status', 'select')")


def test_a_stray_grant_on_a_column_goes(database: Database, objects: Objects):
    with database.connect() as connection:
        connection.execute("grant select (payload) on public.jobs to anon")
        objects.apply(ACCESS)

        assert not one(connection, "select has_column_privilege('anon', 'public.jobs', 'payload', 'select')")
    assert objects.preview(ACCESS).empty


def test_drift_shows_in_the_grant_that_changed(database: Database, objects: Objects):
    objects.apply(ACCESS)
    clean = objects.lifted(ACCESS)
    with database.connect() as connection:
        connection.execute("revoke select (status) on public.jobs from authenticated")
        connection.execute("grant select on public.jobs to anon")
    with managed(database.url) as fresh:
        drifted = fresh.lifted(ACCESS)

    assert clean["grants"][1] == {"to": "authenticated", "privileges": ["SELECT"], "columns": ["id", "type", "status"]}
    assert {"to": "anon", "privileges": ["SELECT"]} in drifted["grants"]
    assert {"to": "authenticated", "privileges": ["SELECT"], "columns": ["id", "type"]} in drifted["grants"]


def test_a_new_column_brings_its_grants(database: Database, objects: Objects):
    column = Column(name="note", type="text", grants=(Grant(to="authenticated", privileges=READ),))
    patch = TablePatch(table="jobs", columns=(column,))
    objects.apply(ACCESS)
    plan = objects.apply(patch)

    with database.connect() as connection:
        assert one(connection, "select has_column_privilege('authenticated', 'public.jobs', 'note', 'select')")
    assert sentences(plan) == []
    assert objects.preview(patch).empty
    assert objects.preview(ACCESS).empty


def test_a_schema_opens_to_those_it_names_only(database: Database, objects: Objects):
    schema = Schema(
        name="private", comment="Not for the API", grants=(Grant(to="authenticated", privileges=(Privilege.USAGE,)),)
    )
    objects.apply(schema)

    with database.connect() as connection:
        assert one(connection, "select has_schema_privilege('authenticated', 'private', 'usage')")
        assert not one(connection, "select has_schema_privilege('anon', 'private', 'usage')")
    assert objects.preview(schema).empty
    assert objects.lifted(schema) == as_json(schema.to_inputs())
    objects.remove(schema)
    with database.connect() as connection:
        assert one(connection, "select to_regnamespace('private') is null")


@pytest.mark.parametrize("variant", DefaultPrivileges)
def test_a_function_may_be_called_by_those_it_names_only(make_database: MakeDatabase, variant: DefaultPrivileges):
    database = make_database(variant)
    function = Function(
        name="twice",
        arguments=(Argument(name="n", type="integer"), Argument(name="times", type="numeric(9,2)", default="2")),
        returns="numeric",
        language="sql",
        body="select n * times",
        execute=("authenticated",),
    )
    with managed(database.url) as objects:
        objects.apply(function)
        with database.connect() as connection:
            held = acl(connection, "pg_proc", "public.twice(integer, numeric)")
            assert set(held) - {"postgres"} == {"authenticated"}
            connection.execute("grant execute on function public.twice to public")
        with managed(database.url) as again:
            assert sentences(again.apply(function)) == [
                "Everybody loses EXECUTE on function public.twice(integer, numeric)."
            ]


@pytest.mark.parametrize("variant", DefaultPrivileges)
def test_a_new_view_gives_away_nothing_by_default(make_database: MakeDatabase, variant: DefaultPrivileges):
    database = make_database(variant)
    view = View(name="job_types", query="select type, count(*) as jobs from public.jobs group by type")
    with managed(database.url) as objects:
        plan = objects.apply(view)
        assert sentences(plan) == []
        assert objects.preview(view).empty
    with database.connect() as connection:
        assert set(acl(connection, "pg_class", "public.job_types")) == {"postgres"}


def test_what_was_handed_on_goes_with_what_it_was_handed_on_from_and_comes_back(database: Database):
    with database.connect() as connection:
        connection.execute("grant usage on schema public to authenticated")
        connection.execute("grant select on public.jobs to authenticated with grant option")
        connection.execute("set role authenticated")
        connection.execute(f"grant select on public.jobs to {OTHER}")
        connection.execute("reset role")
        connection.execute("revoke delete on public.jobs from postgres")
    before = dump(database)
    with managed(database.url) as objects:
        plan = objects.apply(ACCESS)
        assert f"{OTHER} loses SELECT on public.jobs." in sentences(plan)
        assert objects.preview(ACCESS).empty
        with database.connect() as connection:
            held = acl(connection, "pg_class", "public.jobs")
            assert OTHER not in held
            assert "d" not in held["postgres"]
        objects.remove(ACCESS)
    assert dump(database) == before
