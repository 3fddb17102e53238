"""The roles that Supabase's API acts as."""

from __future__ import annotations

import re
from collections.abc import Iterable

PUBLIC = "public"
API_ROLES = (PUBLIC, "anon", "authenticated", "service_role")
"""PUBLIC and the API roles: the ones whose access a declaration is complete for."""


END_USERS = (PUBLIC, "anon", "authenticated")
"""Roles that requests from outside act as."""

AUTHENTICATOR = "authenticator"
"""The login of the API: it becomes the role that a request's token names."""

PLATFORM_ROLES = (
    r"^(supabase_(admin|auth_admin|etl_admin|functions_admin|privileged_role|read_only_user|realtime_admin"
    r"|replication_admin|storage_admin)|pg_.*|pgsodium_(keyholder|keyiduser|keymaker)|postgres|dashboard_user|pgbouncer"
    r"|pgtle_admin|cli_login_postgres)$"
)
"""A pattern of the server's and the platform's own roles: what they may do is the platform's business.

They are listed one by one, for whoever has CREATEROLE may call a role like them.
"""


def of_api(names: Iterable[str]) -> tuple[str, ...]:
    """Return PUBLIC and, if one of a server's roles is one of the API, all of the API's.

    Plain PostgreSQL has none of them, and nothing needs to be closed to them there. A server that has one of them lacks
    those that are missing.
    """
    return API_ROLES if set(API_ROLES).intersection(names) else (PUBLIC,)


def is_platform_role(name: str) -> bool:
    """Return whether a role is the server's or the platform's own."""
    return re.match(PLATFORM_ROLES, name) is not None


def is_managed_elsewhere(name: str) -> bool:
    """Return whether a role is the server's, the platform's or its API's: no program declares it."""
    return is_platform_role(name) or name in (*API_ROLES, AUTHENTICATOR)
