"""What views and materialized views both have: who may read them, whole or by column, and comments of columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.declarations import Grant, Privilege
from supaschema.kinds.column_grants import column_grants_fact
from supaschema.kinds.grants import declared_grants, grants_from
from supaschema.kinds.view_column import comment_of, view_column_fact
from supaschema.lint.columns_of_queries import relation_of_star
from supaschema.lint.identifiers import name_problems
from supaschema.resources.base import members
from supaschema.supabase.roles import API_ROLES

Name = tuple[str, str]


def query_problems(query: str, file: str | None) -> Iterator[DeclarationError]:
    """Yield what is wrong with a query, as far as it can be told without a database."""
    if not query.strip().strip(";"):
        remedy = f"See {file}." if file else "Give one."
        yield DeclarationError("the query is empty.", field="query", remedy=remedy)
    relation = relation_of_star(query)
    if relation is not None:
        yield DeclarationError(
            f"its columns are whatever {relation} has when the view is made, by `*`.",
            field="query",
            remedy="Name them: the view gains none that come later, and would differ from database to database.",
            lint=Lint.STAR_IN_QUERY,
        )


def name_and_column_problems(name: Name, comments: Iterable[str]) -> Iterator[DeclarationError]:
    """Yield what is wrong with a view's name and schema, and with the columns that comments are for."""
    yield from name_problems(name[1], field="name")
    yield from name_problems(name[0], field="schema")
    for column in comments:
        yield from name_problems(column, field="columnComments")


def comment_facts(name: Name, comments: Mapping[str, str]) -> tuple[Fact, ...]:
    """Return the facts that columns have these comments."""
    return tuple(view_column_fact(name, column, comment) for column, comment in comments.items())


def grant_facts(name: Name, grants: Iterable[Grant]) -> tuple[Fact, ...]:
    """Return the facts of who may read it, whole and by column."""
    given = tuple(grants)
    whole = [grant for grant in given if not grant.columns]
    named = [grant.to for grant in given]
    columns = dict.fromkeys(column for grant in given for column in grant.columns)
    return (
        Fact(ObjectId("table_grants", name), declared_grants(whole, named)),
        *(
            column_grants_fact((*name, column), [grant for grant in given if column in grant.columns], named)
            for column in columns
        ),
    )


def exclusive_grants(name: Name, grants: Iterable[Grant], live: Facts) -> Iterable[ObjectId]:
    """Return the grants on columns of the roles that the declaration is complete for."""
    managed = _managed(grants)
    found = members(live, "column_grants", name)
    return [ObjectId("column_grants", name) for name, item in found.items() if grants_from(item, managed)]


def grants_of(facts: Facts, name: Name, order: tuple[Grant, ...]) -> tuple[Grant, ...]:
    """Return the grants of a view as facts have them, in the order of those that are declared."""
    managed = _managed(order)
    whole = grants_from(facts.get(ObjectId("table_grants", name)), managed, order)
    columns: dict[tuple[str, tuple[Privilege, ...]], list[str]] = {}
    for column, item in members(facts, "column_grants", name).items():
        for grant in grants_from(item, managed, order):
            columns.setdefault((grant.to, grant.privileges), []).append(column[2])
    return (
        *whole,
        *(Grant(to=to, privileges=held, columns=tuple(names)) for (to, held), names in columns.items()),
    )


def column_comments(facts: Facts, name: Name, known: Mapping[str, str] | None) -> dict[str, str]:
    """Return the comments of columns: of a declared view what it speaks of; those of others are whoever's they are."""
    found = {column[2]: comment_of(item) for column, item in members(facts, "view_column", name).items()}
    if known is None:
        return {column: comment for column, comment in found.items() if comment is not None}
    return {column: found.get(column) or "" for column in known}


def _managed(declared: Iterable[Grant]) -> set[str]:
    return {*API_ROLES, *(grant.to for grant in declared)}
