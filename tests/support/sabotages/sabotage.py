"""What somebody does to a database, and what a check of the deployed stack must say of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sabotage:
    """One thing that is not as declared any more.

    Attributes:
        sql: What was done, with the platform's rights.
        finds: The object that the check names.
        says: Part of what it says of it.
        as_owner: Whether roles are tried, not computed.

    """

    sql: str
    finds: str
    says: str
    as_owner: bool = False


EVERYBODY_IS_ADMIN = (
    "create or replace function private.is_current_admin() returns boolean language sql stable"
    " set search_path = pg_catalog, pg_temp"
    " as 'select true'"
)
"""A body that is not the declared one, under the same name, rights and promises."""
