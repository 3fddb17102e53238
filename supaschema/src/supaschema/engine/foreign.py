"""What belongs to roles that the deploying one does not trust, as the catalog has it: mostly nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from supaschema.database.connect import Connection
from supaschema.database.trust import BY_DEPLOYING, STRANGE_CALLS, STRANGE_TYPES

Place = tuple[str, ...]
"""`schema`, `relation`, `routine`, `operator`, `type`, `range`, `language`, `extension`, `publication`,
`foreign server` or `event trigger`, and the name's parts.

`row` is the type of the rows of a table with such a column, `use` a routine or operator that takes or gives such a
type. `other` is what else has a name, and what is of an extension of theirs, whoever owns it: it goes with that. A
`language` has no schema. `usual class` is an operator class that an index takes without naming it: the access method
and the type that it is for.
"""


@dataclass(frozen=True)
class Foreign:
    """An object that belongs to another role: how the server calls it, and the role.

    Of a type of ours by which code of theirs is called it is what calls it, and the role is named in that.
    """

    object: str
    owner: str

    @property
    def said(self) -> str:
        """Whose it is."""
        return f"{self.object} belongs to {self.owner}" if self.owner else self.object


def read(connection: Connection) -> tuple[str, dict[Place, Foreign]]:
    """Return the role that deploys, and what there is of others, by place. The connection's search_path is empty."""
    # Asked before each plan is run, and planning it takes longer than running it.
    rows = connection.execute(_FOREIGN, prepare=True).fetchall()
    user = str(rows[0][0])
    found = {
        (what, *filter(None, (schema, name))): Foreign(text, owner) for _, what, schema, name, text, owner in rows[1:]
    }
    return user, found


def _owners(catalog: LiteralString, oid: LiteralString, owner: LiteralString) -> LiteralString:
    """Return the query for who owns an object, and whoever owns the extension that it is of: it goes with that."""
    return f"""(
       select null::name, {owner}
       union all
       select e.extname, e.extowner
         from pg_catalog.pg_depend d
         join pg_catalog.pg_extension e
           on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and e.oid = d.refobjid
        where d.classid = '{catalog}'::pg_catalog.regclass and d.objid = {oid} and d.deptype = 'e'
     ) o(extension, owner)"""


# The first row is the deploying role. The server's own objects are not looked at.
_FOREIGN: LiteralString = (
    f"with recursive {BY_DEPLOYING}, {STRANGE_TYPES}, parts(relation, classid, objid) as ("
    "select 0::oid, 0::oid, 0::oid where false)"
    + STRANGE_CALLS
    + """, calling(oid, text, owner) as (
      select t.oid, pg_catalog.pg_describe_object('pg_catalog.pg_type'::pg_catalog.regclass, t.root, 0),
             s.typowner::pg_catalog.regrole::text
        from types t join pg_catalog.pg_type s on s.oid = t.root
      union all
      select s.objid, s.text, ''
        from strange_code s
       where s.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and s.objid not in (select t.oid from types t)
    )
    select v.rolname::text, null, null, null, null, null from viewer v
    union all
    select null, case when p.oid is null then 'operator' else 'routine' end, n.nspname, coalesce(p.proname, o.oprname),
           coalesce(s.text, pg_catalog.pg_describe_object(s.classid, s.objid, 0) || ' calls ' || s.called), ''
      from strange_code s
      left join pg_catalog.pg_proc p
        on s.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = s.objid and s.text is not null
      left join pg_catalog.pg_operator o
        on s.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass and o.oid = s.objid
      join pg_catalog.pg_namespace n on n.oid in (p.pronamespace, o.oprnamespace)
    union all
    select null, 'schema', n.nspname, null, 'schema ' || pg_catalog.quote_ident(n.nspname),
           n.nspowner::pg_catalog.regrole::text
      from pg_catalog.pg_namespace n
     where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and n.nspowner not in (select t.oid from trusted_owners t)
    union all
    select null, 'relation', n.nspname, c.relname,
           pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0),
           c.relowner::pg_catalog.regrole::text
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^pg_'
       and c.relowner not in (select t.oid from trusted_owners t)
    union all
    select null, 'routine', n.nspname, p.proname,
           pg_catalog.pg_describe_object('pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0),
           p.proowner::pg_catalog.regrole::text
      from pg_catalog.pg_proc p
      join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where n.nspname !~ '^pg_' and p.proowner not in (select t.oid from trusted_owners t)
    union all
    select null, 'operator', n.nspname, o.oprname,
           pg_catalog.pg_describe_object('pg_catalog.pg_operator'::pg_catalog.regclass, o.oid, 0),
           o.oprowner::pg_catalog.regrole::text
      from pg_catalog.pg_operator o
      join pg_catalog.pg_namespace n on n.oid = o.oprnamespace
     where n.nspname !~ '^pg_' and o.oprowner not in (select t.oid from trusted_owners t)
    union all
    -- The name of a table is mostly that, and not its type.
    select null, u.what, n.nspname, y.typname, t.text, t.owner
      from calling t
      join pg_catalog.pg_type y on y.oid = t.oid
      join pg_catalog.pg_namespace n on n.oid = y.typnamespace
      left join pg_catalog.pg_class c on c.oid = y.typrelid
     cross join lateral (
       select case when c.relkind <> 'c' then 'row' else 'type' end
       union all
       select 'range' where y.typtype in ('r', 'm')
     ) u(what)
    union all
    select null, 'use', n.nspname, coalesce(p.proname, o.oprname),
           pg_catalog.pg_describe_object(d.classid, d.objid, 0) || ' takes or gives '
             || pg_catalog.pg_describe_object('pg_catalog.pg_type'::pg_catalog.regclass, y.oid, 0)
             || ' of ' || y.typowner::pg_catalog.regrole::text, ''
      from types t
      join pg_catalog.pg_type y on y.oid = t.root
      join pg_catalog.pg_depend d
        on d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid = t.oid
      left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.objid
      left join pg_catalog.pg_operator o
        on d.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass and o.oid = d.objid
      join pg_catalog.pg_namespace n on n.oid in (p.pronamespace, o.oprnamespace)
    union all
    select null, 'other', n.nspname, o.name, pg_catalog.pg_describe_object(o.class, o.oid, 0),
           o.owner::pg_catalog.regrole::text
      from (
        select 'pg_catalog.pg_collation'::pg_catalog.regclass, c.oid, c.collnamespace, c.collname, c.collowner
          from pg_catalog.pg_collation c
        union all
        select 'pg_catalog.pg_ts_config'::pg_catalog.regclass, c.oid, c.cfgnamespace, c.cfgname, c.cfgowner
          from pg_catalog.pg_ts_config c
        union all
        select 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, d.oid, d.dictnamespace, d.dictname, d.dictowner
          from pg_catalog.pg_ts_dict d
        union all
        select 'pg_catalog.pg_opclass'::pg_catalog.regclass, c.oid, c.opcnamespace, c.opcname, c.opcowner
          from pg_catalog.pg_opclass c
      ) as o(class, oid, namespace, name, owner)
      join pg_catalog.pg_namespace n on n.oid = o.namespace
     where n.nspname !~ '^pg_' and o.owner not in (select t.oid from trusted_owners t)
    union all
    select null, case when o.oid is null then 'other' else 'operator' end, n.nspname,
           coalesce(o.oprname, p.proname, y.typname, c.relname, k.opcname, l.collname, f.cfgname, g.dictname),
           pg_catalog.pg_describe_object(d.classid, d.objid, 0) || ' of extension '
             || pg_catalog.quote_ident(e.extname), e.extowner::pg_catalog.regrole::text
      from pg_catalog.pg_extension e
      join pg_catalog.pg_depend d
        on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and d.refobjid = e.oid and d.deptype = 'e'
      left join pg_catalog.pg_operator o
        on d.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass and o.oid = d.objid
      left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.objid
      left join pg_catalog.pg_type y on d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and y.oid = d.objid
      left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.objid
      left join pg_catalog.pg_opclass k
        on d.classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass and k.oid = d.objid
      left join pg_catalog.pg_collation l
        on d.classid = 'pg_catalog.pg_collation'::pg_catalog.regclass and l.oid = d.objid
      left join pg_catalog.pg_ts_config f
        on d.classid = 'pg_catalog.pg_ts_config'::pg_catalog.regclass and f.oid = d.objid
      left join pg_catalog.pg_ts_dict g
        on d.classid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass and g.oid = d.objid
      join pg_catalog.pg_namespace n
        on n.oid in (o.oprnamespace, p.pronamespace, y.typnamespace, c.relnamespace, k.opcnamespace, l.collnamespace,
                     f.cfgnamespace, g.dictnamespace)
     where e.extowner not in (select t.oid from trusted_owners t)
    union all
    select null, 'language', l.lanname, null,
           pg_catalog.pg_describe_object('pg_catalog.pg_language'::pg_catalog.regclass, l.oid, 0)
             || coalesce(' of extension ' || pg_catalog.quote_ident(o.extension), ''),
           o.owner::pg_catalog.regrole::text
      from pg_catalog.pg_language l
     cross join lateral """
    + _owners("pg_catalog.pg_language", "l.oid", "l.lanowner")
    + """
     where o.owner not in (select t.oid from trusted_owners t)
    union all
    select null, 'extension', e.extname, null, 'extension ' || pg_catalog.quote_ident(e.extname),
           e.extowner::pg_catalog.regrole::text
      from pg_catalog.pg_extension e
     where e.extowner not in (select t.oid from trusted_owners t)
    union all
    select null, 'publication', p.pubname, null, 'publication ' || pg_catalog.quote_ident(p.pubname),
           p.pubowner::pg_catalog.regrole::text
      from pg_catalog.pg_publication p
     where p.pubowner not in (select t.oid from trusted_owners t)
    union all
    select null, 'foreign server', s.srvname, null, 'foreign server ' || pg_catalog.quote_ident(s.srvname),
           s.srvowner::pg_catalog.regrole::text
      from pg_catalog.pg_foreign_server s
     where s.srvowner not in (select t.oid from trusted_owners t)
    union all
    -- Of a type that is theirs it is told already.
    select null, 'usual class', a.amname, pg_catalog.format_type(k.opcintype, null),
           pg_catalog.pg_describe_object('pg_catalog.pg_opclass'::pg_catalog.regclass, k.oid, 0)
             || coalesce(' of extension ' || pg_catalog.quote_ident(o.extension), ''),
           o.owner::pg_catalog.regrole::text
      from pg_catalog.pg_opclass k
      join pg_catalog.pg_am a on a.oid = k.opcmethod
     cross join lateral """
    + _owners("pg_catalog.pg_opclass", "k.oid", "k.opcowner")
    + """
     where k.opcdefault and k.opcintype < 12000 and o.owner not in (select t.oid from trusted_owners t)
    union all
    select null, 'event trigger', e.evtname, null,
           pg_catalog.pg_describe_object('pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 0),
           p.proowner::pg_catalog.regrole::text
      from pg_catalog.pg_event_trigger e
      join pg_catalog.pg_proc p on p.oid = e.evtfoid
     where e.evtenabled <> 'D' and p.proowner not in (select t.oid from trusted_code t)
"""
)
