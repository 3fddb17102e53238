"""The value of a dropped sequence: how it is archived in `supaschema_archive`, and how it comes back.

A sequence is a relation of one row (PostgreSQL documentation, CREATE SEQUENCE). Its `last_value` is kept as that of a
dropped column is: listed and purged with these. One that nobody has drawn from yet leaves nothing.
"""

from __future__ import annotations

import shlex

from supaschema.archive.columns import KeyedTable, key_text
from supaschema.core.model import Lock, LockMode, ObjectId, Precondition, Statement
from supaschema.core.sqltext import Name, compose, ident, literal, relation_name

LAST_VALUE = "last_value"
_NOT_CALLED = " (not called)"
"""Follows a value that the next call is still to give."""


def value_of(name: Name) -> ObjectId:
    """Return the address under which the archive has the value of a sequence."""
    return ObjectId("column", (*name, LAST_VALUE))


def not_a_columns(table: KeyedTable) -> Precondition:
    """Return what finds the value of a sequence that had a table's name, and is not that of its column `last_value`."""
    name = relation_name(table.name)
    find = compose(
        "select v.column_values ->> {} from supaschema_archive.column_values as v where v.relation = {} and v.key = ''"
        " and not exists (select from {} as row_ where {} = '')",
        literal(LAST_VALUE),
        literal(name),
        ident(*table.name),
        key_text(table.key, "row_"),
    )
    what = (
        f"value of the former sequence {name} is in the archive, where that of the column {LAST_VALUE} is looked for; "
        f"destroy it: `python -m supaschema purge {shlex.quote(f'{name}.{LAST_VALUE}')}`"
    )
    return Precondition(what, find)


def keep(name: Name, increment: int) -> tuple[Statement, ...]:
    """Return the statements that archive the value of a sequence: nobody draws from it until their transaction ends."""
    relation, sequence = literal(relation_name(name)), ident(*name)
    # LOCK TABLE takes no sequence; this changes nothing, and keeps `nextval` waiting.
    held = Statement(
        compose("alter sequence {} increment by {}", sequence, literal(increment)),
        locks=(Lock(relation_name(name), LockMode.SHARE_ROW_EXCLUSIVE),),
    )
    value = compose(
        "insert into supaschema_archive.column_values as kept (relation, key, column_values) "
        "select {relation}, '', pg_catalog.jsonb_build_object({column}, "
        "last_value::text || case when is_called then '' else {not_called} end) from {sequence} "
        "where is_called or last_value <> (select s.seqstart from pg_catalog.pg_sequence as s "
        "where s.seqrelid = {regclass}::pg_catalog.regclass) "
        "on conflict (relation, key) do update set column_values = excluded.column_values, kept_at = pg_catalog.now()",
        relation=relation,
        column=literal(LAST_VALUE),
        not_called=literal(_NOT_CALLED),
        sequence=sequence,
        regclass=literal(sequence.as_string()),
    )
    note = compose(
        "insert into supaschema_archive.columns (relation, column_name) select v.relation, {} "
        "from supaschema_archive.column_values as v where v.relation = {} "
        "on conflict (relation, column_name) do update set kept_at = pg_catalog.now(), added = null",
        literal(LAST_VALUE),
        relation,
    )
    return (held, Statement(value, upkeep=True), Statement(note, upkeep=True))


def restore(name: Name) -> tuple[Statement, ...]:
    """Return the statements that give a new sequence the value that the archive has for it."""
    relation = literal(relation_name(name))
    back = compose(
        "select pg_catalog.setval({}, pg_catalog.split_part(v.column_values ->> {}, ' ', 1)::bigint, "
        "pg_catalog.strpos(v.column_values ->> {}, ' ') = 0) from supaschema_archive.column_values as v "
        "where v.relation = {}",
        literal(ident(*name).as_string()),
        literal(LAST_VALUE),
        literal(LAST_VALUE),
        relation,
    )
    gone = compose("select supaschema.forget({}, {})", relation, literal([LAST_VALUE]))
    return (Statement(back), Statement(gone, upkeep=True))


def unfit(name: Name, least: int, most: int) -> Precondition:
    """Return what finds the archived value of a sequence where it lies outside of what the new one gives."""
    kept = compose("pg_catalog.split_part(v.column_values ->> {}, ' ', 1)::bigint", literal(LAST_VALUE))
    find = compose(
        "select {} from supaschema_archive.column_values as v where v.relation = {} and {} not between {} and {}",
        kept,
        literal(relation_name(name)),
        kept,
        literal(least),
        literal(most),
    )
    what = f"archived value of {relation_name(name)} is outside of {least} to {most}, and would come back"
    return Precondition(what, find, shows_rows=True)
