"""What a text names that ends with its session: the server makes nothing lasting of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from supaschema.core.errors import DeclarationError
from supaschema.core.model import ObjectId

_PASSED_OVER = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$", re.DOTALL)
_TEMPORARY = re.compile(r'(?<![\w$."])"?(pg_(?:toast_)?temp(?:_\d+)?)"?\s*\.', re.IGNORECASE)


def temporary_problem(texts: Iterable[tuple[ObjectId, str]]) -> DeclarationError | None:
    """Return the first of some SQL texts that names a temporary schema, comments and strings aside; None: none does."""
    for id, text in texts:
        named = _TEMPORARY.search(_PASSED_OVER.sub(" ", text))
        if named is not None:
            what = f"{id} names {named[1]}: what is in there ends with the session that made it."
            return DeclarationError(what, remedy="Name what lasts: a table, view or function of another schema.")
    return None
