"""What PostgreSQL admits as a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from supaschema.core.errors import DeclarationError
from supaschema.core.model import ObjectId
from supaschema.core.sqltext import MAX_IDENTIFIER_BYTES


def name_problems(name: str, *, field: str) -> Iterator[DeclarationError]:
    """Return what is wrong with a name: empty, too long in bytes, or with a NUL."""
    size = len(name.encode())
    if not name:
        yield DeclarationError("the name is empty.", field=field, remedy="Give one.")
    if size > MAX_IDENTIFIER_BYTES:
        what = f'the name "{name}" has {size} bytes; PostgreSQL cuts names at {MAX_IDENTIFIER_BYTES}.'
        yield DeclarationError(what, field=field, remedy="Shorten it.")
    if "\0" in name:
        yield DeclarationError("the name holds a NUL character.", field=field, remedy="Remove it.")


def schema_problem(ids: Iterable[ObjectId]) -> DeclarationError | None:
    """Return that an object's schema is the server's own, or has a dot in its name.

    The archive, and locks, know relations by `schema.name`: what was kept of `c` in schema `a.b` would come back as
    `b.c` of schema `a`.
    """
    for id in ids:
        schema, *rest = id.name
        if id.kind.startswith("role"):
            continue
        if rest and (schema.startswith("pg_") or schema == "information_schema"):
            what = f"{id} is in {schema}, which is the server's own: nobody makes or changes anything there."
            return DeclarationError(what, remedy="Declare it in a schema of yours.")
        if "." in schema and (rest or id.kind.startswith("schema")):
            what = f"the schema {schema} has a dot in its name: its objects could be taken for another schema's."
            return DeclarationError(what, remedy="Give the schema another name; what is in this one is not managed.")
    return None
