"""Constraints: primary keys, unique, check, foreign key, exclusion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import msgspec
from psycopg import sql

from supaschema.core.model import (
    Definition,
    Facts,
    Hazard,
    HazardNote,
    Lock,
    LockMode,
    Mode,
    ObjectId,
    Phase,
    Precondition,
    Statement,
    Steps,
)
from supaschema.core.sqltext import Name, compose, ident, idents, raw_sql, relation_name
from supaschema.kinds.base import Context, Family, Kind, SqlField, SqlFieldKind


class Constraint(Definition, frozen=True, kw_only=True):
    """A constraint's definition.

    Attributes:
        type: `p` primary key, `u` unique, `c` check, `f` foreign key, `x` exclusion (pg_constraint.contype).
        columns: The constrained columns; empty for a check.
        expression: A check's expression.
        references: A foreign key's referenced table, `schema.table`.
        referenced_columns: A foreign key's referenced columns.
        on_delete: A foreign key's action.
        nulls_distinct: False for UNIQUE NULLS NOT DISTINCT.
        validated: False while rows that exist are not proven.
        text: What the server prints, for putting back one that was there before. No property to compare.

    """

    type: str
    columns: tuple[str, ...] = ()
    expression: str | None = None
    references: str | None = None
    referenced_columns: tuple[str, ...] = ()
    on_delete: str | None = None
    nulls_distinct: bool = True
    validated: bool = True
    text: str | None = None


def is_foreign_key(definition: Definition) -> bool:
    """Return whether a definition is a foreign key's."""
    return isinstance(definition, Constraint) and definition.type == "f"


def primary_key(table: Name, live: Facts) -> tuple[str, ...]:
    """Return the columns of a table's primary key in its order; empty: it has none."""
    for id, definition in live.items():
        if isinstance(definition, Constraint) and definition.type == "p" and id.name[:2] == table:
            return definition.columns
    return ()


class ConstraintKind(Kind[Constraint]):
    """Constraints."""

    name = "constraint"
    definition = Constraint
    family = Family.RELATION
    needs_values = True
    rebuilt_by_server = True
    addressed = True
    query = """
        select array[n.nspname, c.relname, k.conname]::text[],
               jsonb_strip_nulls(jsonb_build_object(
                 'type', k.contype,
                 'columns', case when k.contype <> 'c' then (
                    select coalesce(jsonb_agg(a.attname order by u.ordinality), '[]')
                      from unnest(k.conkey) with ordinality u(attnum, ordinality)
                      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = u.attnum) end,
                 'expression', pg_catalog.pg_get_expr(k.conbin, k.conrelid),
                 'references', rn.nspname || '.' || rc.relname,
                 'referenced_columns', (
                    select jsonb_agg(a.attname order by u.ordinality)
                      from unnest(k.confkey) with ordinality u(attnum, ordinality)
                      join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum),
                 'on_delete', case when k.contype = 'f' then case k.confdeltype
                    when 'a' then 'NO ACTION' when 'r' then 'RESTRICT' when 'c' then 'CASCADE'
                    when 'n' then 'SET NULL' when 'd' then 'SET DEFAULT' end end,
                 'nulls_distinct', not coalesce(i.indnullsnotdistinct, false),
                 'validated', k.convalidated,
                 'text', pg_catalog.pg_get_constraintdef(k.oid))),
               'pg_catalog.pg_constraint'::regclass::oid, k.oid, 0
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_constraint k on k.conrelid = c.oid and k.contype in ('p', 'u', 'c', 'f', 'x')
          left join pg_catalog.pg_class rc on rc.oid = k.confrelid
          left join pg_catalog.pg_namespace rn on rn.oid = rc.relnamespace
          left join pg_catalog.pg_index i on i.indexrelid = k.conindid and k.contype = 'u'
         where c.relkind in ('r', 'p') and {scope}
    """

    def create(self, id: ObjectId, new: Constraint, context: Context) -> Steps:
        """Add it: at once where the table is new, else in the way that blocks nobody for long."""
        if id in context.aside:
            return _recreated(id, new)
        if ObjectId("table", id.name[:2]) in context.fresh:
            return Steps((_add(id, id.name[2], new, mode=Mode.OWN_TRANSACTION),))
        if new.type in "cf":
            return Steps(
                (
                    _add(id, id.name[2], new, valid=False, mode=Mode.OWN_TRANSACTION),
                    _validate(id, id.name[2], new),
                ),
                _guards(id, new),
            )
        return _add_by_index(id, new)

    def clause(self, id: ObjectId, new: Constraint, context: Context) -> Statement | None:
        """Return it as CREATE TABLE takes it; a foreign key gets a step of its own, for it locks another table."""
        if new.type == "f":
            return None
        return Statement(compose("constraint {} {}", ident(id.name[2]), _body(new)))

    def alter(self, id: ObjectId, old: Constraint, new: Constraint, context: Context) -> Steps | None:
        """Validate it, or put a changed check in the place of the old one without a moment in which neither holds."""
        if old.type == "c" and new.type == "c" and old.expression != new.expression:
            return _swap_check(id, new)
        if not old.validated and new.validated and new.type in "cf":
            return Steps((_validate(id, id.name[2], new),), _guards(id, new))
        return None

    def drop(self, id: ObjectId, old: Constraint, context: Context) -> Steps:
        """Drop it."""
        query = compose("alter table {} drop constraint {}", ident(*id.name[:2]), ident(id.name[2]))
        return Steps((Statement(query, locks=_locks(id, old, LockMode.ACCESS_EXCLUSIVE)),))

    def parents(self, id: ObjectId) -> tuple[ObjectId, ...]:
        """It goes with its table."""
        return (ObjectId("table", id.name[:2]),)

    def references(self, id: ObjectId, definition: Constraint) -> tuple[ObjectId, ...]:
        """Return the table that a foreign key names."""
        return (ObjectId("table", tuple(definition.references.split(".", 1))),) if definition.references else ()

    def needs(self, id: ObjectId, definition: Constraint) -> tuple[tuple[str, ...], ...]:
        """Return its table, and the one that a foreign key names."""
        referenced = (tuple(definition.references.split(".", 1)),) if definition.references else ()
        return (id.name[:2], *referenced)

    def sql_fields(self, id: ObjectId, definition: Constraint) -> Mapping[str, SqlField]:
        """A check's expression."""
        if definition.expression is None:
            return {}
        relation = (id.name[0], id.name[1])
        return {
            "expression": SqlField(SqlFieldKind.EXPRESSION, definition.expression, type="boolean", relation=relation)
        }

    def structure(self, definition: Constraint) -> Definition:
        """Return all but the expression and the server's own text."""
        return msgspec.structs.replace(definition, expression=None if definition.expression is None else "", text=None)


def _body(constraint: Constraint) -> sql.Composable:
    if constraint.text is not None:
        return raw_sql(constraint.text.removesuffix(" NOT VALID"))
    match constraint.type:
        case "p":
            return compose("primary key ({})", idents(constraint.columns))
        case "u":
            nulls = sql.SQL("" if constraint.nulls_distinct else " nulls not distinct")
            return compose("unique{} ({})", nulls, idents(constraint.columns))
        case "c":
            return compose("check ({})", raw_sql(constraint.expression or "true"))
        case _:
            return compose(
                "foreign key ({}) references {} ({}) on delete {}",
                idents(constraint.columns),
                ident(*(constraint.references or "").split(".", 1)),
                idents(constraint.referenced_columns),
                raw_sql((constraint.on_delete or "NO ACTION").lower()),
            )


def _locks(id: ObjectId, constraint: Constraint, mode: LockMode, *, scans: bool = False) -> tuple[Lock, ...]:
    own = Lock(relation_name(id.name), mode, scans=scans)
    return (own, Lock(constraint.references, mode)) if constraint.references else (own,)


def _add(id: ObjectId, name: str, new: Constraint, *, valid: bool = True, mode: Mode = Mode.TRANSACTION) -> Statement:
    suffix = sql.SQL("" if valid else " not valid")
    query = compose("alter table {} add constraint {} {}{}", ident(*id.name[:2]), ident(name), _body(new), suffix)
    lock = LockMode.SHARE_ROW_EXCLUSIVE if new.type == "f" else LockMode.ACCESS_EXCLUSIVE
    return Statement(query, locks=_locks(id, new, lock), mode=mode, computes=valid)


def _validate(id: ObjectId, name: str, new: Constraint) -> Statement:
    query = compose("alter table {} validate constraint {}", ident(*id.name[:2]), ident(name))
    own = Lock(relation_name(id.name), LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True)
    others = (Lock(new.references, LockMode.ROW_SHARE),) if new.references else ()
    return Statement(query, locks=(own, *others), mode=Mode.OWN_TRANSACTION, find=_find(id, new))


def _find(id: ObjectId, new: Constraint) -> sql.Composable | None:
    """Return the query that finds the rows for which the constraint cannot hold; None: it cannot be told."""
    table = ident(*id.name[:2])
    if new.type == "c":
        return compose("select * from {} where not ({})", table, raw_sql(new.expression or "true"))
    columns, others = new.columns, new.referenced_columns
    if new.type in "pu" and columns:
        keys = idents(columns)
        return compose("select {}, count(*) from {} group by {} having count(*) > 1", keys, table, keys)
    if new.type != "f" or not columns or len(columns) != len(others):
        return None
    both = sql.SQL(" and ")
    same = both.join(
        compose("{} = {}", ident("other", theirs), ident("own", ours))
        for ours, theirs in zip(columns, others, strict=True)
    )
    return compose(
        "select * from {} as own where {} and not exists (select from {} as other where {})",
        table,
        both.join(compose("{} is not null", ident("own", name)) for name in columns),
        ident(*(new.references or "").split(".", 1)),
        same,
    )


def _recreated(id: ObjectId, new: Constraint) -> Steps:
    # With what it stands on, in one transaction. That old rows hold is proven later, while others go on.
    if new.type in "cf":
        proof = (replace(_validate(id, id.name[2], new), phase=Phase.TIDY),) if new.validated else ()
        return Steps((_add(id, id.name[2], new, valid=False), *proof))
    lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE, scans=True)
    note = HazardNote(
        Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK,
        f"Recreating {id.name[2]} reads all of {lock.relation}; nobody reads or writes it meanwhile.",
    )
    return Steps((replace(_add(id, id.name[2], new), locks=(lock,), hazards=(note,)),))


def _swap_check(id: ObjectId, new: Constraint) -> Steps:
    table, name = ident(*id.name[:2]), id.name[2]
    coming = f"{name[:55]}__new"
    lock = _locks(id, new, LockMode.ACCESS_EXCLUSIVE)
    leftover = compose("alter table {} drop constraint if exists {}", table, ident(coming))
    drop = compose("alter table {} drop constraint {}", table, ident(name))
    rename = compose("alter table {} rename constraint {} to {}", table, ident(coming), ident(name))
    statements = (
        Statement(leftover, locks=lock, mode=Mode.OWN_TRANSACTION),
        _add(id, coming, new, valid=False),
        _validate(id, coming, new),
        Statement(drop, locks=lock, mode=Mode.OWN_TRANSACTION),
        Statement(rename, locks=lock),
    )
    return Steps(statements, _guards(id, new))


def _add_by_index(id: ObjectId, new: Constraint) -> Steps:
    if new.type == "x":
        return Steps((_add(id, id.name[2], new),))
    table, name = ident(*id.name[:2]), ident(id.name[2])
    relation = relation_name(id.name)
    nulls = sql.SQL("" if new.nulls_distinct else " nulls not distinct")
    leftover = compose("drop index concurrently if exists {}", ident(id.name[0], id.name[2]))
    build = compose("create unique index concurrently {} on {} ({}){}", name, table, idents(new.columns), nulls)
    kind = sql.SQL("primary key" if new.type == "p" else "unique")
    use = compose("alter table {} add constraint {} {} using index {}", table, name, kind, name)
    scan = Lock(relation, LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True)
    note = HazardNote(Hazard.INDEX_BUILD, f"Building the index of {id.name[2]} reads all of {relation} and takes time.")
    return Steps(
        (
            Statement(leftover, locks=(scan,), mode=Mode.ALONE),
            Statement(build, locks=(scan,), hazards=(note,), mode=Mode.ALONE, find=_find(id, new)),
            Statement(use, locks=(Lock(relation, LockMode.ACCESS_EXCLUSIVE),), mode=Mode.OWN_TRANSACTION),
        )
    )


def _guards(id: ObjectId, new: Constraint) -> tuple[Precondition, ...]:
    if new.type != "c":
        return ()
    rows = compose("from {} where not ({})", ident(*id.name[:2]), raw_sql(new.expression or "true"))
    reason = f"rows of {relation_name(id.name)} break the check {id.name[2]} that is to hold"
    return (Precondition(sql.SQL("select count(*) ") + rows, reason, sql.SQL("select * ") + rows),)
