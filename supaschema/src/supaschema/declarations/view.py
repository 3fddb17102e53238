"""Views."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from supaschema.declarations.base import Declaration, Grant


class View(Declaration, frozen=True, kw_only=True):
    """A view whose query is a file.

    Attributes:
        name: Its name.
        schema: Its schema.
        query: The query's text, one SELECT.
        file: The file the query came from, for error messages.
        security_invoker: Whether the reader's rights and policies count (they should).
        security_barrier: Whether its conditions are applied before the reader's; None: as it is.
        check_option: None, `local` or `cascaded`.
        grants: The complete grants of PUBLIC and the API roles.
        comment: The view's comment.
        column_comments: Comments of its columns, by name; empty: none. A column that is not named keeps its own.
        renamed_from: Names that it had, `schema.view` (or `view`, in the same schema): where one of them exists, and
            this one does not, that one is renamed.

    """

    qualified_by: ClassVar[tuple[str, ...]] = ("schema", "name")

    name: str
    schema: str = "public"
    query: str
    file: str | None = None
    security_invoker: bool = True
    security_barrier: bool | None = None
    check_option: str | None = None
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    column_comments: dict[str, str] = msgspec.field(default_factory=dict)
    renamed_from: tuple[str, ...] = ()
