"""What a function finds by its search_path: whoever may make something in a schema there decides what it calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from supaschema.core.quoted import in_quotes
from supaschema.core.sqltext import WORD, folded
from supaschema.core.type_names import split_list

NOT_FIXED = "(not fixed)"
"""What a lifted declaration says of a search path that is the caller's."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*$")
_SERVERS_OWN = {"pg_catalog", "pg_temp", '""'}
_QUOTED = re.compile(r'(?=("(?:[^"]|"")+"))')
"""From each quote on: which of them begins a name, and which ends one, the strings and comments decide."""
_OPERATOR = re.compile(r"[-+*/<>=~!@#%^&|`?]+")


def looked_up_in(settings: Mapping[str, str]) -> tuple[str, ...]:
    """Return the schemas of a function's path, as it is stored, that are not the server's own."""
    names = split_list(settings.get("search_path", ""))
    return tuple(name for name in names if name not in _SERVERS_OWN)


def found_by_path(settings: Mapping[str, str], body: str) -> Iterator[tuple[str, ...]]:
    """Return what a function may find by its path: each such schema, and in it whatever its body may name."""
    for stored in looked_up_in(settings):
        schema = stored[1:-1].replace('""', '"') if stored.startswith('"') else stored
        yield ("schema", schema)
        found = {*WORD.findall(body), *_QUOTED.findall(body)}
        for word in sorted(name for each in found for name in {each, folded(each)}):
            yield from ((what, schema, word) for what in ("relation", "routine", "type", "other"))
        for sign in sorted(set(_OPERATOR.findall(body))):
            yield ("operator", schema, sign)


def stored_path(search_path: str) -> str:
    """Return a path as pg_proc.proconfig has it: each name quoted where it must be, an empty path one empty name."""
    return ", ".join(name if _PLAIN.match(name) else in_quotes(name) for name in path_names(search_path) or [""])


def path_names(search_path: str) -> list[str]:
    """Return the names as they are stored: what is not quoted is taken as it is written, capitals too."""
    return [item[1:-1].replace('""', '"') if item.startswith('"') else item for item in split_list(search_path)]


def written_path(stored: str | None) -> str:
    """Return a stored path as a declaration has it; None: it is the caller's."""
    if stored is None:
        return NOT_FIXED
    return "" if stored == '""' else stored
