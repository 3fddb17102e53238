"""The sweep: read, compare, tell. Nothing is written."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from supaschema.core.errors import PreconditionError
from supaschema.core.urn import Urn
from supaschema.database.connect import Connection, Database
from supaschema.drift import (
    accepted,
    adoption,
    collation_versions,
    memberships,
    operational,
    recorded,
    repair,
    repairs,
    rules,
    traces,
    unmanaged,
)
from supaschema.drift.accepted import Accepted
from supaschema.drift.access import Access
from supaschema.drift.again import settled
from supaschema.drift.model import Finding, Level, Origin, Result, Topic, ordered
from supaschema.drift.reading import Reading, read
from supaschema.drift.rules import Rule
from supaschema.drift.subject import Subject
from supaschema.engine.diff import Kinds
from supaschema.ledger import journal


@dataclass(frozen=True)
class Policy:
    """What is not to be told as drift, or not to fail; and the day on which that is asked."""

    rules: tuple[Rule, ...] = ()
    accepted: Accepted = field(default_factory=dict)
    today: datetime.date = field(default_factory=lambda: datetime.datetime.now(datetime.UTC).date())


def swept(database: Database, kinds: Kinds, policy: Policy | None = None) -> Result:
    """Return what differs between the ledger and the database.

    Raises:
        PreconditionError: There is no ledger.
        OwnershipError: The ledger speaks of another database, or is not to be trusted.

    """
    kept = policy or Policy()
    return settled(lambda: _swept(database, kinds, kept))


def _swept(database: Database, kinds: Kinds, policy: Policy) -> Result:
    reading = read(database, kinds)
    stacks = _stacks(reading)
    with database.connection() as connection:
        everything = [*_subjects(connection, reading)]
        different = accepted.without(connection, reading, everything, policy.accepted)
        subjects = _ruled(unmanaged.without_parts(reading, different), policy, stacks)
        found = [*_worked_out(connection, reading, subjects, is_first=not policy.accepted)]
        findings = traces.traced(connection, reading, zip(subjects, found, strict=True))
        kept = journal.state(connection)
    return Result(
        database=reading.server.database,
        user=reading.server.user,
        server_major=reading.server.major,
        stacks=stacks,
        managed=len(reading.ledger.owners),
        findings=ordered(findings, [*kinds]),
        counted=tuple(operational.counted(reading)),
        journal=kept,
        repairs=repairs.repairs(reading, subjects, _ruled(everything, policy, stacks)),
    )


def acceptance(database: Database, kinds: Kinds, policy: Policy, written: Origin | None = None) -> str:
    """Return the file that accepts all that is unmanaged now and that no rule leaves out; raises as `swept`.

    Args:
        database: What is looked at.
        kinds: The registry.
        policy: With what was accepted before.
        written: Of which database the file is that it takes the place of; None: there is none, or it does not say.

    Raises:
        PreconditionError: That one is of another database, too.

    """
    return settled(lambda: _acceptance(database, kinds, policy, written))


def _acceptance(database: Database, kinds: Kinds, policy: Policy, written: Origin | None) -> str:
    reading = read(database, kinds)
    stacks = _stacks(reading)
    now = Origin(reading.server.database, stacks)
    if written is not None and not written.is_of(now):
        what = f"what is accepted there is of {written}, and this is {now}."
        raise PreconditionError(what, remedy="Name another file to --accept, or remove that one.")
    with database.connection() as connection:
        found = _ruled(_subjects(connection, reading), policy, stacks)
        subjects = [item for item in found if item.finding.level is not Level.IGNORE]
    return accepted.text(reading, subjects, policy.accepted, stacks)


def _ruled(items: Iterable[Subject], policy: Policy, stacks: tuple[str, ...]) -> list[Subject]:
    def applied(found: Finding) -> Finding:
        return rules.applied(found, policy.rules, stacks, policy.today)

    return [replace(item, finding=applied(item.finding)) for item in items]


def _subjects(connection: Connection, reading: Reading) -> Iterator[Subject]:
    yield from recorded.subjects(reading, recorded.deltas(connection, reading))
    yield from unmanaged.subjects(reading)
    yield from operational.subjects(reading)
    yield from memberships.subjects(reading.powers)
    yield from collation_versions.subjects(reading.versions)


def _worked_out(
    connection: Connection, reading: Reading, subjects: Iterable[Subject], *, is_first: bool
) -> Iterator[Finding]:
    """Yield the findings, each that is told with what it means, what repairs it and what would manage it.

    Before anything was accepted nobody knows what was on a table before a stack patched it: nothing of that is to go.
    """
    access: Access | None = None
    for item in subjects:
        found = item.finding
        if found.level is Level.IGNORE or found.topic is Topic.UNTOLD:
            yield found
            continue
        if found.repair:
            yield found
            continue
        access = access or Access.of(connection, reading)
        yield replace(
            found,
            access=access.meaning(reading, item),
            repair=() if is_first and _was_perhaps_there(reading, item) else _repair(connection, reading, item),
            adopt=adoption.declaration(reading, item) if _is_new(reading, item) else None,
        )


def _was_perhaps_there(reading: Reading, item: Subject) -> bool:
    own = reading.by_name.get(item.id.name[:2], {})
    whole = next((id for id in own if id.name == item.id.name[:2] and reading.kinds[id.kind].holds_rows), None)
    unrecorded = item.finding.topic is Topic.UNMANAGED and item.given is None
    return unrecorded and whole is not None and whole.name in reading.anchors and not reading.is_managed(whole)


def _is_new(reading: Reading, item: Subject) -> bool:
    return item.finding.topic is Topic.UNMANAGED and item.recorded is None and item.id in reading.live


def _repair(connection: Connection, reading: Reading, item: Subject) -> tuple[str, ...]:
    if item.other is not None:
        return repair.of_other(item.other)
    if item.given is not None:
        return repair.of_given(connection, reading, item.id, item.given)
    return repair.of_object(connection, reading, item) if item.id.kind in reading.kinds else ()


def _stacks(reading: Reading) -> tuple[str, ...]:
    urns = {*reading.ledger.by_urn, *reading.ledger.unknown.values()}
    return tuple(sorted({"::".join(Urn.parse(urn).stack_and_project) for urn in urns}))
