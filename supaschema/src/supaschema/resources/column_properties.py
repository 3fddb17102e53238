"""What a column's declaration may leave as it is: collation, storage, statistics, an identity's options."""

from __future__ import annotations

from typing import Any

from supaschema.declarations import Column, Compression, IdentityOptions, Storage
from supaschema.kinds import column as column_kind
from supaschema.kinds.column_definition import Sequence

_OWN = "default"
"""What a declaration says for the type's own, or the server's."""
_SERVERS = "pg_catalog"


def properties(column: Column) -> dict[str, Any]:
    """Return the fields of a column's definition that may be left as they are, and the names of those that are."""
    # Mostly none is stated, and a program has columns by the thousand.
    return _UNSTATED if _of(column) == _OF_NONE else _properties(column)


def _of(column: Column) -> tuple[Any, ...]:
    own = column.collation, column.storage, column.compression, column.statistics, column.options
    return (*own, column.identity_options)


def _properties(column: Column) -> dict[str, Any]:
    options = column.identity_options or IdentityOptions()
    given = {name: getattr(options, name) for name in Sequence.__struct_fields__}
    sequence = Sequence(**{name: value for name, value in given.items() if value is not None})
    stated = {
        "collation": column.collation,
        "storage": column.storage,
        "compression": column.compression,
        "statistics": column.statistics,
        "options": column.options,
    }
    return {
        "collation": collation_names(column.collation),
        "storage": _other(column.storage),
        "compression": _other(column.compression),
        "statistics": None if column.statistics == -1 else column.statistics,
        "options": column.options or {},
        "sequence": sequence if sequence != Sequence() else None,
        "kept": tuple(name for name, value in {**stated, **given}.items() if value is None),
    }


def declared(item: column_kind.Column, known: Column | None) -> dict[str, Any]:
    """Return the same fields of a declaration: those that `known` states, else all that are not as by themselves."""
    sequence = item.sequence or Sequence()
    live = {
        "collation": collation_text(item.collation),
        "storage": Storage(item.storage or _OWN),
        "compression": Compression(item.compression or _OWN),
        "statistics": -1 if item.statistics is None else item.statistics,
        "options": item.options,
    }
    if known is None:
        own: tuple[Any, ...] = (_OWN, -1, {})
        options = {name: getattr(sequence, name) or None for name in Sequence.__struct_fields__}
        found: dict[str, Any] = {name: value for name, value in live.items() if value not in own}
    else:
        stated = known.identity_options or IdentityOptions()
        options = {
            # What is as by itself has no number of its own here: it is what was declared, or is told by a refresh.
            name: None if getattr(stated, name) is None else getattr(sequence, name)
            for name in Sequence.__struct_fields__
        }
        found = {name: value for name, value in live.items() if getattr(known, name) is not None}
    if item.identity is not None and any(value is not None for value in options.values()):
        found["identity_options"] = IdentityOptions(**options)
    return found


def _other(value: str | None) -> str | None:
    return None if value is None or value == _OWN else str(value)


def collation_names(collation: str | None) -> tuple[str, ...] | None:
    """Return a declared collation as a definition has it; None: the type's own."""
    if collation is None or collation == _OWN:
        return None
    schema, dot, name = collation.partition(".")
    if not dot or schema == _SERVERS:
        return (name or schema,)
    return (schema, name)


def collation_text(names: tuple[str, ...] | None) -> str:
    """Return a definition's collation as a declaration says it."""
    if not names:
        return _OWN
    return ".".join(names if len(names) > 1 or "." not in names[0] else (_SERVERS, *names))


_NONE = Column(name="", type="")
_UNSTATED, _OF_NONE = _properties(_NONE), _of(_NONE)
