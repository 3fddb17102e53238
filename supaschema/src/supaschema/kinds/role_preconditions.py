"""What forbids to make, to change or to drop a role, as far as the catalog tells it beforehand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import LiteralString

from supaschema.core.model import ObjectId, Precondition
from supaschema.core.sqltext import compose, literal
from supaschema.kinds.extension_preconditions import NO_PLATFORM


def of_creation(id: ObjectId, *, bypasses: bool) -> Precondition:
    """Return what forbids to make a role, by whether no policy is to limit it."""
    find = compose(_AGAINST_MAKING, bypasses=literal(bypasses))
    return Precondition(f"things stand against making role {id.name[0]}", find, shows_rows=True)


def of_change(id: ObjectId, *, bypasses: bool) -> Precondition:
    """Return what forbids to change a role, by whether it is changed that policies limit it."""
    find = compose(_AGAINST_CHANGING, name=literal(id.name[0]), bypasses=literal(bypasses))
    return Precondition(f"things stand against changing role {id.name[0]}", find, shows_rows=True)


def of_drop(id: ObjectId) -> Precondition:
    """Return what forbids to drop a role, whatever stands on it."""
    find = compose(_AGAINST_DROPPING, name=literal(id.name[0]))
    return Precondition(f"things stand against dropping role {id.name[0]}", find, shows_rows=True)


def standing(id: ObjectId, going: Iterable[tuple[str, ...]]) -> Precondition:
    """Return what needs a role, in whichever database.

    Args:
        id: The role.
        going: Names of what the same plan drops or changes: of that the server has the last word.

    """
    # Default privileges have no name but their maker's and the schema's.
    names = {".".join(name[:size]) for name in going for size in (1, 2) if size == len(name[:2]) or len(name) > 1}
    find = compose(_STANDING, name=literal(id.name[0]), going=literal(sorted(names)))
    return Precondition(f"things need role {id.name[0]}", find, shows_rows=True, stands=True)


# From 16 on whoever makes roles decides over those alone that he was given with the right to hand them on.
_WITHOUT_RIGHTS: LiteralString = """
    select 'this role may not change it: that takes CREATEROLE, and from PostgreSQL 16 on the admin option of it'
      from pg_catalog.pg_roles r
      join pg_catalog.pg_roles me on me.rolname = current_user
     where r.rolname = {name} and not me.rolsuper
       and not (me.rolcreaterole
                and (pg_catalog.current_setting('server_version_num')::integer < 160000
                     or pg_catalog.pg_has_role(me.oid, r.oid, 'MEMBER WITH ADMIN OPTION')))
"""

_WITHOUT_BYPASS: LiteralString = (
    """
    select 'only a superuser, or from PostgreSQL 16 on who has it, gives BYPASSRLS to another role, or takes it'
      from pg_catalog.pg_roles me
     where {bypasses} and me.rolname = current_user and not me.rolsuper
       and not (me.rolbypassrls and pg_catalog.current_setting('server_version_num')::integer >= 160000) and"""
    + NO_PLATFORM
)

_AGAINST_MAKING: LiteralString = (
    """
    select 'this role may make none: give it CREATEROLE, or deploy as one that has it'
      from pg_catalog.pg_roles me
     where me.rolname = current_user and not (me.rolsuper or me.rolcreaterole)
    union all"""
    + _WITHOUT_BYPASS
)

_AGAINST_CHANGING: LiteralString = (
    """
    select 'it can log in: declare another role, or have this one altered to NOLOGIN first, if nobody needs it'
      from pg_catalog.pg_roles r where r.rolname = {name} and r.rolcanlogin
    union all
    select 'it is a superuser' from pg_catalog.pg_roles r where r.rolname = {name} and r.rolsuper
    union all"""
    + _WITHOUT_RIGHTS
    + "union all"
    + _WITHOUT_BYPASS
)

# Nothing would give its settings back.
_AGAINST_DROPPING: LiteralString = (
    """
    select 'it has settings, which no declaration says: reset them first, by ALTER ROLE ... RESET ALL'
      from pg_catalog.pg_roles r
     where r.rolname = {name}
       and exists (select from pg_catalog.pg_db_role_setting s where s.setrole = r.oid)
    union all"""
    + _WITHOUT_RIGHTS
)

# A membership of its own goes with it. Of other databases the catalog has numbers only.
_STANDING: LiteralString = """
    with needed as (
      select s.dbid, s.classid, s.objid, s.objsubid, s.deptype
        from pg_catalog.pg_shdepend s
        join pg_catalog.pg_roles r on r.oid = s.refobjid
       where s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass and r.rolname = {name}
         and not exists (
               select from pg_catalog.pg_auth_members m
                where s.classid = 'pg_catalog.pg_auth_members'::pg_catalog.regclass and r.oid in (m.roleid, m.member)
                  and (pg_catalog.to_jsonb(m) ->> 'oid')::oid = s.objid)
    )
    select case n.deptype when 'o' then 'it owns ' when 'a' then 'it has rights on ' else 'it is named by ' end
             || pg_catalog.pg_describe_object(n.classid, n.objid, n.objsubid)
      from needed n
     cross join lateral pg_catalog.pg_identify_object_as_address(n.classid, n.objid, n.objsubid) a
     where n.dbid in (0, (select d.oid from pg_catalog.pg_database d
                           where d.datname = pg_catalog.current_database()))
       and pg_catalog.array_to_string(a.object_names[1:2], '.') <> all ({going}::text[])
    union all
    select pg_catalog.count(*) || case pg_catalog.count(*) when 1 then ' object' else ' objects' end
             || ' of database ' || d.datname
      from needed n
      join pg_catalog.pg_database d on d.oid = n.dbid and d.datname <> pg_catalog.current_database()
     group by d.datname
"""
