"""What no kind models, on or beside what is managed: told by name, so that nobody takes it for looked after."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import LiteralString

from supaschema.core.model import Address
from supaschema.core.sqltext import Name
from supaschema.database.connect import Connection
from supaschema.database.extensions import OF_AN_EXTENSION
from supaschema.supabase.platform import PLATFORM_SCHEMAS

Unmodelled = Mapping[Name, tuple[str, ...]]
"""By relation (schema and name), or by schema alone, what no kind models there, in words, sorted."""

MOST = 20
"""So many are named at once; the rest is counted."""


def unmodelled(connection: Connection, addresses: Iterable[Address]) -> Unmodelled:
    """Read what no kind models, in one query.

    What belongs to the platform, to an extension or to an object that is told itself is theirs to look after.

    Args:
        connection: Any connection whose search_path is empty.
        addresses: Where the catalog has what declarations can say.

    """
    known = {address[:2] for address in addresses}
    found: dict[Name, list[str]] = {}
    for schema, name, *address, text in connection.execute(_UNMODELLED, {"platform": list(PLATFORM_SCHEMAS)}):
        if tuple(address) not in known:
            found.setdefault((schema, name) if name is not None else (schema,), []).append(text)
    return {anchor: tuple(sorted(texts)) for anchor, texts in found.items()}


def standing(connection: Connection, addresses: Collection[Address]) -> Iterator[str]:
    """Yield the words for those of the addresses that no kind models and that are objects of their own."""
    if not addresses:
        return
    classes, objects, _ = zip(*sorted(addresses), strict=True)
    for (text,) in connection.execute(_OF_THEIR_OWN, {"classes": list(classes), "objects": list(objects)}):
        yield str(text)


def worded(found: Iterable[str]) -> str:
    """Return what is not modelled in a sentence: the first of it by name, and how many there are besides."""
    texts = sorted(set(found))
    more = f"; and {len(texts) - MOST} more" if len(texts) > MOST else ""
    return f"not modelled, and left as it is: {'; '.join(texts[:MOST])}{more}."


# One row an object, its class first as a kind would give its address. Of a schema's own objects the second is null. No
# kind models that a table is of a type, though one does the type.
_UNMODELLED: LiteralString = (
    """
    with relations as (
      select c.oid, n.nspname, c.relname, c.relkind, c.relnamespace, c.reltype
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where n.nspname !~ '^pg_' and n.nspname <> all (%(platform)s)
         and c.relkind in ('r', 'p', 'v', 'm', 'f', 'c')
    ), hung(relation, class, object, word) as (
      select w.ev_class, 'pg_catalog.pg_rewrite'::pg_catalog.regclass, w.oid, ''
        from pg_catalog.pg_rewrite w where w.rulename <> '_RETURN'
      union all
      select s.stxrelid, 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, s.oid, ''
        from pg_catalog.pg_statistic_ext s
      union all
      select p.prrelid, 'pg_catalog.pg_publication_rel'::pg_catalog.regclass, p.oid, ''
        from pg_catalog.pg_publication_rel p
      union all
      select c.oid, 'pg_catalog.pg_type'::pg_catalog.regclass, c.reloftype, 'table of '
        from pg_catalog.pg_class c where c.reloftype <> 0
      union all
      select r.srrelid, 'pg_catalog.pg_subscription'::pg_catalog.regclass, r.srsubid, ''
        from pg_catalog.pg_subscription_rel r
      union all
      select l.objoid, l.classoid, l.objoid, 'security label of '
        from pg_catalog.pg_seclabel l
       where l.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
    ), beside(namespace, class, object, word) as (
      select r.relnamespace, 'pg_catalog.pg_class'::pg_catalog.regclass, r.oid, ''
        from relations r where r.relkind in ('m', 'f')
      union all
      select t.typnamespace, 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid,
             case t.typtype when 'e' then 'enum ' when 'd' then 'domain ' when 'r' then 'range ' else 'composite ' end
        from pg_catalog.pg_type t
       where t.typtype in ('e', 'd', 'r') or t.oid in (select r.reltype from relations r where r.relkind = 'c')
      union all
      select p.pronamespace, 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid,
             case p.prokind when 'a' then 'aggregate ' when 'p' then 'procedure ' else 'window ' end
        from pg_catalog.pg_proc p where p.prokind <> 'f'
      union all
      select o.oprnamespace, 'pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, '' from pg_catalog.pg_operator o
      union all
      select o.opcnamespace, 'pg_catalog.pg_opclass'::pg_catalog.regclass, o.oid, '' from pg_catalog.pg_opclass o
      union all
      select c.collnamespace, 'pg_catalog.pg_collation'::pg_catalog.regclass, c.oid, ''
        from pg_catalog.pg_collation c
      union all
      select c.connamespace, 'pg_catalog.pg_conversion'::pg_catalog.regclass, c.oid, ''
        from pg_catalog.pg_conversion c
      union all
      select c.cfgnamespace, 'pg_catalog.pg_ts_config'::pg_catalog.regclass, c.oid, '' from pg_catalog.pg_ts_config c
      union all
      select d.dictnamespace, 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, d.oid, '' from pg_catalog.pg_ts_dict d
      union all
      select p.pnnspid, 'pg_catalog.pg_publication_namespace'::pg_catalog.regclass, p.oid, ''
        from pg_catalog.pg_publication_namespace p
      union all
      select p.pronamespace, 'pg_catalog.pg_event_trigger'::pg_catalog.regclass, e.oid, ''
        from pg_catalog.pg_event_trigger e join pg_catalog.pg_proc p on p.oid = e.evtfoid
      union all
      select p.pronamespace, 'pg_catalog.pg_cast'::pg_catalog.regclass, k.oid, ''
        from pg_catalog.pg_cast k join pg_catalog.pg_proc p on p.oid = k.castfunc
      union all
      select a.defaclnamespace, 'pg_catalog.pg_default_acl'::pg_catalog.regclass, a.oid, ''
        from pg_catalog.pg_default_acl a
       where a.defaclrole = (select r.oid from pg_catalog.pg_roles r where r.rolname = current_user)
    ), found(schema, name, class, object, word) as (
      select r.nspname, r.relname, h.class, h.object, h.word
        from hung h join relations r on r.oid = h.relation
      union all
      select n.nspname, null, b.class, b.object, b.word
        from beside b
        join pg_catalog.pg_namespace n on n.oid = b.namespace
       where n.nspname !~ '^pg_' and n.nspname <> all (%(platform)s)
    )
    select f.schema, f.name, case when f.word <> 'table of ' then f.class::oid end, f.object,
           f.word || pg_catalog.pg_describe_object(f.class, f.object, 0) || coalesce((
             select ' of ' || pg_catalog.array_to_string(s.subpublications, ', ')
                      || case when not s.subenabled then ', disabled' else '' end
               from pg_catalog.pg_subscription s
              where f.class = 'pg_catalog.pg_subscription'::pg_catalog.regclass and s.oid = f.object), '')
      from found f
     where not exists (select from pg_catalog.pg_depend d
                        where d.classid = f.class and d.objid = f.object and d.objsubid = 0
                          and (d.deptype = 'i' or """
    + OF_AN_EXTENSION
    + "))"
)

# Not what the server keeps for another: row types, toast tables, an owned sequence, a key's index, what makes ranges.
_OF_THEIR_OWN: LiteralString = (
    """
    select distinct pg_catalog.pg_describe_object(u.class, u.object, 0)
      from unnest(%(classes)s::oid[], %(objects)s::oid[]) as u(class, object)
     where not exists (select from pg_catalog.pg_depend d
                        where d.classid = u.class and d.objid = u.object and (
                              (d.deptype = 'i' and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass) or """
    + OF_AN_EXTENSION
    + """))
       and (u.class in ('pg_catalog.pg_statistic_ext'::pg_catalog.regclass,
                        'pg_catalog.pg_publication_rel'::pg_catalog.regclass,
                        'pg_catalog.pg_extension'::pg_catalog.regclass,
                        'pg_catalog.pg_proc'::pg_catalog.regclass)
        or (u.class = 'pg_catalog.pg_class'::pg_catalog.regclass
            and exists (select from pg_catalog.pg_class c where c.oid = u.object and c.relkind in ('v', 'm', 'f')))
        or (u.class = 'pg_catalog.pg_type'::pg_catalog.regclass
            and exists (select from pg_catalog.pg_type t
                          left join pg_catalog.pg_class c on c.oid = t.typrelid
                         where t.oid = u.object and (t.typtype = 'd' or c.relkind = 'c'))))
     order by 1
"""
)
