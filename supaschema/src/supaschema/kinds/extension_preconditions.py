"""What forbids to make, to move or to drop an extension, as far as the catalog tells it beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

from psycopg import sql

from supaschema.core.model import ObjectId, Precondition
from supaschema.core.sqltext import compose, literal


def of_creation(id: ObjectId, schema: str | None) -> Iterator[Precondition]:
    """Yield what forbids to make an extension.

    Args:
        id: The extension.
        schema: The schema that it shall be in; None: where its control file says.

    """
    name = literal(id.name[0])
    yield _shown("extension is to be made that this server has no files of", _ABSENT, name=name)
    if schema is None:
        yield _shown("extension says nothing of its schema; declare one", _HOMELESS, name=name)
    else:
        what = f"schema is the only one that extension {id.name[0]} can be in, and another is declared"
        yield _shown(what, _FIXED, name=name, schema=literal(schema))
    yield _shown("extension can be made by a superuser alone, or whom the platform lets", _SUPERUSER, name=name)


def of_move(id: ObjectId) -> Iterator[Precondition]:
    """Yield what forbids to move an extension to another schema."""
    what = "extension cannot be moved to another schema: it is not relocatable"
    yield _shown(what, _NOT_RELOCATABLE, name=literal(id.name[0]))
    what = "extension cannot be moved by this role, which does not own what it brought"
    yield _shown(what, _OF_OTHERS, name=literal(id.name[0]))


def of_drop(id: ObjectId) -> Iterator[Precondition]:
    """Yield what forbids to drop an extension, of what no declaration can say: of the rest the plan knows."""
    what = f"objects that no resource declares need what extension {id.name[0]} brings"
    yield _shown(what, _STANDING, name=literal(id.name[0]))


def _shown(reason: str, find: LiteralString, **values: sql.Composable) -> Precondition:
    return Precondition(reason, compose(find, **values), shows_rows=True)


_ABSENT: LiteralString = """
    select asked.name
      from (values ({name}::text)) as asked(name)
     where not exists (select from pg_catalog.pg_available_extensions a where a.name = asked.name)"""

_PREFERRED: LiteralString = """
      from pg_catalog.pg_available_extensions a
      join pg_catalog.pg_available_extension_versions v on v.name = a.name and v.version = a.default_version
     where a.name = {name}"""

_HOMELESS: LiteralString = "select a.name" + _PREFERRED + " and v.schema is null"

_FIXED: LiteralString = "select v.schema" + _PREFERRED + " and v.schema <> {schema}"

# Platforms let their own administrators make and move some, and tell nobody which: there the server has the last word.
_NO_PLATFORM: LiteralString = """
       not exists (select from pg_catalog.pg_available_extensions o where o.name = 'supabase_vault')
       and not exists (
             select from pg_catalog.pg_roles r
              where r.rolname = current_user and r.rolsuper
                 or r.rolname in ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin', 'neon_superuser'))"""

_SUPERUSER: LiteralString = "select a.name" + _PREFERRED + " and v.superuser and not v.trusted and" + _NO_PLATFORM

# What the script of an extension makes belongs to a superuser, whoever made the extension.
_OF_OTHERS: LiteralString = (
    """
    select e.extname
      from pg_catalog.pg_extension e
     where e.extname = {name} and"""
    + _NO_PLATFORM
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

_NOT_RELOCATABLE: LiteralString = """
    select e.extname from pg_catalog.pg_extension e where e.extname = {name} and not e.extrelocatable"""

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
      left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.objid
     where (d.classid, d.objid) not in (select m.classid, m.objid from members m)
       and (y.typtype <> 'd' or c.relkind in ('c', 'f') or p.prokind <> 'f'
            or d.classid in ('pg_catalog.pg_cast'::pg_catalog.regclass,
                             'pg_catalog.pg_operator'::pg_catalog.regclass,
                             'pg_catalog.pg_opclass'::pg_catalog.regclass,
                             'pg_catalog.pg_opfamily'::pg_catalog.regclass,
                             'pg_catalog.pg_amop'::pg_catalog.regclass,
                             'pg_catalog.pg_amproc'::pg_catalog.regclass,
                             'pg_catalog.pg_transform'::pg_catalog.regclass,
                             'pg_catalog.pg_foreign_server'::pg_catalog.regclass,
                             'pg_catalog.pg_ts_config'::pg_catalog.regclass,
                             'pg_catalog.pg_ts_dict'::pg_catalog.regclass,
                             'pg_catalog.pg_event_trigger'::pg_catalog.regclass))"""
