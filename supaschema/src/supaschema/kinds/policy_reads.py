"""Which tables a policy reads, as far as its text tells: the server refuses reads where policies read in a circle."""

from __future__ import annotations

import re

from supaschema.core.sqltext import Name
from supaschema.kinds.policy import Policy

_LITERAL = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
_PART = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_READ = re.compile(rf"\b(?:from|join)\s+(?:only\s+)?(?:lateral\s+)?({_PART})\s*\.\s*({_PART})(?!\s*\()", re.IGNORECASE)
_OF_READS = ("ALL", "SELECT")


def tables_read(policy: Policy) -> frozenset[Name]:
    """Return the relations whose rows a policy for reading asks for in a query of its own, each by schema and name.

    What a function reads, the policies of its caller do not see: it is left out.
    """
    if policy.command not in _OF_READS or policy.using is None:
        return frozenset()
    text = _LITERAL.sub(lambda found: "''" if found[0].startswith("'") else " ", policy.using)
    return frozenset((_name(schema), _name(relation)) for schema, relation in _READ.findall(text))


def _name(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part.lower()
