"""What one process knows of a database: read once, and kept in step with what the process itself writes."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable, Mapping

from supaschema.core.model import Address, Definition, Facts, ObjectId
from supaschema.core.secret_texts import Secrets
from supaschema.database import fired
from supaschema.database.connect import Connection, Database
from supaschema.engine import coverage, role_owners
from supaschema.engine.default_privileges import Given, given_by_default
from supaschema.engine.diff import Kinds
from supaschema.engine.implied import implied
from supaschema.engine.intent import Anchors, Intent, anchors_of
from supaschema.engine.questions import holds
from supaschema.engine.renames import Renames
from supaschema.engine.snapshot import WITH_SERVERS, Reader, Scope, by_anchor
from supaschema.engine.visibility import Visibility, hidden
from supaschema.kinds.base import Family
from supaschema.ledger import Entry, Ledger, LedgerState


class DatabaseState:
    """The catalog and the ledger as they were read. Safe to use from several threads.

    Attributes:
        reader: Reads the catalog.
        recorded: The ledger, without reading it: for whoever holds a connection, who must not wait for another one.
        owners: What belongs to other roles.
        by_hand: Renames that the ledger follows here, and in the database from the next write on; each with the ledger
            as it was.
        given_by_default: Whom default privileges give something of what is made.

    """

    def __init__(self, database: Database, kinds: Kinds, secrets: Secrets, store: Ledger) -> None:
        """Take where to read, what there may be, what is secret, and what reads the ledger."""
        self._database = database
        self._kinds = kinds
        self._secrets = secrets
        self._store = store
        self._loading = threading.Lock()
        self._loaded = False
        self._live: dict[tuple[str, ...], dict[ObjectId, Definition]] = {}
        self._addresses: dict[ObjectId, Address] = {}
        self._hung: Mapping[tuple[str, ...], tuple[str, ...]] = {}
        self._unmodelled: coverage.Unmodelled | None = None
        self._visibilities: Mapping[str, Visibility] = {}
        self.reader = Reader(kinds.values())
        self.recorded = LedgerState()
        self.by_hand: tuple[tuple[Renames, LedgerState], ...] = ()
        self.owners = role_owners.Owners()
        self.given_by_default: Given = {}

    def is_outdated(self) -> None:
        """Take note that others may have written since: the next question reads again."""
        with self._loading:
            self._loaded = False

    def everything(self, *, of_server: bool = False) -> Facts:
        """Return all facts of the catalog, those of the server too if that is said, for finding one by its id."""
        self._load()
        every = ((id, definition) for facts in self._live.values() for id, definition in facts.items())
        return {id: definition for id, definition in every if of_server or not self._kinds[id.kind].of_server}

    def live(self, anchors: Anchors) -> Facts:
        """Return the facts of these anchors, read at the first call and kept in step with this process's own writes."""
        self._load()
        return self.cached(anchors)

    def has_any(self, ids: Iterable[ObjectId]) -> bool:
        """Return whether one of some objects is live, and not only recorded, read as `live`."""
        wanted = frozenset(ids)
        found = self.live(anchors_of(wanted))
        return any(id in found and holds(id, found[id], self._kinds) for id in wanted)

    def cached(self, anchors: Anchors) -> Facts:
        """Return the facts of these anchors as they were read, without reading: see `recorded`."""
        return {id: item for anchor in sorted(anchors) for id, item in self._live.get(anchor, {}).items()}

    def ledger(self) -> LedgerState:
        """Return the ledger, read with the facts."""
        self._load()
        return self.recorded

    def followed(self, renames: Renames) -> LedgerState:
        """Return the ledger after renames that were done by hand: from now on it is known like that."""
        with self._loading:
            if renames.pairs:
                self.by_hand = (*self.by_hand, (renames, self.recorded))
                self.recorded = renames.ledger(self.recorded)
            return self.recorded

    def hung(self, anchors: Anchors) -> tuple[str, ...]:
        """Return what others hung on these tables, a sentence each: it runs as whoever writes their rows."""
        self._load()
        return tuple(text for anchor in sorted(anchors) for text in self._hung.get(anchor, ()))

    def unmodelled(self, anchors: Anchors) -> tuple[str, ...]:
        """Return what no kind models of these anchors, as it was at the first call."""
        self._load()
        if self._unmodelled is None:
            with self._database.connection() as connection, self._loading:
                modelled = (at for id, at in self._addresses.items() if self._kinds[id.kind].declarable)
                self._unmodelled = coverage.unmodelled(connection, modelled)
        return tuple(text for anchor in sorted(anchors) for text in self._unmodelled.get(anchor, ()))

    def addresses(self) -> dict[ObjectId, Address]:
        """Return where the server has each object: a copy, for other threads go on adding to what there is."""
        with self._loading:
            return dict(self._addresses)

    def is_done_without(self, id: ObjectId, definition: Definition) -> bool:
        """Return whether an object can be left out of what is declared: this database has no place for it."""
        seen = self._visibilities.get(id.kind, Visibility.DIRECT)
        unreadable = seen is Visibility.ABSENT or (seen is Visibility.HIDDEN and id not in self.recorded.owners)
        return unreadable and self._kinds[id.kind].optional(definition)

    def require_visible(self, ids: Iterable[ObjectId]) -> None:
        """Refuse to manage what the role that deploys is not shown.

        Raises:
            PreconditionError: Naming the object.

        """
        for id in ids:
            if self._visibilities.get(id.kind) is Visibility.HIDDEN:
                raise hidden(id, self._kinds[id.kind], self._database.server.user)

    def read(self, intent: Intent) -> Facts:
        """Return what is live of an intent this moment."""
        with self._database.reader() as connection:
            snapshot = self.reader.read(connection, Scope(intent.anchors), self._involved(intent))
        with self._loading:
            self._addresses.update(snapshot.addresses)
        return {**snapshot.facts, **implied(intent.desired, snapshot.facts, self._kinds, self._is_known)}

    def _is_known(self, id: ObjectId) -> bool:
        return id in self._live.get(id.name[:2], {})

    def wrote(self, intent: Intent, live: Facts, entries: Mapping[ObjectId, Entry]) -> None:
        """Take note of what this process has written: how it is live now, and what the ledger holds of it."""
        fresh, involved = by_anchor(live), self._involved(intent)
        with self._loading:
            renames = Renames(intent.renames, self._kinds)
            if renames.pairs:
                self._live = by_anchor(renames.facts({id: it for of in self._live.values() for id, it in of.items()}))
            for anchor in intent.anchors:
                # A table and a function may have one name: what was not read again stays.
                others = {id: item for id, item in self._live.get(anchor, {}).items() if id.kind not in involved}
                self._live[anchor] = {**others, **fresh.get(anchor, {})}
            self.recorded, self._addresses = renames.ledger(self.recorded), dict(renames.ids(self._addresses))
            self.recorded = self.recorded.taken_over(intent.taken, intent.ledger_urn)
            if intent.new_urn is not None:
                self.recorded = self.recorded.after(intent.urn, {})
            self.recorded = self.recorded.after(intent.ledger_urn, entries)

    def recreated(self, connection: Connection, again: Facts) -> None:
        """Take note of objects that were recreated, and read what the archive holds now."""
        with self._loading:
            # Read and published as one, so that no older set takes the place of a newer one.
            archived, returning = self._store.archived(connection)
            found = self.recorded.after_recreation(again)
            self.recorded = dataclasses.replace(found, archived=archived, returning=returning)

    def _load(self) -> None:
        if not self._loaded:
            # The connection first, as whoever writes has them: one that waits for a connection must keep nobody from
            # ending what it does with its own.
            with self._database.connection() as connection, self._loading:
                self._load_once(connection)

    def _load_once(self, connection: Connection) -> None:
        if self._loaded:
            return
        with connection.transaction():
            connection.execute("set transaction isolation level repeatable read, read only")
            ledger = self._store.read(connection, self._database.server)
            snapshot = self.reader.read(connection, WITH_SERVERS)
            self.recorded, self.by_hand = ledger.opened(snapshot.facts, self._secrets), ()
            facts = {**snapshot.facts, **implied(ledger.owners, snapshot.facts, self._kinds)}
            self._live, self._addresses = by_anchor(facts), dict(snapshot.addresses)
            self._visibilities = self.reader.visibilities(connection)
            self.owners = role_owners.read(connection)
            self._hung = fired.strangers(connection)
            self.given_by_default = given_by_default(connection)
        self._loaded = True

    def _involved(self, intent: Intent) -> frozenset[str]:
        # A relation's facts hang together; those of the database as a whole do not.
        ids = intent.desired.keys() | intent.recreated
        families = {self._kinds[id.kind].family for id in ids} - {Family.DATABASE}
        together = {kind.name for kind in self._kinds.values() if kind.family in families}
        return frozenset(together | {id.kind for id in ids})
