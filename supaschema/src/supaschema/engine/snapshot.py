"""Reading the live catalog: one query for any number of objects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any, LiteralString

from psycopg import Cursor, sql

from supaschema.core.definitions import Definitions
from supaschema.core.model import Address, Definition, Facts, ObjectId
from supaschema.core.sqltext import compose, literal
from supaschema.database.connect import Connection
from supaschema.database.extensions import OF_AN_EXTENSION
from supaschema.engine.questions import answered
from supaschema.engine.visibility import Visibility, visibilities
from supaschema.kinds.base import Family, Kind
from supaschema.supabase.platform import PLATFORM_SCHEMAS, SHARED_TABLES


@dataclass(frozen=True)
class Scope:
    """What to read: everything (the default), or what belongs to these relations and routines (schema and name).

    What is the server's, of all its databases, is read too only where that is said, or its kind is named.
    """

    anchors: frozenset[tuple[str, ...]] | None = None
    of_server: bool = False


EVERYTHING = Scope()
WITH_SERVERS = Scope(of_server=True)
_AT_ONCE = 1000
"""So many rows are made values at a time."""

Queries = Sequence[tuple[Kind[Any], LiteralString]]
"""The kinds that can be read, each with its query."""


@dataclass(frozen=True)
class Snapshot:
    """What the catalog holds: facts, by kind in registry order, in each kind's own order; and where it has them."""

    facts: Facts
    addresses: Mapping[ObjectId, Address]


class Reader:
    """Reads facts of a registry's kinds."""

    def __init__(self, kinds: Iterable[Kind[Any]]) -> None:
        """Take the kinds to read, in the order their facts shall have."""
        self._kinds = {kind.name: kind for kind in kinds}
        self._narrow: dict[tuple[str, ...], bytes] = {}
        self._direct: set[str] = set()
        """Kinds that were found to be there and shown: that stays so as long as a process deploys."""

    def read(self, connection: Connection, scope: Scope = EVERYTHING, only: Collection[str] | None = None) -> Snapshot:
        """Read the catalog in one query.

        Args:
            connection: Any connection whose search_path is empty.
            scope: What to read.
            only: Names of the kinds to read; None: all.

        """
        kinds = [
            kind
            for kind in self._kinds.values()
            if (kind.name in only if only is not None else scope.of_server or not kind.of_server)
        ]
        seen = visibilities(connection, [kind for kind in kinds if kind.name not in self._direct])
        self._direct.update(name for name, way in seen.items() if way is Visibility.DIRECT)
        queries = _queries(kinds, seen)
        if not queries:
            return Snapshot({}, {})
        facts: dict[ObjectId, Definition] = {}
        addresses: dict[ObjectId, Address] = {}
        read = Definitions({name: kind.definition for name, kind in self._kinds.items()})
        for kind_name, name, definition, *address in self._rows(connection, queries, scope):
            id = ObjectId(intern(kind_name), tuple(map(intern, name)))
            facts[id] = read.definition(kind_name, definition)
            if address[0] is not None:
                addresses[id] = (address[0], address[1], address[2])
        # Queries that objects bring along may cost something: of what is not asked for they are not run.
        chosen = {id: it for id, it in facts.items() if scope.anchors is None or id.name[:2] in scope.anchors}
        return Snapshot({**facts, **answered(connection, chosen, self._kinds)}, addresses)

    def visibilities(self, connection: Connection) -> dict[str, Visibility]:
        """Return by name how this role sees the kinds that not every database has, such as jobs."""
        return visibilities(connection, self._kinds.values())

    def _rows(self, connection: Connection, queries: Queries, scope: Scope) -> Iterable[tuple[Any, ...]]:
        if scope.anchors is None:
            return _in_batches(connection.execute(_query(queries, scope), {}))
        # A narrow read is repeated for every resource, and planning it costs ten times what running it does.
        wanted = tuple(text for _, text in queries)
        query = self._narrow.get(wanted)
        if query is None:
            query = self._narrow[wanted] = _query(queries, scope).as_string().encode()
        pairs = sorted(anchor for anchor in scope.anchors if len(anchor) == 2)
        parameters = {"schemas": [schema for schema, _ in pairs], "names": [name for _, name in pairs]}
        return connection.execute(query, parameters, prepare=True)


def _in_batches(rows: Cursor[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    # One by one psycopg makes them in Python, and all at once they take room beside what is made of them.
    while batch := rows.fetchmany(_AT_ONCE):
        yield from batch


def _queries(kinds: Iterable[Kind[Any]], seen: Mapping[str, Visibility]) -> Queries:
    found: list[tuple[Kind[Any], LiteralString]] = []
    for kind in kinds:
        visibility = seen.get(kind.name, Visibility.DIRECT)
        if visibility is Visibility.DIRECT:
            found.append((kind, kind.query))
        elif visibility is Visibility.DELEGATED and kind.delegated is not None:
            found.append((kind, kind.delegated.query))
    return found


def _query(queries: Queries, scope: Scope) -> sql.Composed:
    return sql.SQL("\nunion all\n").join(_part(kind, text, scope) for kind, text in queries)


def _part(kind: Kind[Any], text: LiteralString, scope: Scope) -> sql.Composed:
    # Where parameters are passed, a percent sign of the text itself is doubled.
    query = sql.SQL(text.replace("%", "%%")).format(scope=_condition(kind.family, scope))
    name = literal(kind.name)
    if kind.addressed:
        address = sql.SQL("class, object, part")
        return compose(
            "select {} as kind, name, said::text, {} from ({}) as q(name, said, {})", name, address, query, address
        )
    nowhere = sql.SQL("null::oid, null::oid, null::integer")
    return compose("select {} as kind, name, said::text, {} from ({}) as q(name, said)", name, nowhere, query)


def _condition(family: Family, scope: Scope) -> sql.Composable:
    if family is Family.DATABASE:
        return sql.SQL("true")
    if family is Family.RELATION:
        chosen = _VISIBLE_RELATIONS if scope.anchors is None else _CHOSEN_RELATIONS
        return compose("{} and {}", chosen, _NO_MEMBERS)
    if family is Family.TYPE:
        chosen = _VISIBLE_TYPES if scope.anchors is None else _CHOSEN_TYPES
        return compose("{} and {}", chosen, _OWN_TYPES)
    if family is Family.COLLATION:
        chosen = _VISIBLE_COLLATIONS if scope.anchors is None else _CHOSEN_COLLATIONS
        return compose("{} and {}", chosen, _OWN_COLLATIONS)
    chosen = _VISIBLE_ROUTINES if scope.anchors is None else _CHOSEN_ROUTINES
    return compose("{} and {}", chosen, _OWN_ROUTINES)


# What an extension brought is the extension's, and the functions that make a range type's values are the type's.
_NO_MEMBERS = sql.SQL(
    """not exists (
    select from pg_catalog.pg_depend d
     where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and """
    + OF_AN_EXTENSION
    + ")"
)
_OWN_ROUTINES = sql.SQL(
    """not exists (
    select from pg_catalog.pg_depend d
     where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and (d.deptype = 'i' or """
    + OF_AN_EXTENSION
    + "))"
)
_OWN_TYPES = sql.SQL(
    """not exists (
    select from pg_catalog.pg_depend d
     where d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.objid = t.oid and """
    + OF_AN_EXTENSION
    + ")"
)
_OWN_COLLATIONS = sql.SQL(
    """not exists (
    select from pg_catalog.pg_depend d
     where d.classid = 'pg_catalog.pg_collation'::pg_catalog.regclass and d.objid = l.oid and """
    + OF_AN_EXTENSION
    + ")"
)
_CHOSEN_RELATIONS = sql.SQL("""c.oid = any (array(
    select c_.oid from unnest(%(schemas)s::name[], %(names)s::name[]) as u_(schema_name, name)
      join pg_catalog.pg_namespace n_ on n_.nspname = u_.schema_name
      join pg_catalog.pg_class c_ on c_.relnamespace = n_.oid and c_.relname = u_.name))""")
_CHOSEN_ROUTINES = sql.SQL("""p.oid = any (array(
    select p_.oid from unnest(%(schemas)s::name[], %(names)s::name[]) as u_(schema_name, name)
      join pg_catalog.pg_namespace n_ on n_.nspname = u_.schema_name
      join pg_catalog.pg_proc p_ on p_.pronamespace = n_.oid and p_.proname = u_.name))""")
_CHOSEN_TYPES = sql.SQL("""t.oid = any (array(
    select t_.oid from unnest(%(schemas)s::name[], %(names)s::name[]) as u_(schema_name, name)
      join pg_catalog.pg_namespace n_ on n_.nspname = u_.schema_name
      join pg_catalog.pg_type t_ on t_.typnamespace = n_.oid and t_.typname = u_.name))""")
_CHOSEN_COLLATIONS = sql.SQL("""l.oid = any (array(
    select l_.oid from unnest(%(schemas)s::name[], %(names)s::name[]) as u_(schema_name, name)
      join pg_catalog.pg_namespace n_ on n_.nspname = u_.schema_name
      join pg_catalog.pg_collation l_ on l_.collnamespace = n_.oid and l_.collname = u_.name))""")
_PLATFORM = literal(list(PLATFORM_SCHEMAS))
_SHARED = sql.SQL(", ").join(compose("({}, {})", literal(schema), literal(name)) for schema, name in SHARED_TABLES)
_VISIBLE_RELATIONS = compose(
    "((n.nspname !~ '^pg_' and n.nspname <> all ({})) or (n.nspname, c.relname) in ({}))", _PLATFORM, _SHARED
)
_VISIBLE_ROUTINES = compose("(n.nspname !~ '^pg_' and n.nspname <> all ({}))", _PLATFORM)
_VISIBLE_TYPES = _VISIBLE_COLLATIONS = _VISIBLE_ROUTINES


def by_anchor(facts: Facts) -> dict[tuple[str, ...], dict[ObjectId, Definition]]:
    """Return facts by schema and name of the relation or routine that they belong to."""
    grouped: dict[tuple[str, ...], dict[ObjectId, Definition]] = {}
    for id, definition in facts.items():
        grouped.setdefault(id.name[:2], {})[id] = definition
    return grouped
