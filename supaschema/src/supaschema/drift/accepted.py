"""What is unmanaged and was accepted as it is: a file that is reviewed. What differs from it is found again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Definition, ObjectId
from supaschema.database.connect import Connection
from supaschema.drift.definitions import properties, told
from supaschema.drift.model import Origin, Topic
from supaschema.drift.naming import finding
from supaschema.drift.reading import Reading
from supaschema.drift.recorded import hidden
from supaschema.drift.subject import Subject
from supaschema.engine.diff import diff, same_by_canonical_text
from supaschema.engine.elaborate import Texts
from supaschema.engine.normalize import normalized
from supaschema.kinds.base import Kind
from supaschema.ledger import seals
from supaschema.portable.codec import built, canonical

VERSION = 1
ACCEPTED = (Topic.UNMANAGED, Topic.OPERATIONAL, Topic.NOT_MODELLED)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was accepted.

    Attributes:
        key: By which its finding is known.
        title: The object for people.
        definition: What it was, as it may leave the server.
        seal: Of the whole definition, where not all of it may leave the server.
        known: The properties that the version which wrote it knew of its kind; of what came later it says nothing.
        role: Of what an object gives one role alone: that role.

    """

    key: str
    title: str
    definition: dict[str, Any]
    seal: str | None = None
    known: tuple[str, ...] = ()
    role: str | None = None

    @property
    def id(self) -> ObjectId:
        """The object; of what it gives one role alone with that as the last part of its name."""
        kind, *name = msgspec.json.decode(self.key, type=list[str])
        return ObjectId(kind, tuple(name))


Accepted = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class File:
    """What a file accepts, and of which database it was written; None: it does not say that."""

    accepted: Accepted
    origin: Origin | None = None


def text(reading: Reading, subjects: Iterable[Subject], before: Accepted, stacks: tuple[str, ...]) -> str:
    """Return the file that accepts what is unmanaged, an entry a line; what fits an earlier entry keeps that.

    What was accepted before and is not shown to this role stays.
    """
    unseen = [entry for entry in before.values() if hidden(reading, entry.id) is not None]
    found = [_entry(reading, item, before) for item in subjects if item.finding.topic in ACCEPTED]
    entries = sorted([*unseen, *found], key=lambda it: it.key)
    rows = [json.dumps(_row(item), ensure_ascii=True) for item in entries]
    kinds = sorted({item.id.kind for item in entries} & reading.kinds.keys())
    known = [f'"{kind}": {json.dumps(reading.kinds[kind].definition.__struct_fields__)}' for kind in kinds]
    origin = f'"database": {json.dumps(reading.server.database)}, "stacks": {json.dumps(stacks)}'
    head = f'{{"version": {VERSION}, {origin}, "properties": {{\n' + ",\n".join(known) + '\n}, "accepted": [\n'
    return head + ",\n".join(rows) + "\n]}\n"


def read(path: Path) -> Accepted:
    """Return what a file accepts; raises as `file`."""
    return file(path).accepted


def file(path: Path) -> File:
    """Return what a file accepts and of which database it is.

    Raises:
        DeclarationError: It cannot be read, or is none of this version.

    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if value["version"] != VERSION:
            what = f"{path} is of version {value['version']!r}, and this one reads {VERSION}."
            raise DeclarationError(what, remedy="Use the version of the library that wrote it, or remove the file.")
        known = {kind: tuple(names) for kind, names in value["properties"].items()}
        entries = [_read(it, known) for it in value["accepted"]]
        given = {name: value[name] for name in ("database", "stacks") if name in value}
        origin = msgspec.convert(given, Origin) if given else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        what = f"{path} does not say what is accepted ({type(error).__name__})."
        remedy = "Mend it, or remove it and write it anew: supaschema drift --accept FILE."
        raise DeclarationError(what, remedy=remedy) from None
    return File({entry.key: entry for entry in entries}, origin)


def _read(row: Mapping[str, Any], known: Mapping[str, tuple[str, ...]]) -> Entry:
    entry = msgspec.convert({**row, "key": row["object"]}, Entry)
    if not entry.id.name:
        raise ValueError(entry.key)
    return replace(entry, known=known.get(entry.id.kind, ()))


def without(
    connection: Connection, reading: Reading, subjects: Iterable[Subject], accepted: Accepted
) -> Iterator[Subject]:
    """Yield what is not as it was accepted, and what was accepted and does not exist any more."""
    given = tuple(subjects)
    same = _same(connection, reading, given, accepted)
    for item in given:
        entry = accepted.get(item.finding.key) if item.finding.topic in ACCEPTED else None
        if entry is None:
            yield item
        elif item.finding.key not in same:
            yield _differing(reading, item, entry)
    there = {item.finding.key for item in given}
    for key, entry in accepted.items():
        if key not in there and (gone := _gone(reading, entry)) is not None:
            yield gone


def _same(connection: Connection, reading: Reading, subjects: Iterable[Subject], accepted: Accepted) -> frozenset[str]:
    """Return the keys of what is as it was accepted: facts compared as what is recorded is."""
    same: set[str] = set()
    keys: dict[ObjectId, str] = {}
    wanted: dict[ObjectId, Definition] = {}
    live: dict[ObjectId, Definition] = {}
    for item in subjects:
        entry = accepted.get(item.finding.key)
        if entry is None or item.finding.topic not in ACCEPTED:
            continue
        definition = _live(reading, item)
        if definition is None:
            if _fits_other(item.finding.definition or {}, entry.definition):
                same.add(item.finding.key)
        elif (was := _definition(reading, item.id, entry, definition)) is not None and _fits(entry, definition):
            kind = reading.kinds[item.id.kind]
            # What several roles are given of one object is compared one by one.
            id = item.id if item.given is None else ObjectId(item.id.kind, (*item.id.name, item.finding.key))
            keys[id] = item.finding.key
            wanted[id], live[id] = kind.comparable(was), kind.comparable(_outward(kind, definition))
    alike = normalized(connection, reading.kinds, wanted, live, {}, secrets=reading.secrets, source=Texts.RECORDED)
    found = diff({**wanted, **alike}, live, same_by_canonical_text(reading.kinds, {}))
    return frozenset((same | {*keys.values()}) - {keys[delta.id] for delta in found})


def _fits_other(now: Mapping[str, Any], was: Mapping[str, Any]) -> bool:
    # Of the hash a file says nothing that an earlier version wrote.
    return {key: value for key, value in now.items() if key != "hash" or key in was} == was


def _differing(reading: Reading, item: Subject, entry: Entry) -> Subject:
    why, live = "it is not as it was accepted", _live(reading, item)
    was = None if live is None else _opened(reading, item.id, entry, live)
    if live is None or was is None:
        return replace(item, finding=replace(item.finding, why=why))
    found = properties(reading, item.id, was, live)
    return replace(item, finding=replace(item.finding, why=why, properties=found, definition=None), recorded=was)


def _opened(reading: Reading, id: ObjectId, entry: Entry, live: Definition) -> Definition | None:
    """Return what was accepted, with the live values in the places of those that read the same and are not all told."""
    kind, was = reading.kinds[id.kind], _definition(reading, id, entry, live)
    if was is None:
        return None
    outward = _outward(kind, live)
    alike = {
        name: getattr(live, name)
        for name in was.__struct_fields__
        if getattr(was, name) == getattr(outward, name) != getattr(live, name)
    }
    return msgspec.structs.replace(was, **alike)


def _gone(reading: Reading, entry: Entry) -> Subject | None:
    id = entry.id
    if entry.role is not None or reading.is_managed(id):
        # A role that has less, or none of that name any more, opens nothing.
        return None
    if (why := hidden(reading, id)) is not None:
        return Subject(finding(Topic.UNTOLD, id, why), id)
    live = reading.live.get(id)
    was = _definition(reading, id, entry, live) if id.kind in reading.kinds else None
    if was is not None and live is not None:
        # It says nothing by now: row level security that is off, grants to nobody.
        found = properties(reading, id, was, live)
        if not found:
            return None
        return Subject(finding(Topic.UNMANAGED, id, "it is not as it was accepted", properties=found), id, was)
    shown = entry.definition if was is None else told(reading, id, was)
    return Subject(
        finding(Topic.UNMANAGED, id, "it was accepted, and does not exist any more", definition=shown), id, was
    )


def _entry(reading: Reading, item: Subject, before: Accepted) -> Entry:
    key, title, role = item.finding.key, item.finding.title, item.role
    definition = _live(reading, item)
    if definition is None:
        return Entry(key, title, item.finding.definition or {})
    kind = reading.kinds[item.id.kind]
    outward = _outward(kind, definition)
    earlier = before.get(key)
    if earlier is not None and earlier.definition == built(outward) and _fits(earlier, definition):
        return replace(earlier, title=title)
    whole = None if outward == kind.comparable(definition) else seals.seal(_whole(definition))
    return Entry(key, title, built(outward), whole, role=role)


def _outward(kind: Kind[Any], definition: Definition) -> Definition:
    found: Definition = kind.told(kind.comparable(definition))
    return found


def _whole(definition: Definition) -> str:
    return canonical(built(definition)).decode()


def _fits(entry: Entry, definition: Definition) -> bool:
    return entry.seal is None or seals.fits(entry.seal, _whole(definition))


def _live(reading: Reading, item: Subject) -> Definition | None:
    return item.given if item.given is not None else reading.live.get(item.id)


def _definition(reading: Reading, id: ObjectId, entry: Entry, live: Definition | None) -> Definition | None:
    """Return what was accepted; of what the entry says nothing, as it is live."""
    kind = reading.kinds[id.kind]
    try:
        found: Definition = msgspec.convert(entry.definition, kind.definition)
    except msgspec.ValidationError:
        return None
    if live is None:
        return found
    outward = _outward(kind, live)
    later = {name: getattr(outward, name) for name in found.__struct_fields__ if name not in entry.known}
    return msgspec.structs.replace(found, **later)


def _row(entry: Entry) -> dict[str, Any]:
    row = {"object": entry.key, "title": entry.title, "definition": entry.definition}
    more = {"role": entry.role, "seal": entry.seal}
    return {**row, **{name: value for name, value in more.items() if value is not None}}
