"""From a live database to a snapshot, in one transaction that only reads."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from supaschema.core.model import Address, Definition, Edges, Facts, ObjectId
from supaschema.core.secret_texts import Secrets, differing_texts
from supaschema.database.connect import Connection, Database
from supaschema.database.dsn import masked
from supaschema.database.relation_sizes import last_reads_of, sizes_of
from supaschema.engine.dependencies import dependents
from supaschema.engine.diff import Kinds
from supaschema.engine.ledger_of import ledger_of
from supaschema.engine.of_server import kept
from supaschema.engine.snapshot import WITH_SERVERS, Reader, Snapshot
from supaschema.engine.visibility import Visibility
from supaschema.ledger import Entry, LedgerState, identity, seals
from supaschema.portable import catalog, state
from supaschema.portable.codec import built, written
from supaschema.portable.fingerprints import fingerprints
from supaschema.portable.model import (
    VERSION,
    Edge,
    FormerName,
    LedgerRows,
    Recorded,
    SnapshotFile,
    fingerprint,
)
from supaschema.portable.not_modelled import not_modelled
from supaschema.supabase.platform import PLATFORM_SCHEMAS

_TIME_VARIABLE = "SOURCE_DATE_EPOCH"
"""By which files are made that are the same each time (reproducible-builds.org)."""
_LONG = 16
"""Characters of a text that is in another one for no other reason than that it was written there."""
_DIGITS = 11
"""Of a number of seconds that a date has."""


def taken(database: Database, kinds: Kinds, stack_state: dict[str, Any] | None = None) -> SnapshotFile:
    """Return the snapshot of a database.

    Args:
        database: The database; nothing is written there.
        kinds: The registry.
        stack_state: The stack's state as it was exported, or None.

    Raises:
        OwnershipError: The ledger speaks of another database.

    """
    with database.connection() as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        return _taken(connection, database, kinds, stack_state)


def _taken(
    connection: Connection, database: Database, kinds: Kinds, stack_state: dict[str, Any] | None
) -> SnapshotFile:
    reader = Reader(kinds.values())
    store = ledger_of(kinds)
    ledger = store.read(connection, database.server)
    live = kept(reader.read(connection, WITH_SERVERS), ledger.owners, kinds)
    hidden = [name for name, way in reader.visibilities(connection).items() if way is Visibility.HIDDEN]
    hide = _Concealing.of(ledger, live.facts, kinds)
    rows = written((id, hide.live(id, live.facts[id])) for id in _in_order(live, kinds))
    recorded = hide.ledger() if identity.exists(connection) else None
    roles, memberships = catalog.roles(connection)
    relations = _relations(live.facts)
    others = not_modelled(connection, live.addresses.values())
    hashes = {str(item): hash for item, hash in fingerprints(connection, others) if hash and others[item] is not None}
    places = {**live.addresses, **{item.id: at for item, at in others.items() if at is not None}}

    def conceal(text: str) -> str:
        return hide.text(masked(text, database.settings))

    return SnapshotFile(
        version=VERSION,
        taken_at=_now(),
        fingerprint=fingerprint(rows, recorded),
        server=catalog.server_facts(connection, database.server),
        facts=rows,
        edges=_edges(dependents(connection, places, places.keys()).edges),
        ledger=recorded,
        tables=sizes_of(connection, relations),
        last_reads=last_reads_of(connection, relations),
        roles=roles,
        memberships=memberships,
        not_modelled=tuple(others),
        not_modelled_hashes=hashes,
        not_read=tuple(sorted(hidden)),
        state=None if stack_state is None else state.without_secrets(stack_state, conceal),
    )


@dataclass(frozen=True)
class _Concealing:
    """Takes out of definitions what is not for others.

    Attributes:
        recorded: The ledger.
        kinds: The registry.
        secrets: What was found to be secret.
        replaced: Texts that kinds do not tell, each with what they tell instead.

    """

    recorded: LedgerState
    kinds: Kinds
    secrets: Secrets
    replaced: Mapping[str, str]

    @classmethod
    def of(cls, ledger: LedgerState, live: Facts, kinds: Kinds) -> _Concealing:
        """Find what is secret: texts that the ledger holds seals of, and those that their kinds do not tell."""
        secrets = Secrets()
        # For what it finds: a live text that fits a seal is a secret.
        ledger.opened(live, secrets)
        replaced: dict[str, str] = {}
        for id, definition in live.items():
            told = kinds[id.kind].told(definition)
            if told is not definition:
                replaced |= differing_texts(built(definition), built(told))
        return cls(ledger, kinds, secrets, replaced)

    def live(self, id: ObjectId, definition: Definition) -> Definition:
        """Return a live definition as it may be read by others."""
        entry = self.recorded.entry(id)
        known = () if entry is None else (entry.spelling, entry.before)
        found: Definition = seals.concealed(self.kinds[id.kind].told(definition), known, self.secrets)
        return found

    def text(self, text: str) -> str:
        """Return another text without what is secret."""
        for one, other in self.replaced.items():
            # A short one may be within any word: then it is one only by itself.
            text = text.replace(one, other) if len(one) >= _LONG or text == one else text
        return self.secrets.masked(text)

    def ledger(self) -> LedgerRows:
        """Return the ledger as it may be read by others."""
        owned = self.recorded.by_urn.values()
        entries = sorted((id, entry) for of in owned for id, entry in of.items())
        archived = sorted((id.kind, *id.name) for id in self.recorded.archived)
        return LedgerRows(entries=tuple(self._entry(*item) for item in entries), archived=tuple(archived))

    def _entry(self, id: ObjectId, entry: Entry) -> Recorded:
        before, spelling = (self._blank(id, item) for item in (entry.before, entry.spelling))
        whole = not entry.is_sealed and (before, spelling) == (entry.before, entry.spelling)
        return Recorded(
            kind=id.kind,
            name=id.name,
            urn=entry.urn,
            made=entry.made,
            before=None if before is None else built(before),
            declared_hash=entry.declared_hash if whole else None,
            spelling=None if spelling is None else built(spelling),
            server_major=entry.server_major,
            generation=entry.generation,
            former=tuple(FormerName(name=it.id.name, spoken=it.is_spoken) for it in entry.former),
            labels=entry.labels,
        )

    def _blank(self, id: ObjectId, definition: Definition | None) -> Definition | None:
        return None if definition is None else seals.blank(self.kinds[id.kind].told(definition), self.secrets)


def _in_order(live: Snapshot, kinds: Kinds) -> Iterable[ObjectId]:
    """Return the objects in one order, whatever the catalog gives them in: the parts of a table in the table's."""
    rank = {name: place for place, name in enumerate(kinds)}
    nowhere: Address = (0, 0, 0)

    def place(id: ObjectId) -> tuple[int, tuple[str, ...], int, tuple[str, ...]]:
        return rank[id.kind], id.name[:2], live.addresses.get(id, nowhere)[2], id.name

    return sorted(live.facts, key=place)


def _edges(found: Edges) -> tuple[Edge, ...]:
    pairs = sorted((id, sorted(above)) for id, above in found.items() if above)
    return tuple(
        Edge(object=(id.kind, *id.name), above=tuple((it.kind, *it.name) for it in above)) for id, above in pairs
    )


def _relations(facts: Facts) -> set[str]:
    # Not the platform's: to read the buckets is to use their table, and the next snapshot would be another one.
    return {".".join(id.name[:2]) for id in facts if len(id.name) > 1 and id.name[0] not in PLATFORM_SCHEMAS}


def _now() -> str:
    given = os.environ.get(_TIME_VARIABLE, "")
    moment = (
        float(given) if given.isdecimal() and len(given) <= _DIGITS else datetime.datetime.now(datetime.UTC).timestamp()
    )
    return datetime.datetime.fromtimestamp(moment, datetime.UTC).isoformat(timespec="seconds")
