"""Whether anything has changed that decides who may do what: what is committed, and then what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString, Self

from tests.access.planted import PROBES
from tests.support.catalog import column, one
from tests.support.sessions import Connection

# Of every catalog that access depends on, all but what counts and ages by itself.
_CATALOGS: LiteralString = """
    select catalog, md5(string_agg(line, e'\\n' order by line)) from (
      select 'pg_class', concat_ws(' ', oid, relname, relnamespace, relowner, relkind, relacl, relrowsecurity,
                       relforcerowsecurity, reloptions)
        from pg_class where oid >= 16384
      union all
      select 'pg_attribute', concat_ws(' ', attrelid, attnum, attname, atttypid, attnotnull, attgenerated, attacl)
        from pg_attribute where attrelid >= 16384 and attnum > 0 and not attisdropped
      union all select 'pg_attrdef', d::text from pg_attrdef as d
      union all select 'pg_policy', p::text from pg_policy as p
      union all select 'pg_proc', p::text from pg_proc as p where oid >= 16384
      union all select 'pg_rewrite', r::text from pg_rewrite as r where oid >= 16384
      union all select 'pg_trigger', t::text from pg_trigger as t
      union all select 'pg_constraint', c::text from pg_constraint as c where oid >= 16384
      union all select 'pg_event_trigger', t::text from pg_event_trigger as t
      union all select 'pg_namespace', n::text from pg_namespace as n
      union all select 'pg_database', concat_ws(' ', datacl, datdba) from pg_database where datname = current_database()
      union all select 'pg_type', concat_ws(' ', oid, typname, typnamespace, typacl) from pg_type where oid >= 16384
      union all select 'pg_default_acl', d::text from pg_default_acl as d
      union all select 'pg_roles', r::text from pg_roles as r
      union all select 'pg_db_role_setting', s::text from pg_db_role_setting as s
      union all select 'pg_auth_members', m::text from pg_auth_members as m
    ) as everything (catalog, line)
     group by catalog
"""
# Rows decide too: policies ask whose they are. No session gets to those of the ledger.
_TABLES: LiteralString = """
    select format('select %%L as name, md5(string_agg(t::text, e''\\n'' order by t::text)) from %%I.%%I as t',
                  c.oid::regclass, n.nspname, c.relname)
      from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
     where c.relkind = 'r' and c.oid >= 16384 and c.relpersistence = 'p' and n.nspname <> all(%s)
     order by 1
"""


_KEPT_ASIDE = ["pg_catalog", "information_schema", PROBES, "supaschema", "supaschema_archive"]


Digests = Mapping[str, str]
"""Of each catalog, or each table's rows, by its name: what it says."""


def rules(connection: Connection) -> Digests:
    """Return digests of all that the catalogs say of who may do what; it waits for no lock."""
    return {str(name): str(digest) for name, digest in connection.execute(_CATALOGS)}


def rows(connection: Connection) -> Digests:
    """Return digests of the rows of every table. Take a superuser's connection."""
    tables = " union all ".join(map(str, column(connection, _TABLES, _KEPT_ASIDE)))
    return {str(name): str(digest) for name, digest in connection.execute(tables.encode())}


@dataclass(frozen=True, slots=True)
class Seen:
    """Which transactions have ended, as a statement that begins now sees it."""

    next: int
    running: frozenset[int]

    @classmethod
    def now(cls, connection: Connection) -> Self:
        """Ask the server."""
        _, following, running = str(one(connection, "select pg_current_snapshot()")).split(":")
        return cls(int(following), frozenset(map(int, filter(None, running.split(",")))))

    def shows_more_than(self, before: Seen) -> bool:
        """Return whether a transaction that wrote has ended since."""
        since = range(before.next, self.next)
        return any(number not in self.running for number in (*before.running, *since))
