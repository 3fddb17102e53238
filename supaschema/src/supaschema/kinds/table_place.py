"""Where a table stands among others: how it is partitioned, whose partition it is, what it inherits from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import LiteralString

from psycopg import sql

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Definition, Facts, Hazard, HazardNote, Lock, LockMode, ObjectId, Statement
from supaschema.core.sqltext import Name, compose, ident, raw_sql, relation_name
from supaschema.kinds.base import Context
from supaschema.kinds.constraint import Constraint

_QUOTED = re.compile(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")")

CATALOG: LiteralString = """
    'partition_by', pg_catalog.pg_get_partkeydef(c.oid),
    'partition_of', case when c.relispartition then (
        select pn.nspname || '.' || p.relname
          from pg_catalog.pg_inherits i
          join pg_catalog.pg_class p on p.oid = i.inhparent
          join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
         where i.inhrelid = c.oid) end,
    'bound', pg_catalog.pg_get_expr(c.relpartbound, c.oid),
    'inherits', case when not c.relispartition then (
        select jsonb_agg(pn.nspname || '.' || p.relname order by i.inhseqno)
          from pg_catalog.pg_inherits i
          join pg_catalog.pg_class p on p.oid = i.inhparent
          join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
         where i.inhrelid = c.oid) end
"""


class Place(Definition, frozen=True, kw_only=True):
    """A table's place.

    Attributes:
        partition_by: How it is partitioned: `RANGE (at)`.
        partition_of: The table, `schema.table`, that it is a partition of.
        bound: Which rows it takes then: `FOR VALUES ...` or `DEFAULT`.
        inherits: The tables that it inherits from.

    """

    partition_by: str | None = None
    partition_of: str | None = None
    bound: str | None = None
    inherits: tuple[str, ...] = ()


def of(name: str) -> Name:
    """Return schema and name of a table that is named in one text."""
    return tuple(name.split(".", 1))


def others(place: Place) -> tuple[Name, ...]:
    """Return the tables that a table has its columns from."""
    return tuple(of(name) for name in (place.partition_of, *place.inherits) if name)


def plain(text: str | None) -> str | None:
    """Return a bound or a key as it is compared: in one case and with single blanks, apart from what is quoted."""
    if text is None:
        return None
    parts = _QUOTED.split(text)
    words = (re.sub(r"\s*([(),])\s*", r"\1", " ".join(part.lower().split())) for part in parts[::2])
    return "".join(a + b for a, b in zip(words, [*parts[1::2], ""], strict=True))


def body(place: Place) -> Iterator[sql.Composable]:
    """Yield what comes first in a new table's parentheses: a partition is made apart, like its table."""
    if place.partition_of is not None:
        yield compose(
            "like {} including defaults including generated including constraints including storage"
            " including compression",
            ident(*of(place.partition_of)),
        )


def tail(place: Place) -> sql.Composable:
    """Return what follows a new table's parentheses."""
    parts: list[sql.Composable] = []
    if place.inherits:
        tables = sql.SQL(", ").join(ident(*of(name)) for name in place.inherits)
        parts.append(compose(" inherits ({})", tables))
    if place.partition_by is not None:
        parts.append(compose(" partition by {}", raw_sql(place.partition_by)))
    return sql.SQL("").join(parts)


def locks(place: Place) -> tuple[Lock, ...]:
    """Return the locks that a new table takes on those that it inherits from."""
    return tuple(Lock(name, LockMode.SHARE_UPDATE_EXCLUSIVE) for name in place.inherits)


def attach(id: ObjectId, place: Place, context: Context) -> Iterator[Statement]:
    """Yield what makes a table a partition, if it is to be one: others go on reading and writing its table."""
    if place.partition_of is None:
        return
    query = compose(
        "alter table {} attach partition {} {}",
        *(ident(*of(place.partition_of)), ident(*id.name), raw_sql(place.bound or "default")),
    )
    own = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
    over = Lock(place.partition_of, LockMode.SHARE_UPDATE_EXCLUSIVE, alone=True)
    proven = (Lock(lock.relation, lock.mode, scans=True, alone=True) for lock in beside(id, place, context))
    referred = _referred(place.partition_of, context)
    read = [other for other in defaults_beside(id, place, context.live) if other in context.occupied]
    notes = tuple(_reads(id, other) for other in read)
    yield Statement(query, locks=(own, over, *proven, *referred), hazards=notes, computes=True)


def detach(id: ObjectId, place: Place, context: Context) -> Iterator[Statement]:
    """Yield what makes a partition a table of its own, if it is one."""
    if place.partition_of is None:
        return
    query = compose("alter table {} detach partition {}", ident(*of(place.partition_of)), ident(*id.name))
    names = (relation_name(id.name), place.partition_of)
    both = tuple(Lock(name, LockMode.ACCESS_EXCLUSIVE, alone=True) for name in names)
    referred = _referred(place.partition_of, context)
    yield Statement(query, locks=(*both, *beside(id, place, context), *referred))


def moved(id: ObjectId, old: Place, new: Place, context: Context) -> Iterator[Statement]:
    """Yield the statements by which a table becomes another table's partition or heir, or is none any more.

    Raises:
        DeclarationError: It would have to be recreated.

    """
    for name, what in (("partition_by", "is partitioned"), ("bound", "takes its rows")):
        before, after = getattr(old, name), getattr(new, name)
        if plain(before) != plain(after) and not (name == "bound" and old.partition_of != new.partition_of):
            raise DeclarationError(
                f"how a table {what} cannot change: it is {before or 'not'}, and {after or 'not'} in the declaration.",
                where=str(id),
                remedy="Declare it as it is, in the server's own words; or make another table and move its rows.",
            )
    if old.partition_of != new.partition_of:
        yield from detach(id, old, context)
    table, before, after = ident(*id.name), old.inherits, new.inherits
    own = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE)
    for name in before:
        if name not in after:
            yield Statement(compose("alter table {} no inherit {}", table, ident(*of(name))), locks=(own,))
    for name in after:
        if name not in before:
            lock = Lock(name, LockMode.SHARE_UPDATE_EXCLUSIVE)
            yield Statement(compose("alter table {} inherit {}", table, ident(*of(name))), locks=(own, lock))
    # A partition inherits from no other table.
    if old.partition_of != new.partition_of:
        yield from attach(id, new, context)


def structure(place: Place) -> dict[str, str | None]:
    """Return the fields that are compared in one spelling."""
    return {"partition_by": plain(place.partition_by), "bound": plain(place.bound)}


def in_live_words(wanted: Place, live: Place) -> dict[str, str | None]:
    """Return the fields that mean the same, as the server writes them."""
    same = (name for name in ("partition_by", "bound") if plain(getattr(wanted, name)) == plain(getattr(live, name)))
    return {name: getattr(live, name) for name in same}


def beside(id: ObjectId, place: Place, context: Context) -> Iterator[Lock]:
    """Yield the lock on the default partition: which rows it takes changes where another one comes or goes."""
    for other in defaults_beside(id, place, context.live):
        yield Lock(relation_name(other.name), LockMode.ACCESS_EXCLUSIVE, alone=True)


def defaults_beside(id: ObjectId, place: Place, live: Facts) -> Iterator[ObjectId]:
    """Yield the default partition of the table that another one is a partition of, if it has one."""
    if place.partition_of is None:
        return
    for other, item in live.items():
        if not isinstance(item, Place) or other == id or item.partition_of is None:
            continue
        if item.partition_of == place.partition_of and plain(item.bound) == "default":
            yield other


def _reads(id: ObjectId, default: ObjectId) -> HazardNote:
    relation = relation_name(default.name)
    return HazardNote(
        Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK,
        f"To attach {relation_name(id.name)} the server reads all rows of the default partition {relation}; nobody "
        "reads or writes that meanwhile, unless a check on it proves that it holds none of the new one.",
    )


def _referred(over: str, context: Context) -> Iterator[Lock]:
    # A foreign key puts triggers on what it refers to.
    for id, item in context.live.items():
        if isinstance(item, Constraint) and item.references and relation_name(id.name) == over:
            yield Lock(item.references, LockMode.SHARE_ROW_EXCLUSIVE)
