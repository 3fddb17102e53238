"""Who tries: everybody that the API lets in, a member of each of two tenants, and each machine role."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import LiteralString

from psycopg import errors

from supaschema.core.sqltext import compose, ident
from supaschema.database.connect import Connection
from supaschema.review.access.tries.values import Tenant
from supaschema.supabase.roles import AUTHENTICATOR, END_USERS, PUBLIC

_SIGNED_IN = END_USERS[-1]
_STRANGER = "cccccccc-0000-4000-8000-cccccccccccc"
_SETTINGS: LiteralString = """
    select pg_catalog.set_config('request.jwt.claims', %(claims)s, true),
           pg_catalog.set_config('request.jwt.claim.sub', %(sub)s, true),
           pg_catalog.set_config('request.jwt.claim.role', %(role)s, true),
           pg_catalog.set_config('search_path', 'public, extensions', true),
           pg_catalog.set_config('role', %(role)s, true)
"""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who tries.

    Attributes:
        name: In words.
        role: The role that the statements run as.
        tenant: Whose member it is; None: nobody's, so that all rows are others'.
        subject: The `sub` of its token; None: it has no token.

    """

    name: str
    role: str
    tenant: Tenant | None = None
    subject: str | None = None


def told(names: Iterable[str]) -> str:
    """Return sessions by their names, members of both tenants as one."""
    a, b = (_member(tenant) for tenant in Tenant)
    names = list(names)
    of_both = [name for name in names if name.startswith(a) and b + name.removeprefix(a) in names]
    others = [name for name in names if a + name.removeprefix(b) not in of_both and name not in of_both]
    said = "; ".join(filter(None, (name.removeprefix(a).strip(" ()") for name in of_both)))
    members = [f"a member of either tenant{f' ({said})' if said else ''}"] if of_both else []
    return ", ".join([*members, *others])


def _member(tenant: Tenant) -> str:
    return f"a member of tenant {tenant.name}"


def sessions(subjects: tuple[str, ...]) -> tuple[Session, ...]:
    """Return the sessions of a database whose roles these are."""
    found = []
    for role in subjects:
        if role == _SIGNED_IN:
            found += [Session(_member(tenant), role, tenant, tenant.id) for tenant in Tenant]
            found.append(Session("a stranger who is signed in", role, None, _STRANGER))
        elif role not in (PUBLIC, AUTHENTICATOR):
            found.append(Session(role, role))
    return tuple(found)


def begin(connection: Connection, session: Session) -> None:
    """Become somebody, as the API makes a request, until the savepoint is over.

    Raises:
        psycopg.Error: The connection may not become that role.

    """
    claims: dict[str, object] = {"role": session.role}
    if session.subject is not None:
        ids = {"org_id": session.subject, "tenant_id": session.subject}
        claims |= {"sub": session.subject, "aud": "authenticated", **ids, "app_metadata": ids}
    values = {"claims": json.dumps(claims), "sub": session.subject or "", "role": session.role}
    connection.execute(_SETTINGS, values)


def admit(connection: Connection, session: Session) -> bool:
    """Return whether the connection may become a role, by a membership that it gives itself if it can."""
    try:
        with connection.transaction(force_rollback=True):
            begin(connection, session)
    except errors.InsufficientPrivilege:
        try:
            with connection.transaction():
                connection.execute(compose("grant {} to current_user", ident(session.role)))
        except errors.InsufficientPrivilege:
            return False
    return True
