"""Identities and the sequences beneath them; a `serial` column's own sequence becomes one and the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import msgspec
from psycopg import sql

from supaschema.core.model import Hazard, HazardNote, Lock, LockMode, ObjectId, Statement
from supaschema.core.sqltext import Name, block, compose, ident, literal, raw_sql, relation_name, roles
from supaschema.core.type_names import canonical_type
from supaschema.kinds.column_default import drawn_from
from supaschema.kinds.column_definition import Column, Sequence, Serial
from supaschema.kinds.column_options import largest
from supaschema.kinds.context import Context
from supaschema.kinds.given_by_default import given_by_default
from supaschema.kinds.helper_names import Helper, helper_name


def clause(column: Column) -> sql.Composed:
    """Return the identity as a column's definition takes it."""
    options = _options(Sequence(), column.sequence or Sequence())
    identity = compose("generated {} as identity", raw_sql(column.identity or ""))
    return identity + compose(" ({})", sql.SQL(" ").join(options)) if options else identity


def before_type(id: ObjectId, old: Column, new: Column) -> list[Statement]:
    """Return what must precede a change of type: an identity that ends, or a maximum that the new type cannot hold."""
    if old.identity is None:
        return []
    if new.identity is None:
        made = _serial_from(id, new.serial) if new.serial and not _is_twin(id) else ()
        return [*made, replace(_alter(id, sql.SQL("drop identity")), hazards=tuple(_begins_anew(id, new)))]
    if not _exceeds(old, new):
        return []
    return [_alter(id, compose("set maxvalue {}", literal((new.sequence or Sequence()).maximum or largest(new.type))))]


def _begins_anew(id: ObjectId, new: Column) -> Iterator[HazardNote]:
    for name in drawn_from(new.default) if new.serial is None else ():
        what = (
            f"The column {'.'.join(id.name)} is no identity any more, and draws from the sequence "
            f"{relation_name(name)}. That does not go on where the identity is: what it gives may be in the table "
            "already, unless its `start` is behind that."
        )
        yield HazardNote(Hazard.CORRECTNESS, what)


def before_default(id: ObjectId, old: Column, new: Column) -> list[Statement]:
    """Return what must precede a default: the sequence that it calls, made of an identity's, gets its name."""
    if new.serial is None or old.identity is None or _is_twin(id):
        return []
    name, coming = new.serial.name, _coming(id, new.serial)
    rename = compose("alter sequence {} rename to {}", ident(*coming), ident(name[1]))
    own = compose("alter sequence {} owned by {}", ident(*name), ident(*id.name))
    return [Statement(rename), Statement(own, locks=(_lock(id),))]


def set_identity(id: ObjectId, old: Column, new: Column) -> list[Statement]:
    """Return the statements that make a column an identity, or change one."""
    if new.identity is None:
        return []
    if old.identity is None:
        if old.serial is not None and not _is_twin(id):
            return [*_from_serial(id, old.serial, new)]
        return [_add(id, new), _go_on(id)]
    before = old.sequence or Sequence()
    if canonical_type(old.type) != canonical_type(new.type) and _exceeds(old, new):
        before = msgspec.structs.replace(before, maximum=(new.sequence or Sequence()).maximum)
    options = _options(before, new.sequence or Sequence())
    if old.identity != new.identity:
        options.insert(0, compose("generated {}", raw_sql(new.identity)))
    if not options:
        return []
    return [_alter(id, sql.SQL(" ").join(compose("set {}", option) for option in options))]


def _is_twin(id: ObjectId) -> bool:
    # A temporary table on which a preview tries the statements: it has no sequence that lends its name, and what is
    # done to the table's own would be done to that.
    return id.name[0] == "pg_temp"


def _exceeds(old: Column, new: Column) -> bool:
    return ((old.sequence or Sequence()).maximum or 0) > largest(new.type)


def _options(old: Sequence, new: Sequence) -> list[sql.Composed]:
    found = []
    if old.increment != new.increment:
        found.append(compose("increment by {}", literal(new.increment or 1)))
    if old.minimum != new.minimum:
        found.append(
            compose("minvalue {}", literal(new.minimum)) if new.minimum is not None else compose("no minvalue")
        )
    if old.maximum != new.maximum:
        found.append(
            compose("maxvalue {}", literal(new.maximum)) if new.maximum is not None else compose("no maxvalue")
        )
    if old.start != new.start:
        found.append(compose("start with {}", literal(_first(new))))
    if old.cache != new.cache:
        found.append(compose("cache {}", literal(new.cache or 1)))
    if old.cycle != new.cycle:
        found.append(compose("cycle") if new.cycle else compose("no cycle"))
    return found


def _first(sequence: Sequence) -> int:
    if sequence.start is not None:
        return sequence.start
    falling = (sequence.increment or 1) < 0
    first = sequence.maximum if falling else sequence.minimum
    return first if first is not None else -1 if falling else 1


def _add(id: ObjectId, new: Column) -> Statement:
    return _alter(id, compose("add {}", clause(new)))


def _own(id: ObjectId) -> sql.Composed:
    table = ident(*id.name[:2]).as_string()
    return compose("pg_catalog.pg_get_serial_sequence({}, {})", literal(table), literal(id.name[2]))


def _go_on(id: ObjectId, after: sql.Composable | None = None) -> Statement:
    # The new sequence goes on after the values that are there.
    rows = compose("coalesce(max({}), 0) + 1", ident(id.name[2]))
    first = compose("greatest({}, {})", rows, after) if after is not None else rows
    query = compose("select pg_catalog.setval({}, {}, false) from {}", _own(id), first, ident(*id.name[:2]))
    return Statement(query, locks=(_lock(id),), computes=True)


def _from_serial(id: ObjectId, serial: Serial, new: Column) -> Iterator[Statement]:
    # The old sequence lends its name to the new one, and its value. While both are the column's, the server's own
    # function that finds a column's sequence may give either.
    schema, name = serial.name
    going = helper_name((*id.name[:2], name), Helper.GOING)
    yield Statement(compose("alter sequence {} rename to {}", ident(schema, name), ident(going)))
    yield Statement(compose("alter sequence {} owned by none", ident(schema, going)), locks=(_lock(id),))
    yield _add(id, new)
    yield _go_on(id, compose("(select last_value + is_called::integer from {})", ident(schema, going)))
    yield Statement(compose("drop sequence {}", ident(schema, going)))


def _serial_from(id: ObjectId, serial: Serial) -> Iterator[Statement]:
    # Beside the identity's sequence, which it goes on from, under a name that is free.
    coming = _coming(id, serial)
    yield Statement(compose("create sequence {} {}", ident(*coming), _of_serial(serial)))
    last = compose("pg_catalog.pg_sequence_last_value({}::pg_catalog.regclass)", _own(id))
    query = compose(
        "select pg_catalog.setval({}, greatest(coalesce(max({}), 0), {}) + 1, false) from {}",
        literal(ident(*coming).as_string()),
        ident(id.name[2]),
        last,
        ident(*id.name[:2]),
    )
    yield Statement(query, computes=True)


def make_serials(columns: Iterable[tuple[ObjectId, Column]], context: Context) -> Iterator[Statement]:
    """Return what makes the sequences of `serial` columns that are to come: their defaults name them."""
    for id, column in columns:
        if column.serial is not None and not _is_twin(id) and not _has_a_fact(column.serial, context):
            yield Statement(compose("create sequence {} {}", ident(*column.serial.name), _of_serial(column.serial)))


def own_serials(columns: Iterable[tuple[ObjectId, Column]], context: Context) -> Iterator[Statement]:
    """Return what gives these sequences to their columns, with which they go."""
    for id, column in columns:
        if column.serial is not None and not _is_twin(id) and not _has_a_fact(column.serial, context):
            query = compose("alter sequence {} owned by {}", ident(*column.serial.name), ident(*id.name))
            yield Statement(query, locks=(_lock(id),))


def closed(columns: Iterable[tuple[ObjectId, Column]], context: Context) -> Iterator[Statement]:
    """Yield what takes from the API's roles what default privileges gave them of the sequences of new identities.

    Who inserts needs nothing of an identity's sequence.
    """
    for id, column in columns:
        if column.identity is None or _is_twin(id):
            continue
        if not given_by_default(id.name[0], "S", context).isdisjoint(context.api_roles):
            yield _closed(id, context)


def _closed(id: ObjectId, context: Context) -> Statement:
    # The server chooses the sequence's name. A partition's column has none of its own.
    revoke = compose("revoke all on sequence %s from {}", roles(context.api_roles))
    body = compose(
        """declare
  own text := {};
begin
  if own is not null then
    execute pg_catalog.format({}, own);
  end if;
end""",
        _own(id),
        literal(revoke.as_string()),
    )
    return Statement(block(body))


def _has_a_fact(serial: Serial, context: Context) -> bool:
    # It is made, and given to its column, as the sequence that it is.
    id = ObjectId("sequence", serial.name)
    return id in context.live or context.becoming.get(id) is not None


def _of_serial(serial: Serial) -> sql.Composed:
    return sql.SQL(" ").join((compose("as {}", raw_sql(serial.type)), *_options(Sequence(), serial.sequence)))


def _coming(id: ObjectId, serial: Serial) -> Name:
    return (serial.name[0], helper_name((*id.name[:2], serial.name[1]), Helper.COMING))


def _lock(id: ObjectId) -> Lock:
    return Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)


def _alter(id: ObjectId, action: sql.Composable) -> Statement:
    query = compose("alter table {} alter column {} {}", ident(*id.name[:2]), ident(id.name[2]), action)
    return Statement(query, locks=(_lock(id),))
