"""Keys of indexes and elements of exclusion constraints, between their text in a declaration and their definition."""

from __future__ import annotations

import re

import msgspec

from supaschema.core.quoted import in_quotes
from supaschema.core.sqltext import unquoted
from supaschema.kinds.index_keys import Key

# The order of a key may follow its expression, as in CREATE INDEX; operator classes end in `_ops` by convention.
_NAME = r"""(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)"""
_KEY = re.compile(
    rf"^(?P<expression>.+?)(?:\s+collate\s+(?P<collation>{_NAME}(?:\.{_NAME})?))?"
    r"(?:\s+(?P<opclass>[\w.]+_ops)(?:\s*\((?P<parameters>[^()]*)\))?)?"
    r"(?:\s+(?P<order>asc|desc))?(?:\s+nulls\s+(?P<nulls>first|last))?$",
    re.IGNORECASE | re.DOTALL,
)
_SERVERS = "pg_catalog"
"""The schema of what the server has of its own: its name is left out."""
_OPERATOR = r"[-+*/<>=~!@#%^&|`?]+"
_ELEMENT = re.compile(
    rf"^(?P<key>.+)\s+with\s+(?:(?P<plain>{_OPERATOR})"
    rf"|operator\s*\(\s*(?P<schema>{_NAME})\s*\.\s*(?P<name>{_OPERATOR})\s*\))$",
    re.IGNORECASE | re.DOTALL,
)


def key(text: str) -> Key:
    """Return the key that a text declares."""
    match = _KEY.match(text.strip())
    assert match is not None  # the pattern takes any text that is not empty
    descending = (match["order"] or "").lower() == "desc"
    return Key(
        expression=match["expression"],
        collation=_without_servers(_parts(match["collation"] or "")),
        opclass=match["opclass"] and match["opclass"].removeprefix(f"{_SERVERS}."),
        parameters=_parameters(match["parameters"] or ""),
        descending=descending,
        nulls_first=match["nulls"].lower() == "first" if match["nulls"] else descending,
    )


def _without_servers(parts: tuple[str, ...]) -> tuple[str, ...]:
    return parts[1:] if parts[:1] == (_SERVERS,) else parts


def is_element(text: str) -> bool:
    """Return whether a text tells what an exclusion constraint compares and how."""
    return _ELEMENT.match(text.strip()) is not None


def element(text: str) -> Key:
    """Return the element that a text declares."""
    match = _ELEMENT.match(text.strip())
    if match is None:
        return Key(expression=text)
    schema, name = "".join(_parts(match["schema"] or _SERVERS)), match["plain"] or match["name"]
    operator = name if schema == _SERVERS else f"{schema}.{name}"
    return msgspec.structs.replace(key(match["key"]), operator=operator)


def key_text(key: Key) -> str:
    """Return the text that declares a key, with its operator where it has one."""
    named = key.opclass or (key.usual_opclass if key.parameters else None)
    parts = [key.expression]
    if key.collation:
        parts.append("collate " + ".".join(map(in_quotes, key.collation)))
    if named:
        parts.append(named)
    if key.parameters:
        parts.append("(" + ", ".join(f"{name} = {value}" for name, value in key.parameters.items()) + ")")
    if key.descending:
        parts.append("desc")
    if key.nulls_first != key.descending:
        parts.append("nulls first" if key.nulls_first else "nulls last")
    if key.operator is not None:
        schema, dot, name = key.operator.rpartition(".")
        parts.append(f"with operator({in_quotes(schema)}.{name})" if dot else f"with {key.operator}")
    return " ".join(parts)


def _parts(name: str) -> tuple[str, ...]:
    """Return the parts of a name as the catalog holds them, without the server's own schema."""
    found = re.findall(_NAME, name)
    parts = [unquoted(part) for part in found]
    return tuple(parts[1:] if len(parts) > 1 and parts[0] == "pg_catalog" else parts)


def _parameters(text: str) -> dict[str, str]:
    pairs = (item.split("=", 1) for item in text.split(",") if "=" in item)
    return {name.strip().lower(): value.strip().strip("'") for name, value in pairs}
