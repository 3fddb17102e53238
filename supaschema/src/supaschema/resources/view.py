"""View: a view whose query is a file, and who may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Grant, Privilege, View
from supaschema.kinds import view as view_kind
from supaschema.kinds.column_grants import column_grants_fact
from supaschema.kinds.grants import declared_grants, grants_from
from supaschema.kinds.view_column import comment_of, view_column_fact
from supaschema.lint.access import TABLE_PRIVILEGES, grant_problems
from supaschema.lint.columns_of_queries import relation_of_star
from supaschema.lint.identifiers import name_problems
from supaschema.resources import renamed
from supaschema.resources.base import Resource, members
from supaschema.supabase.platform import EXPOSED_SCHEMA
from supaschema.supabase.roles import API_ROLES, END_USERS

Name = tuple[str, str]


_CHECK_OPTIONS = (None, "local", "cascaded")


class ViewResource(Resource[View]):
    """Views."""

    declaration = View
    principal = "view"

    def identify(self, declared: View) -> str:
        """Return `schema.view`."""
        return f"{declared.schema}.{declared.name}"

    def imported(self, id: str, live: Facts) -> View | None:
        """Return the live view's declaration."""
        schema, _, name = id.partition(".")
        return _declared_from(live, (schema, name))

    def problems(self, declared: View) -> Iterable[DeclarationError]:
        """Return what the server or Supabase's linter would object to."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.schema, field="schema")
        for column in declared.column_comments:
            yield from name_problems(column, field="columnComments")
        if not declared.query.strip().strip(";"):
            remedy = f"See {declared.file}." if declared.file else "Give one."
            yield DeclarationError("the query is empty.", field="query", remedy=remedy)
        relation = relation_of_star(declared.query)
        if relation is not None:
            yield DeclarationError(
                f"its columns are whatever {relation} has when the view is made, by `*`.",
                field="query",
                remedy="Name them: the view gains none that come later, and would differ from database to database.",
            )
        if declared.check_option not in _CHECK_OPTIONS:
            what = f'"{declared.check_option}" is no check option.'
            yield DeclarationError(what, field="checkOption", remedy="Write local or cascaded.")
        yield from grant_problems(declared.grants, TABLE_PRIVILEGES)
        readers = [grant.to for grant in declared.grants if grant.to in END_USERS]
        if readers and not declared.security_invoker and declared.schema == EXPOSED_SCHEMA:
            yield DeclarationError(
                f"{', '.join(dict.fromkeys(readers))} would read past the policies of the view's tables.",
                field="securityInvoker",
                remedy="Leave security_invoker on, or move the view to a schema that the API does not offer.",
            )

    def facts(self, declared: View) -> tuple[Fact, ...]:
        """Return the view, and who may read it, whole or by column."""
        name = (declared.schema, declared.name)
        definition = view_kind.View(
            query=declared.query,
            security_invoker=declared.security_invoker,
            security_barrier=declared.security_barrier,
            check_option=declared.check_option,
            comment=declared.comment,
        )
        whole = [grant for grant in declared.grants if not grant.columns]
        named = [grant.to for grant in declared.grants]
        columns = dict.fromkeys(column for grant in declared.grants for column in grant.columns)
        return (
            Fact(ObjectId("view", name), definition),
            *(view_column_fact(name, column, comment) for column, comment in declared.column_comments.items()),
            Fact(ObjectId("table_grants", name), declared_grants(whole, named)),
            *(
                column_grants_fact(
                    (*name, column), [grant for grant in declared.grants if column in grant.columns], named
                )
                for column in columns
            ),
        )

    def renames(self, declared: View) -> tuple[Rename, ...]:
        """Return those of the view."""
        return tuple(renamed.of_schema("view", (declared.schema, declared.name), declared.renamed_from))

    def former(self, declared: View) -> tuple[str, ...]:
        """Return its former names with their schemas."""
        return tuple(".".join(pair.old.name) for pair in self.renames(declared))

    def exclusive_objects(self, declared: View, live: Facts) -> Iterable[ObjectId]:
        """Return the grants on columns of the roles that the declaration is complete for."""
        found = members(live, "column_grants", (declared.schema, declared.name))
        managed = _managed(declared.grants)
        return [ObjectId("column_grants", name) for name, item in found.items() if grants_from(item, managed)]

    def lift(self, facts: Facts, declared: View) -> Mapping[str, Any]:
        """Return the view as the facts have it."""
        found = _declared_from(facts, (declared.schema, declared.name), declared)
        return {} if found is None else found.to_inputs()


def _declared_from(facts: Facts, name: Name, known: View | None = None) -> View | None:
    found = facts.get(ObjectId("view", name))
    if not isinstance(found, view_kind.View):
        return None
    said = known is not None and known.security_barrier is not None
    return View(
        schema=name[0],
        name=name[1],
        query=found.query,
        file=known.file if known else None,
        security_invoker=found.security_invoker,
        security_barrier=found.security_barrier if said else found.security_barrier or None,
        check_option=found.check_option,
        grants=_grants(facts, name, known.grants if known else ()),
        comment=found.comment,
        column_comments=_column_comments(facts, name, known),
    )


def _column_comments(facts: Facts, name: Name, known: View | None) -> dict[str, str]:
    # Of a declared view what it speaks of; those of other columns are whoever's they are.
    found = {column[2]: comment_of(item) for column, item in members(facts, "view_column", name).items()}
    if known is None:
        return {column: comment for column, comment in found.items() if comment is not None}
    return {column: found.get(column) or "" for column in known.column_comments}


def _grants(facts: Facts, name: Name, order: tuple[Grant, ...]) -> tuple[Grant, ...]:
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


def _managed(declared: Iterable[Grant]) -> set[str]:
    return {*API_ROLES, *(grant.to for grant in declared)}
