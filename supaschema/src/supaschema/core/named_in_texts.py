"""What a text of SQL seems to name: words are matched, not parsed."""

from __future__ import annotations

import re

from supaschema.core.sqltext import WORD, Name

_QUALIFIED = re.compile(r"([^\W\d][\w$]*)\"?\.\"?([^\W\d][\w$]*)")


def qualified_names(text: str) -> frozenset[Name]:
    """Return what stands before and after a dot: names with their schemas, and columns with their tables."""
    return frozenset(_QUALIFIED.findall(text))


def words(text: str) -> frozenset[str]:
    """Return every word."""
    return frozenset(WORD.findall(text))
