"""Composite types."""

from __future__ import annotations

from supaschema.declarations.base import Declaration, Grant


class CompositeAttribute(Declaration, frozen=True, kw_only=True):
    """An attribute of a composite type.

    Attributes:
        name: Its name.
        type: Its type, one of the database's own with its schema. It changes only while no column is of the composite
            type.
        collation: The collation as the catalog holds it, as a column's; left out: the type's. It changes as the type.
        comment: Its comment.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed.

    """

    name: str
    type: str
    collation: str | None = None
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()


class CompositeType(Declaration, frozen=True, kw_only=True):
    """A composite type: the attributes of a row that need be no table's.

    Attributes:
        name: Its name.
        schema: Its schema.
        attributes: All its attributes, in their order. Others come at the end; they are ordered anew only while no
            column is of the type.
        grants: The complete grants of PUBLIC and the API roles, USAGE: who may make columns of it. Left out: as they
            are; of a new type PUBLIC has it.
        comment: The type's comment.
        renamed_from: Names that it had, `schema.type` (or `type`, in the same schema): where one of them exists, and
            this one does not, that one is renamed.

    """

    name: str
    schema: str = "public"
    attributes: tuple[CompositeAttribute, ...]
    grants: tuple[Grant, ...] | None = None
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
