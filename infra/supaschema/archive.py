"""What a drop keeps aside, in the schema `supaschema_archive`, and how it comes back.

Values of a dropped column go to `supaschema_archive.column_values` by the row's primary key. A dropped table that
holds rows moves there whole, without the foreign keys, policies and triggers that could empty or open it.
"""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql

from supaschema.connect import Connection
from supaschema.kinds.constraint import Constraint
from supaschema.kinds.trigger import Trigger
from supaschema.model import Facts, ObjectId
from supaschema.roles import API_ROLES
from supaschema.text import Name, compose, declared, ident, literal, roles
from supaschema.types import canonical_type

ARCHIVE = "supaschema_archive"


def drop_table(name: Name) -> tuple[sql.Composed, ...]:
    """Drop a table that was seen to be empty, and refuse if a row came meanwhile."""
    table = ident(*name)
    refuse = compose(
        "do $guard$ begin if exists (select from {}) then raise exception using errcode = 'object_in_use', "
        "message = 'rows arrived while the table was being dropped; nothing was changed, run it again'; "
        "end if; end $guard$",
        table,
    )
    return (
        compose("lock table {} in access exclusive mode", table),
        refuse,
        compose("drop table {}", table),
    )


def keep_table(name: Name, live: Facts) -> tuple[sql.Composed, ...]:
    """Move a table with rows into the archive, closed to everybody, free of what could empty it."""
    table = ident(*name)
    kept = archived_table(name)
    detach = [
        *(compose("drop policy {} on {}", ident(id.name[2]), table) for id in _parts(name, live, "policy")),
        *(compose("drop trigger {} on {}", ident(id.name[2]), table) for id in _parts(name, live, "trigger")),
        *(
            compose("alter table {} drop constraint {}", table, ident(id.name[2]))
            for id in _parts(name, live, "constraint")
            if _references(live, id)
        ),
    ]
    return (
        *detach,
        compose("revoke all on table {} from {}", table, roles(API_ROLES)),
        compose("alter table {} rename to {}", table, ident(kept[1])),
        compose("alter table {} set schema {}", ident(name[0], kept[1]), ident(ARCHIVE)),
        compose(
            "insert into {}.tables (relation, kept_as) values ({}, {})",
            ident(ARCHIVE),
            literal(".".join(name)),
            literal(kept[1]),
        ),
    )


def holds_rows(connection: Connection, name: Name) -> bool:
    """Tell whether a table holds a row."""
    row = connection.execute(compose("select exists (select from {})", ident(*name))).fetchone()
    return bool(row and row[0])


def archived_table(name: Name) -> Name:
    """Give the name a table is kept under."""
    return (ARCHIVE, f"{name[0]}.{name[1]}")


def restore_table(name: Name) -> tuple[sql.Composed, ...]:
    """Bring a table back from the archive; its policies, triggers and foreign keys are declared anew."""
    kept = archived_table(name)
    return (
        compose("alter table {} set schema {}", ident(*kept), ident(name[0])),
        compose("alter table {} rename to {}", ident(name[0], kept[1]), ident(name[1])),
        compose("delete from {}.tables where relation = {}", ident(ARCHIVE), literal(".".join(name))),
    )


def keep_column(name: Name, type: str, default: str | None, live: Facts) -> tuple[sql.Composed, ...]:
    """Copy a column's values that are not its default, by primary key; nothing where the table has no primary key."""
    key = _primary_key(name, live)
    if not key:
        return ()
    column = ident("row_", name[2])
    pairs = sql.SQL(", ").join(compose("{}, {}", literal(part), ident("row_", part)) for part in key)
    return (
        compose(
            "insert into {}.column_values (relation, column_name, key, value) "
            "select {}, {}, jsonb_build_object({}), to_jsonb({}) from {} as row_ where {}::text is distinct from {}",
            ident(ARCHIVE),
            literal(".".join(name[:2])),
            literal(name[2]),
            pairs,
            column,
            ident(*name[:2]),
            column,
            # As text: not every type has an equality.
            sql.SQL("null") if default is None else compose("({})::{}::text", declared(default), declared(type)),
        ),
    )


def restore_column(name: Name, type: str, live: Facts) -> tuple[sql.Composed, ...]:
    """Put kept values back into a column that was just added, and take them out of the archive.

    No trigger fires: nothing happens to the rows that their owner would call a change.
    """
    key = _primary_key(name, live)
    pairs = sql.SQL(", ").join(compose("{}, {}", literal(part), ident("row_", part)) for part in key)
    where = compose("relation = {} and column_name = {}", literal(".".join(name[:2])), literal(name[2]))
    value = compose(
        "(jsonb_populate_record(null::{}, jsonb_build_object({}, kept.value))).{}",
        ident(*name[:2]),
        literal(name[2]),
        ident(name[2]),
    )
    if canonical_type(type) in ("json", "jsonb"):
        # A JSON null is no SQL NULL.
        value = compose("kept.value::{}", declared(type))
    return (
        *_triggers(name, live, origin="disable", always="disable"),
        compose(
            "update {} as row_ set {} = {} from {}.column_values as kept "
            "where {} and kept.key = jsonb_build_object({})",
            ident(*name[:2]),
            ident(name[2]),
            value,
            ident(ARCHIVE),
            where,
            pairs,
        ),
        compose("delete from {}.column_values where {}", ident(ARCHIVE), where),
        *_triggers(name, live, origin="enable", always="enable always"),
    )


def _triggers(name: Name, live: Facts, **actions: str) -> Iterator[sql.Composed]:
    # By what they are enabled for; those that are disabled stay so.
    for id in _parts(name, live, "trigger"):
        definition = live[id]
        action = actions.get(definition.enabled) if isinstance(definition, Trigger) else None
        if action is not None:
            yield compose("alter table {} {} trigger {}", ident(*name[:2]), declared(action), ident(id.name[2]))


def _parts(name: Name, live: Facts, kind: str) -> Iterator[ObjectId]:
    return (id for id in sorted(live) if id.kind == kind and id.name[:2] == name[:2])


def _references(live: Facts, id: ObjectId) -> bool:
    definition = live[id]
    return isinstance(definition, Constraint) and definition.type == "f"


def _primary_key(name: Name, live: Facts) -> tuple[str, ...]:
    for id, definition in live.items():
        if isinstance(definition, Constraint) and definition.type == "p" and id.name[:2] == name[:2]:
            return definition.columns
    return ()
