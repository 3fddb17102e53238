"""What forbids to make, to move or to drop an extension, as far as the catalog tells it beforehand."""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from supaschema.core.model import ObjectId, Precondition
from supaschema.core.sqltext import compose, literal


def of_creation(id: ObjectId, schema: str | None) -> Precondition:
    """Return what forbids to make an extension.

    Args:
        id: The extension.
        schema: The schema that it shall be in; None: where its control file says.

    """
    what = f"things stand against making extension {id.name[0]}"
    return _shown(what, _AGAINST_MAKING, name=literal(id.name[0]), schema=literal(schema))


def of_move(id: ObjectId) -> Precondition:
    """Return what forbids to move an extension to another schema."""
    what = f"things stand against moving extension {id.name[0]} to another schema"
    return _shown(what, _AGAINST_MOVING, name=literal(id.name[0]))


def of_drop(id: ObjectId) -> Precondition:
    """Return what forbids to drop an extension, of what no declaration can say: of the rest the plan knows."""
    what = f"objects that no resource declares need what extension {id.name[0]} brings"
    return _shown(what, _STANDING, name=literal(id.name[0]))


def _shown(reason: str, find: LiteralString, **values: sql.Composable) -> Precondition:
    return Precondition(reason, compose(find, **values), shows_rows=True)


# Platforms let their own administrators make and move some, and tell nobody which: there the server has the last word.
NO_PLATFORM: LiteralString = """
       not exists (select from pg_catalog.pg_available_extensions o where o.name = 'supabase_vault')
       and not exists (
             select from pg_catalog.pg_roles r
              where r.rolname = current_user and r.rolsuper
                 or r.rolname in ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin', 'neon_superuser'))"""

_AGAINST_MAKING: LiteralString = (
    """
    with preferred as (
      select v.schema::text, v.superuser and not v.trusted as by_superuser
        from pg_catalog.pg_available_extensions a
        join pg_catalog.pg_available_extension_versions v on v.name = a.name and v.version = a.default_version
       where a.name = {name}
    )
    select 'this server has no files of it'
     where not exists (select from pg_catalog.pg_available_extensions a where a.name = {name})
    union all
    select 'its control file names no schema; declare one' from preferred p where p.schema is null and {schema} is null
    union all
    select 'schema ' || p.schema || ' is the only one that it can be in' from preferred p where p.schema <> {schema}
    union all
    select 'a superuser makes it, or whom a platform lets' from preferred p where p.by_superuser and"""
    + NO_PLATFORM
)

# What the script of an extension makes belongs to a superuser, whoever made the extension.
_AGAINST_MOVING: LiteralString = (
    """
    select 'it is not relocatable' from pg_catalog.pg_extension e where e.extname = {name} and not e.extrelocatable
    union all
    select 'this role does not own what it brought'
      from pg_catalog.pg_extension e
     where e.extname = {name} and"""
    + NO_PLATFORM
    + """
       and exists (
             select from pg_catalog.pg_depend m
              where m.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and m.refobjid = e.oid
                and m.deptype = 'e'
                and not exists (
                      select from pg_catalog.pg_shdepend s
                       where s.dbid = (select d.oid from pg_catalog.pg_database d
                                        where d.datname = pg_catalog.current_database())
                         and s.classid = m.classid and s.objid = m.objid and s.deptype = 'o'
                         and pg_catalog.pg_has_role(s.refobjid, 'USAGE')))"""
)

# What is modelled stands aside, or is refused for.
_STANDING: LiteralString = """
    with recursive members(classid, objid) as (
      select m.classid, m.objid
        from pg_catalog.pg_extension e
        join pg_catalog.pg_depend m
          on m.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and m.refobjid = e.oid and m.deptype = 'e'
       where e.extname = {name}
      union
      select p.classid, p.objid
        from members m
        join pg_catalog.pg_depend p on p.refclassid = m.classid and p.refobjid = m.objid and p.deptype in ('a', 'i')
    )
    select pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
      from members m
      join pg_catalog.pg_depend d on d.refclassid = m.classid and d.refobjid = m.objid and d.deptype = 'n'
      left join pg_catalog.pg_type y on d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and y.oid = d.objid
      left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.objid
      left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.objid
     where (d.classid, d.objid) not in (select m.classid, m.objid from members m)
       and (y.typtype <> 'd' or c.relkind in ('c', 'f') or n.nspname = 'supaschema_archive' or p.prokind = 'w'
            or d.classid in ('pg_catalog.pg_cast'::pg_catalog.regclass,
                             'pg_catalog.pg_operator'::pg_catalog.regclass,
                             'pg_catalog.pg_opclass'::pg_catalog.regclass,
                             'pg_catalog.pg_opfamily'::pg_catalog.regclass,
                             'pg_catalog.pg_amop'::pg_catalog.regclass,
                             'pg_catalog.pg_amproc'::pg_catalog.regclass,
                             'pg_catalog.pg_transform'::pg_catalog.regclass,
                             'pg_catalog.pg_ts_config'::pg_catalog.regclass,
                             'pg_catalog.pg_ts_dict'::pg_catalog.regclass,
                             'pg_catalog.pg_event_trigger'::pg_catalog.regclass))"""
