"""Row level security and policies, on a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from supaschema.core.model import LockMode
from supaschema.declarations import Grant, InlinePolicy, Policy, PolicyCommand, Privilege, TableAccess
from tests.fixtures.postgres import Database
from tests.support.catalog import column, dump, one
from tests.support.objects import Objects, as_json, managed

OWN = InlinePolicy(
    name="Members read their own",
    command=PolicyCommand.SELECT,
    to=("authenticated",),
    using="org_id = (select nullif(auth.jwt() ->> 'org', '')::uuid)",
)
SERVICE = InlinePolicy(
    name="Service does all", command=PolicyCommand.ALL, to=("service_role",), using="true", check="true"
)
ACCESS = TableAccess(
    table="imported_documents",
    policies=(OWN, SERVICE),
    grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),),
)
SHARED = Policy(
    table="objects",
    schema="storage",
    name="Members read their files",
    command=PolicyCommand.SELECT,
    to=("authenticated",),
    using="bucket_id = 'imports' and (storage.foldername(name))[1] = (select auth.jwt() ->> 'org')",
)


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    with managed(database.url) as found:
        yield found


def with_policies(*policies: InlinePolicy) -> TableAccess:
    return TableAccess(table=ACCESS.table, policies=policies, grants=ACCESS.grants)


def changed(policy: InlinePolicy, **fields: object) -> InlinePolicy:
    values = {name: getattr(policy, name) for name in policy.__struct_fields__}
    return InlinePolicy(**{**values, **fields})


def policies(database: Database) -> list[object]:
    with database.connect() as connection:
        return column(
            connection, "select policyname from pg_policies where tablename = 'imported_documents' order by 1"
        )


def test_the_declared_policies_are_the_only_ones(database: Database, objects: Objects):
    objects.apply(ACCESS)

    assert policies(database) == [OWN.name, SERVICE.name]
    assert objects.preview(ACCESS).empty


def test_removing_brings_back_the_policies_that_were_there_to_the_letter(database: Database, objects: Objects):
    with database.connect() as connection:
        connection.execute(
            "comment on policy \"Users can view imported docs from their org\" on public.imported_documents is 'old'"
        )
        connection.execute("create policy strict on public.imported_documents as restrictive for update using (true)")
    before = dump(database)
    objects.apply(ACCESS)
    objects.remove(ACCESS)

    assert dump(database) == before


def test_a_table_without_row_security_goes_back_to_having_none(database: Database, objects: Objects):
    access = TableAccess(table="jobs", force_row_security=True, policies=(SERVICE,))
    before = dump(database)
    plan = objects.apply(access)

    with database.connect() as connection:
        flags = "select relrowsecurity and relforcerowsecurity from pg_class where oid = 'public.jobs'::regclass"
        assert one(connection, flags)
    assert {lock.mode for lock in plan.strongest_locks()} == {LockMode.ACCESS_EXCLUSIVE}
    objects.remove(access)
    assert dump(database) == before


@pytest.mark.parametrize(
    ("after", "verb"),
    [
        (changed(OWN, to=("authenticated", "service_role")), "alter policy"),
        (changed(OWN, using="org_id is not null"), "alter policy"),
        (changed(OWN, permissive=False), "drop policy"),
        (changed(OWN, command=PolicyCommand.INSERT, using=None, check="org_id is not null"), "drop policy"),
        (changed(OWN, command=PolicyCommand.UPDATE), "drop policy"),
    ],
)
def test_a_changed_policy_is_altered_where_that_is_possible(objects: Objects, after: InlinePolicy, verb: str):
    objects.apply(with_policies(OWN, SERVICE))
    plan = objects.apply(with_policies(after, SERVICE))

    assert plan.statements[0].text.startswith(verb)
    assert all(OWN.name in statement.text for statement in plan.statements)
    assert objects.preview(with_policies(after, SERVICE)).empty


def test_a_clause_is_taken_away_by_making_the_policy_anew(objects: Objects):
    both = changed(OWN, command=PolicyCommand.UPDATE, check="org_id is not null")
    objects.apply(with_policies(both))
    plan = objects.apply(with_policies(changed(both, check=None)))

    assert [statement.text[:4] for statement in plan.statements] == ["drop", "crea"]
    assert objects.preview(with_policies(changed(both, check=None))).empty


def test_drift_shows_in_the_policy_that_changed(database: Database, objects: Objects):
    objects.apply(ACCESS)
    clean = objects.lifted(ACCESS)
    with database.connect() as connection:
        connection.execute('alter policy "Members read their own" on public.imported_documents to anon, authenticated')
        connection.execute("create policy stray on public.imported_documents for select to anon using (true)")
    with managed(database.url) as fresh:
        drifted = fresh.lifted(ACCESS)
        assert not fresh.preview(ACCESS).empty

    assert [policy["name"] for policy in drifted["policies"]] == [OWN.name, SERVICE.name, "stray"]
    assert clean["policies"][0]["to"] == ["authenticated"]
    assert drifted["policies"][0]["to"] == ["anon", "authenticated"]
    assert clean["policies"][1] == drifted["policies"][1]


def test_one_policy_on_a_shared_table_leaves_the_others_alone(database: Database, objects: Objects):
    before = dump(database)
    plan = objects.apply(SHARED)

    assert [statement.text.split()[0] for statement in plan.statements] == ["create"]
    assert objects.preview(SHARED).empty
    assert objects.lifted(SHARED)["name"] == SHARED.name
    objects.remove(SHARED)
    assert dump(database) == before


def test_an_imported_access_states_what_is_live(database: Database, objects: Objects):
    objects.apply(ACCESS)

    found = objects.imported(ACCESS)

    assert isinstance(found, TableAccess)
    assert found.grants == ACCESS.grants
    assert objects.preview(found).empty
    assert as_json(found.to_inputs())["policies"][0]["to"] == ["authenticated"]
