"""Policies that read in a circle are refused by name; a chain, a function and roles that nobody shares are not."""

from __future__ import annotations

import pytest

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.sqltext import Name
from supaschema.kinds.function import Function
from supaschema.kinds.policy import Policy
from supaschema.kinds.policy_reads import relations_read
from supaschema.kinds.row_security import RowSecurity
from supaschema.kinds.view import View
from supaschema.provider.policy_circles import PolicyCircles

A, B, C = ("app", "a"), ("app", "b"), ("app", "c")


def on(table: Name, using: str, *roles: str, command: str = "SELECT") -> Fact:
    definition = Policy(command=command, roles=roles or ("authenticated",), using=using)
    return Fact(ObjectId("policy", (*table, f"of {table[1]}")), definition)


def reading(table: Name) -> str:
    return f"exists (select from {'.'.join(table)} x where x.id = id)"


def refused(
    *declared: Fact, live: tuple[Fact, ...] = (), managed: tuple[ObjectId, ...] = (), by: Fact | None = None
) -> str | None:
    flags = {ObjectId("row_security", table): RowSecurity(enabled=True) for table in (A, B, C)}
    facts: Facts = {**flags, **{fact.id: fact.definition for fact in live}}
    circles = PolicyCircles(
        lambda table: {id: item for id, item in facts.items() if id.name[:2] == table}, lambda id: id in managed
    )
    circles.declare(declared)
    try:
        circles.refuse(declared if by is None else [by])
    except DeclarationError as error:
        return str(error)
    return None


def test_a_policy_that_reads_its_own_table_is_refused() -> None:
    told = refused(on(A, reading(A)))

    assert told is not None
    assert 'policy "of a" on app.a reads its own table' in told


def test_a_circle_is_told_by_the_names_of_its_policies() -> None:
    told = refused(on(A, reading(B)), on(B, reading(C)), on(C, reading(A), "public"))

    assert told is not None
    assert 'policy "of a" on app.a reads the table of policy "of b" on app.b reads' in told


def test_what_others_made_closes_a_circle_and_what_may_go_does_not() -> None:
    other = on(B, reading(A))

    assert refused(on(A, reading(B)), live=(other,)) is not None
    assert refused(on(A, reading(B)), live=(other,), managed=(other.id,)) is None


@pytest.mark.parametrize(
    "declared",
    [
        (on(A, reading(B)), on(B, "true")),
        (on(A, reading(B), "anon"), on(B, reading(A), "authenticated")),
        (on(A, "private.sees_a(id)"), on(B, reading(A))),
        (on(A, reading(B)), on(B, reading(A), command="INSERT")),
        (on(A, "note <> 'from app.a' -- from app.a"),),
    ],
)
def test_what_is_no_circle_is_not_refused(declared: tuple[Fact, ...]) -> None:
    assert refused(*declared) is None


def view(query: str, *, invoker: bool = True) -> Fact:
    return Fact(ObjectId("view", ("app", "v")), View(query=query, security_invoker=invoker))


def function(body: str, *, definer: bool = False) -> Fact:
    definition = Function(returns="boolean", language="sql", body=body, security_definer=definer)
    return Fact(ObjectId("function", ("app", "f", "bigint")), definition)


VIEW = view(" SELECT b.id\n   FROM (app.c x\n     JOIN app.b USING (id))")
FUNCTION = function("select exists (select from app.c x, only app.b as y, app.v where y.id = $1)")


@pytest.mark.parametrize(
    ("through", "text"), [(VIEW, reading(("app", "v"))), (FUNCTION, "app.f(id)")], ids=["a view", "a function"]
)
def test_a_circle_is_found_through_what_reads_with_its_readers_rights(through: Fact, text: str) -> None:
    policies = (on(A, text), on(B, reading(A)))

    # Which may be the last that comes, too.
    for told in (refused(*policies, through, by=through), refused(*policies, live=(through,))):
        assert told is not None
        assert 'policy "of a" on app.a reads the table of policy "of b" on app.b' in told
    assert refused(through, *policies[1:], on(A, "true")) is None


def test_what_reads_with_its_owners_rights_closes_no_circle() -> None:
    policies = (on(A, f"{reading(('app', 'v'))} and app.f(id)"), on(B, reading(A)))
    through = (view("select id from app.b", invoker=False), function("select from app.b", definer=True))

    assert refused(*policies, *through) is None


def test_names_are_read_as_the_server_reads_them() -> None:
    text = 'x in (select y from App."Odd ""one""" join b.c on true)'

    assert relations_read(text) == {("app", 'Odd "one"'), ("b", "c")}
