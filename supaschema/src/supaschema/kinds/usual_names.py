"""Names as the server chooses them where none is given (its `makeObjectName`)."""

from __future__ import annotations

from supaschema.core.sqltext import MAX_IDENTIFIER_BYTES


def usual_name(relation: str, columns: str, label: str) -> str:
    """Return the name of what belongs to a relation: the longer part is cut until all fit, never within a character.

    Args:
        relation: The relation's name.
        columns: Those of its columns; empty: they are no part of the name.
        label: What it is: `idx`, `key`, `pkey`, `not_null`.

    """
    parts = [part for part in (relation.encode(), columns.encode()) if part]
    room = MAX_IDENTIFIER_BYTES - len(label.encode()) - len(parts)
    while sum(map(len, parts)) > room:
        longest = max(range(len(parts)), key=lambda place: (len(parts[place]), place))
        parts[longest] = parts[longest][:-1]
    return "_".join((*(part.decode(errors="ignore") for part in parts), label))
