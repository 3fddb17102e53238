"""What is recorded, and live is another or does not exist. Compared as a plan compares what is declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from supaschema.core.model import Definition, Delta, Facts, ObjectId
from supaschema.core.printable import line
from supaschema.database.connect import Connection
from supaschema.drift.definitions import properties, told
from supaschema.drift.model import Topic
from supaschema.drift.naming import finding
from supaschema.drift.reading import Reading
from supaschema.drift.subject import Subject
from supaschema.engine.diff import diff, same_by_canonical_text
from supaschema.engine.elaborate import Texts
from supaschema.engine.normalize import normalized
from supaschema.engine.questions import trouble
from supaschema.engine.visibility import Visibility
from supaschema.ledger import seals


def deltas(connection: Connection, reading: Reading) -> tuple[Delta, ...]:
    """Return what differs of what is recorded: `new` is as it is recorded, `old` as it is live."""
    wanted = {id: definition for id, definition in recorded(reading).items() if definition != reading.live.get(id)}
    there = {id: own(reading, id, reading.live[id], it)[0] for id, it in wanted.items() if id in reading.live}
    compared, live = _comparable(reading, wanted), _comparable(reading, there)
    # A dump that is read again, or another version of the server, prints a text in another way. A seal that fits
    # nothing is of another text.
    open_ones = {id: definition for id, definition in compared.items() if not seals.holds_seal(definition)}
    alike = normalized(connection, reading.kinds, open_ones, live, {}, secrets=reading.secrets, source=Texts.RECORDED)
    found = diff({**compared, **alike}, live, same_by_canonical_text(reading.kinds, {}))
    return tuple(Delta(delta.id, there.get(delta.id), wanted[delta.id]) for delta in found)


def _comparable(reading: Reading, facts: Facts) -> dict[ObjectId, Definition]:
    return {id: reading.kinds[id.kind].comparable(definition) for id, definition in facts.items()}


def own(
    reading: Reading, id: ObjectId, live: Definition, recorded: Definition
) -> tuple[Definition, Mapping[str, Definition]]:
    """Return a live definition without what it gives roles that are not recorded; and that, by role."""
    found: tuple[Definition, Mapping[str, Definition]] = reading.kinds[id.kind].beyond(recorded, live)
    return found


def recorded(reading: Reading) -> dict[ObjectId, Definition]:
    """Return how what is managed was after the last deployment, as far as that is known and can be looked at."""
    entries = ((id, entry) for of in reading.ledger.by_urn.values() for id, entry in of.items())
    return {id: entry.spelling for id, entry in entries if entry.spelling is not None and hidden(reading, id) is None}


def hidden(reading: Reading, id: ObjectId) -> str | None:
    """Return why nothing can be told of an object of this kind; None: this role is shown the rows."""
    if reading.visibilities.get(id.kind) is not Visibility.HIDDEN:
        return None
    return f"this role is not shown the rows of {reading.kinds[id.kind].requires}"


def subjects(reading: Reading, differing: tuple[Delta, ...]) -> Iterator[Subject]:
    """Yield each object that is changed or missing, and for those of which that cannot be told."""
    gone = {delta.id for delta in differing if delta.old is None}
    for delta in differing:
        if not gone.intersection(reading.kinds[delta.id.kind].parents(delta.id)):
            yield _finding(reading, delta)
    yield from _untold(reading)


def _finding(reading: Reading, delta: Delta) -> Subject:
    id, was = delta.id, delta.new
    assert was is not None
    urn = reading.ledger.owners[id]
    if delta.old is None:
        found = finding(Topic.MISSING, id, resource=urn, definition=told(reading, id, was))
    else:
        found = finding(Topic.CHANGED, id, resource=urn, properties=properties(reading, id, was, delta.old))
    return Subject(found, id, was)


def _untold(reading: Reading) -> Iterator[Subject]:
    for id, urn in reading.ledger.unknown.items():
        of_another = f"recorded by another version of this library: kind {line(id.kind)}"
        yield Subject(finding(Topic.UNTOLD, id, of_another, resource=urn), id)
    for urn, entries in reading.ledger.by_urn.items():
        for id, entry in entries.items():
            why = hidden(reading, id)
            if why is None and id in reading.live and reading.kinds[id.kind].is_untold(reading.live[id]):
                why = "the server does not show to this role what it says: whether it is another one is not known"
            if why is None and id in reading.live:
                why = trouble(id, reading.live[id], reading.kinds)
            if why is None and entry.spelling is None and entry.made:
                why = "how it was after the last deployment is not recorded: that was interrupted, or is under way"
            if why is not None:
                yield Subject(finding(Topic.UNTOLD, id, why, resource=urn), id)
