"""What forbids to make, to change or to take a membership, as far as the catalog tells it beforehand."""

from __future__ import annotations

from typing import LiteralString

from supaschema.core.model import ObjectId, Precondition
from supaschema.core.sqltext import compose, literal


def of_creation(id: ObjectId, *, is_special: bool) -> Precondition:
    """Return what forbids to make a membership, by whether it is one that not every version knows."""
    return _asked(id, is_special=is_special, is_new=True)


def of_change(id: ObjectId, *, is_special: bool) -> Precondition:
    """Return what forbids to change or to take a membership, by whether it becomes one that not every version knows."""
    return _asked(id, is_special=is_special, is_new=False)


def _asked(id: ObjectId, *, is_special: bool, is_new: bool) -> Precondition:
    role, member = map(literal, id.name)
    find = compose(_AGAINST, role=role, member=member, is_special=literal(is_special), is_new=literal(is_new))
    what = f"things stand against changing that {id.name[1]} is a member of {id.name[0]}"
    return Precondition(what, find, shows_rows=True)


# A role that the same run makes is its maker's to hand on. Who is a superuser is a member of every role, by no grant.
# From 16 on a membership is taken by whoever granted it; a superuser grants as the first superuser.
_AGAINST: LiteralString = """
    with me as (
      select s.oid, s.rolsuper, s.rolcreaterole, case when s.rolsuper then 10::oid else s.oid end as grantor,
             pg_catalog.current_setting('server_version_num')::integer >= 160000 as has_options
        from pg_catalog.pg_roles s where s.rolname = current_user
    )
    select 'this role may not hand out ' || r.rolname || ': that takes the admin option of it'
             || case when me.has_options then '' else ', or CREATEROLE' end
      from me cross join pg_catalog.pg_roles r
     where r.rolname = {role} and not me.rolsuper
       and not pg_catalog.pg_has_role(me.oid, r.oid, 'MEMBER WITH ADMIN OPTION')
       and (me.has_options or r.rolsuper or not me.rolcreaterole)
    union all
    select 'inherit and set are options from PostgreSQL 16 on: leave them out'
      from me where {is_special} and not me.has_options
    union all
    select r.rolname || ' is a member of ' || m.rolname || ' already: each would be a member of itself'
      from pg_catalog.pg_roles r cross join pg_catalog.pg_roles m
     where {is_new} and r.rolname = {role} and m.rolname = {member} and not r.rolsuper
       and pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER')
    union all
    select g.rolname || ' granted it: have it taken by that role'
      from me
      join pg_catalog.pg_auth_members a on a.grantor <> me.grantor
      join pg_catalog.pg_roles r on r.oid = a.roleid and r.rolname = {role}
      join pg_catalog.pg_roles m on m.oid = a.member and m.rolname = {member}
      join pg_catalog.pg_roles g on g.oid = a.grantor
     where me.has_options and not {is_new}
       and not (a.grantor = 10 and a.admin_option
                and not coalesce((pg_catalog.to_jsonb(a) ->> 'inherit_option')::boolean, true)
                and not coalesce((pg_catalog.to_jsonb(a) ->> 'set_option')::boolean, true))
"""
