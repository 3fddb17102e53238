"""Declarations of who may do what: row level security, policies, grants."""

from __future__ import annotations

from enum import StrEnum

from supaschema.declarations.base import Declaration, Grant


class PolicyCommand(StrEnum):
    """The command that a policy speaks of."""

    ALL = "ALL"
    SELECT = "SELECT"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


class InlinePolicy(Declaration, frozen=True, kw_only=True):
    """A policy that a TableAccess carries.

    Attributes:
        name: The policy's name.
        command: The command it speaks of.
        to: The roles; never empty, for a policy for everybody is hardly ever meant (`public` says so).
        using: Which rows are seen, as an SQL expression; helper calls wrapped in `(select ...)`.
        check: Which rows may be written; None means as `using`.
        permissive: False for a restrictive policy.
        comment: The policy's comment; empty: none. None: as it is.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed.

    """

    name: str
    command: PolicyCommand
    to: tuple[str, ...]
    using: str | None = None
    check: str | None = None
    permissive: bool = True
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()


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
    """

    table: str
    schema: str = "public"


class Policy(InlinePolicy, frozen=True, kw_only=True):
    """One policy on a table that others share, such as `storage.objects`."""

    table: str
    schema: str = "public"
