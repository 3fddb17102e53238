"""An enum type that is made anew, for a label goes or they are ordered anew: its columns are changed along.

The server takes no label away (PostgreSQL documentation, "Enumerated Types"). So the type gets a helper's name, another
one is made under its own, and each table with columns of it is rewritten once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from psycopg import sql

from supaschema.core.errors import DependencyError
from supaschema.core.model import Definition, Hazard, HazardNote, Lock, ObjectId, Precondition, Statement, Steps
from supaschema.core.sqltext import Name, compose, ident, literal, raw_sql, relation_name
from supaschema.core.type_names import qualified
from supaschema.kinds.base import Context
from supaschema.kinds.column_default import uncollated
from supaschema.kinds.column_definition import Column
from supaschema.kinds.column_locks import rewriting
from supaschema.kinds.column_options import set_options
from supaschema.kinds.enum_definition import EnumType
from supaschema.kinds.helper_names import Helper, helper_name
from supaschema.kinds.rebuilt_indexes import statistics_again


def is_of(type: str, id: ObjectId) -> bool:
    """Return whether a column's type, as the server prints it, is the enum type or an array of it."""
    return qualified(type) == id.name


def set_apart(id: ObjectId) -> Statement:
    """Return what gives the type its helper's name."""
    return Statement(compose("alter type {} rename to {}", ident(*id.name), ident(_helper(id)[1])))


def taken_along(id: ObjectId, old: EnumType, new: EnumType, context: Context) -> Steps:
    """Return what turns the columns of the former type into those of the new one, and drops the former.

    Raises:
        DependencyError: A label goes which something names that stays.

    """
    _require_unnamed(id, old, new, context)
    return Steps(tuple(_turned(id, old, new, context)), tuple(_preconditions(id, old, new, context)))


def _turned(id: ObjectId, old: EnumType, new: EnumType, context: Context) -> Iterator[Statement]:
    notes = tuple(_notes(id, old, new))
    for table, columns in _by_table(id, context).items():
        actions = sql.SQL(", ").join(part for name, column in columns for part in _actions(id, name, column, context))
        query = compose("alter table {} {}", ident(*table), actions)
        what = f"Making {relation_name(id.name)} anew rewrites {relation_name(table)}"
        rewritten = HazardNote(Hazard.REWRITES_TABLE, f"{what}; nobody reads or writes it meanwhile.")
        yield Statement(query, locks=tuple(_locks(table, context)), hazards=(rewritten, *notes))
        notes = ()
        for name, column in columns:
            reset = msgspec.structs.replace(column, storage=None, compression=None)
            yield from set_options(name, reset, column, context.major)
            yield from statistics_again(name, context)
    yield Statement(compose("drop type {}", ident(*_helper(id))), hazards=notes)


def _preconditions(id: ObjectId, old: EnumType, new: EnumType, context: Context) -> Iterator[Precondition]:
    # What must not be found: rows with a label that goes, and what the server does not turn along.
    gone = [label for label in old.labels if label not in new.labels]
    columns = [pair for pairs in _by_table(id, context).values() for pair in pairs]
    for name, column in columns if gone else ():
        yield _rows_with(name, column, gone)
    yield _stuck(id, context)


def _require_unnamed(id: ObjectId, old: EnumType, new: EnumType, context: Context) -> None:
    for label in (label for label in old.labels if label not in new.labels):
        constant = literal(label).as_string() + "::"
        for other in sorted(other for other, beneath in context.aside.items() if _stands_on(other, id, context)):
            definition = context.becoming.get(other, context.live[other])
            if definition is not None and any(constant in text for text in _texts(definition)):
                raise DependencyError(
                    f"{other} names its label '{label}', which goes.",
                    where=str(id),
                    remedy=f"Nothing was changed. Declare {other} without it: in one ObjectSet with the type, or in a "
                    "deployment before.",
                )


def _helper(id: ObjectId) -> Name:
    return id.name[0], helper_name(id.name, Helper.GOING)


def _stands_on(other: ObjectId, id: ObjectId, context: Context) -> bool:
    while other in context.aside:
        other = context.aside[other]
    return other == id


def _texts(value: Definition) -> Iterator[str]:
    waiting: list[object] = [msgspec.to_builtins(value)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list | tuple):
            waiting += item


def _by_table(id: ObjectId, context: Context) -> dict[Name, list[tuple[ObjectId, Column]]]:
    # What is another table's changes along with that.
    found: dict[Name, list[tuple[ObjectId, Column]]] = {}
    for name in sorted(name for name, beneath in context.aside.items() if beneath == id):
        column = context.live[name]
        if isinstance(column, Column) and is_of(column.type, id) and not column.inherited and not column.generated:
            found.setdefault(name.name[:2], []).append((name, column))
    return found


def _actions(id: ObjectId, of: ObjectId, column: Column, context: Context) -> Iterator[sql.Composed]:
    name, type = ident(of.name[2]), raw_sql(column.type)
    becoming = context.becoming.get(of, column)
    if column.default is not None:
        yield compose("alter column {} drop default", name)
    yield compose("alter column {} type {} using {}::text::{}", name, type, name, type)
    # One that leaves the type gets its default as it does.
    stays = isinstance(becoming, Column) and is_of(becoming.type, id)
    if column.default is not None and isinstance(becoming, Column) and stays and becoming.default is not None:
        yield compose("alter column {} set default {}", name, raw_sql(uncollated(becoming.default)))


def _locks(table: Name, context: Context) -> Iterator[Lock]:
    for name in (relation_name(table), *context.below.get(relation_name(table), ())):
        schema, _, relation = name.partition(".")
        yield rewriting(ObjectId("column", (schema, relation)))


def _notes(id: ObjectId, old: EnumType, new: EnumType) -> Iterator[HazardNote]:
    type = relation_name(id.name)
    gone = [f"'{label}'" for label in old.labels if label not in new.labels]
    if gone:
        what = f"Functions and programs that say {', '.join(gone)} for a value of {type} fail from then on."
        yield HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, what)
    if [it for it in old.labels if it in new.labels] != [it for it in new.labels if it in old.labels]:
        what = f"Values of {type} are in another order from then on, wherever they are compared or sorted."
        yield HazardNote(Hazard.CORRECTNESS, what)


def _rows_with(id: ObjectId, column: Column, gone: Iterable[str]) -> Precondition:
    name, labels = ident(id.name[2]), literal(list(gone))
    is_array = column.type.endswith("[]")
    condition = compose("{}::text[] && {}::text[]" if is_array else "{}::text = any ({}::text[])", name, labels)
    shown = ", ".join(f"'{label}'" for label in gone)
    return Precondition(
        f"rows of {relation_name(id.name)} hold {shown} in {id.name[2]}, which is to be no label of its type",
        compose("select * from {} where {}", ident(*id.name[:2]), condition),
    )


def _stuck(id: ObjectId, context: Context) -> Precondition:
    own = [name for name, column in context.live.items() if isinstance(column, Column) and is_of(column.type, id)]
    known = [compose("({}, {}, {})", *map(literal, name.name)) for name in own]
    is_known = (
        compose("(n.nspname, c.relname, a.attname) in ({})", sql.SQL(", ").join(known)) if known else sql.SQL("false")
    )
    return Precondition(
        f"objects stand on {relation_name(id.name)}, and the server does not change them along",
        compose(_STUCK, schema=literal(id.name[0]), name=literal(id.name[1]), is_known=is_known),
    )


# Views, policies, checks, functions and what else is modelled steps aside. Of a foreign key both sides would have to
# change at once, and what tells partitions apart never changes.
_STUCK = """
    select pg_catalog.pg_describe_object(found.class, found.object, found.part)
      from pg_catalog.pg_type t
      join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
     cross join lateral (
       select d.classid, d.objid, d.objsubid
         from pg_catalog.pg_depend d
         left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.objid
         left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid
         left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.objid
        where d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid in (t.oid, t.typarray)
          and d.deptype = 'n'
          and (d.classid in ('pg_catalog.pg_type'::pg_catalog.regclass, 'pg_catalog.pg_cast'::pg_catalog.regclass,
                             'pg_catalog.pg_operator'::pg_catalog.regclass,
                             'pg_catalog.pg_opclass'::pg_catalog.regclass, 'pg_catalog.pg_amop'::pg_catalog.regclass,
                             'pg_catalog.pg_amproc'::pg_catalog.regclass)
               or c.relkind in ('c', 'f') or (c.relkind in ('r', 'p') and d.objsubid > 0 and not {is_known})
               or p.prokind <> 'f')
       union all
       select 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, 0
         from pg_catalog.pg_constraint k
        where k.contype = 'f' and exists (
                select from pg_catalog.pg_attribute a
                 where a.attrelid = k.conrelid and a.attnum = any (k.conkey) and a.atttypid in (t.oid, t.typarray))
       union all
       select 'pg_catalog.pg_class'::pg_catalog.regclass, p.partrelid, a.attnum
         from pg_catalog.pg_partitioned_table p
         join pg_catalog.pg_attribute a on a.attrelid = p.partrelid and a.attnum = any (p.partattrs::smallint[])
        where a.atttypid in (t.oid, t.typarray)
     ) as found(class, object, part)
     where tn.nspname = {schema} and t.typname = {name}"""
