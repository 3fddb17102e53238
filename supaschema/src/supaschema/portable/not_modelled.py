"""What is in a database and no kind models: by the server's own words for it, never by what it holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import LiteralString

from supaschema.core.model import Address
from supaschema.database.connect import Connection
from supaschema.database.extensions import OF_AN_EXTENSION
from supaschema.portable.model import NotModelled
from supaschema.supabase.platform import PLATFORM_SCHEMAS


def not_modelled(connection: Connection, addresses: Iterable[Address]) -> dict[NotModelled, Address | None]:
    """Return it in one query, sorted, each with where the catalog has it; None: it is no object of the catalog.

    What is an extension's or the platform's is theirs.

    Args:
        connection: Any connection.
        addresses: Where the catalog has what kinds model.

    """
    known = {address[:2] for address in addresses}
    found: dict[NotModelled, Address | None] = {}
    for kind, object, sort, name in connection.execute(_OTHERS, {"platform": list(PLATFORM_SCHEMAS)}):
        if (kind, object) not in known:
            found[NotModelled(sort=sort, name=name)] = None if kind is None else (kind, object, 0)
    return dict(sorted(found.items(), key=lambda item: (item[0].sort, item[0].name)))


# Who looks may not read pg_user_mapping, and of a subscription not how it connects. Of settings the names alone: values
# may be keys. What hangs on a relation is where the relation is.
_OTHERS: LiteralString = (
    """
    with found(class, object, namespace) as (
      select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, c.relnamespace
        from pg_catalog.pg_class c where c.relkind in ('r', 'p', 'v', 'm', 'f')
      union all
      select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typnamespace
        from pg_catalog.pg_type t left join pg_catalog.pg_class c on c.oid = t.typrelid
       where t.typtype in ('b', 'd', 'e', 'p', 'r') and t.typcategory <> 'A' or c.relkind = 'c'
      union all
      select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.pronamespace from pg_catalog.pg_proc p
      union all
      select 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, o.oprnamespace from pg_catalog.pg_operator o
      union all
      select 'pg_catalog.pg_opclass'::pg_catalog.regclass, o.oid, o.opcnamespace from pg_catalog.pg_opclass o
      union all
      select 'pg_catalog.pg_opfamily'::pg_catalog.regclass, o.oid, o.opfnamespace from pg_catalog.pg_opfamily o
      union all
      select 'pg_catalog.pg_collation'::pg_catalog.regclass, c.oid, c.collnamespace from pg_catalog.pg_collation c
      union all
      select 'pg_catalog.pg_conversion'::pg_catalog.regclass, c.oid, c.connamespace from pg_catalog.pg_conversion c
      union all
      select 'pg_catalog.pg_ts_config'::pg_catalog.regclass, c.oid, c.cfgnamespace from pg_catalog.pg_ts_config c
      union all
      select 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, d.oid, d.dictnamespace from pg_catalog.pg_ts_dict d
      union all
      select 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, p.oid, p.prsnamespace from pg_catalog.pg_ts_parser p
      union all
      select 'pg_catalog.pg_ts_template'::pg_catalog.regclass, t.oid, t.tmplnamespace from pg_catalog.pg_ts_template t
      union all
      select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, s.stxnamespace
        from pg_catalog.pg_statistic_ext s
      union all
      select 'pg_catalog.pg_rewrite'::pg_catalog.regclass, w.oid, c.relnamespace
        from pg_catalog.pg_rewrite w join pg_catalog.pg_class c on c.oid = w.ev_class where w.rulename <> '_RETURN'
      union all
      select 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, c.relnamespace
        from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
       where not t.tgisinternal and t.tgparentid = 0
      union all
      select 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid, c.relnamespace
        from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
      union all
      select 'pg_catalog.pg_publication_rel'::pg_catalog.regclass, p.oid, c.relnamespace
        from pg_catalog.pg_publication_rel p join pg_catalog.pg_class c on c.oid = p.prrelid
      union all
      select 'pg_catalog.pg_publication_namespace'::pg_catalog.regclass, p.oid, p.pnnspid
        from pg_catalog.pg_publication_namespace p
      union all
      select 'pg_catalog.pg_default_acl'::pg_catalog.regclass, a.oid, nullif(a.defaclnamespace, 0)
        from pg_catalog.pg_default_acl a
      union all
      select o.class, o.object, null
        from (
          select 'pg_catalog.pg_cast'::pg_catalog.regclass, c.oid from pg_catalog.pg_cast c
          union all
          select 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid from pg_catalog.pg_language l
          union all
          select 'pg_catalog.pg_transform'::pg_catalog.regclass, t.oid from pg_catalog.pg_transform t
          union all
          select 'pg_catalog.pg_am'::pg_catalog.regclass, a.oid from pg_catalog.pg_am a
          union all
          select 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass, w.oid
            from pg_catalog.pg_foreign_data_wrapper w
          union all
          select 'pg_catalog.pg_foreign_server'::pg_catalog.regclass, s.oid from pg_catalog.pg_foreign_server s
          union all
          select 'pg_catalog.pg_user_mapping'::pg_catalog.regclass, m.umid from pg_catalog.pg_user_mappings m
          union all
          select 'pg_catalog.pg_publication'::pg_catalog.regclass, p.oid from pg_catalog.pg_publication p
          union all
          -- The ledger's write its journal.
          select 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid
            from pg_catalog.pg_event_trigger e
            join pg_catalog.pg_proc p on p.oid = e.evtfoid
            join pg_catalog.pg_namespace n on n.oid = p.pronamespace
           where n.nspname <> 'supaschema'
          union all
          select 'pg_catalog.pg_subscription'::pg_catalog.regclass, s.oid
            from pg_catalog.pg_subscription s join pg_catalog.pg_database d on d.oid = s.subdbid
           where d.datname = pg_catalog.current_database()
        ) as o(class, object)
    )
    select f.class::oid, f.object, i.type, i.identity
      from found f
      left join pg_catalog.pg_namespace n on n.oid = f.namespace
     cross join lateral pg_catalog.pg_identify_object(f.class, f.object, 0) i
     where f.object >= 16384 and i.identity is not null
       and (n.oid is null or (n.nspname !~ '^pg_' and n.nspname <> all (%(platform)s)))
       and not exists (select from pg_catalog.pg_depend d
                        where d.classid = f.class and d.objid = f.object and d.objsubid = 0
                          and (d.deptype = 'i' or """
    + OF_AN_EXTENSION
    + """))
    union all
    select null, null, 'setting',
           pg_catalog.concat_ws(' ', pg_catalog.split_part(c.setting, '=', 1),
             case when s.setrole <> 0 then pg_catalog.concat('of role ', pg_catalog.pg_get_userbyid(s.setrole)) end,
             case when s.setdatabase <> 0 then 'of this database' end)
      from pg_catalog.pg_db_role_setting s
      left join pg_catalog.pg_database d on d.oid = s.setdatabase
     cross join lateral unnest(s.setconfig) as c(setting)
     where s.setdatabase = 0 or d.datname = pg_catalog.current_database()
    union all
    select null, null, 'table of a type',
           pg_catalog.concat(i.identity, ' of ', pg_catalog.format_type(c.reloftype, null))
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     cross join lateral pg_catalog.pg_identify_object('pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0) i
     where c.reloftype <> 0 and n.nspname !~ '^pg_' and n.nspname <> all (%(platform)s)
    union all
    select null, null, 'statistics target', pg_catalog.concat(a.attstattarget, ' of ', i.type, ' ', i.identity)
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and a.attstattarget >= 0
     cross join lateral pg_catalog.pg_identify_object(
                  'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, a.attnum) i
     where c.relkind = 'm' and n.nspname !~ '^pg_' and n.nspname <> all (%(platform)s)
    union all
    select null, null, 'goes with an extension', pg_catalog.concat(i.type, ' ', i.identity, ' with ', e.extname)
      from pg_catalog.pg_depend d
      join pg_catalog.pg_extension e on e.oid = d.refobjid
     cross join lateral pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) i
     where d.deptype = 'x' and d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
       and (i.schema is null or i.schema !~ '^pg_' and i.schema <> all (%(platform)s))
"""
)
