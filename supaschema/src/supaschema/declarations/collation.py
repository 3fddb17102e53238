"""Collations: how texts are ordered and compared."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from supaschema.declarations.base import Declaration


class CollationProvider(StrEnum):
    """Whose rules a collation has (PostgreSQL documentation, "CREATE COLLATION")."""

    ICU = "icu"
    LIBC = "libc"
    BUILTIN = "builtin"
    """From PostgreSQL 17 on."""


class Collation(Declaration, frozen=True, kw_only=True):
    """A collation. All but its names and its comment stays as it is made.

    Attributes:
        name: Its name.
        schema: Its schema.
        provider: Whose rules it has.
        locale: The locale: a language tag of ICU's, or what the operating system or the server itself calls it.
        lc_collate: Of the operating system's: the locale by which texts are ordered, instead of `locale`.
        lc_ctype: The one by which characters are told, instead of `locale`.
        deterministic: Whether texts that are not the same byte by byte are never equal. Only ICU has others.
        rules: Rules on top of those of the locale, from PostgreSQL 16 on. Only ICU has such.
        comment: The collation's comment.
        renamed_from: Names that it had, `schema.collation` (or `collation`, in the same schema): where one of them
            exists, and this one does not, that one is renamed.

    """

    qualified_by: ClassVar[tuple[str, ...]] = ("schema", "name")

    name: str
    schema: str = "public"
    provider: CollationProvider
    locale: str | None = None
    lc_collate: str | None = None
    lc_ctype: str | None = None
    deterministic: bool = True
    rules: str | None = None
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
