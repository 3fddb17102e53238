"""Domains."""

from __future__ import annotations

from typing import ClassVar

from supaschema.declarations.base import Declaration, Grant


class DomainCheck(Declaration, frozen=True, kw_only=True):
    """A check of a domain.

    Attributes:
        name: Its name, so that it can be told from another.
        expression: What holds for each value, as an SQL expression over VALUE.
        validated: False: values that exist are not proven (NOT VALID).
        comment: Its comment.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed.

    """

    name: str
    expression: str
    validated: bool = True
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()


class Domain(Declaration, frozen=True, kw_only=True):
    """A domain: a type with rules of its own for its values.

    Attributes:
        name: Its name.
        schema: Its schema.
        type: The type that it is over, a type of the database's own with its schema. It changes only while no column is
            of the domain.
        collation: The collation as the catalog holds it, as a column's; left out: the type's. It changes as the type.
        nullable: Whether it admits NULL.
        default: The default of columns of it that have none of their own, as an SQL expression.
        checks: All that it checks of its values.
        grants: The complete grants of PUBLIC and the API roles, USAGE: who may make columns of it. Left out: as they
            are; of a new domain PUBLIC has it.
        comment: The domain's comment.
        renamed_from: Names that it had, `schema.domain` (or `domain`, in the same schema): where one of them exists,
            and this one does not, that one is renamed.

    """

    qualified_by: ClassVar[tuple[str, ...]] = ("schema", "name")

    name: str
    schema: str = "public"
    type: str
    collation: str | None = None
    nullable: bool = True
    default: str | None = None
    checks: tuple[DomainCheck, ...] = ()
    grants: tuple[Grant, ...] | None = None
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
