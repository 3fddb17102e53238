"""How a table is stored, replicated and owned: properties that statements of their own set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from psycopg import sql

from supaschema.core.model import Hazard, HazardNote, Lock, LockMode, ObjectId, Phase, Statement
from supaschema.core.sqltext import compose, ident, literal, raw_sql, relation_name
from supaschema.kinds.table_definition import BY_INDEX, Table

_EXCLUSIVE_OPTIONS = ("user_catalog_table",)
"""Options of which a change keeps readers out (PostgreSQL documentation, ALTER TABLE)."""


def resolved(declared: Table, live: Table | None) -> Table:
    """Return a declared table with what its declaration leaves as it is."""
    found: dict[str, Any] = {} if live is None else {name: getattr(live, name) for name in declared.kept}
    return msgspec.structs.replace(declared, kept=(), **found)


def logging(id: ObjectId, new: Table) -> sql.SQL:
    """Return what CREATE TABLE says of logging. A temporary table, on which a preview tries it, says nothing."""
    return sql.SQL("unlogged " if new.unlogged and id.name[0] != "pg_temp" else "")


def options_clause(options: Mapping[str, str]) -> sql.Composed:
    """Return the storage parameters as CREATE TABLE and ALTER TABLE take them."""
    items = (compose("{} = {}", _option(name), literal(value)) for name, value in options.items())
    return compose("({})", sql.SQL(", ").join(items))


def set_options(id: ObjectId, old: Table, new: Table, *, occupied: bool) -> list[Statement]:
    """Return the statements that set storage parameters, logging and tablespace."""
    statements = []
    gone = [name for name in sorted(old.options) if name not in new.options]
    if gone:
        names = sql.SQL(", ").join(map(_option, gone))
        statements.append(_alter(id, compose("reset ({})", names), _mode(gone)))
    changed = {name: value for name, value in new.options.items() if old.options.get(name) != value}
    if changed:
        statements.append(_alter(id, compose("set {}", options_clause(changed)), _mode(changed)))
    if old.unlogged != new.unlogged:
        more = " From then on a crash of the server empties it." if new.unlogged else ""
        logged = sql.SQL("set unlogged" if new.unlogged else "set logged")
        statements.append(_rewriting(id, logged, more, occupied=occupied))
    if old.tablespace != new.tablespace:
        space = compose("set tablespace {}", ident(new.tablespace or "pg_default"))
        statements.append(_rewriting(id, space, "", occupied=occupied))
    return statements


def set_marks(id: ObjectId, old: Table, new: Table) -> Iterator[Statement]:
    """Yield the statements that name an index, which must be there first, and give the table to its owner."""
    if old.replica_identity != new.replica_identity:
        identity = new.replica_identity or "default"
        index = identity.removeprefix(BY_INDEX)
        what = compose("using index {}", ident(index)) if index != identity else raw_sql(identity)
        yield _alter(id, compose("replica identity {}", what), phase=Phase.TIDY)
    if old.clustered != new.clustered:
        action = compose("cluster on {}", ident(new.clustered)) if new.clustered else sql.SQL("set without cluster")
        yield _alter(id, action, LockMode.SHARE_UPDATE_EXCLUSIVE, phase=Phase.TIDY)
    if new.owner is not None and old.owner != new.owner:
        yield _alter(id, compose("owner to {}", ident(new.owner)), phase=Phase.TIDY)


def rewrites(old: Table | None, new: Table) -> bool:
    """Return whether a change rewrites the table."""
    return old is not None and (old.unlogged, old.tablespace) != (new.unlogged, new.tablespace)


def _option(name: str) -> sql.Identifier:
    return ident(*name.split(".", 1))


def _mode(options: Mapping[str, str] | list[str]) -> LockMode:
    long = any(name in _EXCLUSIVE_OPTIONS for name in options)
    return LockMode.ACCESS_EXCLUSIVE if long else LockMode.SHARE_UPDATE_EXCLUSIVE


def _rewriting(id: ObjectId, action: sql.Composable, more: str, *, occupied: bool) -> Statement:
    lock = Lock(relation_name(id.name), LockMode.ACCESS_EXCLUSIVE, scans=True, rewrites=True)
    note = HazardNote(
        Hazard.REWRITES_TABLE,
        f"Changing how {lock.relation} is stored rewrites it; nobody reads or writes it meanwhile.{more}",
    )
    query = compose("alter table {} {}", ident(*id.name), action)
    return Statement(query, locks=(lock,), hazards=(note,) if occupied else ())


def _alter(
    id: ObjectId,
    action: sql.Composable,
    mode: LockMode = LockMode.ACCESS_EXCLUSIVE,
    phase: Phase | None = None,
) -> Statement:
    query = compose("alter table {} {}", ident(*id.name), action)
    return Statement(query, locks=(Lock(relation_name(id.name), mode),), phase=phase)
