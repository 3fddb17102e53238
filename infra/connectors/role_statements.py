"""Machine roles by plain SQL, for a database that pulumi-postgresql does not manage: the statements, and their order.

All is repeatable. The statements are run by the owner of what is granted (on Supabase: postgres).
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from roles import MachineRole, On, RoleGrant

Connection = psycopg.Connection[Any]

_POWERS = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")


class OddRole(Exception):
    """There is a role of that name that is other than a machine's login."""


def apply(connection: Connection, role: MachineRole, verifier: str | None = None) -> tuple[str, ...]:
    """Make a role, or bring it in line, in one transaction.

    Args:
        connection: Of the owner.
        role: The role.
        verifier: Its password's SCRAM verifier; None: the password stays as it is.

    Returns:
        What could not be granted because it is not there yet.

    Raises:
        OddRole: A role of that name has powers, memberships, members, settings or limits that no machine's login has.

    """
    with connection.transaction():
        _make(connection, role)
        if verifier is not None:
            name = sql.Identifier(role.name)
            connection.execute(sql.SQL("alter role {} password {}").format(name, sql.Literal(verifier)))
        found = [(grant, target, _is_there(connection, grant, target)) for grant, target in _targets(role)]
        for grant, target, is_there in found:
            if is_there:
                connection.execute(_statement("grant {} on {} to {}", grant, target, role))
    return tuple(_spoken(grant, target) for grant, target, is_there in found if not is_there)


def drop(connection: Connection, role: MachineRole, *, keep_login: bool = False) -> None:
    """Take back in this database what the role was granted, and drop the role.

    Args:
        connection: Of the owner.
        role: The role.
        keep_login: Whether the role itself stays: other databases of the server may use it.

    Raises:
        psycopg.errors.DependentObjectsStillExist: Somebody granted it more, or it is used in another database; the
            error's detail says what. Nothing was changed.

    """
    if not _exists(connection, role.name):
        return
    with connection.transaction():
        for grant, target in _targets(role):
            if _is_there(connection, grant, target):
                connection.execute(_statement("revoke {} on {} from {}", grant, target, role))
        if not keep_login:
            # Its memberships and settings go with it.
            connection.execute(sql.SQL("drop role {}").format(sql.Identifier(role.name)))


def _make(connection: Connection, role: MachineRole) -> None:
    name = sql.Identifier(role.name)
    if _exists(connection, role.name):
        _refuse_odd(connection, role)
        connection.execute(sql.SQL("alter role {} with login noinherit").format(name))
    else:
        # Powers are spelled out only here: to alter them, to nothing even, takes a superuser.
        connection.execute(
            sql.SQL(
                "create role {} with login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls"
            ).format(name)
        )
    if role.acts_as is not None:
        other = sql.Identifier(role.acts_as)
        # From 16 on each membership says for itself whether it is inherited; before, the role says it for all.
        alone = " with inherit false, set true" if connection.info.server_version >= 160000 else ""
        connection.execute(sql.SQL("grant {} to {}").format(other, name) + sql.SQL(alone))
        connection.execute(sql.SQL("alter role {} set role to {}").format(name, other))
    connection.execute(sql.SQL("comment on role {} is {}").format(name, sql.Literal(role.purpose)))


def _exists(connection: Connection, name: str) -> bool:
    return connection.execute("select from pg_catalog.pg_roles where rolname = %s", [name]).fetchone() is not None


def _refuse_odd(connection: Connection, role: MachineRole) -> None:
    powers = sql.SQL(", ").join(map(sql.Identifier, _POWERS))
    query = sql.SQL("select {} from pg_catalog.pg_roles where rolname = %s").format(powers)
    row = connection.execute(query, [role.name]).fetchone()
    odd = [name.removeprefix("rol") for name, held in zip(_POWERS, row or (), strict=True) if held]
    memberships = connection.execute(
        """
        select g.rolname
          from pg_catalog.pg_auth_members m
          join pg_catalog.pg_roles g on g.oid = m.roleid
          join pg_catalog.pg_roles r on r.oid = m.member
         where r.rolname = %s and (m.admin_option or g.rolname is distinct from %s)
        """,
        [role.name, role.acts_as],
    )
    odd += [f"member of {group}" for (group,) in memberships]
    # Its maker, unless that is one who deploys: from 16 on who makes a role may grant it, and so become it.
    holders = connection.execute(
        """
        select distinct h.rolname
          from pg_catalog.pg_auth_members m
          join pg_catalog.pg_roles h on h.oid = m.member
          join pg_catalog.pg_roles r on r.oid = m.roleid
         where r.rolname = %s and not h.rolsuper and not pg_catalog.pg_has_role(h.oid, current_user, 'member')
         order by 1
        """,
        [role.name],
    ).fetchall()
    odd += [f"{holder} may act as it" for (holder,) in holders]
    remedies = [f"revoke {role.name} from {holder};" for (holder,) in holders]
    for what, remedy in _kept(connection, role):
        odd.append(what)
        remedies += [remedy] if remedy not in remedies else []
    if odd:
        told = f" ({' '.join(remedies)})" if remedies else ""
        raise OddRole(
            f"role {role.name} is there and is other than a machine's login ({', '.join(odd)}). "
            f"Take that from it{told}, or rename it, and run this again."
        )


def _kept(connection: Connection, role: MachineRole) -> list[tuple[str, str]]:
    """Return the settings and limits that a role keeps from its maker, each with the statement that ends it.

    Whatever is set for a role is in force in each of its sessions: a search path would lead them to another's tables.
    """
    name = sql.Identifier(role.name)
    found: list[tuple[str, str]] = []
    for setting, database in connection.execute(
        """
        select pg_catalog.split_part(kept.setting, '=', 1), d.datname
          from pg_catalog.pg_db_role_setting s
          join pg_catalog.pg_roles r on r.oid = s.setrole
          left join pg_catalog.pg_database d on d.oid = s.setdatabase
         cross join lateral pg_catalog.unnest(s.setconfig) as kept (setting)
         where r.rolname = %s and (s.setdatabase <> 0 or kept.setting is distinct from 'role=' || %s)
         order by d.datname nulls first, 1
        """,
        [role.name, role.acts_as],
    ):
        inside = sql.SQL("") if database is None else sql.SQL(" in database {}").format(sql.Identifier(database))
        where = "" if database is None else f" in database {database}"
        remedy = sql.SQL("alter role {}{} reset all;").format(name, inside)
        found.append((f"{setting} is set{where}", remedy.as_string(connection)))
    for limit, ends in connection.execute(
        "select rolconnlimit, rolvaliduntil < 'infinity' from pg_catalog.pg_roles where rolname = %s", [role.name]
    ):
        if limit != -1:
            remedy = sql.SQL("alter role {} connection limit -1;").format(name)
            found.append((f"it has at most {limit} connections", remedy.as_string(connection)))
        if ends:
            remedy = sql.SQL("alter role {} valid until 'infinity';").format(name)
            found.append(("its password ends", remedy.as_string(connection)))
    return found


def _targets(role: MachineRole) -> list[tuple[RoleGrant, tuple[str, ...]]]:
    return [
        (grant, target)
        for grant in role.grants
        for target in ([(grant.schema,)] if grant.on is On.SCHEMA else [(grant.schema, name) for name in grant.names])
    ]


def _is_there(connection: Connection, grant: RoleGrant, target: tuple[str, ...]) -> bool:
    queries = {
        On.SCHEMA: sql.SQL("select from pg_catalog.pg_namespace n where n.nspname = %s"),
        On.TABLE: sql.SQL(
            "select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = %s and c.relname = %s"
        ),
        On.FUNCTION: sql.SQL(
            "select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace"
            " where n.nspname = %s and p.proname = %s and p.pronargs = 0"
        ),
    }
    return connection.execute(queries[grant.on], target).fetchone() is not None


def _statement(template: str, grant: RoleGrant, target: tuple[str, ...], role: MachineRole) -> sql.Composed:
    arguments = "()" if grant.on is On.FUNCTION else ""
    place = sql.SQL(f"{grant.on.value} ") + sql.Identifier(*target) + sql.SQL(arguments)
    return sql.SQL(template).format(sql.SQL(grant.privilege), place, sql.Identifier(role.name))


def _spoken(grant: RoleGrant, target: tuple[str, ...]) -> str:
    return f"{grant.privilege} on {grant.on.value} {'.'.join(target)}"
