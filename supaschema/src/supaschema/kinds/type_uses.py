"""What is of a type that the server changes only while nothing is of it."""

from __future__ import annotations

from collections.abc import Iterable

from supaschema.core.errors import DependencyError
from supaschema.core.model import ObjectId, Precondition
from supaschema.core.sqltext import compose, ident, relation_name
from supaschema.kinds.base import Context
from supaschema.kinds.referred_types import types_of


def require_no_columns(id: ObjectId, types: Iterable[ObjectId], context: Context, what: str) -> None:
    """Refuse a change while columns are of a type, or of a domain over it.

    Args:
        id: The type, or a part of it.
        types: The type, and what comes with it.
        context: What stands on what changes.
        what: What cannot be, in words.

    Raises:
        DependencyError: Columns are of it.

    """
    columns = columns_of(id, types, context)
    if columns:
        raise DependencyError(
            f"{what} while columns are of the type: {', '.join(columns)}.",
            where=str(id),
            remedy="Nothing was changed. Make another type, give the columns that type, and drop this one then.",
        )


def columns_of(id: ObjectId, types: Iterable[ObjectId], context: Context) -> list[str]:
    """Return the columns that are of a type, or of a domain over it, sorted.

    Args:
        id: The type, or a part of it.
        types: The type, and what comes with it.
        context: What stands on what changes.

    """
    seen, waiting = set(types), [id]
    columns = set[str]()
    while waiting:
        for above in context.edges.get(waiting.pop(), frozenset()) - seen:
            if above.kind == "domain":
                seen.add(above)
                waiting.append(above)
            elif above.kind == "column" and _is_of(above, seen, context):
                columns.add(str(above))
    return sorted(columns)


def _is_of(column: ObjectId, types: set[ObjectId], context: Context) -> bool:
    # Not where its default alone names one.
    return not types.isdisjoint(types_of(getattr(context.live.get(column), "type", "")))


def standing(id: ObjectId) -> Precondition:
    """Return the query for what no declaration can say and stands on a type that is to be made anew."""
    return Precondition(
        f"objects that no resource declares stand on type {relation_name(id.name)}, which is to be made anew",
        # As an identifier: it is asked before whatever the plan renames.
        compose(_STANDING, type=compose("pg_catalog.pg_typeof(null::{})", ident(*id.name[:2]))),
        shows_rows=True,
    )


# What is modelled steps aside, or is refused for. What makes a range's values is the range's own.
_STANDING = """
    select pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
      from pg_catalog.pg_type t
      join pg_catalog.pg_depend d
        on d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid in (t.oid, t.typarray)
       and d.deptype = 'n'
      left join pg_catalog.pg_type y on d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and y.oid = d.objid
      left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.objid
      left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.objid
     where (t.oid = {type} or t.oid in (select g.rngmultitypid from pg_catalog.pg_range g where g.rngtypid = {type}))
       and (y.typtype not in ('d', 'r') or c.relkind = 'f' or c.reloftype <> 0 or p.prokind = 'w'
            or d.classid in ('pg_catalog.pg_cast'::pg_catalog.regclass,
                             'pg_catalog.pg_operator'::pg_catalog.regclass,
                             'pg_catalog.pg_opclass'::pg_catalog.regclass,
                             'pg_catalog.pg_amop'::pg_catalog.regclass,
                             'pg_catalog.pg_amproc'::pg_catalog.regclass))
       and not exists (
             select from pg_catalog.pg_depend own
              where own.classid = d.classid and own.objid = d.objid and own.deptype = 'i')"""
