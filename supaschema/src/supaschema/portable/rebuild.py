"""From a snapshot to a database: the engine plans from nothing to its facts, and what cannot be is named."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from supaschema.core.errors import PreconditionError, SupaschemaError
from supaschema.core.model import Definition, Facts, Hazard, ObjectId, Plan
from supaschema.core.secret_texts import MASK
from supaschema.database.connect import Connection, Database
from supaschema.database.server_errors import server_error
from supaschema.database.settings import Consent, Settings
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Intent, anchors_of
from supaschema.engine.pipeline import Pipeline
from supaschema.engine.snapshot import WITH_SERVERS, Reader
from supaschema.ledger import Entry, Former, Ledger
from supaschema.portable import ground
from supaschema.portable.codec import Definitions, built, definition_of
from supaschema.portable.ground import Failure
from supaschema.portable.model import LedgerRows, Recorded, SnapshotFile
from supaschema.portable.names import require_whole
from supaschema.portable.not_modelled import not_modelled

_URN = "urn:pulumi:scratch::scratch::supaschema:index:Snapshot::rebuilt"
_SHOWN = 20
_THEN = " statements were applied, then: "
"""What stands before the reason where a part of a plan is done."""


@dataclass(frozen=True)
class Rebuilt:
    """What came of it.

    Attributes:
        database: Where.
        objects: How many objects of the snapshot are as they were.
        of: How many it has.
        alike: Those of which a text reads otherwise, though to the server it is the same.
        failures: What is not.

    """

    database: str
    objects: int
    of: int
    alike: tuple[str, ...]
    failures: tuple[Failure, ...]


def settings_for(url: str) -> Settings:
    """Return the settings for a database in which nothing can be lost."""
    return Settings(url, lock_wait_ms=5000, consents=tuple(Consent(hazard) for hazard in Hazard))


def rebuilt(database: Database, snapshot: SnapshotFile, kinds: Kinds) -> Rebuilt:
    """Rebuild a snapshot in an empty database.

    Raises:
        PreconditionError: The database is not empty.
        SupaschemaError: The snapshot cannot be read.

    """
    definitions = {name: kind.definition for name, kind in kinds.items()}
    wanted = snapshot.objects(definitions)
    entries = dict(_entries(snapshot.ledger, definitions))
    require_whole((*wanted, *entries), kinds)
    with database.connection() as connection:
        _require_empty(connection, database)
        failures = [*ground.prepare(connection, snapshot)]
        lacking = _lacking(connection, snapshot, kinds)
    builder = _Builder(Pipeline(database, kinds), kinds, wanted, _above(snapshot))
    failed = builder.run(lacking)
    with database.connection() as connection:
        live = Reader(kinds.values()).read(connection, WITH_SERVERS)
        found = {id: kinds[id.kind].told(it) for id, it in live.facts.items() if id in wanted}
        alike = builder.alike({id: it for id, it in wanted.items() if found.get(id, it) != it and id not in failed})
        found |= {id: wanted[id] for id in alike}
        same = {id: live.facts[id] for id, it in wanted.items() if found.get(id) == it}
        major = database.server.major
        ledger = {id: _here(entry, wanted.get(id), same.get(id), major) for id, entry in entries.items()}
        _write_ledger(connection, database, definitions, ledger)
    failures += (Failure(str(id), why) for id, why in failed.items() if found.get(id) != wanted[id])
    failures += (Failure(str(id), why) for id, why in _otherwise(wanted, found) if id not in failed)
    failures += (Failure(str(id), "no kind models it.") for id in lacking)
    failures += _left(snapshot)
    return Rebuilt(database.server.database, len(same), len(wanted), tuple(map(str, sorted(alike))), tuple(failures))


def _write_ledger(
    connection: Connection, database: Database, definitions: Definitions, entries: Mapping[ObjectId, Entry]
) -> None:
    store = Ledger(definitions)
    store.install(connection, database.server)
    store.replace(connection, entries.items())
    store.drop_if_unused(connection)


def _here(entry: Entry, told: Definition | None, live: Definition | None, major: int) -> Entry:
    """Return an entry with how this server writes the object, where that is as it was recorded.

    Args:
        entry: The entry.
        told: The object as the snapshot has it.
        live: The same as it is here; None: it is not the same.
        major: The server's version.

    """
    if told is None or live is None or entry.spelling != told:
        return entry
    return dataclasses.replace(entry, spelling=live, server_major=major)


class _Builder:
    """Plans again and again, each time without what was refused."""

    def __init__(
        self, pipeline: Pipeline, kinds: Kinds, wanted: Facts, above: Mapping[ObjectId, frozenset[ObjectId]]
    ) -> None:
        self._pipeline = pipeline
        self._kinds = kinds
        self._wanted = wanted
        self._above = _joined(above, wanted, kinds)
        self._failed: dict[ObjectId, str] = {}
        self._names = {str(id): id for id in wanted}
        self._seen: set[ObjectId] = set()
        """Of which what stands on it is left out already."""

    def run(self, lacking: Iterable[ObjectId]) -> dict[ObjectId, str]:
        """Build what can be; return the rest, each with the reason.

        Args:
            lacking: What is not there, and nothing makes.

        """
        for id in lacking:
            self._leave_above(id, "which no kind models.")
        for id, definition in self._wanted.items():
            if MASK in _texts(built(definition)):
                self._leave(id, "a text of it is a secret, which the snapshot does not have.", {})
        while missing := self._missing():
            try:
                self._apply(missing)
            except (SupaschemaError, psycopg.Error) as error:
                self._learn(error, missing)
            else:
                break
        return self._failed

    def alike(self, differing: Facts) -> frozenset[ObjectId]:
        """Return those of some objects that the engine would not change, though they read otherwise."""
        self._pipeline.state.is_outdated()
        try:
            changed = {delta.id for delta in self._pipeline.plan(self._intent(differing)).deltas}
        except (SupaschemaError, psycopg.Error):
            return frozenset()
        return frozenset(differing.keys() - changed)

    def _missing(self) -> dict[ObjectId, Definition]:
        self._pipeline.state.is_outdated()
        live = self._pipeline.state.everything(of_server=True)
        return {id: it for id, it in self._wanted.items() if id not in self._failed and not self._is_so(it, id, live)}

    def _is_so(self, wanted: Definition, id: ObjectId, live: Facts) -> bool:
        there = live.get(id)
        return there is not None and self._kinds[id.kind].told(there) == wanted

    def _intent(self, missing: Facts) -> Intent:
        return Intent(_URN, dict(missing), missing, (), anchors_of(missing))

    def _apply(self, missing: Facts) -> None:
        self._pipeline.apply(self._intent(missing), "snapshot")

    def _learn(self, error: SupaschemaError | psycopg.Error, missing: Facts) -> None:
        worded = error if isinstance(error, SupaschemaError) else server_error(error)
        why = worded.what.rpartition(_THEN)[2]
        live = self._pipeline.state.everything(of_server=True)
        culprit = self._names.get(worded.where) or self._about(getattr(worded, "statement", ""), missing)
        if culprit is not None and culprit not in self._failed:
            self._leave(culprit, why, live)
        else:
            # Nobody can say which it is: what is left stays out as a whole.
            self._failed |= dict.fromkeys(missing, why)

    def _about(self, statement: str, missing: Facts) -> ObjectId | None:
        """Return the object that a statement of the plan is about."""
        try:
            plan = self._pipeline.plan(self._intent(missing)) if statement else Plan()
        except (SupaschemaError, psycopg.Error):
            return None
        found = next((item.about for item in plan.statements if item.text == statement), None)
        return found if found in self._wanted else None

    def _leave(self, id: ObjectId, why: str, live: Facts) -> None:
        """Leave an object out, and, where it is not there in any form, what stands on it."""
        self._failed[id] = why
        if id in live:
            return
        self._leave_above(id)

    def _leave_above(self, id: ObjectId, why: str = "") -> None:
        waiting = [(id, f", {why}" if why else ".")]
        while waiting:
            beneath, ending = waiting.pop()
            for other in sorted(self._above.get(beneath, ())):
                if other in self._wanted and other not in self._failed:
                    self._failed[other] = f"it stands on {beneath}{ending}"
                if other not in self._seen:
                    self._seen.add(other)
                    waiting.append((other, "."))


def _require_empty(connection: Connection, database: Database) -> None:
    found = ground.contents(connection)
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise PreconditionError(
            f"the database is not empty; it has {', '.join(found[:_SHOWN])}{more}.",
            where=database.server.database,
            remedy="Nothing was changed. Name an empty one: a snapshot is never rebuilt over something else.",
        )


def _joined(
    above: Mapping[ObjectId, frozenset[ObjectId]], wanted: Facts, kinds: Kinds
) -> dict[ObjectId, frozenset[ObjectId]]:
    """Return what stands on what, with what belongs to an object or names it."""
    found: dict[ObjectId, set[ObjectId]] = {id: set(others) for id, others in above.items()}
    wholes = {it: id for id, definition in wanted.items() for it in kinds[id.kind].brings(id, definition)}
    for id, definition in wanted.items():
        for beneath in (*kinds[id.kind].parents(id), *kinds[id.kind].references(id, definition)):
            found.setdefault(wholes.get(beneath, beneath), set()).add(id)
    return {id: frozenset(others) for id, others in found.items()}


def _above(snapshot: SnapshotFile) -> dict[ObjectId, frozenset[ObjectId]]:
    return {_id(edge.object): frozenset(map(_id, edge.above)) for edge in snapshot.edges}


def _id(parts: tuple[str, ...]) -> ObjectId:
    return ObjectId(parts[0], parts[1:])


def _entries(ledger: LedgerRows | None, definitions: Definitions) -> Iterator[tuple[ObjectId, Entry]]:
    for item in () if ledger is None else ledger.entries:
        yield item.id, _entry(item, definitions)


def _entry(item: Recorded, definitions: Definitions) -> Entry:
    before, spelling = (
        None if value is None else definition_of(item.id, value, definitions) for value in (item.before, item.spelling)
    )
    former = tuple(Former(ObjectId(item.kind, it.name), it.spoken) for it in item.former)
    known = item.declared_hash, spelling, item.server_major
    return Entry(item.urn, item.made, before, *known, generation=item.generation, former=former, labels=item.labels)


def _otherwise(wanted: Facts, live: Facts) -> Iterator[tuple[ObjectId, str]]:
    for id, definition in wanted.items():
        there = live.get(id)
        if there is None:
            yield id, "it is not there, though nothing refused it."
        elif there != definition:
            before, after = built(definition), built(there)
            fields = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
            yield id, f"it is otherwise than in the snapshot: {', '.join(fields)}."


def _lacking(connection: Connection, snapshot: SnapshotFile, kinds: Kinds) -> tuple[ObjectId, ...]:
    """Return what no kind models and is not there: nothing will make it."""
    addresses = Reader(kinds.values()).read(connection).addresses
    there = not_modelled(connection, addresses.values())
    return tuple(item.id for item in snapshot.not_modelled if item not in there)


def _left(snapshot: SnapshotFile) -> Iterator[Failure]:
    for name in snapshot.not_read:
        yield Failure(f"every {name.replace('_', ' ')}", "the role that took the snapshot was not shown it.")
    for kind, *parts in () if snapshot.ledger is None else snapshot.ledger.archived:
        yield Failure(str(ObjectId(kind, tuple(parts))), "what the archive holds of it is no part of a snapshot.")


def _texts(value: Any) -> set[str]:
    match value:
        case str():
            return {value}
        case dict():
            return set().union(*map(_texts, value.values()))
        case list():
            return set().union(*map(_texts, value))
    return set()
