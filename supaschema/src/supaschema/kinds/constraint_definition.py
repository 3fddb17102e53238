"""A constraint's definition, as the catalog has it and as ALTER TABLE takes it."""

from __future__ import annotations

from typing import LiteralString

import msgspec
from psycopg import sql

from supaschema.core.model import Inheritable
from supaschema.core.sqltext import compose, ident, idents, raw_sql
from supaschema.kinds.index_keys import KEYS, OPTIONS, Key, bare_keys, key_clauses, resolved_keys, with_options

NO_ACTION = "NO ACTION"
NOT_DEFERRABLE = "NOT DEFERRABLE"
_DEFERRABLE: dict[str, LiteralString] = {
    "INITIALLY IMMEDIATE": " deferrable",
    "INITIALLY DEFERRED": " deferrable initially deferred",
}


class Constraint(Inheritable, frozen=True, kw_only=True):
    """A constraint's definition. Where None is no value of a property, it is as it is live, or the server's default.

    Attributes:
        type: `p` primary key, `u` unique, `c` check, `f` foreign key, `x` exclusion (pg_constraint.contype).
        columns: The constrained columns; empty for a check and an exclusion constraint.
        expression: A check's expression.
        no_inherit: Whether children of the table do without a check; None: not said.
        references: A foreign key's referenced table, `schema.table`.
        referenced_columns: A foreign key's referenced columns.
        on_delete: A foreign key's action.
        on_delete_columns: The columns that it sets; empty: all; None: not said.
        on_update: A foreign key's action when the referenced key changes; None: not said.
        match: `SIMPLE` or `FULL`; None: not said.
        nulls_distinct: False for UNIQUE NULLS NOT DISTINCT.
        period: Whether the last column is a range: WITHOUT OVERLAPS, or a foreign key's PERIOD.
        include: Columns that its index carries; None: not said.
        method: An exclusion constraint's access method.
        keys: What an exclusion constraint compares, each with its operator.
        where: An exclusion constraint's condition.
        options: Storage options of its index; None: not said.
        deferrable: `NOT DEFERRABLE`, `INITIALLY IMMEDIATE` or `INITIALLY DEFERRED`; None: not said.
        validated: False while rows that exist are not proven.
        enforced: False where it is checked for no row.
        comment: Its comment; empty: none; None: not said.
        index_comment: The comment of its index, likewise.
        clustered: Whether the table is clustered on its index. Kept, not compared.
        replica_identity: Whether its index tells a subscriber which row changed. Kept, not compared.
        text: What the server prints, for putting back one that was there before. No property to compare.

    """

    type: str
    columns: tuple[str, ...] = ()
    expression: str | None = None
    no_inherit: bool | None = None
    references: str | None = None
    referenced_columns: tuple[str, ...] = ()
    on_delete: str | None = None
    on_delete_columns: tuple[str, ...] | None = None
    on_update: str | None = None
    match: str | None = None
    nulls_distinct: bool = True
    period: bool = False
    include: tuple[str, ...] | None = None
    method: str | None = None
    keys: tuple[Key, ...] = ()
    where: str | None = None
    options: dict[str, str] | None = None
    deferrable: str | None = None
    validated: bool = True
    enforced: bool = True
    comment: str | None = None
    index_comment: str | None = None
    clustered: bool = False
    replica_identity: bool = False
    text: str | None = None

    def key_columns(self) -> tuple[str, ...]:
        """Return its columns, if it is a primary key or unique, and checked at once."""
        is_key = self.type in "pu" and not self.period and self.deferrable in (None, NOT_DEFERRABLE)
        return self.columns if is_key else ()


_UNSAID = ("no_inherit", "on_update", "match", "include", "options", "deferrable", "comment", "index_comment")
"""What a declaration may leave as it is live."""

_APART = ("comment", "index_comment", "clustered", "replica_identity", "text", "inherited", "attached_to")
"""What may differ in two constraints that are the same."""

_ACTION: LiteralString = """case {action}
    when 'a' then 'NO ACTION' when 'r' then 'RESTRICT' when 'c' then 'CASCADE'
    when 'n' then 'SET NULL' when 'd' then 'SET DEFAULT' end"""

_NAMES: LiteralString = """(
    select coalesce(jsonb_agg(a.attname order by u.ordinality), '[]')
      from unnest({numbers}) with ordinality u(attnum, ordinality)
      join pg_catalog.pg_attribute a on a.attrelid = {relation} and a.attnum = u.attnum)"""

# What one version of the server has and another lacks is found beside the row where the row has no such column.
QUERY: LiteralString = f"""
    select array[n.nspname, c.relname, k.conname]::text[],
           jsonb_strip_nulls(jsonb_build_object(
             'type', k.contype,
             'columns', case when k.contype not in ('c', 'x')
                then {_NAMES.format(numbers="k.conkey", relation="c.oid")} end,
             'expression', pg_catalog.pg_get_expr(k.conbin, k.conrelid),
             'no_inherit', case when k.contype = 'c' then k.connoinherit end,
             'references', rn.nspname || '.' || rc.relname,
             'nulls_distinct', not coalesce(i.indnullsnotdistinct, false),
             'period', newer.conperiod,
             'validated', k.convalidated,
             'inherited', k.coninhcount > 0 or k.conparentid <> 0,
             'attached_to', case when k.conparentid <> 0 then (
                select jsonb_build_array(pn.nspname, pc.relname, pk.conname)
                  from pg_catalog.pg_constraint pk
                  join pg_catalog.pg_class pc on pc.oid = pk.conrelid
                  join pg_catalog.pg_namespace pn on pn.oid = pc.relnamespace
                 where pk.oid = k.conparentid) end,
             'enforced', newer.conenforced,
             'deferrable', case when k.contype = 'c' then null when k.condeferred then 'INITIALLY DEFERRED'
                when k.condeferrable then 'INITIALLY IMMEDIATE' else 'NOT DEFERRABLE' end,
             'comment', coalesce(pg_catalog.obj_description(k.oid, 'pg_constraint'), ''),
             'text', pg_catalog.pg_get_constraintdef(k.oid))
           || case when k.contype = 'f' then jsonb_build_object(
             'referenced_columns', {_NAMES.format(numbers="k.confkey", relation="k.confrelid")},
             'on_delete', {_ACTION.format(action="k.confdeltype")},
             'on_delete_columns', {_NAMES.format(numbers="k.confdelsetcols", relation="c.oid")},
             'on_update', {_ACTION.format(action="k.confupdtype")},
             'match', case k.confmatchtype when 'f' then 'FULL' else 'SIMPLE' end) else jsonb_build_object() end
           || case when i.indexrelid is not null then jsonb_build_object(
             'include', (
                select coalesce(jsonb_agg(a.attname order by p), '[]')
                  from pg_catalog.generate_series(i.indnkeyatts + 1, i.indnatts) p
                  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[p - 1]),
             'options', {OPTIONS.format(options="x.reloptions")},
             'index_comment', coalesce(pg_catalog.obj_description(x.oid, 'pg_class'), ''),
             'clustered', i.indisclustered,
             'replica_identity', i.indisreplident) else jsonb_build_object() end
           || case when k.contype = 'x' then jsonb_build_object(
             'method', m.amname,
             'keys', {KEYS.format(operators="k.conexclop")},
             'where', pg_catalog.pg_get_expr(i.indpred, i.indrelid)) else jsonb_build_object() end),
           'pg_catalog.pg_constraint'::regclass::oid, k.oid, 0
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_constraint k on k.conrelid = c.oid and k.contype in ('p', 'u', 'c', 'f', 'x')
      cross join (select false as conperiod, true as conenforced) as usual
      cross join lateral (select conperiod, conenforced from (select k.*) as own) as newer
      left join pg_catalog.pg_class rc on rc.oid = k.confrelid
      left join pg_catalog.pg_namespace rn on rn.oid = rc.relnamespace
      left join pg_catalog.pg_index i on i.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')
      left join pg_catalog.pg_class x on x.oid = i.indexrelid
      left join pg_catalog.pg_am m on m.oid = x.relam
     where c.relkind in ('r', 'p') and {{scope}}
       -- Not what the server adds to a foreign key for each partition of the table that it refers to.
       and not exists (select from pg_catalog.pg_constraint o
                        where o.oid = k.conparentid and o.conrelid = k.conrelid)
"""


def structure(definition: Constraint) -> Constraint:
    """Return a constraint without its texts, and without what is not compared."""
    return msgspec.structs.replace(
        definition,
        expression=None if definition.expression is None else "",
        keys=bare_keys(definition.keys),
        where=None if definition.where is None else "",
        clustered=False,
        replica_identity=False,
        text=None,
        inherited=False,
        attached_to=None,
    )


def changes(old: Constraint, new: Constraint) -> bool:
    """Return whether two constraints differ in more than comments."""
    # A text that the server sees no difference in is the live one by now.
    same = {name: getattr(old, name) for name in _APART}
    keys = tuple(
        msgspec.structs.replace(key, usual_opclass=other.usual_opclass)
        for key, other in zip(new.keys, old.keys, strict=False)
    )
    return msgspec.structs.replace(new, keys=keys + new.keys[len(keys) :], **same) != old


def resolved(declared: Constraint, live: Constraint) -> Constraint:
    """Return a declared constraint with what it does not say as it is live."""
    if declared.type != live.type:
        return declared
    kept = {name: getattr(live, name) for name in _UNSAID if getattr(declared, name) is None}
    if declared.on_delete_columns is None and declared.on_delete == live.on_delete:
        kept["on_delete_columns"] = live.on_delete_columns
    if declared.on_delete_columns is None and declared.on_delete != live.on_delete:
        kept["on_delete_columns"] = ()
    keys = resolved_keys(declared.keys, live.keys)
    kept |= {name: getattr(live, name) for name in ("clustered", "replica_identity", "attached_to")}
    return msgspec.structs.replace(declared, keys=keys, **kept)


def body(constraint: Constraint) -> sql.Composable:
    """Return what follows the constraint's name in ALTER TABLE, whether rows are proven aside."""
    # The server's own text does not give storage options, so what has an index is written from its parts.
    if constraint.text is not None and (constraint.type in "cf" or (constraint.type == "x" and not constraint.keys)):
        return raw_sql(constraint.text.removesuffix(" NOT VALID"))
    enforced = sql.SQL("" if constraint.enforced else " not enforced")
    return compose("{}{}{}", _rule(constraint), deferral(constraint), enforced)


def deferral(constraint: Constraint) -> sql.Composable:
    """Return the clause that says when it is checked; nothing where that is at once."""
    return sql.SQL(_DEFERRABLE.get(constraint.deferrable or NOT_DEFERRABLE, ""))


def index_clauses(constraint: Constraint) -> sql.Composed:
    """Return what follows the keys of its index."""
    include = compose(" include ({})", idents(constraint.include)) if constraint.include else sql.SQL("")
    return compose("{}{}", include, with_options(constraint.options))


def _rule(constraint: Constraint) -> sql.Composable:
    match constraint.type:
        case "p":
            return compose("primary key ({}){}", _columns(constraint), index_clauses(constraint))
        case "u":
            nulls = sql.SQL("" if constraint.nulls_distinct else " nulls not distinct")
            return compose("unique{} ({}){}", nulls, _columns(constraint), index_clauses(constraint))
        case "c":
            inherit = sql.SQL(" no inherit" if constraint.no_inherit else "")
            return compose("check ({}){}", raw_sql(constraint.expression or "true"), inherit)
        case "x":
            where = compose(" where ({})", raw_sql(constraint.where)) if constraint.where is not None else sql.SQL("")
            method, keys = ident(constraint.method or "gist"), key_clauses(constraint.keys)
            return compose("exclude using {} ({}){}{}", method, keys, index_clauses(constraint), where)
        case _:
            return _foreign_key(constraint)


def _foreign_key(constraint: Constraint) -> sql.Composed:
    only = compose(" ({})", idents(constraint.on_delete_columns)) if constraint.on_delete_columns else sql.SQL("")
    update = constraint.on_update or NO_ACTION
    return compose(
        "foreign key ({}) references {} ({}){} on delete {}{}{}",
        _columns(constraint),
        ident(*(constraint.references or "").split(".", 1)),
        _period(constraint.referenced_columns) if constraint.period else idents(constraint.referenced_columns),
        sql.SQL(" match full" if constraint.match == "FULL" else ""),
        raw_sql((constraint.on_delete or NO_ACTION).lower()),
        only,
        compose(" on update {}", raw_sql(update.lower())) if update != NO_ACTION else sql.SQL(""),
    )


def _columns(constraint: Constraint) -> sql.Composed:
    if not constraint.period:
        return idents(constraint.columns)
    if constraint.type == "f":
        return _period(constraint.columns)
    return compose("{} without overlaps", idents(constraint.columns))


def _period(columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join((*(ident(name) for name in columns[:-1]), compose("period {}", ident(columns[-1]))))
