"""Whose objects may be trusted: whoever owns a function decides what runs, with the rights of the role that calls it.

The connecting role trusts whoever gains nothing by it: superusers, itself, roles that may become it, the platform's
roles, and the roles whose rights it inherits. Of these not the server's own, which are for many, and not the roles that
the API acts as, or may become.
"""

from __future__ import annotations

from typing import LiteralString

_TRUSTED: LiteralString = """
    viewer as materialized (
      select r.oid, r.rolsuper, d.datdba
        from pg_catalog.pg_roles r, pg_catalog.pg_database d
       where r.rolname = current_user and d.datname = pg_catalog.current_database()
    ), api as materialized (
      select a.oid from pg_catalog.pg_roles a
       where a.rolname in ('anon', 'authenticated', 'service_role', 'authenticator')
    ), trusted as materialized (
      select r.oid, r.rolcanlogin and r.oid not in (v.oid, v.datdba) and not own.it as is_somebody
        from viewer v
       cross join pg_catalog.pg_roles r
       cross join lateral (
         select r.rolsuper or pg_catalog.pg_has_role(r.oid, v.oid, 'member')
             or r.rolname in ('supabase_auth_admin', 'supabase_functions_admin', 'supabase_realtime_admin',
                              'supabase_storage_admin')
            and exists (select from pg_catalog.pg_roles s where s.rolname = 'supabase_admin' and s.rolsuper) as it
       ) own
       where own.it
          or not v.rolsuper and pg_catalog.pg_has_role(v.oid, r.oid, 'usage')
         and r.rolname !~ '^pg_'
         and not exists (select from api a where pg_catalog.pg_has_role(a.oid, r.oid, 'member'))
    )
"""
# A superuser inherits the rights of every role, and so trusts none for that.

TRUSTED_CODE: LiteralString = (
    _TRUSTED
    + """, trusted_code as materialized (select t.oid from trusted t where not t.is_somebody)
"""
)
"""Roles whose code may run with the connecting role's rights: no login of somebody else's, whose rights it inherits."""

TRUSTED_OWNERS: LiteralString = (
    TRUSTED_CODE
    + """, trusted_owners as materialized (
      select t.oid from trusted t
      union select v.datdba from viewer v
      union select r.oid from pg_catalog.pg_roles r where r.rolname = 'pg_database_owner'
    )
"""
)
"""Roles whose tables, schemas and functions may be built upon: the owner of the database is one more."""
