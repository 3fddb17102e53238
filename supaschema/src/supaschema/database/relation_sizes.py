"""How large relations are, and how much they are used, as the server's statistics have it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import LiteralString

from supaschema.core.plan_record import Size
from supaschema.database.connect import Connection

_SIZES: LiteralString = """
    select pg_catalog.concat(n.nspname, '.', c.relname), c.reltuples::bigint,
           coalesce(pg_catalog.pg_total_relation_size(c.oid), 0),
           coalesce(s.seq_scan, 0) + coalesce(s.idx_scan, 0), coalesce(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0)
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      left join pg_catalog.pg_stat_user_tables s on s.relid = c.oid
     where pg_catalog.concat(n.nspname, '.', c.relname) = any (%s) and c.relkind in ('r', 'p', 'm', 'v', 'i', 'f')
"""


def sizes_of(connection: Connection, relations: Iterable[str]) -> dict[str, Size]:
    """Return those of some relations (`schema.name`) that are there, in one query."""
    names = sorted(set(relations))
    if not names:
        return {}
    found = connection.execute(_SIZES, [names])
    return {name: Size(rows=rows, bytes=size, reads=reads, writes=writes) for name, rows, size, reads, writes in found}


# By a sequential scan or one of an index. Servers before 16 do not keep it.
_LAST_READS: LiteralString = """
    select pg_catalog.concat(s.schemaname, '.', s.relname),
           pg_catalog.to_char(u.last at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      from pg_catalog.pg_stat_user_tables s
     cross join lateral (
       select greatest((pg_catalog.to_jsonb(s) ->> 'last_seq_scan')::timestamptz,
                       (pg_catalog.to_jsonb(s) ->> 'last_idx_scan')::timestamptz) as last) u
     where u.last is not null and pg_catalog.concat(s.schemaname, '.', s.relname) = any (%s)
"""


def last_reads_of(connection: Connection, relations: Iterable[str]) -> dict[str, str]:
    """Return when some tables were last read, in UTC; nothing of those that were not, or of which it is not known."""
    names = sorted(set(relations))
    return dict(connection.execute(_LAST_READS, [names]).fetchall()) if names else {}
