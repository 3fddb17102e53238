"""MaterializedView: a query whose rows are kept, its indexes, and who may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import MaterializedView
from supaschema.kinds import materialized_view as view_kind
from supaschema.lint.access import TABLE_PRIVILEGES, grant_problems
from supaschema.lint.identifiers import name_problems
from supaschema.resources import renamed, view_parts
from supaschema.resources.base import Resource
from supaschema.resources.index import index_fact, index_renames, inline_from
from supaschema.supabase.platform import EXPOSED_SCHEMA
from supaschema.supabase.roles import END_USERS

Name = tuple[str, str]


class MaterializedViewResource(Resource[MaterializedView]):
    """Materialized views."""

    declaration = MaterializedView
    principal = "materialized_view"

    def identify(self, declared: MaterializedView) -> str:
        """Return `schema.view`."""
        return f"{declared.schema}.{declared.name}"

    def imported(self, id: str, live: Facts) -> MaterializedView | None:
        """Return the live view's declaration."""
        schema, _, name = id.partition(".")
        return _declared_from(live, (schema, name))

    def problems(self, declared: MaterializedView) -> Iterable[DeclarationError]:
        """Return what the server or Supabase's linter would object to."""
        yield from view_parts.name_and_column_problems((declared.schema, declared.name), declared.column_comments)
        yield from view_parts.query_problems(declared.query, declared.file)
        for index in declared.indexes:
            yield from name_problems(index.name, field="indexes")
            if not index.keys:
                what, remedy = f"the index {index.name} has no keys.", "Name at least one column."
                yield DeclarationError(what, field="indexes", remedy=remedy)
        yield from grant_problems(declared.grants, TABLE_PRIVILEGES)
        readers = [grant.to for grant in declared.grants if grant.to in END_USERS]
        if readers and declared.schema == EXPOSED_SCHEMA:
            yield DeclarationError(
                f"{', '.join(dict.fromkeys(readers))} would read all of its rows: no policy holds for them.",
                field="grants",
                remedy="Move it to a schema that the API does not offer, and let a view or a function of this one "
                "give out what may be read.",
                lint=Lint.VIEW_PAST_POLICIES,
            )

    def facts(self, declared: MaterializedView) -> tuple[Fact, ...]:
        """Return the view, its indexes, and who may read it, whole or by column."""
        name = (declared.schema, declared.name)
        definition = view_kind.MaterializedView(
            query=declared.query,
            populated=declared.populated,
            options=declared.options,
            comment=declared.comment,
        )
        return (
            Fact(ObjectId("materialized_view", name), definition),
            *(index_fact(name, index) for index in declared.indexes),
            *view_parts.comment_facts(name, declared.column_comments),
            *view_parts.grant_facts(name, declared.grants),
        )

    def renames(self, declared: MaterializedView) -> tuple[Rename, ...]:
        """Return those of the view, then those of its indexes."""
        name = (declared.schema, declared.name)
        own = renamed.of_schema("materialized_view", name, declared.renamed_from)
        return (*own, *index_renames(name, declared.indexes))

    def former(self, declared: MaterializedView) -> tuple[str, ...]:
        """Return its former names with their schemas."""
        return renamed.former_ids(declared.schema, declared.renamed_from)

    def exclusive_objects(self, declared: MaterializedView, live: Facts) -> Iterable[ObjectId]:
        """Return the grants on columns of the roles that the declaration is complete for."""
        return view_parts.exclusive_grants((declared.schema, declared.name), declared.grants, live)

    def lift(self, facts: Facts, declared: MaterializedView) -> Mapping[str, Any]:
        """Return the view as the facts have it."""
        found = _declared_from(facts, (declared.schema, declared.name), declared)
        return {} if found is None else found.to_inputs()


def _declared_from(facts: Facts, name: Name, known: MaterializedView | None = None) -> MaterializedView | None:
    found = facts.get(ObjectId("materialized_view", name))
    if not isinstance(found, view_kind.MaterializedView):
        return None
    named = None if known is None else {index.name for index in known.indexes}
    options = dict(found.options or {})
    said = known is not None and known.options is not None
    return MaterializedView(
        schema=name[0],
        name=name[1],
        query=found.query,
        file=known.file if known else None,
        indexes=tuple(index for index in inline_from(facts, name) if named is None or index.name in named),
        populated=known.populated if known else found.populated,
        options=options if said else options or None,
        grants=view_parts.grants_of(facts, name, known.grants if known else ()),
        comment=found.comment,
        column_comments=view_parts.column_comments(facts, name, known.column_comments if known else None),
    )
