"""View: a view whose query is a file, and who may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import View
from supaschema.kinds import view as view_kind
from supaschema.lint.access import TABLE_PRIVILEGES, grant_problems
from supaschema.resources import renamed, view_parts
from supaschema.resources.base import Resource
from supaschema.supabase.platform import EXPOSED_SCHEMA
from supaschema.supabase.roles import END_USERS

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
        yield from view_parts.name_and_column_problems((declared.schema, declared.name), declared.column_comments)
        yield from view_parts.query_problems(declared.query, declared.file)
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
                lint=Lint.VIEW_PAST_POLICIES,
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
        return (
            Fact(ObjectId("view", name), definition),
            *view_parts.comment_facts(name, declared.column_comments),
            *view_parts.grant_facts(name, declared.grants),
        )

    def renames(self, declared: View) -> tuple[Rename, ...]:
        """Return those of the view."""
        return tuple(renamed.of_schema("view", (declared.schema, declared.name), declared.renamed_from))

    def former(self, declared: View) -> tuple[str, ...]:
        """Return its former names with their schemas."""
        return renamed.former_ids(declared.schema, declared.renamed_from)

    def exclusive_objects(self, declared: View, live: Facts) -> Iterable[ObjectId]:
        """Return the grants on columns of the roles that the declaration is complete for."""
        return view_parts.exclusive_grants((declared.schema, declared.name), declared.grants, live)

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
        grants=view_parts.grants_of(facts, name, known.grants if known else ()),
        comment=found.comment,
        column_comments=view_parts.column_comments(facts, name, known.column_comments if known else None),
    )
