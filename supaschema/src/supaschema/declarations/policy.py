"""Policies, one or with a table's whole access."""

from __future__ import annotations

from enum import StrEnum

from supaschema.declarations.base import Declaration


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


class Policy(InlinePolicy, frozen=True, kw_only=True):
    """One policy on a table that others share, such as `storage.objects`.

    Attributes:
        table: The table's name.
        schema: The table's schema.

    """

    table: str
    schema: str = "public"
