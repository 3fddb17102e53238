"""What a schema stands on and no kind models, made in an empty database: roles without a login, extensions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql

from supaschema.core.sqltext import compose, ident, literal
from supaschema.database.connect import Connection
from supaschema.database.extensions import OF_AN_EXTENSION
from supaschema.database.server_errors import said
from supaschema.ledger import identity
from supaschema.portable.model import Extension, Membership, Role, SnapshotFile
from supaschema.supabase.platform import PLATFORM_SCHEMAS


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be rebuilt, and why."""

    name: str
    why: str


def contents(connection: Connection) -> tuple[str, ...]:
    """Return what makes a database one that is not empty, sorted: what is neither an extension's nor the platform's.

    A schema whose owner is another superuser than the connecting role is the platform's.
    """
    found = [str(row[0]) for row in connection.execute(_CONTENTS, {"platform": list(PLATFORM_SCHEMAS)})]
    if identity.exists(connection):
        found += [f"ledger of stack {stack}" for stack in {item.stack for item in identity.resources(connection)}]
    return tuple(sorted(found))


def prepare(connection: Connection, snapshot: SnapshotFile) -> Iterator[Failure]:
    """Make the roles and extensions that a snapshot has and the server lacks; yield those that it refuses."""
    there = {str(name) for (name,) in connection.execute("select rolname from pg_catalog.pg_roles")}
    missing = [role for role in snapshot.roles if role.name not in there]
    for role in missing:
        yield from _refused(connection, f"role {role.name}", _role(role))
    fresh = {role.name for role in missing}
    for membership in snapshot.memberships:
        if fresh.intersection((membership.role, membership.member)):
            name = f"membership of {membership.member} in {membership.role}"
            yield from _refused(connection, name, _membership(membership, connection.info.server_version))
    yield from _given_to_us(connection, missing)
    yield from _extensions(connection, snapshot.server.extensions)


def _role(role: Role) -> Iterator[sql.Composable]:
    # What it may do in other ways than by what it is granted is left out, but for what decides over rows.
    inherit = sql.SQL("inherit" if role.inherit else "noinherit")
    create = compose("create role {} nologin {}", ident(role.name), inherit)
    yield compose("{} bypassrls", create) if role.bypass_row_security or role.superuser else create


def _membership(given: Membership, version: int) -> Iterator[sql.Composable]:
    grant = compose("grant {} to {}", ident(given.role), ident(given.member))
    if version < _OPTIONS_SINCE:
        yield compose("{} with admin option", grant) if given.admin else grant
    else:
        options = (literal(option) for option in (given.admin, given.inherits, given.may_set))
        yield compose("{} with admin {}, inherit {}, set {}", grant, *options)


def _given_to_us(connection: Connection, roles: Iterable[Role]) -> Iterator[Failure]:
    # Whoever gives an object to a role must be a member of it. A superuser need not.
    row = connection.execute("select rolsuper from pg_catalog.pg_roles where rolname = current_user").fetchone()
    if row == (False,):
        for role in roles:
            grant = compose("grant {} to current_user", ident(role.name))
            yield from _refused(connection, f"membership in {role.name}", [grant])


def _extensions(connection: Connection, wanted: Iterable[Extension]) -> Iterator[Failure]:
    there = {str(name) for (name,) in connection.execute("select extname from pg_catalog.pg_extension")}
    available = {str(name) for (name,) in connection.execute("select name from pg_catalog.pg_available_extensions")}
    for extension in wanted:
        name = f"extension {extension.name}"
        if extension.name in there:
            continue
        if extension.name not in available:
            yield Failure(name, "the server does not have it: install its package there.")
            continue
        schema = compose("create schema if not exists {}", ident(extension.schema))
        create = compose("create extension {} cascade", ident(extension.name))
        inside = compose("create extension {} schema {} cascade", ident(extension.name), ident(extension.schema))
        # Some have a schema of their own, which must not be named.
        if [*_refused(connection, name, [schema, inside])]:
            yield from _refused(connection, name, [create])


def _refused(connection: Connection, name: str, statements: Iterable[sql.Composable]) -> Iterator[Failure]:
    """Run statements together; yield what the server says where it refuses."""
    try:
        with connection.transaction():
            for statement in statements:
                connection.execute(sql.Composed([statement]))
    except psycopg.Error as error:
        yield Failure(name, f"the server refuses: {said(error, reads_rows=False)}.")


_OPTIONS_SINCE = 160_000
"""The version from which a membership has options."""

_CONTENTS: LiteralString = (
    """
    with found(class, object, namespace) as (
      select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, c.relnamespace
        from pg_catalog.pg_class c where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c')
      union all
      select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.pronamespace from pg_catalog.pg_proc p
      union all
      select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typnamespace
        from pg_catalog.pg_type t where t.typtype in ('d', 'e', 'r')
    )
    select pg_catalog.concat_ws(' ', i.type, i.identity)
      from found f
      join pg_catalog.pg_namespace n on n.oid = f.namespace
      join pg_catalog.pg_roles o on o.oid = n.nspowner
     cross join lateral pg_catalog.pg_identify_object(f.class, f.object, 0) i
     where n.nspname !~ '^pg_' and n.nspname <> all (%(platform)s)
       and (n.nspname = 'public' or not o.rolsuper or o.rolname = current_user)
       and not exists (select from pg_catalog.pg_depend d
                        where d.classid = f.class and d.objid = f.object and d.objsubid = 0
                          and (d.deptype = 'i' or """
    + OF_AN_EXTENSION
    + "))"
)
