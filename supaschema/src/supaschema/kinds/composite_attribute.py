"""Attributes of composite types: they come and go while columns are of the type, and change while none is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from psycopg import sql

from supaschema.archive.in_use import InUse
from supaschema.core.model import Definition, Hazard, HazardNote, ObjectId, Statement, Steps
from supaschema.core.sqltext import Name, compose, ident, literal, raw_sql, relation_name
from supaschema.core.type_names import canonical_type, qualified
from supaschema.kinds.base import Context, Family, Kind, SqlField, SqlFieldKind
from supaschema.kinds.comments import commented
from supaschema.kinds.composite_uses import holding, require_not_computed_with, tables_of
from supaschema.kinds.referred_types import collations_of, types_of
from supaschema.kinds.renaming import renaming
from supaschema.kinds.type_uses import require_no_columns


class CompositeAttribute(Definition, frozen=True, kw_only=True):
    """An attribute of a composite type.

    Attributes:
        type: Its type.
        collation: The collation's name, with its schema where that is not pg_catalog; None: the type's.
        comment: Its comment.
        position: Which of the attributes that there are it is, from 1 on. Kept, not compared: the type has the order.

    """

    type: str
    collation: tuple[str, ...] | None = None
    comment: str | None = None
    position: int = 0


class CompositeAttributeKind(Kind[CompositeAttribute]):
    """Attributes of composite types, named `(schema, type, attribute)`."""

    name = "composite_attribute"
    definition = CompositeAttribute
    family = Family.TYPE
    parts = 3
    addressed = True
    query = """
        select array[n.nspname, t.typname, a.attname]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
                 'collation', case when a.attcollation <> b.typcollation then (
                    select case when cn.nspname = 'pg_catalog' then pg_catalog.jsonb_build_array(co.collname)
                                else pg_catalog.jsonb_build_array(cn.nspname, co.collname) end
                      from pg_catalog.pg_collation co
                      join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
                     where co.oid = a.attcollation) end,
                 'comment', pg_catalog.col_description(c.oid, a.attnum),
                 'position', (
                    select count(*) from pg_catalog.pg_attribute o
                     where o.attrelid = c.oid and o.attnum between 1 and a.attnum and not o.attisdropped))),
               'pg_catalog.pg_class'::regclass::oid, c.oid, a.attnum
          from pg_catalog.pg_type t
          join pg_catalog.pg_namespace n on n.oid = t.typnamespace
          join pg_catalog.pg_class c on c.oid = t.typrelid and c.relkind = 'c'
          join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          join pg_catalog.pg_type b on b.oid = a.atttypid
         where {scope}
         order by c.oid, a.attnum
    """

    def create(self, id: ObjectId, new: CompositeAttribute, context: Context) -> Steps:
        """Add it, with the others that come to its type, in their order."""
        every = [(id, new), *_others(id, context)]
        added = [compose("add attribute {}", _clause(*pair)) for pair in sorted(every, key=lambda it: it[1].position)]
        query = compose("alter type {} {}", ident(*id.name[:2]), sql.SQL(", ").join(added))
        note = _written(id, f"it gains {', '.join(sorted(other.name[2] for other, _ in every))}")
        return Steps(
            (Statement(query, hazards=(note,)), *self.after_clause(id, new, context).statements), (tables_of(id),)
        )

    def create_group(self, id: ObjectId, definition: CompositeAttribute, context: Context) -> tuple[str, ...]:
        """The attributes of one type are added by one statement, which has their order."""
        return id.name[:2]

    def clause(self, id: ObjectId, new: CompositeAttribute, context: Context) -> Statement:
        """Return the attribute as CREATE TYPE takes it."""
        return Statement(_clause(id, new))

    def after_clause(self, id: ObjectId, new: CompositeAttribute, context: Context) -> Steps:
        """Comment on it."""
        return Steps((_comment_on(id, new.comment),) if new.comment else ())

    def alter(self, id: ObjectId, old: CompositeAttribute, new: CompositeAttribute, context: Context) -> Steps:
        """Change its type and its comment."""
        comment = (_comment_on(id, new.comment),) if old.comment != new.comment else ()
        if not self.evicts(id, old, new):
            return Steps(comment)
        require_no_columns(id, self.parents(id), context, "it cannot have another type")
        require_not_computed_with(id, context)
        query = compose("alter type {} alter attribute {} type {}", ident(*id.name[:2]), ident(id.name[2]), _typed(new))
        note = _written(id, f"its {id.name[2]} is {new.type}")
        return Steps((Statement(query, hazards=(note,)), *comment), (tables_of(id), holding(id)))

    def drop(self, id: ObjectId, old: CompositeAttribute, context: Context) -> Steps:
        """Drop it; the values that columns have of it are lost."""
        query = compose("alter type {} drop attribute {}", ident(*id.name[:2]), ident(id.name[2]))
        note = _written(id, f"it loses {id.name[2]}")
        return Steps((Statement(query, hazards=(note,)),), (tables_of(id),))

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with its type."""
        return (ObjectId("composite_type", id.name[:2]),)

    def spoken_for_with(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """A composite type is declared with all its attributes."""
        return self.parents(id)

    def references(self, id: ObjectId, definition: CompositeAttribute) -> tuple[ObjectId, ...]:
        """Return the type that it has, which may be a table's row, and its collation."""
        row = qualified(definition.type)
        rows = () if row is None else tuple(ObjectId(kind, row) for kind in ("table", "view"))
        named = (it for it in types_of(definition.type) if it.name != id.name[:2])
        return (*named, *rows, *collations_of(definition.collation))

    def evicts(self, id: ObjectId, old: CompositeAttribute, new: CompositeAttribute) -> bool:
        """Its type changes only where no view, function or column names it, or makes rows of its type."""
        return canonical_type(old.type) != canonical_type(new.type) or old.collation != new.collation

    def stood_on_with(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """What makes rows of its type stands on that, and fails once an attribute has another type."""
        return self.parents(id)

    def recreatable(self, definition: CompositeAttribute) -> bool:
        """Another one of its name would hold no values."""
        return False

    def takes_from(self, id: ObjectId) -> Name:
        """Return its type."""
        return id.name[:2]

    def taken_from(self, id: ObjectId, column: Name) -> InUse:
        """Return what a column of its type has of it."""
        held = compose("({}).{} is distinct from null", ident("row_", column[2]), ident(id.name[2]))
        return InUse(
            f"Column {'.'.join(column)}", column[:2], "value", f"those of attribute {'.'.join(id.name)} are lost.", held
        )

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it; what stands on it follows."""
        query = compose(
            "alter type {} rename attribute {} to {}", ident(*new.name[:2]), ident(old.name[2]), ident(new.name[2])
        )
        return (Statement(query, hazards=(renaming(f"attribute {'.'.join(old.name)}"),)),)

    def taken(self, id: ObjectId, definition: CompositeAttribute) -> sql.Composable:
        """Return the query for the attribute that has its name, and for tables that are made of its type."""
        return compose(
            """select pg_catalog.pg_describe_object('pg_catalog.pg_class'::regclass, c.oid, a.attnum)
                 from pg_catalog.pg_class c
                 join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                 join pg_catalog.pg_attribute a on a.attrelid = c.oid and not a.attisdropped
                where n.nspname = {schema} and c.relname = {type} and a.attname = {name}
                union all
               select pg_catalog.pg_describe_object('pg_catalog.pg_class'::regclass, o.oid, 0)
                      || ', which is made of the type and would have its column renamed along'
                 from pg_catalog.pg_class o
                 join pg_catalog.pg_type t on t.oid = o.reloftype
                 join pg_catalog.pg_namespace n on n.oid = t.typnamespace
                where n.nspname = {schema} and t.typname = {type}""",
            **dict(zip(("schema", "type", "name"), map(literal, id.name), strict=True)),
        )

    def like(self, old: CompositeAttribute, new: CompositeAttribute) -> bool:
        """Return whether they have one type."""
        return not self.evicts(ObjectId(self.name, ()), old, new)

    def dry_run(self, id: ObjectId, definition: CompositeAttribute) -> tuple[sql.Composable, ...]:
        """A composite type with this attribute alone in the session's own schema."""
        return (compose("create type {} as ({})", ident("pg_temp", "supaschema_trial"), _clause(id, definition)),)

    def sql_fields(self, id: ObjectId, definition: CompositeAttribute) -> Mapping[str, SqlField]:
        """Its type."""
        return {"type": SqlField(SqlFieldKind.TYPE, definition.type)}

    def structure(self, definition: CompositeAttribute) -> Definition:
        """Return all but the text, and but its place."""
        return msgspec.structs.replace(definition, type="", position=0)


def _others(id: ObjectId, context: Context) -> Iterator[tuple[ObjectId, CompositeAttribute]]:
    for fact in context.children.get(id, ()):
        if isinstance(fact.definition, CompositeAttribute):
            yield fact.id, fact.definition


def _typed(new: CompositeAttribute) -> sql.Composable:
    if not new.collation:
        return raw_sql(new.type)
    return compose("{} collate {}", raw_sql(new.type), ident(*new.collation))


def _clause(id: ObjectId, new: CompositeAttribute) -> sql.Composed:
    return compose("{} {}", ident(id.name[2]), _typed(new))


def _written(id: ObjectId, what: str) -> HazardNote:
    which = f"Functions and programs that write rows of type {relation_name(id.name)} as it is now"
    sentence = f"{which} fail from then on: {what}."
    return HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, sentence)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("column {}", ident(*id.name)), comment)
