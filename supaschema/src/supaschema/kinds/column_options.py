"""How a column is stored and what is counted of it: properties that statements of their own set."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from psycopg import sql

from supaschema.core.model import Lock, LockMode, ObjectId, Statement
from supaschema.core.sqltext import compose, ident, literal, raw_sql, relation_name
from supaschema.core.type_names import canonical_type
from supaschema.kinds.column_definition import Column, Sequence

_TYPE = r'[\w".]+(?: varying| precision)?(?:\([\d, ]+\))?(?: with(?:out)? time zone)?(?:\[\])*'
_NULL = re.compile(rf"\(*null\)*(?:::{_TYPE}\)*)*", re.IGNORECASE)
"""A constant that is NULL, of any type."""
_OF_TEXT = ("text", "character varying", "character", "citext")
_STORED_ALIKE = (*_OF_TEXT, "bytea", "json", "jsonb", "xml")
_SET_DEFAULT_STORAGE = 16
"""The first major version that takes SET STORAGE DEFAULT."""


def resolved(declared: Column, live: Column | None) -> Column:
    """Return a declared column with what its declaration leaves as it is, as far as its type may have it."""
    if live is not None and _both_null(declared, live):
        declared = msgspec.structs.replace(declared, default=live.default)
    if live is None or not declared.kept:
        return _folded(msgspec.structs.replace(declared, kept=()))
    names = ["statistics", "options"]
    names += ["collation"] if _is_one_of(_OF_TEXT, declared, live) else []
    names += ["storage", "compression"] if _is_one_of(_STORED_ALIKE, declared, live) else []
    found: dict[str, Any] = {name: getattr(live, name) for name in names if name in declared.kept}
    if declared.identity is not None and live.identity is not None:
        found["sequence"] = _sequence(declared, live)
    return _folded(msgspec.structs.replace(declared, kept=(), **found))


def _both_null(declared: Column, live: Column) -> bool:
    # Without a default the value is NULL, unless a domain has a default of its own.
    defaults = (declared.default, live.default)
    if "." in declared.type and None in defaults:
        return False
    return all(default is None or _NULL.fullmatch(default) for default in defaults)


def _folded(column: Column) -> Column:
    # What is as by itself is not there in the catalog's reading.
    storage = None if column.storage == _usual_storage(column.type) else column.storage
    sequence = None if column.sequence is None else _as_read(column.sequence, column.type)
    return msgspec.structs.replace(column, storage=storage, sequence=sequence if sequence != Sequence() else None)


def _usual_storage(type: str) -> str | None:
    canonical = canonical_type(type)
    base = canonical.partition("(")[0]
    if base == "numeric":
        return "main"
    return "extended" if canonical.endswith("[]") or base in _STORED_ALIKE else None


def _as_read(sequence: Sequence, type: str) -> Sequence:
    rises, limit = (sequence.increment or 1) > 0, largest(type)
    least, most = (1, limit) if rises else (-limit - 1, -1)
    first = (sequence.minimum or 1) if rises else (sequence.maximum or -1)
    usual = {"increment": 1, "minimum": least, "maximum": most, "start": first, "cache": 1}
    return msgspec.structs.replace(
        sequence, **{name: None for name, value in usual.items() if getattr(sequence, name) == value}
    )


def _is_one_of(types: tuple[str, ...], declared: Column, live: Column) -> bool:
    left, right = (canonical_type(column.type).removesuffix("[]") for column in (declared, live))
    return left == right or all(type.partition("(")[0] in types for type in (left, right))


def _sequence(declared: Column, live: Column) -> Sequence:
    mine, theirs = (item.sequence or Sequence() for item in (declared, live))
    kept = {name: getattr(theirs, name) for name in Sequence.__struct_fields__ if name in declared.kept}
    limit = largest(declared.type)
    if (kept.get("maximum") or 0) >= limit:
        kept["maximum"] = None
    return msgspec.structs.replace(mine, **kept)


def largest(type: str) -> int:
    """Return the largest value of an integer type, at which a sequence of it ends where nothing else is said."""
    return {"smallint": 2**15 - 1, "integer": 2**31 - 1}.get(canonical_type(type), 2**63 - 1)


def set_options(id: ObjectId, old: Column, new: Column, major: int) -> list[Statement]:
    """Return the statements that set how a column is stored, compressed, and counted."""
    statements = []
    if old.storage != new.storage:
        usual = "default" if major >= _SET_DEFAULT_STORAGE else old.usual_storage or "default"
        statements.append(_alter(id, compose("set storage {}", raw_sql(new.storage or usual))))
    if old.compression != new.compression:
        statements.append(_alter(id, compose("set compression {}", raw_sql(new.compression or "default"))))
    if old.statistics != new.statistics:
        target = -1 if new.statistics is None else new.statistics
        statements.append(_alter(id, compose("set statistics {}", literal(target)), _BRIEF))
    gone = [name for name in old.options if name not in new.options]
    if gone:
        statements.append(_alter(id, compose("reset ({})", sql.SQL(", ").join(map(ident, gone))), _BRIEF))
    changed = {name: value for name, value in new.options.items() if old.options.get(name) != value}
    if changed:
        items = (compose("{} = {}", ident(name), literal(value)) for name, value in sorted(changed.items()))
        statements.append(_alter(id, compose("set ({})", sql.SQL(", ").join(items)), _BRIEF))
    return statements


_BRIEF = LockMode.SHARE_UPDATE_EXCLUSIVE


def _alter(id: ObjectId, action: sql.Composable, mode: LockMode = LockMode.ACCESS_EXCLUSIVE) -> Statement:
    query = compose("alter table {} alter column {} {}", ident(*id.name[:2]), ident(id.name[2]), action)
    return Statement(query, locks=(Lock(relation_name(id.name), mode),))
