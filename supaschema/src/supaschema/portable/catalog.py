"""What a schema needs of its server: version, settings, extensions, roles. Nothing that anybody proves himself with."""

from __future__ import annotations

from typing import LiteralString

from supaschema.database.connect import Connection, Server
from supaschema.portable.model import Extension, Membership, Role, ServerFacts


def server_facts(connection: Connection, server: Server) -> ServerFacts:
    """Return what the schema runs on."""
    row = connection.execute(_SERVER, [list(_SETTINGS)]).fetchone()
    assert row is not None
    version, encoding, collate, ctype, settings, extensions = row
    return ServerFacts(
        version=version,
        major=server.major,
        database=server.database,
        encoding=encoding,
        collate=collate,
        ctype=ctype,
        taken_as=server.user,
        extensions=tuple(Extension(name=name, version=number, schema=schema) for name, number, schema in extensions),
        settings=settings,
    )


def roles(connection: Connection) -> tuple[tuple[Role, ...], tuple[Membership, ...]]:
    """Return the roles that are not the server's own, and who is a member of whom."""
    found = tuple(
        Role(
            name=name,
            login=login,
            superuser=superuser,
            inherit=inherit,
            create_role=create_role,
            create_database=create_database,
            replication=replication,
            bypass_row_security=bypass,
        )
        for name, login, superuser, inherit, create_role, create_database, replication, bypass in connection.execute(
            _ROLES
        )
    )
    members = tuple(
        Membership(role=role, member=member, admin=admin, inherits=inherits, may_set=may_set)
        for role, member, admin, inherits, may_set in connection.execute(_MEMBERS)
    )
    return found, members


_SETTINGS = (
    "DateStyle", "IntervalStyle", "TimeZone", "array_nulls", "bytea_output", "check_function_bodies",
    "default_tablespace", "default_text_search_config", "default_toast_compression", "default_transaction_isolation",
    "extra_float_digits", "lc_monetary", "lc_numeric", "lc_time", "max_connections", "max_identifier_length",
    "max_locks_per_transaction", "max_prepared_transactions", "password_encryption", "row_security",
    "server_encoding", "server_version_num", "standard_conforming_strings", "transform_null_equals", "wal_level",
    "xmlbinary", "xmloption",
)  # fmt: skip
"""What may give a definition another meaning, or a deployment another end. Of their kind none can hold a key."""

# As a new session of the database has them: ours has changed some for itself.
_SERVER: LiteralString = """
    select pg_catalog.current_setting('server_version'), pg_catalog.pg_encoding_to_char(d.encoding),
           d.datcollate, d.datctype,
           (select pg_catalog.jsonb_object_agg(s.name, s.reset_val)
              from pg_catalog.pg_settings s where s.name = any (%s::text[])),
           (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(e.extname, e.extversion, n.nspname)
                                                 order by e.extname), '[]')
              from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace)
      from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()
"""
_ROLES: LiteralString = """
    select r.rolname::text, r.rolcanlogin, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolreplication,
           r.rolbypassrls
      from pg_catalog.pg_roles r where r.rolname !~ '^pg_' order by r.rolname collate "C"
"""
# One role may be a member by several grantors. Which option a member has, tells a version from 16 on.
_MEMBERS: LiteralString = """
    select r.rolname::text, m.rolname::text, pg_catalog.bool_or(a.admin_option),
           pg_catalog.bool_or(coalesce((pg_catalog.to_jsonb(a) ->> 'inherit_option')::boolean, m.rolinherit)),
           pg_catalog.bool_or(coalesce((pg_catalog.to_jsonb(a) ->> 'set_option')::boolean, true))
      from pg_catalog.pg_auth_members a
      join pg_catalog.pg_roles r on r.oid = a.roleid
      join pg_catalog.pg_roles m on m.oid = a.member
     where m.rolname !~ '^pg_'
     group by r.rolname, m.rolname
     order by r.rolname collate "C", m.rolname collate "C"
"""
