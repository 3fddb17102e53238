"""Schemas."""

from __future__ import annotations

from typing import ClassVar

from supaschema.declarations.base import Declaration, Grant


class Schema(Declaration, frozen=True, kw_only=True):
    """A schema; `grants` is complete for PUBLIC and the API roles.

    Attributes:
        name: Its name.
        grants: The complete grants of PUBLIC and the API roles.
        comment: The schema's comment.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed, with all
            that is in it.

    """

    qualified_by: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
