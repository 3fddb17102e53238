"""Policies that read in a circle are refused by name; a chain, a function and roles that nobody shares are not."""

from __future__ import annotations

import pytest

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.sqltext import Name
from supaschema.kinds.policy import Policy
from supaschema.kinds.policy_reads import tables_read
from supaschema.kinds.row_security import RowSecurity
from supaschema.provider.policy_circles import PolicyCircles

A, B, C = ("app", "a"), ("app", "b"), ("app", "c")


def on(table: Name, using: str, *roles: str, command: str = "SELECT") -> Fact:
    definition = Policy(command=command, roles=roles or ("authenticated",), using=using)
    return Fact(ObjectId("policy", (*table, f"of {table[1]}")), definition)


def reading(table: Name) -> str:
    return f"exists (select from {'.'.join(table)} x where x.id = id)"


def refused(*declared: Fact, live: tuple[Fact, ...] = (), managed: tuple[ObjectId, ...] = ()) -> str | None:
    flags = {ObjectId("row_security", table): RowSecurity(enabled=True) for table in (A, B, C)}
    facts: Facts = {**flags, **{fact.id: fact.definition for fact in live}}
    circles = PolicyCircles(
        lambda table: {id: item for id, item in facts.items() if id.name[:2] == table}, lambda id: id in managed
    )
    circles.declare(declared)
    try:
        circles.refuse(declared)
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


def test_names_are_read_as_the_server_reads_them() -> None:
    policy = Policy(command="ALL", roles=("public",), using='x in (select y from App."Odd ""one""" join b.c on true)')

    assert tables_read(policy) == {("app", 'Odd "one"'), ("b", "c")}
