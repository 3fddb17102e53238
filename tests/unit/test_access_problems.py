"""What is refused about policies and grants before a database is asked."""

import pytest

from supaschema.declarations import Grant, InlinePolicy, PolicyCommand, Privilege
from supaschema.lint.access import (
    SCHEMA_PRIVILEGES,
    TABLE_PRIVILEGES,
    bare_calls,
    called_once,
    grant_problems,
    overlap_problems,
    policy_problems,
)

OWN = "org_id = (select private.current_org_id())"


def policy(command="SELECT", to=("authenticated",), using=OWN, name="p", **fields):
    return InlinePolicy(name=name, command=PolicyCommand(command), to=to, using=using, **fields)


def said(problems):
    return [str(problem) for problem in problems]


@pytest.mark.parametrize(
    "good",
    [
        policy(),
        policy(using="true"),
        policy("INSERT", using=None, check=OWN),
        policy("UPDATE", check=OWN),
        policy("UPDATE"),
        policy("ALL", to=("service_role",), using="true", check="true"),
        policy("DELETE", using="true", permissive=False),
        policy(using="exists (select from users u where u.org = t.org and u.sub = (select auth.uid()))"),
        policy(using="org_id = any (array(select private.current_org_ids()))"),
    ],
)
def test_what_is_meant_so_passes(good):
    assert said(policy_problems(good, field="policies")) == []


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (policy(to=()), "names no role"),
        (policy(to=("public", "anon")), "public is all of them"),
        (policy(using=None), "has no using"),
        (policy(check=OWN), "has a check, which SELECT does not take"),
        (policy("DELETE", check=OWN), "has a check, which DELETE does not take"),
        (policy("INSERT", check=OWN), "has USING, which INSERT does not take"),
        (policy("INSERT", using=None), "has no check"),
        (policy("UPDATE", using="true"), "write any row: its using is always true"),
        (policy("UPDATE", check=" ( TRUE ) "), "write any row: its check is always true"),
        (policy("INSERT", to=("public",), using=None, check="1 = 1"), "lets public write any row"),
        (policy("ALL", using="true"), "lets authenticated write any row"),
        (policy(using="user_id = auth.uid()"), "calls auth.uid() once for every row in using"),
        (
            policy("INSERT", using=None, check="private.is_admin()"),
            "calls private.is_admin() once for every row in check",
        ),
        (
            policy(using="org in (select private.current_org_ids())"),
            "compares by IN (select private.current_org_ids())",
        ),
        (policy(using="(select auth.jwt()) -> 'user_metadata' ->> 'org' = org"), "which every user may write"),
        (policy(using="  "), "has nothing in using"),
        (policy(name="p" * 64), "64 bytes"),
    ],
)
def test_each_mistake_is_told_with_its_remedy(bad, what):
    problems = list(policy_problems(bad, field="policies"))

    assert any(what in str(problem) for problem in problems), said(problems)
    assert all(problem.remedy and problem.field == "policies" for problem in problems)


@pytest.mark.parametrize(
    ("expression", "calls"),
    [
        ("a = (select auth.uid())", []),
        ("a = ( SELECT (auth.jwt() ->> 'sub')::uuid )", []),
        ("a = (select coalesce(auth.uid(), b))", []),
        ("a = (select current_setting('x', true))", []),
        ("'auth.uid()' = a or \"auth.uid()\" = b -- auth.uid()", []),
        ("not_auth.uid() or my_current_setting('x') or app.private.f()", []),
        ("a = auth.uid()", ["auth.uid"]),
        ("a = AUTH . UID ()", ["AUTH.UID"]),
        ("pg_catalog.current_setting('x') = a", ["pg_catalog.current_setting"]),
        ("exists (select from users u where u.id = auth.uid())", ["auth.uid"]),
        ("a in (select x from private.orgs() o)", ["private.orgs"]),
        ("a = (select auth.uid()) and b = private.f((select 1))", ["private.f"]),
        ("(select 1) = auth.uid()::int", ["auth.uid"]),
    ],
)
def test_a_bare_call_is_told_from_one_in_a_select_of_its_own(expression, calls):
    assert bare_calls(expression) == calls


@pytest.mark.parametrize(
    ("expression", "once"),
    [
        (OWN, OWN),
        ("owner = auth.uid()", "owner = (select auth.uid())"),
        ("((auth.jwt() ->> ')'::text))::uuid = a", "(((select auth.jwt()) ->> ')'::text))::uuid = a"),
        ("auth.uid() = a or b = auth.uid()", "(select auth.uid()) = a or b = (select auth.uid())"),
        ("private.sees(auth.uid(), (a))", "(select private.sees((select auth.uid()), (a)))"),
        ("a in (select b from t where c = auth.uid())", "a in (select b from t where c = (select auth.uid()))"),
    ],
)
def test_a_bare_call_gets_a_select_of_its_own(expression, once):
    assert called_once(expression) == once
    assert bare_calls(once) == []


def test_two_policies_that_are_both_evaluated_are_named():
    twice = [policy(name="a"), policy("ALL", name="b"), policy("ALL", to=("service_role",), using="true", name="c")]

    (problem,) = overlap_problems(twice, field="policies")

    assert problem.what == 'policies "a" and "b" are both evaluated for every SELECT of authenticated.'


def test_public_counts_as_every_role_of_a_request():
    twice = [policy(name="a", to=("public",)), policy(name="b")]

    assert len(list(overlap_problems(twice, field="policies"))) == 1


@pytest.mark.parametrize(
    "policies",
    [
        [policy(name="a"), policy("INSERT", using=None, check=OWN, name="b")],
        [policy(name="a"), policy(name="b", permissive=False)],
        [policy(name="a"), policy(name="b", to=("anon",))],
        [policy(name=name, to=("service_role",)) for name in "ab"],
    ],
)
def test_policies_that_do_not_meet_pass(policies):
    assert list(overlap_problems(policies, field="policies")) == []


def test_a_name_is_declared_once():
    assert 'policy "p" is declared twice' in said(overlap_problems([policy(), policy("DELETE")], field="policies"))[0]


def test_a_name_with_quotes_is_told_as_sql_quotes_it():
    twice = [policy(name='wr"ite'), policy("DELETE", name='wr"ite')]
    assert 'policy "wr""ite" is declared twice' in said(overlap_problems(twice, field="policies"))[0]


def grant(*privileges, to="anon", columns=()):
    return Grant(to=to, privileges=tuple(map(Privilege, privileges)), columns=columns)


@pytest.mark.parametrize(
    ("bad", "admitted", "what"),
    [
        (grant("SELECT", to=""), TABLE_PRIVILEGES, "names no role"),
        (grant(), TABLE_PRIVILEGES, "names no privilege"),
        (grant("USAGE"), TABLE_PRIVILEGES, "USAGE, which its object does not have"),
        (grant("DELETE", columns=("a",)), TABLE_PRIVILEGES, "DELETE, which its object does not have"),
        (grant("SELECT"), SCHEMA_PRIVILEGES, "SELECT, which its object does not have"),
        (grant("USAGE", columns=("a",)), SCHEMA_PRIVILEGES, "names columns"),
    ],
)
def test_a_grant_of_what_is_not_there_is_told(bad, admitted, what):
    (problem,) = grant_problems([bad], admitted)

    assert what in str(problem)
    assert problem.field == "grants"


def test_grants_of_what_is_there_pass():
    service = "service_role"
    grants = [grant("ALL", to=service), grant("SELECT", "MAINTAIN", to=service), grant("SELECT", "ALL", columns=("a",))]

    assert list(grant_problems(grants, TABLE_PRIVILEGES)) == []


@pytest.mark.parametrize(
    ("privilege", "admitted"),
    [
        *((name, TABLE_PRIVILEGES) for name in ("TRUNCATE", "TRIGGER", "REFERENCES", "MAINTAIN", "ALL")),
        *((name, SCHEMA_PRIVILEGES) for name in ("CREATE", "ALL")),
    ],
)
@pytest.mark.parametrize("role", ["public", "anon", "authenticated"])
def test_what_no_policy_holds_back_is_granted_to_no_end_user(privilege, admitted, role):
    (problem,) = grant_problems([grant(privilege, to=role)], admitted)

    assert f"{role} would hold {privilege}" in str(problem)
