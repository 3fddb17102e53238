"""What is added to a table that somebody else owns."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from supaschema.declarations.base import Declaration
from supaschema.declarations.column import Column
from supaschema.declarations.constraints import Check, Exclusion, ForeignKey, Unique
from supaschema.declarations.table_access import InlineAccess


class TablePatch(Declaration, frozen=True, kw_only=True):
    """What this stack adds to a table that somebody else owns. The rest of the table is not its business.

    Attributes:
        table: The table's name.
        schema: The table's schema.
        columns: Columns added.
        nullability: Columns of the table whose NOT NULL this stack changes: name to "may be NULL".
        checks: Check constraints added, or widened where the name exists already.
        uniques: Unique constraints added.
        foreign_keys: Foreign keys added.
        exclusions: Exclusion constraints added.
        access: The complete access of the whole table, where a policy names a column added here: the two then come
            and go in one transaction, so that nobody sees values that the policy is to hide.

    """

    qualified_by: ClassVar[tuple[str, ...]] = ("schema", "table")

    table: str
    schema: str = "public"
    columns: tuple[Column, ...] = ()
    nullability: dict[str, bool] = msgspec.field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    uniques: tuple[Unique, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    access: InlineAccess | None = None
