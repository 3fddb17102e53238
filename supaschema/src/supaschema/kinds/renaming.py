"""How objects of several kinds get another name, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from psycopg import sql

from supaschema.core.model import Hazard, HazardNote, ObjectId
from supaschema.core.sqltext import compose, ident, literal, raw_sql

_DECORATION = re.compile(
    r"""::[\w."]+(?:\s+(?:varying|precision|with(?:out)?\s+time\s+zone))?(?:\[\])* | [\s()";]+ | \bas\b""", re.VERBOSE
)
"""What the server adds to a text, or writes in another way."""


def renaming(what: str) -> HazardNote:
    """Return the note: the server renames it in what it parsed, not in texts."""
    sentence = (
        f"Functions and programs that name {what} fail from then on; views, policies and keys follow by themselves."
    )
    return HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, sentence)


def roughly_alike(one: str | None, other: str | None) -> bool:
    """Return whether a declared and a live text may say the same: parentheses, casts and case aside."""
    return _rough(one) == _rough(other)


def _rough(text: str | None) -> str | None:
    return None if text is None else _DECORATION.sub("", text.lower())


def renamed_and_moved(what: str, old: ObjectId, new: ObjectId, arguments: str | None = None) -> Iterator[sql.Composed]:
    """Yield the statements that give an object another name, and then another schema, as far as they differ.

    Args:
        what: The word of ALTER for it.
        old: What it was called.
        new: What it is called.
        arguments: Of a routine, the types that tell it from others of its name.

    """
    tail = sql.SQL("") if arguments is None else compose("({})", raw_sql(arguments))
    if old.name[1] != new.name[1]:
        yield compose("alter {} {}{} rename to {}", raw_sql(what), ident(*old.name[:2]), tail, ident(new.name[1]))
    if old.name[0] != new.name[0]:
        place = ident(old.name[0], new.name[1])
        yield compose("alter {} {}{} set schema {}", raw_sql(what), place, tail, ident(new.name[0]))


def relation_named(schema: str, name: str) -> sql.Composed:
    """Return the query for what has a name among a schema's relations, and the types that they bring along."""
    return compose(
        """select pg_catalog.pg_describe_object('pg_catalog.pg_class'::regclass, c.oid, 0)
             from pg_catalog.pg_class c
             join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname = {schema} and c.relname = {name}
            union all
           select pg_catalog.pg_describe_object('pg_catalog.pg_type'::regclass, t.oid, 0)
             from pg_catalog.pg_type t
             join pg_catalog.pg_namespace n on n.oid = t.typnamespace
            where n.nspname = {schema} and t.typname = {name} and t.typrelid = 0 and t.typcategory <> 'A'""",
        schema=literal(schema),
        name=literal(name),
    )


def along_to_schema(schema: str, name: str, other: str) -> sql.Composed:
    """Return the query for indexes and owned sequences of a relation whose names something has in another schema."""
    return compose(
        """select pg_catalog.pg_describe_object('pg_catalog.pg_class'::regclass, part.oid, 0),
                  pg_catalog.pg_describe_object('pg_catalog.pg_class'::regclass, c.oid, 0)
             from pg_catalog.pg_class r
             join pg_catalog.pg_namespace n on n.oid = r.relnamespace
             join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = r.oid
             left join pg_catalog.pg_depend k on d.classid = 'pg_catalog.pg_constraint'::regclass
              and k.refclassid = d.classid and k.refobjid = d.objid and k.deptype = 'i'
             join pg_catalog.pg_class part on part.relkind in ('i', 'I', 'S') and part.relnamespace = r.relnamespace
              and part.oid = case d.refclassid when d.classid then d.objid when k.classid then k.objid end
             join pg_catalog.pg_class c on c.relname = part.relname
             join pg_catalog.pg_namespace o on o.oid = c.relnamespace
            where d.deptype in ('a', 'i') and n.nspname = {} and r.relname = {} and o.nspname = {}""",
        *map(literal, (schema, name, other)),
    )


def constraint_named(schema: str, relation: str, name: str) -> sql.Composed:
    """Return the query for what has a name among a relation's constraints."""
    return compose(
        """select pg_catalog.pg_describe_object('pg_catalog.pg_constraint'::regclass, k.oid, 0)
             from pg_catalog.pg_constraint k
             join pg_catalog.pg_class c on c.oid = k.conrelid
             join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname = {} and c.relname = {} and k.conname = {}""",
        *map(literal, (schema, relation, name)),
    )


def routine_named(schema: str, name: str, arguments: str) -> sql.Composed:
    """Return the query for what has a name among a schema's routines of the same arguments."""
    return compose(
        """select pg_catalog.pg_describe_object('pg_catalog.pg_proc'::regclass, p.oid, 0)
             from pg_catalog.pg_proc p
             join pg_catalog.pg_namespace n on n.oid = p.pronamespace
            where n.nspname = {} and p.proname = {} and pg_catalog.array_to_string(array(
                  select pg_catalog.format_type(u.type, null)
                    from unnest(p.proargtypes) with ordinality u(type, place)
                   order by u.place), ', ') = {}""",
        *map(literal, (schema, name, arguments)),
    )
