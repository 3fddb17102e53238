"""The access rules that several tables share, each said once."""

from __future__ import annotations

from supaschema.declarations import Grant, InlinePolicy, PolicyCommand, Privilege

MEMBER = "authenticated"
"""The database role of every signed-in member, reader or owner."""
SERVICE = "service_role"
"""The database role of the application's own services."""

SERVICE_ALL = Grant(to=SERVICE, privileges=(Privilege.ALL,))
MEMBER_READS = Grant(to=MEMBER, privileges=(Privilege.SELECT,))
IS_ADMIN = "(select private.is_current_admin())"


def own_organization(table: str) -> str:
    """Say that a row of `table` belongs to the caller's organization; the sub-select runs once per statement."""
    return f"{table}.org_id = (select private.current_org_id())"


def members_read(name: str, using: str) -> InlinePolicy:
    """Let members read the rows that `using` names."""
    return InlinePolicy(name=name, command=PolicyCommand.SELECT, to=(MEMBER,), using=using)


def service_does_all(what: str) -> InlinePolicy:
    """Let the services do everything.

    The role passes row level security by itself on Supabase; the policy says so where a reader or another platform
    would not expect it.
    """
    return InlinePolicy(
        name=f"Services manage {what}", command=PolicyCommand.ALL, to=(SERVICE,), using="true", check="true"
    )
