"""Range types: the server changes no more than their names, so with other bounds one is made anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from psycopg import sql

from supaschema.core.errors import DependencyError
from supaschema.core.model import Definition, ObjectId, Statement, Steps
from supaschema.core.sqltext import Name, compose, ident, raw_sql, relation_name
from supaschema.core.type_names import argument_type, canonical_type
from supaschema.kinds.base import Context, Family, Kind, SqlField, SqlFieldKind
from supaschema.kinds.comments import commented
from supaschema.kinds.owner import given_to_owner
from supaschema.kinds.referred_types import collations_of, types_of
from supaschema.kinds.renaming import relation_named, renamed_and_moved, renaming
from supaschema.kinds.type_uses import require_no_columns, standing


class RangeType(Definition, frozen=True, kw_only=True):
    """A range type. Names have their schema where that is not pg_catalog.

    Attributes:
        subtype: The type of its bounds.
        opclass: The name of the operator class; None: the subtype's default.
        collation: The collation's name; None: the subtype's.
        subtype_diff: The name of the function that tells how far bounds are apart; None: none.
        canonical: The name of the function that writes a range in one way; None: none. No declaration speaks of it.
        multirange: Schema and name of its multirange type. What says nothing of it keeps it.
        owner: The role that owns it. What says nothing of it keeps it.
        comment: Its comment.

    """

    subtype: str
    opclass: Name | None = None
    collation: Name | None = None
    subtype_diff: Name | None = None
    canonical: Name | None = None
    multirange: Name | None = None
    owner: str | None = None
    comment: str | None = None


class RangeTypeKind(Kind[RangeType]):
    """Range types, named `(schema, type)`."""

    name = "range_type"
    definition = RangeType
    family = Family.TYPE
    addressed = True
    query = """
        select array[n.nspname, t.typname]::text[],
               pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                 'subtype', pg_catalog.format_type(b.oid, null),
                 'opclass', (
                    select pg_catalog.to_jsonb(pg_catalog.array_remove(
                             array[nullif(x.nspname, 'pg_catalog'), o.opcname]::text[], null))
                      from pg_catalog.pg_opclass o join pg_catalog.pg_namespace x on x.oid = o.opcnamespace
                     where o.oid = g.rngsubopc and not o.opcdefault),
                 'collation', (
                    select pg_catalog.to_jsonb(pg_catalog.array_remove(
                             array[nullif(x.nspname, 'pg_catalog'), o.collname]::text[], null))
                      from pg_catalog.pg_collation o join pg_catalog.pg_namespace x on x.oid = o.collnamespace
                     where o.oid = g.rngcollation and g.rngcollation <> b.typcollation),
                 'subtype_diff', (
                    select pg_catalog.to_jsonb(pg_catalog.array_remove(
                             array[nullif(x.nspname, 'pg_catalog'), o.proname]::text[], null))
                      from pg_catalog.pg_proc o join pg_catalog.pg_namespace x on x.oid = o.pronamespace
                     where o.oid = g.rngsubdiff),
                 'canonical', (
                    select pg_catalog.to_jsonb(pg_catalog.array_remove(
                             array[nullif(x.nspname, 'pg_catalog'), o.proname]::text[], null))
                      from pg_catalog.pg_proc o join pg_catalog.pg_namespace x on x.oid = o.pronamespace
                     where o.oid = g.rngcanonical),
                 'multirange', (
                    select pg_catalog.jsonb_build_array(x.nspname, o.typname)
                      from pg_catalog.pg_type o join pg_catalog.pg_namespace x on x.oid = o.typnamespace
                     where o.oid = g.rngmultitypid),
                 'owner', pg_catalog.pg_get_userbyid(t.typowner),
                 'comment', pg_catalog.obj_description(t.oid, 'pg_type'))),
               'pg_catalog.pg_type'::regclass::oid, t.oid, 0
          from pg_catalog.pg_type t
          join pg_catalog.pg_namespace n on n.oid = t.typnamespace
          join pg_catalog.pg_range g on g.rngtypid = t.oid
          join pg_catalog.pg_type b on b.oid = g.rngsubtype
         where {scope}
    """

    def create(self, id: ObjectId, new: RangeType, context: Context) -> Steps:
        """Create it."""
        comment = (_comment_on(id, new.comment),) if new.comment else ()
        return Steps((Statement(_make(id, new)), *comment, *_given(id, None, new, context)))

    def alter(self, id: ObjectId, old: RangeType, new: RangeType, context: Context) -> Steps | None:
        """Change whose it is, and its comment; None where it is to be another range."""
        if not _is_same(old, new):
            multirange = () if old.multirange is None else (ObjectId(self.name, old.multirange),)
            require_no_columns(id, (id, *multirange), context, "it cannot be another range")
            if old.canonical is not None:
                raise DependencyError(
                    f"it has the canonical function {'.'.join(old.canonical)}, with which no statement makes it anew.",
                    where=str(id),
                    remedy="Nothing was changed. Declare it as it is, or make another type.",
                )
            return None
        comment = (_comment_on(id, new.comment),) if old.comment != new.comment else ()
        return Steps((*comment, *_given(id, old, new, context)))

    def drop(self, id: ObjectId, old: RangeType, context: Context) -> Steps:
        """Drop it with its multirange type; the server refuses while something is of one of them."""
        unfit = (standing(id),) if id in context.fresh else ()
        return Steps((Statement(compose("drop type {}", ident(*id.name))),), unfit)

    def rename(self, old: ObjectId, new: ObjectId) -> tuple[Statement, ...]:
        """Rename it, and move it to its schema; its constructors and its multirange type keep their names."""
        notes = (renaming(f"type {relation_name(old.name)}"),)
        return tuple(Statement(query, hazards=notes) for query in renamed_and_moved("type", old, new))

    def taken(self, id: ObjectId, definition: RangeType) -> sql.Composable:
        """Return the query for the relation or type of its name."""
        return relation_named(*id.name)

    def like(self, old: RangeType, new: RangeType) -> bool:
        """Return whether they are of the same bounds."""
        return _is_same(msgspec.structs.replace(old, multirange=new.multirange), new)

    def recreatable(self, definition: RangeType) -> bool:
        """It stays while something changes beneath: columns of it would stay as they are."""
        return False

    def brings(self, id: ObjectId, definition: RangeType) -> tuple[ObjectId, ...]:
        """Return its multirange type, as if that were a range."""
        return (ObjectId(self.name, definition.multirange or usual_multirange(id.name)),)

    def references(self, id: ObjectId, definition: RangeType) -> tuple[ObjectId, ...]:
        """Return the type of its bounds, their collation, and the function that tells how far they are apart."""
        named = (*types_of(definition.subtype), *collations_of(definition.collation))
        if definition.subtype_diff is None:
            return named
        type = argument_type(definition.subtype)
        return (*named, ObjectId("function", (*definition.subtype_diff, f"{type}, {type}")))

    def stands_on(self, id: ObjectId, definition: RangeType) -> tuple[tuple[str, ...], ...]:
        """Return it with its schema, and its function with that one's."""
        own = super().stands_on(id, definition)
        if definition.subtype_diff is None or not definition.subtype_diff[1:]:
            return own
        schema, name = definition.subtype_diff
        return (*own, ("schema", schema), ("routine", schema, name))

    def dry_run(self, id: ObjectId, definition: RangeType) -> tuple[sql.Composable, ...]:
        """The same type in the session's own schema."""
        trial = ObjectId(self.name, ("pg_temp", "supaschema_trial"))
        return (_make(trial, msgspec.structs.replace(definition, multirange=None)),)

    def sql_fields(self, id: ObjectId, definition: RangeType) -> Mapping[str, SqlField]:
        """The type of its bounds."""
        return {"subtype": SqlField(SqlFieldKind.TYPE, definition.subtype)}

    def structure(self, definition: RangeType) -> Definition:
        """Return all but the text."""
        return msgspec.structs.replace(definition, subtype="")

    def resolve(self, id: ObjectId, declared: RangeType, live: RangeType | None, context: Context) -> RangeType:
        """Keep what the declaration says nothing of."""
        if live is None:
            return declared
        kept = {name: getattr(declared, name) or getattr(live, name) for name in ("canonical", "multirange", "owner")}
        return msgspec.structs.replace(declared, **kept)


def usual_multirange(name: Name) -> Name:
    """Return schema and name of the multirange type that the server makes with a range, where nobody chooses them."""
    schema, own = name
    return schema, own.replace("range", "multirange", 1) if "range" in own else f"{own}_multirange"


def _is_same(one: RangeType, other: RangeType) -> bool:
    alike = canonical_type(one.subtype) == canonical_type(other.subtype)
    names = ("opclass", "collation", "subtype_diff", "canonical", "multirange")
    return alike and all(getattr(one, name) == getattr(other, name) for name in names)


def _make(id: ObjectId, new: RangeType) -> sql.Composed:
    parts = [compose("subtype = {}", raw_sql(new.subtype))]
    for word, name in (
        ("subtype_opclass", new.opclass),
        ("collation", new.collation),
        ("canonical", new.canonical),
        ("subtype_diff", new.subtype_diff),
        ("multirange_type_name", new.multirange),
    ):
        if name is not None:
            parts.append(compose("{} = {}", raw_sql(word), ident(*name)))
    return compose("create type {} as range ({})", ident(*id.name), sql.SQL(", ").join(parts))


def _given(id: ObjectId, old: RangeType | None, new: RangeType, context: Context) -> Iterator[Statement]:
    return given_to_owner(compose("type {}", ident(*id.name)), old.owner if old else None, new.owner, context)


def _comment_on(id: ObjectId, comment: str | None) -> Statement:
    return commented(compose("type {}", ident(*id.name)), comment)
