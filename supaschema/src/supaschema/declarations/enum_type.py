"""Enum types."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from supaschema.declarations.base import Declaration, Grant


class EnumType(Declaration, frozen=True, kw_only=True):
    """An enum type: its labels, in the order in which its values are compared.

    Attributes:
        name: Its name.
        schema: Its schema.
        labels: Its labels. New ones are added in place; to remove one or to order them anew, the type is made again and
            each column of it is rewritten.
        renamed_labels: By label the one that it was before: where the type has that one, and not the label, it is
            renamed, with every value of it.
        grants: The complete grants of PUBLIC and the API roles, USAGE: who may make columns of it. Left out: as they
            are; of a new type PUBLIC has it.
        comment: The type's comment.
        renamed_from: Names that it had, `schema.type` (or `type`, in the same schema): where one of them exists, and
            this one does not, that one is renamed.

    """

    qualified_by: ClassVar[tuple[str, ...]] = ("schema", "name")

    name: str
    schema: str = "public"
    labels: tuple[str, ...]
    renamed_labels: dict[str, str] = msgspec.field(default_factory=dict)
    grants: tuple[Grant, ...] | None = None
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
