"""What no kind models and may matter to what is managed: where it is, whose it is, and what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import LiteralString

from supaschema.core.model import Address, ObjectId
from supaschema.database.connect import Connection
from supaschema.portable.fingerprints import of_objects
from supaschema.portable.not_modelled import not_modelled
from supaschema.supabase.roles import PLATFORM_ROLES


@dataclass(frozen=True, slots=True)
class Default:
    """A privilege that default privileges give a role beyond what the server gives by itself; or that they take."""

    role: str
    privilege: str
    is_more: bool


@dataclass(frozen=True, slots=True)
class Other:
    """Something that no kind models.

    Attributes:
        sort: What the server calls its sort.
        name: What the server calls it.
        address: Where the catalog has it; None: it is a setting.
        schema: The schema that it is in, or that it is about; None: it is about the whole database.
        says: What it says; None: nothing is read of it.
        is_platforms: Whether its owner is a role of the platform or the server, and not who deploys.
        everywhere: Whether it may act on what is managed without standing on it.
        is_definer: Whether it is a routine that runs with its owner's rights.
        given: Of default privileges: what they give and take.
        owner: The role that owns it.
        writes: Of a subscription: schema and name of each table whose rows it writes.
        hash: What tells whether it is as it was; None: it says it, or the server does not tell all that it is.

    """

    sort: str
    name: str
    address: Address | None = None
    schema: str | None = None
    says: str | None = None
    is_platforms: bool = False
    everywhere: bool = False
    is_definer: bool = False
    given: tuple[Default, ...] = ()
    owner: str = ""
    writes: tuple[tuple[str, str], ...] = ()
    hash: str | None = None


def read(connection: Connection, addresses: Iterable[Address]) -> dict[ObjectId, Other]:
    """Read it in three queries.

    Args:
        connection: Any connection whose search_path is empty.
        addresses: Where the catalog has what kinds model.

    """
    found = not_modelled(connection, addresses)
    at = {address[:2]: item for item, address in found.items() if address is not None}
    hashes = of_objects(connection, (it for it in found.values() if it is not None))
    others: dict[ObjectId, Other] = {}
    classes, objects = [place[0] for place in at], [place[1] for place in at]
    parameters = {"classes": classes, "objects": objects, "platform": PLATFORM_ROLES}
    for row in connection.execute(_SURROUNDINGS, parameters):
        item = at[row[0], row[1]]
        given = tuple(Default(it["role"], it["privilege"], it["more"]) for it in row[6] or ())
        schema, says, is_platforms, everywhere = row[2:6]
        address, writes = (row[0], row[1], 0), tuple((it[0], it[1]) for it in row[9] or ())
        hash = hashes.get(address[:2]) if says is None else None
        others[item.id] = Other(
            item.sort, item.name, address, schema, says, is_platforms, everywhere, row[8], given, row[7], writes, hash
        )
    return others


# The server keeps no owner of what its first superuser owns. Who owns the ledger deploys.
_SURROUNDINGS: LiteralString = """
    with deploying as (
      select n.nspowner as oid from pg_catalog.pg_namespace n where n.nspname = 'supaschema'
    )
    select u.class, u.object,
           coalesce(i.schema, n.nspname),
           coalesce(e.says, a.says, t.says, f.says, w.says),
           owner.oid not in (select d.oid from deploying d) and (owner.rolsuper or owner.rolname ~ %(platform)s)
             and coalesce(e.is_platforms, true),
           e.oid is not null or a.oid is not null,
           a.given, owner.rolname::text, coalesce(f.prosecdef, false), w.writes
      from unnest(%(classes)s::oid[], %(objects)s::oid[]) as u(class, object)
     cross join lateral pg_catalog.pg_identify_object(u.class, u.object, 0) i
      left join pg_catalog.pg_shdepend s
        on s.classid = u.class and s.objid = u.object and s.objsubid = 0 and s.deptype = 'o'
       and s.dbid in (0, (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
      join pg_catalog.pg_roles owner on owner.oid = coalesce(s.refobjid, 10)
      left join lateral (
        -- Only a superuser makes one: whose it is tells nothing, whose its function is and where does.
        select e.oid, w.nspname <> 'public' and (o.rolsuper or o.rolname ~ %(platform)s)
                 and o.oid not in (select d.oid from deploying d) as is_platforms,
               pg_catalog.concat_ws(' ', 'on', e.evtevent, case when e.evttags is not null
                 then 'when tag in (' || pg_catalog.array_to_string(e.evttags, ', ') || ')' end,
                 'execute function', e.evtfoid::pg_catalog.regprocedure::text,
                 case e.evtenabled when 'D' then 'disabled' end) as says
          from pg_catalog.pg_event_trigger e
          join pg_catalog.pg_proc f on f.oid = e.evtfoid
          join pg_catalog.pg_namespace w on w.oid = f.pronamespace
          join pg_catalog.pg_roles o on o.oid = f.proowner
         where u.class = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass and e.oid = u.object
      ) e on true
      left join lateral (
        select a.oid, a.defaclnamespace as namespace, (
                 select pg_catalog.string_agg(pg_catalog.concat(x.privilege_type, ' to ', coalesce(g.rolname, 'public'),
                          case when x.is_grantable then ' with grant option' end), ', '
                          order by coalesce(g.rolname, 'public'), x.privilege_type)
                   from pg_catalog.aclexplode(a.defaclacl) x
                   left join pg_catalog.pg_roles g on g.oid = x.grantee) as says, (
                 -- Those of all schemas take the place of the server's own, those of one schema come on top.
                 select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('role', coalesce(g.rolname, 'public'),
                          'privilege', u.privilege_type, 'more', u.more)
                          order by coalesce(g.rolname, 'public'), u.privilege_type)
                   from (
                     select x.grantee, x.privilege_type, true as more from pg_catalog.aclexplode(a.defaclacl) x
                     except
                     select y.grantee, y.privilege_type, true
                       from pg_catalog.aclexplode(pg_catalog.acldefault(
                              case a.defaclobjtype when 'S' then 's' else a.defaclobjtype end, a.defaclrole)) y
                      where a.defaclnamespace = 0
                     union all (
                       select y.grantee, y.privilege_type, false
                         from pg_catalog.aclexplode(pg_catalog.acldefault(
                                case a.defaclobjtype when 'S' then 's' else a.defaclobjtype end, a.defaclrole)) y
                        where a.defaclnamespace = 0
                       except
                       select x.grantee, x.privilege_type, false from pg_catalog.aclexplode(a.defaclacl) x)
                   ) u
                   left join pg_catalog.pg_roles g on g.oid = u.grantee) as given
          from pg_catalog.pg_default_acl a
         where u.class = 'pg_catalog.pg_default_acl'::pg_catalog.regclass and a.oid = u.object
      ) a on true
      left join pg_catalog.pg_namespace n on n.oid = a.namespace
      left join lateral (
        select pg_catalog.string_agg(l.enumlabel, ', ' order by l.enumsortorder) as says
          from pg_catalog.pg_enum l
         where u.class = 'pg_catalog.pg_type'::pg_catalog.regclass and l.enumtypid = u.object
      ) t on true
      left join lateral (
        select f.prosecdef, pg_catalog.pg_get_functiondef(f.oid) as says
          from pg_catalog.pg_proc f
         where u.class = 'pg_catalog.pg_proc'::pg_catalog.regclass and f.oid = u.object and f.prokind <> 'a'
      ) f on true
      left join lateral (
        -- How it connects is nobody's to read.
        select pg_catalog.concat_ws(', ', 'publications ' || pg_catalog.array_to_string(s.subpublications, ', '),
                 case when not s.subenabled then 'disabled' end) as says,
               (select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(x.nspname, c.relname)
                                            order by x.nspname, c.relname)
                  from pg_catalog.pg_subscription_rel r
                  join pg_catalog.pg_class c on c.oid = r.srrelid
                  join pg_catalog.pg_namespace x on x.oid = c.relnamespace
                 where r.srsubid = s.oid) as writes
          from pg_catalog.pg_subscription s
         where u.class = 'pg_catalog.pg_subscription'::pg_catalog.regclass and s.oid = u.object
      ) w on true
"""
