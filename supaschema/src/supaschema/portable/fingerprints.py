"""What tells of two objects that no kind models whether they are the same: a hash, made by the server.

A text may hold what is nobody else's, such as the value of a setting: so not even this process is given it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import LiteralString

from supaschema.core.model import Address
from supaschema.database.connect import Connection
from supaschema.portable.model import NotModelled

_SETTING = "setting"


def fingerprints(
    connection: Connection, others: Mapping[NotModelled, Address | None]
) -> Iterator[tuple[NotModelled, str | None]]:
    """Yield each object with its hash; None: of its sort, or to this role, the server does not tell all that it is.

    Args:
        connection: To the database that has them.
        others: Them, each with where the catalog has it.

    """
    found = of_objects(connection, (address for address in others.values() if address is not None))
    settings = {str(name): str(hash) for name, hash in connection.execute(_SETTINGS)}
    for item, address in others.items():
        if address is None:
            # Of what is no object of the catalog, but a setting, the name says all.
            yield item, settings.get(item.name) if item.sort == _SETTING else ""
        else:
            yield item, found.get(address[:2])


def of_objects(connection: Connection, addresses: Iterable[Address]) -> dict[tuple[int, int], str]:
    """Return the hashes of what the catalog has at some addresses, by class and object; none of what is not all told.

    Args:
        connection: To the database that has them.
        addresses: Where.

    """
    rows = connection.execute(_OBJECTS, [[address[1] for address in addresses]])
    return {(kind, object): hash for kind, object, hash in rows}


# Whose it is, who may what and what is said of it counts as well. Default values and the like, which only the server
# can print, are left out with the objects that have them: these have no hash.
_OBJECTS: LiteralString = """
    with described(class, object, owner, acl, text) as (
      select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.proowner, p.proacl,
             case when p.prokind <> 'a' then pg_catalog.pg_get_functiondef(p.oid) end
        from pg_catalog.pg_proc p
      union all
      select 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid, e.evtowner, null,
             pg_catalog.jsonb_build_array(e.evtevent, e.evtenabled, e.evtfoid::pg_catalog.regprocedure, e.evttags)::text
        from pg_catalog.pg_event_trigger e
      union all
      select 'pg_catalog.pg_default_acl'::pg_catalog.regclass, a.oid, null, a.defaclacl, ''
        from pg_catalog.pg_default_acl a
      union all
      select 'pg_catalog.pg_collation'::pg_catalog.regclass, l.oid, l.collowner, null,
             (pg_catalog.to_jsonb(l) - '{oid,collname,collnamespace,collowner,collversion}'::text[])::text
        from pg_catalog.pg_collation l
      union all
      select 'pg_catalog.pg_cast'::pg_catalog.regclass, k.oid, null, null,
             pg_catalog.jsonb_build_array(k.castcontext, k.castmethod, k.castfunc::pg_catalog.regprocedure)::text
        from pg_catalog.pg_cast k
      union all
      select 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, o.oprowner, null,
             pg_catalog.jsonb_build_array(o.oprcanmerge, o.oprcanhash, o.oprresult::pg_catalog.regtype,
               o.oprcom::pg_catalog.regoperator, o.oprnegate::pg_catalog.regoperator,
               o.oprcode::pg_catalog.regprocedure, o.oprrest::pg_catalog.regprocedure,
               o.oprjoin::pg_catalog.regprocedure)::text
        from pg_catalog.pg_operator o
      union all
      select 'pg_catalog.pg_opclass'::pg_catalog.regclass, o.oid, o.opcowner, null,
             pg_catalog.jsonb_build_array(o.opcdefault, o.opcintype::pg_catalog.regtype,
               o.opckeytype::pg_catalog.regtype,
               (select pg_catalog.jsonb_build_array(n.nspname, f.opfname)
                  from pg_catalog.pg_opfamily f join pg_catalog.pg_namespace n on n.oid = f.opfnamespace
                 where f.oid = o.opcfamily))::text
        from pg_catalog.pg_opclass o
      union all
      select 'pg_catalog.pg_opfamily'::pg_catalog.regclass, f.oid, f.opfowner, null,
             pg_catalog.jsonb_build_array((
               select pg_catalog.jsonb_agg(x.said order by x.said)
                 from (
                   select pg_catalog.jsonb_build_array(m.amoplefttype::pg_catalog.regtype,
                            m.amoprighttype::pg_catalog.regtype, m.amopstrategy, m.amoppurpose,
                            m.amopopr::pg_catalog.regoperator, m.amopsortfamily <> 0)
                     from pg_catalog.pg_amop m where m.amopfamily = f.oid
                   union all
                   select pg_catalog.jsonb_build_array(m.amproclefttype::pg_catalog.regtype,
                            m.amprocrighttype::pg_catalog.regtype, m.amprocnum, m.amproc::pg_catalog.regprocedure)
                     from pg_catalog.pg_amproc m where m.amprocfamily = f.oid) as x(said)))::text
        from pg_catalog.pg_opfamily f
      union all
      select 'pg_catalog.pg_conversion'::pg_catalog.regclass, c.oid, c.conowner, null,
             pg_catalog.jsonb_build_array(c.conforencoding, c.contoencoding, c.condefault,
               c.conproc::pg_catalog.regprocedure)::text
        from pg_catalog.pg_conversion c
      union all
      select 'pg_catalog.pg_ts_config'::pg_catalog.regclass, c.oid, c.cfgowner, null,
             pg_catalog.jsonb_build_array((
               select pg_catalog.jsonb_build_array(n.nspname, p.prsname)
                 from pg_catalog.pg_ts_parser p join pg_catalog.pg_namespace n on n.oid = p.prsnamespace
                where p.oid = c.cfgparser), (
               select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(m.maptokentype, m.mapseqno,
                        m.mapdict::pg_catalog.regdictionary) order by m.maptokentype, m.mapseqno)
                 from pg_catalog.pg_ts_config_map m where m.mapcfg = c.oid))::text
        from pg_catalog.pg_ts_config c
      union all
      select 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, d.oid, d.dictowner, null,
             pg_catalog.jsonb_build_array(d.dictinitoption, (
               select pg_catalog.jsonb_build_array(n.nspname, t.tmplname)
                 from pg_catalog.pg_ts_template t join pg_catalog.pg_namespace n on n.oid = t.tmplnamespace
                where t.oid = d.dicttemplate))::text
        from pg_catalog.pg_ts_dict d
      union all
      select 'pg_catalog.pg_ts_parser'::pg_catalog.regclass, p.oid, null, null,
             pg_catalog.jsonb_build_array(p.prsstart::pg_catalog.regprocedure, p.prstoken::pg_catalog.regprocedure,
               p.prsend::pg_catalog.regprocedure, p.prsheadline::pg_catalog.regprocedure,
               p.prslextype::pg_catalog.regprocedure)::text
        from pg_catalog.pg_ts_parser p
      union all
      select 'pg_catalog.pg_ts_template'::pg_catalog.regclass, t.oid, null, null,
             pg_catalog.jsonb_build_array(t.tmplinit::pg_catalog.regprocedure,
               t.tmpllexize::pg_catalog.regprocedure)::text
        from pg_catalog.pg_ts_template t
      union all
      select 'pg_catalog.pg_transform'::pg_catalog.regclass, t.oid, null, null,
             pg_catalog.jsonb_build_array(t.trffromsql::pg_catalog.regprocedure,
               t.trftosql::pg_catalog.regprocedure)::text
        from pg_catalog.pg_transform t
      union all
      select 'pg_catalog.pg_language'::pg_catalog.regclass, l.oid, l.lanowner, l.lanacl,
             pg_catalog.jsonb_build_array(l.lanpltrusted, l.lanplcallfoid::pg_catalog.regprocedure,
               l.laninline::pg_catalog.regprocedure, l.lanvalidator::pg_catalog.regprocedure)::text
        from pg_catalog.pg_language l
      union all
      select 'pg_catalog.pg_am'::pg_catalog.regclass, m.oid, null, null,
             pg_catalog.jsonb_build_array(m.amtype, m.amhandler::pg_catalog.regprocedure)::text
        from pg_catalog.pg_am m
      union all
      -- How it connects is nobody's to read.
      select 'pg_catalog.pg_subscription'::pg_catalog.regclass, s.oid, s.subowner, null,
             pg_catalog.jsonb_build_array(s.subenabled, s.subbinary, s.substream::text, s.subtwophasestate,
               s.subdisableonerr, s.subslotname, s.subsynccommit, s.subpublications)::text
        from pg_catalog.pg_subscription s
    )
    select d.class::oid, d.object, pg_catalog.md5(pg_catalog.jsonb_build_array(
             d.text, case when d.owner is not null then pg_catalog.pg_get_userbyid(d.owner) end,
             (select pg_catalog.jsonb_agg(e.item::text order by e.item::text) from unnest(d.acl) as e(item)),
             pg_catalog.obj_description(d.object, (select c.relname from pg_catalog.pg_class c where c.oid = d.class))
           )::text)
      from described d
     where d.object = any (%s::oid[]) and d.text is not null
"""
_SETTINGS: LiteralString = """
    select pg_catalog.concat_ws(' ', pg_catalog.split_part(c.setting, '=', 1),
             case when s.setrole <> 0 then pg_catalog.concat('of role ', pg_catalog.pg_get_userbyid(s.setrole)) end,
             case when s.setdatabase <> 0 then 'of this database' end),
           pg_catalog.md5(c.setting)
      from pg_catalog.pg_db_role_setting s
      left join pg_catalog.pg_database d on d.oid = s.setdatabase
     cross join lateral unnest(s.setconfig) as c(setting)
     where s.setdatabase = 0 or d.datname = pg_catalog.current_database()
"""
