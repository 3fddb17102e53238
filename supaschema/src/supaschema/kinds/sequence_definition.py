"""A sequence's definition: what the server takes where nothing is said, and how the catalog is read."""

from __future__ import annotations

from typing import LiteralString, TypeVar

import msgspec

from supaschema.core.model import Definition
from supaschema.core.type_names import canonical_type
from supaschema.kinds.column_options import largest

T = TypeVar("T")


class Sequence(Definition, frozen=True, kw_only=True):
    """A sequence's definition. What says nothing of a property keeps it; of a new sequence it is the server's.

    Attributes:
        type: The type of its values.
        start: The first value.
        increment: What is added for the next value.
        minimum: The smallest value.
        maximum: The largest value.
        cache: How many values a session takes ahead.
        cycle: Whether it begins again after the last value.
        owned_by: Schema, table and column that it goes with; empty: none.
        unlogged: Whether a crash may set it back.
        owner: The role that owns it.
        comment: Its comment.

    """

    type: str | None = None
    start: int | None = None
    increment: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    cache: int | None = None
    cycle: bool | None = None
    owned_by: tuple[str, ...] | None = None
    unlogged: bool | None = None
    owner: str | None = None
    comment: str | None = None


CATALOG: LiteralString = """
    select array[n.nspname, c.relname]::text[],
           pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
             'type', pg_catalog.format_type(s.seqtypid, null),
             'start', s.seqstart,
             'increment', s.seqincrement,
             'minimum', s.seqmin,
             'maximum', s.seqmax,
             'cache', s.seqcache,
             'cycle', s.seqcycle,
             'owned_by', coalesce((
                select pg_catalog.jsonb_build_array(tn.nspname, t.relname, a.attname)
                  from pg_catalog.pg_depend d
                  join pg_catalog.pg_class t on t.oid = d.refobjid
                  join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
                  join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
                 where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
                   and d.refclassid = 'pg_catalog.pg_class'::regclass and d.deptype = 'a'), '[]'),
             'unlogged', c.relpersistence = 'u',
             'owner', pg_catalog.pg_get_userbyid(c.relowner),
             'comment', pg_catalog.obj_description(c.oid, 'pg_class'))),
           'pg_catalog.pg_class'::regclass::oid, c.oid, 0
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_sequence s on s.seqrelid = c.oid
     where c.relkind = 'S' and {scope}
       and not exists (select from pg_catalog.pg_depend d
                        where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'i')
"""
"""An identity's sequence is a part of its column (`kinds/column_identity.py`)."""


def usual(type: str, increment: int) -> tuple[int, int]:
    """Return the smallest and the largest value where nothing is said (PostgreSQL documentation, CREATE SEQUENCE)."""
    limit = largest(type)
    return (1, limit) if increment > 0 else (-limit - 1, -1)


def resolved(declared: Sequence, live: Sequence | None) -> Sequence:
    """Return a declared sequence with what it says nothing of: as it is live, else as the server takes it.

    A limit, or a first value, that is as by itself stays so: it is that of the new type and direction.
    """
    known = live or Sequence()
    type = canonical_type(declared.type or known.type or "bigint")
    increment = declared.increment or known.increment or 1
    least, most = usual(type, increment)
    usual_then = (None, None) if live is None else usual(live.type or "bigint", live.increment or 1)
    minimum = _limit(declared.minimum, known.minimum, usual_then[0], least)
    maximum = _limit(declared.maximum, known.maximum, usual_then[1], most)
    rises = increment > 0
    began = known.minimum if (known.increment or 1) > 0 else known.maximum
    return msgspec.structs.replace(
        declared,
        type=type,
        increment=increment,
        minimum=minimum,
        maximum=maximum,
        start=_limit(declared.start, known.start, began, minimum if rises else maximum),
        cache=_first(declared.cache, known.cache) or 1,
        cycle=bool(_first(declared.cycle, known.cycle)),
        unlogged=bool(_first(declared.unlogged, known.unlogged)),
        owned_by=declared.owned_by if declared.owned_by is not None else known.owned_by or (),
        owner=declared.owner or known.owner,
    )


def _limit(declared: int | None, live: int | None, usual_then: int | None, usual_now: int) -> int:
    if declared is not None:
        return declared
    return usual_now if live is None or live == usual_then else live


def _first(declared: T | None, live: T | None) -> T | None:
    return live if declared is None else declared
