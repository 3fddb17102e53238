"""What a sweep reads: the ledger, the catalog, what no kind models, and who stands on whom. In one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import LiteralString

from supaschema.core.errors import PreconditionError
from supaschema.core.model import Address, Definition, Edges, Facts, ObjectId
from supaschema.core.secret_texts import Secrets
from supaschema.core.sqltext import Name
from supaschema.database.connect import Connection, Database, Server
from supaschema.database.extensions import OF_AN_EXTENSION
from supaschema.drift import collation_versions, memberships, surroundings
from supaschema.drift.collation_versions import Version
from supaschema.drift.memberships import Power
from supaschema.drift.surroundings import Other
from supaschema.engine.coverage import standing
from supaschema.engine.dependencies import dependents
from supaschema.engine.diff import Kinds
from supaschema.engine.implied import implied
from supaschema.engine.ledger_of import ledger_of
from supaschema.engine.of_server import kept
from supaschema.engine.snapshot import WITH_SERVERS, Reader
from supaschema.engine.visibility import Visibility
from supaschema.kinds.base import Family
from supaschema.ledger import LedgerState, identity
from supaschema.supabase.platform import PLATFORM_SCHEMAS, SHARED_TABLES
from supaschema.supabase.roles import PLATFORM_ROLES


@dataclass(frozen=True)
class Reading:
    """What the database holds, and what the ledger does.

    Attributes:
        server: The server.
        ledger: The ledger, opened by what is live.
        live: The facts of the catalog.
        addresses: Where the catalog has what is modelled.
        others: What no kind models.
        edges: By managed object, and by relation and routine that is managed in part, what stands on it.
        visibilities: How this role sees the kinds that not every database has.
        secrets: What is secret, as far as the ledger tells.
        kinds: The registry.
        owner: The role that owns the ledger, and deploys.
        elsewhere: What stands on what is managed, in schemas of which no kind is read, in the server's words.
        powers: What the roles of the API are and have beyond the usual.
        versions: Collations whose provider has other rules by now.
        members: By extension, how many objects it has in managed schemas.
        platform: Of the schemas that are called as the platform's, those that are not somebody else's.

    """

    server: Server
    ledger: LedgerState
    live: Facts
    addresses: Mapping[ObjectId, Address]
    others: Mapping[ObjectId, Other]
    edges: Edges
    visibilities: Mapping[str, Visibility]
    secrets: Secrets
    kinds: Kinds
    owner: str
    members: Mapping[str, int]
    platform: frozenset[str]
    elsewhere: tuple[str, ...]
    powers: tuple[Power, ...]
    anchors: frozenset[Name] = field(default=frozenset())
    """Schema and name of relations and routines that are managed, as a whole or in part."""
    schemas: frozenset[str] = field(default=frozenset())
    """Schemas that are managed."""
    versions: tuple[Version, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[Name, Facts]:
        """What is live, by the first two parts of its name: a relation with what is on it, a routine with its own."""
        found: defaultdict[Name, dict[ObjectId, Definition]] = defaultdict(dict)
        for id, definition in self.live.items():
            found[id.name[:2]][id] = definition
        return found

    @cached_property
    def beneath(self) -> Mapping[ObjectId, ObjectId]:
        """By what stands on something managed: on what, the first where it is several."""
        return {id: below for below, above in reversed([*self.edges.items()]) for id in above}

    def is_managed(self, id: ObjectId) -> bool:
        """Return whether the ledger holds an object, as one that shall exist."""
        return id in self.ledger.owners and not self.is_removed(id)

    def is_removed(self, id: ObjectId) -> bool:
        """Return whether a resource speaks for an object that was there before it, and is to be gone."""
        entry = self.ledger.entry(id)
        return entry is not None and not entry.made and entry.spelling is None


def read(database: Database, kinds: Kinds) -> Reading:
    """Read all that a sweep looks at.

    Raises:
        PreconditionError: There is no ledger.
        OwnershipError: The ledger speaks of another database, or is not to be trusted.

    """
    with database.connection() as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        if not identity.exists(connection):
            raise PreconditionError(
                "there is no ledger: nothing is managed here.",
                where=database.server.database,
                remedy="Name the database of a stack that is deployed.",
            )
        return _read(connection, database.server, kinds)


def _read(connection: Connection, server: Server, kinds: Kinds) -> Reading:
    secrets, reader = Secrets(), Reader(kinds.values())
    store = ledger_of(kinds, secrets)
    ledger = store.read(connection, server)
    snapshot = kept(reader.read(connection, WITH_SERVERS), ledger.owners, kinds)
    ledger = ledger.opened(snapshot.facts, secrets)
    anchors = frozenset(_anchors(ledger, kinds))
    others = surroundings.read(connection, snapshot.addresses.values())
    places = {**snapshot.addresses, **{id: it.address for id, it in others.items() if it.address is not None}}
    schemas = frozenset(id.name[0] for id in ledger.owners if kinds[id.kind].holds_objects)
    live = {**snapshot.facts, **implied(ledger.owners, snapshot.facts, kinds)}
    shares = {id for id, it in snapshot.facts.items() if kinds[id.kind].share(it) is not None}
    begin = [id for id in places if id in ledger.owners or id in shares or (id.name[:2] in anchors and not id.name[2:])]
    above = dependents(connection, places, begin)
    return Reading(
        server=server,
        ledger=ledger,
        live=live,
        addresses=snapshot.addresses,
        others=others,
        edges=above.edges,
        elsewhere=tuple(standing(connection, above.others)),
        powers=memberships.beside(memberships.read(connection), snapshot.facts),
        versions=collation_versions.read(connection),
        visibilities=reader.visibilities(connection),
        secrets=secrets,
        kinds=kinds,
        owner=_owner(connection),
        members={str(name): count for name, count in connection.execute(_MEMBERS, [[*schemas]])},
        platform=frozenset(name for (name,) in connection.execute(_PLATFORM, [[*PLATFORM_SCHEMAS], PLATFORM_ROLES])),
        anchors=anchors,
        schemas=schemas,
    )


_MEMBERS: LiteralString = (
    """
    select e.extname, pg_catalog.count(*)
      from pg_catalog.pg_depend d
      join pg_catalog.pg_extension e
        on d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass and e.oid = d.refobjid
      left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = d.objid
      left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.objid
      join pg_catalog.pg_namespace n on n.oid in (c.relnamespace, p.pronamespace)
     where n.nspname = any (%s::name[]) and """
    + OF_AN_EXTENSION
    + """
     group by e.extname
"""
)


# Whoever may make schemas may make one of a name that the platform does not use here.
_PLATFORM: LiteralString = """
    select n.nspname::text
      from pg_catalog.pg_namespace n
      join pg_catalog.pg_roles r on r.oid = n.nspowner
      join pg_catalog.pg_database b on b.datname = pg_catalog.current_database()
     where n.nspname = any (%s::name[]) and (r.rolsuper or r.oid = b.datdba or r.rolname ~ %s)
"""


def _owner(connection: Connection) -> str:
    row = connection.execute(
        "select r.rolname from pg_catalog.pg_namespace n join pg_catalog.pg_roles r on r.oid = n.nspowner"
        " where n.nspname = 'supaschema'"
    ).fetchone()
    return str(row[0]) if row else ""


def _anchors(ledger: LedgerState, kinds: Kinds) -> Iterator[Name]:
    for id in ledger.owners:
        kind = kinds[id.kind]
        if kind.family is not Family.DATABASE:
            yield id.name[:2]
        elif kind.requires is not None:
            # Rows that are objects to us: what hangs on their tables, and beside them, decides over them.
            schema = kind.requires.partition(".")[0]
            yield from (name for name in SHARED_TABLES if name[0] == schema)
