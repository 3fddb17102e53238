"""What the checks of a database would raise is refused before there is one, as far as one declaration tells it."""

import msgspec
import pytest

from connectors.security import checks
from supaschema.declarations import (
    Column,
    ForeignKey,
    Function,
    Grant,
    InlineIndex,
    InlinePolicy,
    MaterializedView,
    Policy,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Schema,
    Table,
    TableAccess,
    Unique,
    View,
)
from supaschema.registry import RESOURCES

OWN = "notes.org_id = (select private.current_org_id())"
OWN_FOLDER = "bucket_id = 'files' and (storage.foldername(name))[1] = (select private.current_org_id())::text"


def granting(*privileges, to="authenticated"):
    return (Grant(to=to, privileges=privileges),)


READS = granting(Privilege.SELECT)
ID = PrimaryKey(columns=("id",))


def policy(using=OWN, command=PolicyCommand.SELECT, name="own"):
    return InlinePolicy(name=name, command=command, to=("authenticated",), using=using)


def access(*policies, grants=READS, **fields):
    return TableAccess(table="notes", policies=policies, grants=grants, **fields)


def table(*columns, key=ID, **fields):
    return Table(name="notes", columns=(Column(name="id", type="uuid"), *columns), primary_key=key, **fields)


def indexed(**fields):
    own = InlineIndex(name="own", keys=("org_id",), where="org_id > 0")
    return table(Column(name="org_id", type="int"), indexes=(own, InlineIndex(name="other", **fields)))


def phone(references):
    return table(
        Column(name="phone", type="text"),
        foreign_keys=(ForeignKey(columns=("phone",), references=references, referenced_columns=("phone",)),),
    )


def view(query="select 1", **fields):
    return View(name="v", query=query, grants=READS, **fields)


def kept(*grants):
    return MaterializedView(name="v", query="select 1 as one", grants=grants)


def function(**fields):
    return Function(name="f", returns="int", language="sql", body="select 1", **fields)


def files(using, table="objects", command=PolicyCommand.DELETE):
    return Policy(name="p", schema="storage", table=table, command=command, to=("authenticated",), using=using)


READ = PolicyCommand.SELECT
TWINS = {
    "materialized_view_exposed": (kept(*READS), kept(*granting(Privilege.SELECT, to="service_role"))),
    "row_security_off": (access(row_security=False), access(row_security=False, grants=())),
    "policies_without_row_security": (access(policy(), grants=(), row_security=False), access(policy(), grants=())),
    "no_policy": (access(), access(grants=granting(Privilege.ALL, to="service_role"))),
    "grants_past_policies": (
        access(policy(), grants=granting(Privilege.TRUNCATE)),
        access(policy(), grants=granting(Privilege.DELETE)),
    ),
    "schema_open_to_makers": (
        Schema(name="reports", grants=granting(Privilege.CREATE)),
        Schema(name="reports", grants=granting(Privilege.USAGE)),
    ),
    "table_without_primary_key": (table(key=None), table()),
    "foreign_key_to_auth_unique": (phone("auth.users"), phone("public.users")),
    "duplicate_index": (
        indexed(keys=("org_id asc",), where="org_id  > 0"),
        indexed(keys=("org_id",), where="org_id > 1"),
    ),
    "upgrade_blocking_type": (table(Column(name="f", type="regproc[]")), table(Column(name="f", type="regclass"))),
    "view_with_owner_rights": (view(security_invoker=False), view(security_invoker=False, schema="private")),
    "accounts_exposed": (
        view("select email from auth.users", security_invoker=False),
        view("select email from auth.users"),
    ),
    "function_search_path": (function(search_path='"$user", pg_temp'), function(search_path="pg_catalog, pg_temp")),
    "definer_search_path": (
        function(schema="private", security_definer=True, search_path=""),
        function(schema="private", security_definer=True, search_path="public, pg_temp"),
    ),
    "definer_function_exposed": (function(security_definer=True), function(security_definer=True, schema="private")),
    "policy_always_true": (access(policy("(true)", PolicyCommand.DELETE)), access(policy("(true)"))),
    "policy_true_when_signed_out": (
        access(policy(f"({OWN} or ((select auth.jwt() ->> 'sub') is null))")),
        access(policy(f"({OWN} and (notes.open or (select auth.jwt() ->> 'sub') is null))")),
    ),
    "policy_reads_user_metadata": (
        access(policy("(select auth.jwt() -> 'user_metadata' ->> 'org') = org")),
        access(policy("(select auth.jwt() -> 'app_metadata' ->> 'org') = org")),
    ),
    "policy_calls_per_row": (access(policy("owner = auth.uid()")), access(policy("owner = (select auth.uid())"))),
    "policy_in_helper": (
        access(policy("org_id in (select private.current_org_id())")),
        access(policy("org_id = any (array(select private.current_org_id()))")),
    ),
    "policy_compares_with_itself": (
        access(policy("org_id in (select org_id from public.members as m)")),
        access(policy("org_id in (select m.org_id from public.members as m)")),
    ),
    "policies_overlap": (
        access(policy(), policy("open", PolicyCommand.ALL, "other")),
        access(policy(), policy("open", PolicyCommand.DELETE, "other")),
    ),
    "storage_policy_without_bucket": (files("name = 'bucket_id'", command=READ), files(OWN_FOLDER)),
    "storage_policy_without_folder": (files("bucket_id = 'name'"), files("bucket_id = 'name'", command=READ)),
    "storage_buckets_writable": (files("id = 'x'", "buckets"), files("id = 'x'", "buckets", READ)),
}


def problems(declared):
    return list(RESOURCES[f"supaschema:index:{type(declared).__name__}"].problems(declared))


def test_each_check_that_says_so_is_refused():
    assert set(TWINS) == {check.name for check in checks() if not check.refused.startswith("no: ")}


@pytest.mark.parametrize(("bad", "good"), TWINS.values(), ids=TWINS)
def test_the_bad_declaration_is_refused_with_its_remedy_and_the_good_one_is_not(bad, good):
    assert [str(problem) for problem in problems(good)] == []
    found = problems(bad)
    assert found
    assert all(problem.remedy for problem in found)


@pytest.mark.parametrize(
    "alternative",
    [
        "(select auth.uid()) is null",
        "auth.uid() is null or (select true)",
        "((org = 1) or (not ((select auth.uid()) is not null)))",
        "(select auth.jwt() ->> 'sub' as sub) is null or org = 1",
        "(select current_setting('request.jwt.claims', true)) is null or org = 1",
        "(select private.current_org_id()) is null or org = 1",
    ],
)
def test_a_condition_that_is_true_where_nobody_is_signed_in(alternative):
    assert any("where nobody is signed in" in str(problem) for problem in problems(access(policy(alternative))))


@pytest.mark.parametrize(
    "meant",
    [
        "(select auth.uid()) is not null",
        "not ((select auth.uid()) is null)",
        "org is null or org = (select private.current_org_id())",
        "(org = 1) and ((select auth.uid()) is null or b)",
        "(org = 1 or a) and (b or c)",
        "note = 'x or auth.uid() is null'",
    ],
)
def test_a_condition_that_is_not(meant):
    assert problems(access(policy(meant))) == []


def test_a_restriction_of_those_who_are_signed_in_opens_nothing():
    limited = msgspec.structs.replace(policy("(select auth.uid()) is null or a", name="limit"), permissive=False)

    assert problems(access(policy(), limited)) == []


@pytest.mark.parametrize(
    ("fields", "better"),
    [
        ({"uniques": (Unique(columns=("id", "org_id")),)}, "unique constraint on id, org_id"),
        ({"key": PrimaryKey(columns=("id", "org_id"))}, "primary key"),
        ({"indexes": (InlineIndex(name="better", keys=("id", "org_id"), unique=True),)}, '"better"'),
    ],
)
def test_an_index_beside_a_key_that_does_its_work(fields, better):
    spare = InlineIndex(name="spare", keys=("id", "org_id"))
    fields = {**fields, "indexes": (spare, *fields.get("indexes", ()))}
    found = problems(table(Column(name="org_id", type="int"), **fields))

    assert [better in str(problem) and '"spare"' in str(problem) for problem in found] == [True]
