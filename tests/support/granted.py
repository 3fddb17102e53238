"""What a server keeps of its roles: to see that nothing of it changed."""

from __future__ import annotations

from tests.support.sessions import Connection


def granted(owner: Connection) -> tuple[object, ...]:
    """Return what could be left of a role: itself, memberships, settings, and every access control list."""
    row = owner.execute(
        """
        select (select jsonb_agg(to_jsonb(r) - 'oid' order by rolname) from pg_roles r),
               (select jsonb_agg(array[roleid, member, grantor]::text[] order by roleid, member, grantor)
                  from pg_auth_members),
               (select jsonb_agg(nspacl::text[] order by nspname) from pg_namespace where nspname !~ '^pg_'),
               (select jsonb_agg(coalesce(relacl, acldefault('r', relowner))::text[] order by oid)
                  from pg_class where oid > 16384 and relkind <> 'S'),
               (select jsonb_agg(coalesce(proacl, acldefault('f', proowner))::text[] order by oid)
                  from pg_proc where oid > 16384),
               (select count(*) from pg_shdepend where dbid in (0, (select oid from pg_database
                                                                      where datname = current_database()))),
               (select count(*) from pg_db_role_setting),
               (select count(*) from pg_shdescription)
        """
    ).fetchone()
    assert row is not None
    return row
