"""Memberships of roles: who has the rights of another role, or may become it."""

from __future__ import annotations

from supaschema.declarations.base import Declaration


class RoleMembership(Declaration, frozen=True, kw_only=True):
    """That one role is a member of another one, and so has its rights.

    Attributes:
        role: The role whose rights are had.
        member: The role that has them.
        admin: Whether the member may make others members, too.
        inherit: Whether it has the rights without becoming the role, from PostgreSQL 16 on. None: as it is, and
            where it is new as the member has it.
        may_set: Whether it may become the role by SET ROLE, from PostgreSQL 16 on; before, every member may.

    """

    role: str
    member: str
    admin: bool = False
    inherit: bool | None = None
    may_set: bool = True
