"""Who made what a sweep finds, and when, as far as the journal of changes goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from supaschema.core.model import ObjectId
from supaschema.core.printable import ROUTINES
from supaschema.core.sqltext import compose
from supaschema.database.connect import Connection
from supaschema.drift.model import Finding, Topic, Trace
from supaschema.drift.reading import Reading
from supaschema.drift.subject import Subject
from supaschema.kinds.base import Family
from supaschema.ledger import identity, journal

_MOST = 3
"""Entries that are told with a finding."""
_READ = 10_000
"""Entries that are read: a journal may have more for a while, for whose transactions are serializable cuts none off."""
_GRANTS = "_grants"
_GIVING = ("GRANT", "REVOKE")
_SORTS = {
    "column": ("TABLE",),
    "function": ("FUNCTION", "ROUTINE"),
    "procedure": ("PROCEDURE", "ROUTINE"),
    "aggregate": ("FUNCTION", "ROUTINE"),
    "type": ("TYPE", "DOMAIN"),
}
"""What the server calls that on which something is granted, where it is not as the kind of the grants begins."""


@dataclass(frozen=True, slots=True)
class _Entry:
    at: datetime
    trace: Trace
    sort: str


def traced(connection: Connection, reading: Reading, found: Iterable[tuple[Subject, Finding]]) -> tuple[Finding, ...]:
    """Return findings, each with what the journal has of its object since it was recorded; as they are without one."""
    given = tuple(found)
    told = [item for item, finding in given if finding.topic is not Topic.UNTOLD]
    if not told or not journal.readable(connection):
        return tuple(finding for _, finding in given)
    entries, recorded = _Entries(connection), _Recorded(connection, reading, [item.id for item in told])
    return tuple(
        replace(finding, changes=tuple(islice(entries.of(reading, item.id, recorded.since(item.id)), _MOST)))
        if finding.topic is not Topic.UNTOLD
        else finding
        for item, finding in given
    )


class _Recorded:
    """When objects were recorded last: what was done before that is no drift."""

    def __init__(self, connection: Connection, reading: Reading, ids: Sequence[ObjectId]) -> None:
        self._reading = reading
        keys = {it.key for id in ids for it in (id, *self._wholes(id))}
        query = compose("select object, recorded_at from {} where object = any (%s)", identity.relation(connection))
        self._at = {ObjectId.from_key(key): at for key, at in connection.execute(query, [[*keys]])}

    def since(self, id: ObjectId) -> datetime | None:
        """Return when an object was recorded, or else what it is a part of; None: neither was."""
        return next((self._at[it] for it in (id, *self._wholes(id)) if it in self._at), None)

    def _wholes(self, id: ObjectId) -> Iterable[ObjectId]:
        kind = self._reading.kinds.get(id.kind)
        return () if kind is None else kind.parents(id)


class _Entries:
    """The journal, by the name of what was changed; the newest first."""

    def __init__(self, connection: Connection) -> None:
        self._by_name: defaultdict[tuple[str, ...], list[_Entry]] = defaultdict(list)
        self._given: list[_Entry] = []
        self._more: list[_Entry] = []
        rows = connection.execute(
            "select at, to_char(at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), login, role, application,"
            "       command, object, object_type, names"
            "  from supaschema.journal order by id desc limit %s",
            [_READ],
        )
        for at, *told, sort, names in rows:
            entry = _Entry(at, Trace(*told), sort)
            if names is not None:
                # A routine has the types of its arguments besides.
                for name in {tuple(names), tuple(names[:2])} if sort in ROUTINES else {tuple(names)}:
                    self._by_name[name].append(entry)
            elif entry.trace.command in _GIVING:
                self._given.append(entry)
            elif sort == journal.MORE:
                self._more.append(entry)

    def of(self, reading: Reading, id: ObjectId, since: datetime | None) -> Iterator[Trace]:
        """Yield what was done to an object since; where nothing is known of itself, to what it is a part of.

        Where neither is known, what did more than the journal keeps, which may be it.
        """
        family = reading.kinds[id.kind].family if id.kind in reading.kinds else Family.DATABASE
        exact = self._by_name[id.name] or self._by_name[(id.name[0], id.name[-1])]
        whole = [] if family is Family.DATABASE else self._by_name[id.name[:2]]
        found = self._granting(id.kind) if id.kind.endswith(_GRANTS) else exact or whole
        later = [[entry.trace for entry in each if since is None or entry.at > since] for each in (found, self._more)]
        return iter(later[0] or later[1])

    def _granting(self, kind: str) -> list[_Entry]:
        # The server does not tell of which.
        on = kind.removesuffix(_GRANTS)
        sorts = _SORTS.get(on, (on.upper(),))
        return [entry for entry in self._given if entry.sort.upper() in sorts]
