"""Whom default privileges give something of what this role makes (PostgreSQL documentation, "pg_default_acl")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import LiteralString

from supaschema.database.connect import Connection

Given = Mapping[tuple[str, str], frozenset[str]]
"""Roles by schema, empty for all schemas, and type of object."""


def given_by_default(connection: Connection) -> Given:
    """Return the roles, the connecting one aside."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for schema, type, roles in connection.execute(_GIVEN):
        found[schema, type] = frozenset(roles)
    return found


_GIVEN: LiteralString = """
    select coalesce(n.nspname::text, ''), d.defaclobjtype::text,
           pg_catalog.array_agg(distinct coalesce(g.rolname::text, 'public'))
      from pg_catalog.pg_default_acl d
      join pg_catalog.pg_roles r on r.oid = d.defaclrole and r.rolname = current_user
      left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
     cross join lateral pg_catalog.aclexplode(d.defaclacl) x
      left join pg_catalog.pg_roles g on g.oid = x.grantee
     where x.grantee <> d.defaclrole
     group by n.nspname, d.defaclobjtype
"""
