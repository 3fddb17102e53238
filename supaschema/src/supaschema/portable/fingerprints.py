"""What tells of two objects that no kind models whether they are the same: a hash, made by the server.

A text may hold what is nobody else's, such as the value of a setting: so not even this process is given it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    ids = [address[1] for address in others.values() if address is not None]
    found = {(kind, object): hash for kind, object, hash in connection.execute(_OBJECTS, [ids])}
    settings = {str(name): str(hash) for name, hash in connection.execute(_SETTINGS)}
    for item, address in others.items():
        if address is None:
            # Of what is no object of the catalog, but a setting, the name says all.
            yield item, settings.get(item.name) if item.sort == _SETTING else ""
        else:
            yield item, found.get(address[:2])


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
