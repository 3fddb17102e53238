"""Composite types: attributes come and go in place; where their order changes, the type is made anew."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Fact, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, ident, relation_name
from supaschema.kinds.base import Context, Family, Kind
from supaschema.kinds.comments import commented
from supaschema.kinds.composite_attribute import CompositeAttribute
from supaschema.kinds.owner import given_to_owner
from supaschema.kinds.renaming import relation_named, renamed_and_moved, renaming
from supaschema.kinds.type_uses import require_no_columns, standing


class CompositeType(Definition, frozen=True, kw_only=True):
    """A composite type; what its attributes are is told by facts of their own (`composite_attribute`).

    Attributes:
        attributes: The names of its attributes, in their order.
        owner: The role that owns it. What says nothing of it keeps it.
        comment: Its comment.

    """

    attributes: tuple[str, ...]
    owner: str | None = None
    comment: str | None = None


class CompositeTypeKind(Kind[CompositeType]):
    """Composite types, named `(schema, type)`."""

    name = "composite_type"
    definition = CompositeType
    family = Family.TYPE
    addressed = True
    query = """
        select array[n.nspname, t.typname]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'attributes', coalesce((
                    select pg_catalog.jsonb_agg(a.attname order by a.attnum)
                      from pg_catalog.pg_attribute a
                     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]'),
                 'owner', pg_catalog.pg_get_userbyid(t.typowner),
                 'comment', pg_catalog.obj_description(t.oid, 'pg_type'))),
               'pg_catalog.pg_type'::regclass::oid, t.oid, 0
          from pg_catalog.pg_type t
          join pg_catalog.pg_namespace n on n.oid = t.typnamespace
          join pg_catalog.pg_class c on c.oid = t.typrelid and c.relkind = 'c'
         where {scope}
    """

    def create(self, id: ObjectId, new: CompositeType, context: Context) -> Steps:
        """Create it with its attributes."""
        pairs = zip(context.children.get(id, ()), context.clauses.get(id, ()), strict=True)
        clauses = [clause.query for _, clause in sorted(pairs, key=lambda pair: _place(pair[0]))]
        query = compose("create type {} as ({})", ident(*id.name), sql.SQL(", ").join(clauses))
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        return Steps((Statement(query), *comment, *_given(id, None, new, context)))

    def alter(self, id: ObjectId, old: CompositeType, new: CompositeType, context: Context) -> Steps | None:
        """Change whose it is, and its comment; None where attributes are ordered anew, which the server does not."""
        stay = [name for name in _in_order(id, context) if name in new.attributes]
        if list(new.attributes[: len(stay)]) != stay:
            require_no_columns(id, (id,), context, "its attributes cannot be ordered anew")
            return None
        comment = (_comment_on(id, new.comment),) if old.comment != new.comment else ()
        return Steps((*comment, *_given(id, old, new, context)))

    def drop(self, id: ObjectId, old: CompositeType, context: Context) -> Steps:
        """Drop it; the server refuses while something is of it."""
        unfit = (standing(id),) if id in context.fresh else ()
        return Steps((Statement(compose("drop type {}", ident(*id.name))),), unfit)

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, and move it to its schema."""
        note = renaming(f"type {relation_name(old.name)}")
        return tuple(Statement(query, hazards=(note,)) for query in renamed_and_moved("type", old, new))

    def taken(self, id: ObjectId, definition: CompositeType) -> sql.Composable:
        """Return the query for the relation or type of its name."""
        return relation_named(*id.name)

    def like(self, old: CompositeType, new: CompositeType) -> bool:
        """Return whether they have attributes of the same names."""
        return old.attributes == new.attributes

    def resolve(
        self, id: ObjectId, declared: CompositeType, live: CompositeType | None, context: Context
    ) -> CompositeType:
        """Keep the owner that the declaration says nothing of; an attribute that is renamed keeps its place."""
        if live is None:
            return declared
        names = live.attributes if declared.attributes == _in_order(id, context) else declared.attributes
        return msgspec.structs.replace(declared, attributes=names, owner=declared.owner or live.owner)


def _in_order(id: ObjectId, context: Context) -> tuple[str, ...]:
    # The live attributes, by the names that they have once the plan is done.
    found = [
        (item.position, other.name[2])
        for other in context.live_of(id.name)
        if isinstance(item := context.live[other], CompositeAttribute)
    ]
    return tuple(name for _, name in sorted(found))


def _place(fact: Fact) -> int:
    return fact.definition.position if isinstance(fact.definition, CompositeAttribute) else 0


def _given(id: ObjectId, old: CompositeType | None, new: CompositeType, context: Context) -> Iterator[Statement]:
    return given_to_owner(compose("type {}", ident(*id.name)), old.owner if old else None, new.owner, context)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("type {}", ident(*id.name)), comment)
