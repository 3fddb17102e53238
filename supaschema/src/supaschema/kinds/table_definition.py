"""What a table itself is, and how that is read from the catalog."""

from __future__ import annotations

from typing import LiteralString

import msgspec

from supaschema.kinds import table_place

BY_INDEX = "index "
"""How a replica identity begins that is an index's; the index's name follows."""


class Table(table_place.Place, frozen=True, kw_only=True):
    """A table's own properties.

    Attributes:
        comment: The comment.
        options: The storage parameters, those of its TOAST table with `toast.` before the name.
        unlogged: Whether it is left out of the write-ahead log.
        replica_identity: `full`, `nothing`, or `index` and an index's name; None: the primary key.
        clustered: The index that CLUSTER orders it by.
        tablespace: Where it is, if not where the database is.
        owner: The role that owns it; None: not stated.
        kept: The properties that a declaration leaves as they are.

    """

    comment: str | None = None
    options: dict[str, str] = msgspec.field(default_factory=dict)
    unlogged: bool = False
    replica_identity: str | None = None
    clustered: str | None = None
    tablespace: str | None = None
    owner: str | None = None
    kept: tuple[str, ...] = ()


STORAGE: LiteralString = """(
                select jsonb_object_agg(o.prefix || split_part(o.text, '=', 1), substr(o.text, strpos(o.text, '=') + 1))
                  from (select '' as prefix, unnest(c.reloptions) as text
                        union all
                        select 'toast.', unnest(t.reloptions) from pg_catalog.pg_class t
                         where t.oid = c.reltoastrelid) o)"""
"""The storage parameters of a relation that holds rows, by name."""

CATALOG: LiteralString = f"""
    select array[n.nspname, c.relname]::text[],
           jsonb_strip_nulls(jsonb_build_object(
             {table_place.CATALOG},
             'comment', pg_catalog.obj_description(c.oid, 'pg_class'),
             'options', {STORAGE},
             'unlogged', case when c.relpersistence = 'u' then true end,
             'replica_identity', case c.relreplident when 'f' then 'full' when 'n' then 'nothing'
                when 'i' then coalesce((
                   select 'index ' || x.relname from pg_catalog.pg_index i
                     join pg_catalog.pg_class x on x.oid = i.indexrelid
                    where i.indrelid = c.oid and i.indisreplident), 'nothing') end,
             'clustered', (
                select x.relname from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
                 where i.indrelid = c.oid and i.indisclustered),
             'tablespace', (select s.spcname from pg_catalog.pg_tablespace s where s.oid = c.reltablespace),
             'owner', pg_catalog.pg_get_userbyid(c.relowner))),
           'pg_catalog.pg_class'::regclass::oid, c.oid, 0
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and {{scope}}
"""
