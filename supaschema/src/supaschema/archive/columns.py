"""Values of dropped columns: how they are archived in `supaschema_archive`, and how they come back.

Both happen in batches while others read and write. What is written during the copy a trigger keeps, so that the
columns can go the moment the copy is complete.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from psycopg import sql

from supaschema.archive.types import text_of
from supaschema.core.model import Hazard, HazardNote, Lock, LockMode, Mode, Phase, Statement, Steps
from supaschema.core.sqltext import (
    MAX_IDENTIFIER_BYTES,
    Name,
    compose,
    escape_percent,
    ident,
    literal,
    quoted_block,
    raw_sql,
    relation_name,
)

_VALUES = "supaschema_archive.column_values"
WATCH = "supaschema_keep"
"""The trigger that keeps what is written while values are copied."""
_TRIGGER = ident(WATCH)


@dataclass(frozen=True, slots=True)
class Valued:
    """A column whose values are kept where they are not its default."""

    name: str
    type: str
    default: str | None


@dataclass(frozen=True, slots=True)
class KeyedTable:
    """A table whose rows a primary key tells apart.

    Attributes:
        name: Schema and name.
        key: The type of each column of its primary key, in the key's order.
        fires: Whether a trigger fires when a row is written.

    """

    name: Name
    key: Mapping[str, str]
    fires: bool


def drop_keeping(table: KeyedTable, columns: Sequence[Valued], drop: sql.Composed) -> Steps:
    """Return the steps that copy values aside, then drop their columns; after a failure they start over.

    The copy goes ahead of the plan: whatever goes with the columns then goes in one transaction with them.

    Args:
        table: The table.
        columns: Whose values to keep.
        drop: The statement that drops them.

    """
    copy = Lock(relation_name(table.name), LockMode.ROW_SHARE, scans=True)
    # What is there of an earlier life of these columns, or of a copy that was not completed.
    forget = Statement(
        compose("select supaschema.forget({}, {})", literal(relation_name(table.name)), _names(columns)),
        locks=(Lock(_VALUES, LockMode.ROW_EXCLUSIVE, scans=True),),
        mode=Mode.OWN_TRANSACTION,
    )
    copying = (
        forget,
        *_watch(table, columns),
        Statement(_copy(table, columns), (copy,), mode=Mode.BATCHES, casts=tuple(table.key.values())),
    )
    return Steps(
        (
            *(replace(statement, phase=Phase.COPY, upkeep=True) for statement in copying),
            *_drop(table.name, columns, drop),
            *(replace(statement, phase=Phase.TIDY, upkeep=True) for statement in _tidy(table.name, columns)),
        )
    )


def stop(table: Name, columns: Sequence[str]) -> tuple[Statement, ...]:
    """Return the statements that end a copy of columns that are to stay: a drop was begun and not completed."""
    lock = Lock(relation_name(table), LockMode.ACCESS_EXCLUSIVE)
    forget = compose("select supaschema.forget({}, {}::text[])", literal(relation_name(table)), literal(list(columns)))
    return (
        Statement(compose("drop trigger {} on {}", _TRIGGER, ident(*table)), locks=(lock,), mode=Mode.OWN_TRANSACTION),
        Statement(compose("drop function if exists {}()", _function(table))),
        Statement(forget, locks=(Lock(_VALUES, LockMode.ROW_EXCLUSIVE, scans=True),), mode=Mode.OWN_TRANSACTION),
    )


def expect(name: Name, *, null: bool) -> Statement:
    """Note that a column with kept values is added again, and whether it holds NULL or its default till they come."""
    return Statement(
        compose(
            "update supaschema_archive.columns set added = {} where relation = {} and column_name = {}",
            literal("null" if null else "default"),
            literal(relation_name(name)),
            literal(name[2]),
        ),
        upkeep=True,
    )


def restore_values(table: KeyedTable, columns: Iterable[str]) -> Statement:
    """Return the batches that bring kept values back into columns that are expected."""
    query = compose(
        "select * from supaschema.put_back({}, {}::text[], {}::text, {}::integer)",
        escape_percent(literal(ident(*table.name).as_string())),
        escape_percent(literal(list(columns))),
        sql.Placeholder("after"),
        sql.Placeholder("size"),
    )
    relation = relation_name(table.name)
    mode = LockMode.SHARE_ROW_EXCLUSIVE if table.fires else LockMode.ROW_EXCLUSIVE
    note = HazardNote(
        Hazard.BLOCKS_WRITERS,
        f"While values come back to {relation} none of its triggers may fire: whoever writes it waits for a batch, "
        "some 20 ms.",
    )
    hazards = (note,) if table.fires else ()
    lock, casts, fires = Lock(relation, mode), tuple(table.key.values()), (table.name,)
    return Statement(query, (lock,), hazards, Mode.BATCHES, fires=fires, assigns=tuple(columns), casts=casts)


def _watch(table: KeyedTable, columns: Sequence[Valued]) -> tuple[Statement, ...]:
    relation, function = ident(*table.name), _function(table.name)
    lock = Lock(relation_name(table.name), LockMode.SHARE_ROW_EXCLUSIVE)
    body = compose(
        """begin
  insert into supaschema_archive.column_values as kept (relation, key, column_values)
  values ({relation}, {key}, {values})
  {merge};
  return null;
end""",
        relation=literal(relation_name(table.name)),
        key=key_text(table.key, "new"),
        values=_values(columns, "new"),
        merge=_merge(columns),
    )
    make = compose(
        "create or replace function {}() returns trigger language plpgsql security definer"
        " set search_path = pg_catalog, pg_temp as {}",
        function,
        quoted_block(body),
    )
    attach = compose(
        "create or replace trigger {} after insert or update on {} for each row execute function {}()",
        _TRIGGER,
        relation,
        function,
    )
    # Also for writes that replication applies.
    always = compose("alter table {} enable always trigger {}", relation, _TRIGGER)
    return (
        Statement(make, mode=Mode.OWN_TRANSACTION, taken_back_by=_unwatch(table.name, columns)),
        Statement(attach, locks=(lock,)),
        Statement(always, locks=(lock,)),
    )


def _unwatch(table: Name, columns: Sequence[Valued]) -> tuple[Statement, ...]:
    # Whoever writes the table would be slower for ever, or refused once the archive is full. Of a column that went
    # the archive has a record, and keeps the values.
    detach = compose("drop trigger if exists {} on {}", _TRIGGER, ident(*table))
    forget = compose(
        "select supaschema.forget({relation}, array(select w.name from pg_catalog.unnest({names}) as w (name)"
        " where not exists (select from supaschema_archive.columns as c"
        " where c.relation = {relation} and c.column_name = w.name)))",
        relation=literal(relation_name(table)),
        names=_names(columns),
    )
    return (
        Statement(detach, locks=(Lock(relation_name(table), LockMode.ACCESS_EXCLUSIVE),)),
        Statement(compose("drop function if exists {}()", _function(table))),
        Statement(forget, locks=(Lock(_VALUES, LockMode.ROW_EXCLUSIVE, scans=True),)),
    )


def _copy(table: KeyedTable, columns: Sequence[Valued]) -> sql.Composed:
    # The rows are locked, so that what is copied is what is there: a writer that comes later finds the copy.
    key, after = table.key, sql.Placeholder("after")
    order = sql.SQL(", ").join(ident("row_", part) for part in key)
    own = sql.SQL(", ").join(
        compose("{} as {}", ident("row_", part), ident(f"supaschema_key_{place}")) for place, part in enumerate(key)
    )
    last = sql.SQL(", ").join(compose("{} desc", ident(f"supaschema_key_{place}")) for place in range(len(key)))
    return compose(
        """with supaschema_batch as (
  select {own}, {key} as supaschema_key, {values} as supaschema_values
    from {table} as row_
   where ({after}::text is null or ({order}) > ({start})) and ({kept})
   order by {order} limit {size}::integer for share of row_
), supaschema_kept as (
  insert into supaschema_archive.column_values as kept (relation, key, column_values)
  select {relation}, supaschema_key, supaschema_values from supaschema_batch
  {merge}
  returning 1
)
select (select supaschema_key from supaschema_batch order by {last} limit 1), (select count(*) from supaschema_kept)""",
        own=escape_percent(own),
        key=escape_percent(key_text(key, "row_")),
        values=escape_percent(_values(columns, "row_")),
        table=escape_percent(ident(*table.name)),
        after=after,
        order=escape_percent(order),
        start=_key_values(key, after),
        kept=escape_percent(sql.SQL(" or ").join(_differs(column, "row_") for column in columns)),
        size=sql.Placeholder("size"),
        relation=escape_percent(literal(relation_name(table.name))),
        merge=escape_percent(_merge(columns)),
        last=last,
    )


def _drop(table: Name, columns: Sequence[Valued], drop: sql.Composed) -> tuple[Statement, ...]:
    lock = Lock(relation_name(table), LockMode.ACCESS_EXCLUSIVE)
    unwatch = compose("drop trigger if exists {} on {}", _TRIGGER, ident(*table))
    record = compose(
        "insert into supaschema_archive.columns (relation, column_name) select {}, pg_catalog.unnest({})"
        " on conflict (relation, column_name) do update set kept_at = now(), added = null",
        literal(relation_name(table)),
        _names(columns),
    )
    return (
        Statement(unwatch, locks=(lock,), upkeep=True),
        Statement(drop, locks=(lock,)),
        Statement(record, upkeep=True),
        Statement(compose("drop function if exists {}()", _function(table)), upkeep=True),
    )


def _tidy(table: Name, columns: Sequence[Valued]) -> tuple[Statement, ...]:
    # Later than the drop, for it takes as long as there are values.
    relation = literal(relation_name(table))
    unused = compose(
        "delete from supaschema_archive.columns as c where c.relation = {} and c.column_name = any ({}) and not exists "
        "(select from supaschema_archive.column_values as v where v.relation = {} and v.column_values ? c.column_name)",
        relation,
        _names(columns),
        relation,
    )
    empty = compose(
        "delete from supaschema_archive.column_values where relation = {} and column_values = '{{}}'", relation
    )
    lock = Lock(_VALUES, LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True)
    return (
        Statement(unused, locks=(Lock(_VALUES, LockMode.ACCESS_SHARE, scans=True),), mode=Mode.OWN_TRANSACTION),
        Statement(empty, locks=(Lock(_VALUES, LockMode.ROW_EXCLUSIVE, scans=True),)),
        Statement(sql.SQL("analyze supaschema_archive.column_values").format(), locks=(lock,)),
    )


def _merge(columns: Sequence[Valued]) -> sql.Composed:
    return compose(
        "on conflict (relation, key) do update"
        " set column_values = (kept.column_values - {}) || excluded.column_values, kept_at = now()",
        _names(columns),
    )


def _names(columns: Sequence[Valued]) -> sql.Composed:
    return compose("{}::text[]", literal([column.name for column in columns]))


def _values(columns: Sequence[Valued], row: str) -> sql.Composable:
    # As text: every type takes its own text back, and a JSON null is no SQL NULL.
    return sql.SQL(" || ").join(
        compose(
            "case when {} then jsonb_build_object({}, {}) else '{{}}' end",
            _differs(column, row),
            literal(column.name),
            text_of(ident(row, column.name), column.type),
        )
        for column in columns
    )


def _differs(column: Valued, row: str) -> sql.Composable:
    value = ident(row, column.name)
    if column.default is None:
        return compose("{} is distinct from null", value)
    if "(" in column.default:
        # What a function gives is another value each time.
        return sql.SQL("true")
    # As text: not every type has an equality.
    usual = compose("({})::{}", raw_sql(column.default), raw_sql(column.type))
    return compose("{} is distinct from {}", *(text_of(each, column.type) for each in (value, usual)))


def key_text(key: Mapping[str, str], row: str) -> sql.Composable:
    """Return the text by which the archive knows a row."""
    parts = [text_of(ident(row, part), type) for part, type in key.items()]
    return parts[0] if len(parts) == 1 else compose("jsonb_build_array({})::text", sql.SQL(", ").join(parts))


def _key_values(key: Mapping[str, str], text: sql.Composable) -> sql.Composable:
    types = [raw_sql(type) for type in key.values()]
    if len(key) == 1:
        return compose("{}::text::{}", text, escape_percent(types[0]))
    return sql.SQL(", ").join(
        compose("({}::jsonb ->> {})::{}", text, literal(place), escape_percent(type))
        for place, type in enumerate(types)
    )


def _function(table: Name) -> sql.Identifier:
    name = f"keep {relation_name(table)}"
    if len(name.encode()) > MAX_IDENTIFIER_BYTES:
        name = f"keep {hashlib.sha256(name.encode()).hexdigest()[:32]}"
    return ident("supaschema_archive", name)
