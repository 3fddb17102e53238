"""Schemas."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.core.model import Definition, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident
from supaschema.kinds.base import Context, Family, Kind
from supaschema.kinds.comments import commented
from supaschema.kinds.owner import given_to_owner
from supaschema.kinds.renaming import renaming


class Schema(Definition, frozen=True, kw_only=True):
    """A schema's own properties.

    Attributes:
        comment: Its comment.
        owner: The role that owns it. What says nothing of it keeps it.

    """

    comment: str | None = None
    owner: str | None = None


class SchemaKind(Kind[Schema]):
    """Schemas."""

    name = "schema"
    definition = Schema
    family = Family.DATABASE
    addressed = True
    holds_objects = True
    query = """
        select array[n.nspname]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'comment', pg_catalog.obj_description(n.oid, 'pg_namespace'),
                 'owner', pg_catalog.pg_get_userbyid(n.nspowner))),
               'pg_catalog.pg_namespace'::regclass::oid, n.oid, 0
          from pg_catalog.pg_namespace n
         where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and {scope}
    """

    def create(self, id: ObjectId, new: Schema, context: Context) -> Steps:
        """Create it; only its owner may look inside until a grant says otherwise."""
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        create = Statement(compose("create schema {}", ident(*id.name)))
        return Steps((create, *comment, *_given(id, None, new, context)))

    def alter(self, id: ObjectId, old: Schema, new: Schema, context: Context) -> Steps:
        """Change the comment, and the owner."""
        comment = (_comment_on(id, new.comment),) if old.comment != new.comment else ()
        return Steps((*comment, *_given(id, old, new, context)))

    def resolve(self, id: ObjectId, declared: Schema, live: Schema | None, context: Context) -> Schema:
        """Keep the owner that the declaration says nothing of."""
        if live is None or declared.owner is not None:
            return declared
        return Schema(comment=declared.comment, owner=live.owner)

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, with all that is in it."""
        query = compose("alter schema {} rename to {}", ident(*old.name), ident(*new.name))
        return (Statement(query, hazards=(renaming(f"schema {old.name[0]}"),)),)

    def like(self, old: Schema, new: Schema) -> bool:
        """Return that they may be, where one resource declared both."""
        return True

    def stands_on(self, id: ObjectId, definition: Schema) -> tuple[tuple[str, ...], ...]:
        """Return the schema."""
        return (("schema", id.name[0]),)

    def drop(self, id: ObjectId, old: Schema, context: Context) -> Steps:
        """Drop it; the server refuses while anything is in it."""
        return Steps((Statement(compose("drop schema {}", ident(*id.name))),))


def _given(id: ObjectId, old: Schema | None, new: Schema, context: Context) -> Iterator[Statement]:
    return given_to_owner(compose("schema {}", ident(*id.name)), old.owner if old else None, new.owner, context)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("schema {}", ident(*id.name)), comment)
