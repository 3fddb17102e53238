"""Range types."""

from __future__ import annotations

from supaschema.declarations.base import Declaration, Grant


class RangeType(Declaration, frozen=True, kw_only=True):
    """A range type, and the multirange type that comes with it. All but names, grants and comment stays as it is made.

    Attributes:
        name: Its name.
        schema: Its schema.
        subtype: The type of its bounds, one of the database's own with its schema.
        subtype_opclass: The B-tree operator class by which bounds are compared, with its schema where that is not
            pg_catalog; left out: the subtype's default.
        collation: The collation as the catalog holds it, as a column's; left out: the subtype's.
        subtype_diff: The function that tells how far two bounds are apart, `schema.name`; left out: none.
        multirange: The name of the multirange type, `schema.name` (or `name`, in the same schema); left out: as the
            server chooses.
        grants: The complete grants of PUBLIC and the API roles, USAGE: who may make columns of it. Left out: as they
            are; of a new type PUBLIC has it.
        comment: The type's comment.
        renamed_from: Names that it had, `schema.type` (or `type`, in the same schema): where one of them exists, and
            this one does not, that one is renamed.

    """

    name: str
    schema: str = "public"
    subtype: str
    subtype_opclass: str | None = None
    collation: str | None = None
    subtype_diff: str | None = None
    multirange: str | None = None
    grants: tuple[Grant, ...] | None = None
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
