"""Schemas."""

from __future__ import annotations

from psycopg import sql

from supaschema.core.model import Definition, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident, literal
from supaschema.kinds.base import Context, Family, Kind


class Schema(Definition, frozen=True, kw_only=True):
    """A schema's own properties."""

    comment: str | None = None


class SchemaKind(Kind[Schema]):
    """Schemas."""

    name = "schema"
    definition = Schema
    family = Family.DATABASE
    addressed = True
    query = """
        select array[n.nspname]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'comment', pg_catalog.obj_description(n.oid, 'pg_namespace'))),
               'pg_catalog.pg_namespace'::regclass::oid, n.oid, 0
          from pg_catalog.pg_namespace n
         where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and {scope}
    """

    def create(self, id: ObjectId, new: Schema, context: Context) -> Steps:
        """Create it; only its owner may look inside until a grant says otherwise."""
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        return Steps((Statement(compose("create schema {}", ident(*id.name))), *comment))

    def alter(self, id: ObjectId, old: Schema, new: Schema, context: Context) -> Steps:
        """Change the comment, the only property that is the schema's own."""
        return Steps((_comment_on(id, new.comment),))

    def stands_on(self, id: ObjectId, definition: Schema) -> tuple[tuple[str, ...], ...]:
        """Return the schema."""
        return (("schema", id.name[0]),)

    def drop(self, id: ObjectId, old: Schema, context: Context) -> Steps:
        """Drop it; the server refuses while anything is in it."""
        return Steps((Statement(compose("drop schema {}", ident(*id.name))),))


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    value = literal(comment) if comment else sql.SQL("null")
    return Statement(compose("comment on schema {} is {}", ident(*id.name), value))
