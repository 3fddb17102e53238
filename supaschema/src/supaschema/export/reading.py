"""What an export reads: the catalog, what no kind models, what stands on what, and the ledger where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from supaschema.core.model import Edges, Facts, ObjectId
from supaschema.core.secret_texts import Secrets
from supaschema.database.connect import Connection, Database
from supaschema.drift import surroundings
from supaschema.drift.surroundings import Other
from supaschema.engine import role_owners
from supaschema.engine.dependencies import dependents
from supaschema.engine.diff import Kinds
from supaschema.engine.ledger_of import ledger_of
from supaschema.engine.role_owners import Owners
from supaschema.engine.snapshot import WITH_SERVERS, Reader
from supaschema.engine.visibility import Visibility
from supaschema.portable import catalog
from supaschema.portable.model import ServerFacts


@dataclass(frozen=True)
class Reading:
    """What the database holds.

    Attributes:
        live: The facts of the catalog.
        others: What no kind models.
        edges: By object, what stands on it.
        owners: By object that is managed already, the URN of its resource.
        strangers: What belongs to roles that the connecting one does not trust.
        server: Its version, and the extensions that are installed.
        hidden: Kinds of which this role is not shown every object.
        secrets: What is secret, as far as a ledger tells.
        kinds: The registry.

    """

    live: Facts
    others: Mapping[ObjectId, Other]
    edges: Edges
    owners: Mapping[ObjectId, str]
    strangers: Owners
    server: ServerFacts
    hidden: tuple[str, ...]
    secrets: Secrets
    kinds: Kinds


def read(database: Database, kinds: Kinds) -> Reading:
    """Read all that an export looks at, in one transaction that writes nothing.

    Raises:
        OwnershipError: There is a ledger, and it speaks of another database, or is not to be trusted.

    """
    with database.connection() as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        return _read(connection, database, kinds)


def _read(connection: Connection, database: Database, kinds: Kinds) -> Reading:
    reader, secrets = Reader(kinds.values()), Secrets()
    store = ledger_of(kinds, secrets)
    ledger = store.read(connection, database.server)
    snapshot = reader.read(connection, WITH_SERVERS)
    ledger = ledger.opened(snapshot.facts, secrets)
    seen = reader.visibilities(connection)
    return Reading(
        live=snapshot.facts,
        others=surroundings.read(connection, snapshot.addresses.values()),
        edges=dependents(connection, snapshot.addresses, snapshot.addresses.keys()).edges,
        owners=ledger.owners,
        strangers=role_owners.read(connection),
        server=catalog.server_facts(connection, database.server),
        hidden=tuple(sorted(name for name, way in seen.items() if way is Visibility.HIDDEN)),
        secrets=secrets,
        kinds=kinds,
    )
