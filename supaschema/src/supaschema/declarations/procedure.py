"""Procedures."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from supaschema.declarations.base import Declaration
from supaschema.declarations.function import SAFE_PATH, Argument


class Procedure(Declaration, frozen=True, kw_only=True):
    """A procedure, which CALL runs, whose body is a file.

    Attributes:
        name: Its name.
        schema: Its schema.
        arguments: Its arguments.
        language: `sql` or `plpgsql`.
        body: The body's text.
        file: The file the body came from, for error messages.
        ends_transactions: Whether its body ends transactions (`commit`, `rollback`). The server lets it do that only
            with its caller's rights and settings, the search path included: the body has to qualify what it names.
        security_definer: Whether it runs with its owner's rights.
        search_path: Fixed for every call, as a function's; of what ends transactions nothing.
        settings: Further settings for every call, name to value; none that says who the session is.
        execute: The roles that may call it; nobody else may but its owner. `public` means PUBLIC.
        comment: The procedure's comment.
        renamed_from: Names that it had, `schema.procedure` (or `procedure`, in the same schema), with the types of its
            arguments where those have changed: `sweep(integer, text)`. Where one of them exists, and this one does not,
            that one is renamed.

    """

    qualified_by: ClassVar[tuple[str, ...]] = ("schema", "name")

    name: str
    schema: str = "public"
    arguments: tuple[Argument, ...] = ()
    language: str = "plpgsql"
    body: str
    file: str | None = None
    ends_transactions: bool = False
    security_definer: bool = False
    search_path: str = SAFE_PATH
    settings: dict[str, str] = msgspec.field(default_factory=dict)
    execute: tuple[str, ...] = ()
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
