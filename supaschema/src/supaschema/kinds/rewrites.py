"""What makes the server rewrite a table, as its source decides it (src/backend/commands/tablecmds.c)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from supaschema.core.type_names import canonical_type

_STRING = re.compile(r"'(?:[^']|'')*'")
_PART = r'(?:"[^"]+"|[^\W\d][\w$]*)'
_CALL = re.compile(rf"(?<![\w$\".])(?P<cast>::\s*)?(?:(?P<schema>{_PART})\s*\.\s*)?(?P<name>{_PART})\s*\(")

VOLATILE = frozenset(
    {
        "clock_timestamp",
        "current_query",
        "currval",
        "gen_random_uuid",
        "lastval",
        "nextval",
        "normal_rand",
        "query_to_xml",
        "random",
        "random_normal",
        "setseed",
        "setval",
        "timeofday",
        "uuidv4",
        "uuidv7",
    }
)
"""The server's own functions that a default may call and that give another value for each row."""

_STABLE = frozenset({"auth.email", "auth.jwt", "auth.role", "auth.uid"})
"""The platform's functions that give all rows of a statement the same."""

_LONGER = ("character varying", "bit varying", "time without time zone", "time with time zone")
_TIMESTAMPS = ("timestamp without time zone", "timestamp with time zone")
_SAME_BYTES = {
    ("character varying", "text"),
    ("text", "character varying"),
    ("cidr", "inet"),
    ("xml", "text"),
    ("xml", "character varying"),
}


@dataclass(frozen=True, slots=True)
class _Type:
    base: str
    modifier: tuple[int, ...]


def is_volatile(default: str) -> bool:
    """Return whether a default may give each row another value, so that adding it writes every row.

    A function that is not the server's own counts as volatile, which PostgreSQL takes it for unless it is told.
    """
    for call in _CALL.finditer(_STRING.sub("''", default)):
        schema, name = ((call[part] or "").strip('"') for part in ("schema", "name"))
        if call["cast"]:
            continue
        if schema in ("", "pg_catalog"):
            if name.lower() in VOLATILE or name.lower().startswith("pg_"):
                return True
        elif f"{schema}.{name}" not in _STABLE:
            return True
    return False


def type_rewrites(old: str, new: str, *, in_utc: bool) -> bool:
    """Return whether a change of a column's type may write every row: the values' bytes change, or are checked.

    Args:
        old: The type that is live.
        new: The type that is wanted.
        in_utc: Whether the session's time zone is UTC, in which a timestamp is the same with a time zone and without.

    """
    before, after = _parsed(old), _parsed(new)
    if before is None or after is None:
        return canonical_type(old) != canonical_type(new)
    if before.base == after.base and before.base == "numeric":
        return not _takes_numeric(before.modifier, after.modifier)
    if before.base in _TIMESTAMPS and after.base in _TIMESTAMPS:
        return not _takes_longer(before, after) or (before.base != after.base and not in_utc)
    if before.base == after.base and before.base in _LONGER:
        return not _takes_longer(before, after)
    return before != after and not ((before.base, after.base) in _SAME_BYTES and not after.modifier)


def reorders(old: str, new: str) -> bool:
    """Return whether a change of type that rewrites no row has another order of values, so that indexes are rebuilt."""
    before, after = _parsed(old), _parsed(new)
    return before is not None and after is not None and before.base != after.base and before.base in _TIMESTAMPS


def _parsed(text: str) -> _Type | None:
    # None: an array, or a modifier that is no number.
    canonical = canonical_type(text)
    found = re.fullmatch(r"(?P<head>[^()]*?)(?:\((?P<modifier>[^()]*)\))?(?P<tail>[^()]*)", canonical)
    if found is None or canonical.endswith("[]"):
        return None
    numbers = (found["modifier"] or "").split(",") if found["modifier"] else []
    if not all(number.strip().lstrip("-").isdigit() for number in numbers):
        return None
    return _Type(found["head"] + found["tail"], tuple(map(int, numbers)))


def _takes_longer(before: _Type, after: _Type) -> bool:
    return not after.modifier or (bool(before.modifier) and before.modifier[0] <= after.modifier[0])


def _takes_numeric(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    # The same decimals, and as many digits: numeric_support() in src/backend/utils/adt/numeric.c.
    return not after or (bool(before) and before[1:] == after[1:] and before[0] <= after[0])
