"""An enum type as a definition."""

from __future__ import annotations

from supaschema.core.model import Definition


class EnumType(Definition, frozen=True, kw_only=True):
    """An enum type.

    Attributes:
        labels: Its labels, in the order in which its values are compared.
        owner: The role that owns it. What says nothing of it keeps it.
        comment: Its comment.
        renamed_labels: Labels, each with the one that it was before. A hint: no property of the live object.

    """

    labels: tuple[str, ...] = ()
    owner: str | None = None
    comment: str | None = None
    renamed_labels: tuple[tuple[str, str], ...] = ()
