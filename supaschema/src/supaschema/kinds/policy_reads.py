"""Which relations a text reads, and which routines it calls, as far as it tells: policies may read in a circle."""

from __future__ import annotations

import re

from supaschema.core.sqltext import Name, unquoted
from supaschema.kinds.policy import Policy

_LITERAL = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_PART = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_QUALIFIED = rf"({_PART})\s*\.\s*({_PART})"
_READ = re.compile(rf"\b(?:from|join)\s*[\s(]\s*(?:only\s+)?(?:lateral\s+)?{_QUALIFIED}(?!\s*\()", re.IGNORECASE)
# After one that is read and its alias.
_READ_TOO = re.compile(
    rf"(?:\s+as)?(?:\s+{_PART})?\s*,\s*(?:only\s+)?(?:lateral\s+)?{_QUALIFIED}(?!\s*\()", re.IGNORECASE
)
_CALLED = re.compile(rf"(?<![\w$\".]){_QUALIFIED}\s*\(")
_OF_READS = ("ALL", "SELECT")


def condition(policy: Policy) -> str:
    """Return the text by which a policy decides over reads; empty: it does not."""
    return (policy.using or "") if policy.command in _OF_READS else ""


def relations_read(text: str) -> frozenset[Name]:
    """Return the relations whose rows a text asks for in a query of its own, each by schema and name."""
    text, found = _plain(text), set[Name]()
    for first in _READ.finditer(text):
        read: re.Match[str] | None = first
        while read is not None:
            found.add((unquoted(read[1]), unquoted(read[2])))
            read = _READ_TOO.match(text, read.end())
    return frozenset(found)


def routines_called(text: str) -> frozenset[Name]:
    """Return the routines that a text calls, each by schema and name."""
    return frozenset((unquoted(schema), unquoted(routine)) for schema, routine in _CALLED.findall(_plain(text)))


def _plain(text: str) -> str:
    return _LITERAL.sub(lambda found: "''" if found[0].startswith("'") else " ", text)
