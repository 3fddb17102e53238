"""What the roles that the API acts as may do beyond grants: be other roles, and pass by policies. No ledger records it.

What every project of the platform has is left out.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import LiteralString

from supaschema.core.model import ObjectId
from supaschema.core.sqltext import compose, ident, raw_sql
from supaschema.database.connect import Connection
from supaschema.drift.model import Topic
from supaschema.drift.naming import finding
from supaschema.drift.subject import Subject
from supaschema.supabase.roles import API_ROLES, AUTHENTICATOR, PUBLIC

_ROLES = [*(role for role in API_ROLES if role != PUBLIC), AUTHENTICATOR]
_USUAL = {*((AUTHENTICATOR, role) for role in API_ROLES), ("service_role", "bypassrls")}
"""Members with their roles, and roles with their attributes, as the platform makes them."""


@dataclass(frozen=True, slots=True)
class Power:
    """What a role of the API is or has: another role that it is a member of, or an attribute."""

    role: str
    what: str
    is_role: bool


def read(connection: Connection) -> tuple[Power, ...]:
    """Return what those roles have beyond the usual, in one query."""
    rows = connection.execute(_POWERS, {"roles": _ROLES})
    return tuple(Power(role, what, is_role) for role, what, is_role in rows if (role, what) not in _USUAL)


def beside(powers: Iterable[Power], live: Container[ObjectId]) -> tuple[Power, ...]:
    """Return those that are not looked at anyway, as memberships of what is declared are."""
    return tuple(it for it in powers if ObjectId("role_membership", (it.what, it.role)) not in live)


def subjects(powers: tuple[Power, ...]) -> Iterator[Subject]:
    """Yield them, each with what it means and what takes it away."""
    for power in powers:
        sort = "role membership" if power.is_role else "role attribute"
        id = ObjectId(sort, (f"{power.role} in {power.what}" if power.is_role else f"{power.role} {power.what}",))
        found = finding(Topic.UNMANAGED, id, "it decides over what is managed too", definition={})
        if power.is_role:
            query = compose("revoke {} from {}", ident(power.what), ident(power.role))
            means = f"{power.role}: may act as {power.what}, or has its rights"
        else:
            query = compose("alter role {} {}", ident(power.role), raw_sql(f"no{power.what}"))
            means = f"{power.role}: is {power.what}"
        yield Subject(replace(found, access=(means,), repair=(f"{query.as_string()};",)), id)


_POWERS: LiteralString = """
    select member.rolname::text, role.rolname::text, true
      from pg_catalog.pg_auth_members m
      join pg_catalog.pg_roles member on member.oid = m.member
      join pg_catalog.pg_roles role on role.oid = m.roleid
     where member.rolname = any (%(roles)s::name[])
    union
    select r.rolname::text, a.name, false
      from pg_catalog.pg_roles r
     cross join lateral (values ('superuser', r.rolsuper), ('createrole', r.rolcreaterole), ('createdb', r.rolcreatedb),
                                ('replication', r.rolreplication), ('bypassrls', r.rolbypassrls)) a(name, holds)
     where r.rolname = any (%(roles)s::name[]) and a.holds
     order by 1, 2
"""
