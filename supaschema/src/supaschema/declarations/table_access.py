"""Who may do what with a table: row level security, policies, grants."""

from __future__ import annotations

from supaschema.declarations.base import Declaration, Grant
from supaschema.declarations.policy import InlinePolicy


class InlineAccess(Declaration, frozen=True, kw_only=True):
    """The complete access of a table, as a Table or TablePatch may carry it; see TableAccess.

    Attributes:
        row_security: Whether row level security is on.
        force_row_security: Whether it holds for the table's owner too.
        policies: All policies of the table.
        grants: All grants to PUBLIC, the API roles and the roles named here.

    """

    row_security: bool = True
    force_row_security: bool = False
    policies: tuple[InlinePolicy, ...] = ()
    grants: tuple[Grant, ...] = ()


class TableAccess(InlineAccess, frozen=True, kw_only=True):
    """The complete access of one table for PUBLIC, anon, authenticated, service_role and the roles it names.

    A policy or a grant to one of those roles that is not declared here is drift. Grants of other roles are left alone.

    Attributes:
        table: The table's name.
        schema: The table's schema.

    """

    table: str
    schema: str = "public"
