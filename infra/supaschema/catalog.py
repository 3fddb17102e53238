"""Reading the live catalog: one query for any number of objects."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg import sql

from supaschema.connect import Connection
from supaschema.kind import Family, Kind
from supaschema.model import Definition, Facts, ObjectId
from supaschema.text import compose, literal

PLATFORM_SCHEMAS = (
    "_analytics", "_realtime", "_supavisor", "auth", "cron", "etl", "extensions", "graphql", "graphql_public",
    "information_schema", "net", "partman", "pgbouncer", "pgmq", "pgmq_public", "pgsodium", "pgsodium_masks", "pgtle",
    "realtime", "storage", "supabase_functions", "supabase_migrations", "supaschema", "supaschema_archive", "vault",
)  # fmt: skip
"""Schemas of the platform and of this tool: reference-only, but for the shared tables."""

SHARED_TABLES = (("auth", "users"), ("realtime", "messages"), ("storage", "buckets"), ("storage", "objects"))
"""Platform tables that admit policies and triggers of ours."""


@dataclass(frozen=True)
class Scope:
    """What to read: everything (the default), or what belongs to these relations and routines (schema and name)."""

    anchors: frozenset[tuple[str, ...]] | None = None


EVERYTHING = Scope()


class Reader:
    """Reads facts of a registry's kinds."""

    def __init__(self, kinds: Iterable[Kind[Any]]) -> None:
        """Take the kinds to read, in the order their facts shall have."""
        self._kinds = {kind.name: kind for kind in kinds}
        self._narrow: dict[tuple[str, ...], bytes] = {}

    def read(self, connection: Connection, scope: Scope = EVERYTHING, only: Collection[str] | None = None) -> Facts:
        """Read the catalog in one query.

        Args:
            connection: Any connection whose search_path is empty.
            scope: What to read.
            only: Names of the kinds to read; None: all.

        Returns:
            The facts, by kind in registry order, in each kind's own order.

        """
        kinds = [kind for kind in self._kinds.values() if only is None or kind.name in only]
        kinds = [kind for kind in kinds if kind.requires is None or _present(connection, kind.requires)]
        if not kinds:
            return {}
        facts: dict[ObjectId, Definition] = {}
        for kind_name, name, definition in self._rows(connection, kinds, scope):
            kind = self._kinds[kind_name]
            facts[ObjectId(kind_name, tuple(name))] = msgspec.convert(definition, kind.definition)
        return facts

    def absent(self, connection: Connection) -> frozenset[str]:
        """Give the names of the kinds that this database does not have, such as jobs without pg_cron."""
        return frozenset(
            kind.name for kind in self._kinds.values() if kind.requires and not _present(connection, kind.requires)
        )

    def _rows(self, connection: Connection, kinds: Collection[Kind[Any]], scope: Scope) -> Iterable[tuple[Any, ...]]:
        if scope.anchors is None:
            return connection.execute(_query(kinds, scope), {})
        # A narrow read is repeated for every resource, and planning it costs ten times what running it does. The
        # server would plan a prepared statement anew for five times before it kept a plan.
        names = tuple(kind.name for kind in kinds)
        query = self._narrow.get(names)
        if query is None:
            query = self._narrow[names] = _query(kinds, scope).as_string().encode()
        pairs = sorted(anchor for anchor in scope.anchors if len(anchor) == 2)
        parameters = {"schemas": [schema for schema, _ in pairs], "names": [name for _, name in pairs]}
        with connection.transaction():
            connection.execute("set local plan_cache_mode = force_generic_plan")
            return connection.execute(query, parameters, prepare=True)


def absent_relations(connection: Connection, names: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Give those of the names (schema and relation) that the database has nothing by."""
    wanted = list(names)
    if not wanted:
        return []
    query = """
        select u.schema_name, u.name from unnest(%s::text[], %s::text[]) as u(schema_name, name)
         where not exists (
                 select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                  where n.nspname = u.schema_name and c.relname = u.name)
    """
    return list(connection.execute(query, [[schema for schema, _ in wanted], [name for _, name in wanted]]))


def _query(kinds: Iterable[Kind[Any]], scope: Scope) -> sql.Composed:
    return sql.SQL("\nunion all\n").join(_part(kind, scope) for kind in kinds)


def _present(connection: Connection, relation: str) -> bool:
    # Not by to_regclass, which raises where the role may not look into the schema.
    query = """
        select pg_catalog.has_schema_privilege(n.oid, 'usage') and pg_catalog.has_table_privilege(c.oid, 'select')
          from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where n.nspname = %s and c.relname = %s
    """
    row = connection.execute(query, relation.split(".", 1)).fetchone()
    return bool(row and row[0])


def _part(kind: Kind[Any], scope: Scope) -> sql.Composed:
    # Where parameters are passed, a percent sign of the text itself is doubled.
    query = sql.SQL(kind.query.replace("%", "%%")).format(scope=_condition(kind.family, scope))
    return compose(
        "select {} as kind, q.name, q.definition from ({}) as q(name, definition)", literal(kind.name), query
    )


def _condition(family: Family, scope: Scope) -> sql.Composable:
    if family is Family.DATABASE:
        return sql.SQL("true")
    if scope.anchors is None:
        return _VISIBLE_RELATIONS if family is Family.RELATION else _VISIBLE_ROUTINES
    return _CHOSEN_RELATIONS if family is Family.RELATION else _CHOSEN_ROUTINES


_CHOSEN_RELATIONS = sql.SQL("""c.oid = any (array(
    select c_.oid from unnest(%(schemas)s::name[], %(names)s::name[]) as u_(schema_name, name)
      join pg_catalog.pg_namespace n_ on n_.nspname = u_.schema_name
      join pg_catalog.pg_class c_ on c_.relnamespace = n_.oid and c_.relname = u_.name))""")
_CHOSEN_ROUTINES = sql.SQL("""p.oid = any (array(
    select p_.oid from unnest(%(schemas)s::name[], %(names)s::name[]) as u_(schema_name, name)
      join pg_catalog.pg_namespace n_ on n_.nspname = u_.schema_name
      join pg_catalog.pg_proc p_ on p_.pronamespace = n_.oid and p_.proname = u_.name))""")
_PLATFORM = literal(list(PLATFORM_SCHEMAS))
_SHARED = sql.SQL(", ").join(compose("({}, {})", literal(schema), literal(name)) for schema, name in SHARED_TABLES)
_VISIBLE_RELATIONS = compose(
    "((n.nspname !~ '^pg_' and n.nspname <> all ({})) or (n.nspname, c.relname) in ({}))", _PLATFORM, _SHARED
)
_VISIBLE_ROUTINES = compose("(n.nspname !~ '^pg_' and n.nspname <> all ({}))", _PLATFORM)
