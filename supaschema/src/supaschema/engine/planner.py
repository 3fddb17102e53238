"""From an intent to its plan: resolve, normalize, diff, find what stands on what changes, and order."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from supaschema.archive.parts import Part
from supaschema.core.errors import DeclarationError, DependencyError
from supaschema.core.model import Address, Delta, Desired, Facts, ObjectId, Plan, Steps
from supaschema.core.secret_texts import Secrets
from supaschema.core.sqltext import Name, relation_name
from supaschema.database.connect import Connection, Server
from supaschema.engine import readers, row_rights, subscribed
from supaschema.engine.archived import Restored
from supaschema.engine.aside import evicted
from supaschema.engine.attached import released
from supaschema.engine.blocked import require_free
from supaschema.engine.carried import with_kin
from supaschema.engine.constants import changing, require_kept
from supaschema.engine.coverage import standing
from supaschema.engine.default_privileges import Given
from supaschema.engine.dependencies import dependents, foreign_owners, with_wholes
from supaschema.engine.descendants import descendants
from supaschema.engine.diff import Kinds, diff, same_by_canonical_text
from supaschema.engine.domains import checked_domains, held
from supaschema.engine.elaborate import Texts
from supaschema.engine.goes_along import require_left, require_own_within, require_undeclared
from supaschema.engine.intent import Anchors, Intent, anchors_of
from supaschema.engine.moved_along import require_alone
from supaschema.engine.normalize import normalized
from supaschema.engine.out_of_use import taken, taken_from_columns
from supaschema.engine.ownership import renamed_for_others, require_own_stack
from supaschema.engine.plan import plan, resolved, unsettled, without_place
from supaschema.engine.possible_renames import possible
from supaschema.engine.questions import asked, by_answers, remarks
from supaschema.engine.relied_on import relied_on
from supaschema.engine.renamed_beneath import require_known_texts
from supaschema.engine.renames import Renames, applicable
from supaschema.engine.retyped import retyped, still_known
from supaschema.engine.rewritten import not_rewritten
from supaschema.engine.taken_names import with_room
from supaschema.kinds.base import Context
from supaschema.ledger import LedgerState
from supaschema.ledger.hashes import hash_fits
from supaschema.supabase.roles import of_api


@dataclass(frozen=True)
class Known:
    """What is known when a plan is made.

    Attributes:
        server: The server, as the first connection found it.
        live: The facts of the intent's anchors.
        ledger: The ledger.
        addresses: Tells where the server's catalog has each object of the database.
        elsewhere: Gives the facts of other anchors.
        occupied: Tells which of some objects that hold rows do hold one.
        parts: Tells what hangs on some tables.
        restored: By table that comes back from the archive, what it will be then and how it gets there.
        given_by_default: Whom default privileges give something of what is made.
        coming: What the resources of the run declare of types.
        user: The role that deploys.
        told_to_others: Whether somebody else is to run it, so that the connecting role need own nothing.

    """

    server: Server
    live: Facts
    ledger: LedgerState
    addresses: Callable[[], Mapping[ObjectId, Address]]
    elsewhere: Callable[[Anchors], Facts]
    occupied: Callable[[Iterable[ObjectId]], frozenset[ObjectId]] = frozenset
    parts: Callable[[Iterable[ObjectId]], Mapping[ObjectId, tuple[Part, ...]]] = lambda _: {}
    restored: Mapping[ObjectId, Restored] = field(default_factory=dict)
    given_by_default: Given = field(default_factory=dict)
    coming: Callable[[], Facts] = dict
    user: str | None = None
    told_to_others: bool = False


def planned(connection: Connection, intent: Intent, known: Known, kinds: Kinds, secrets: Secrets) -> Plan:
    """Return the plan of an intent; nothing is written.

    Args:
        connection: For asking the server what a text means, and what stands on what.
        intent: What is wanted.
        known: What the database holds.
        kinds: The registry of kinds.
        secrets: What no message may hold.

    Raises:
        DeclarationError: A text is no valid SQL.
        DependencyError: Something stands on what is to change, and cannot be recreated.
        OwnershipError: What would have to be recreated belongs to another stack.

    """
    earlier = _earlier(known)
    renames = applicable(intent.renames, earlier, kinds)
    live, known = renames.facts(earlier), _renamed(known, intent, renames)
    renames = with_room(connection, renames, live)
    desired, live, context = _asked(connection, intent, known, live, kinds)
    recorded = _recorded(intent, known.ledger, known.server.major)
    alike = _unchanged(still_known(recorded, live, retyped(desired, live, kinds), kinds), live, kinds)
    types = changing(desired, known.coming(), context, known.elsewhere, kinds)
    normalize = functools.partial(normalized, connection, kinds, secrets=secrets, source=_source(known), types=types)
    desired = {**desired, **renames.normalized(desired, earlier, recorded, normalize)}
    deltas = diff(desired, live, same_by_canonical_text(kinds, alike))
    context = dataclasses.replace(_with_rows(deltas, context, known, kinds), in_use=taken(connection, deltas, renames))
    context, below = _with_descendants(connection, deltas, context, known, renames)
    deltas = released(deltas, desired, context.live, known.ledger, kinds)
    context, notes = _with_surroundings(connection, deltas, context, known, renames)
    context = _with_rows_beside(deltas, context, known, kinds)
    found = plan(deltas, desired, context, kinds)
    require_kept(connection, deltas, types, kinds, secrets)
    _require_places(intent, deltas, known.ledger, kinds)
    _require_ours(connection, found, intent, dataclasses.replace(known, live=context.live), renames)
    notes += (*possible(deltas, kinds), *renamed_for_others(renames, known.ledger.owners, intent.urn))
    found = dataclasses.replace(found, notes=(*intent.notes, *found.notes, *notes))
    return _after(found, renames, live, dataclasses.replace(context, below={**context.below, **below}), known.restored)


def _asked(
    connection: Connection, intent: Intent, known: Known, live: Facts, kinds: Kinds
) -> tuple[Desired, Facts, Context]:
    # What no catalog tells, by the answers to the queries that objects bring along.
    desired = _possible(intent, known, live, kinds)
    answers = asked(connection, desired, kinds)
    live = by_answers(live, answers, kinds)
    context = dataclasses.replace(_context(known, live), answers=answers)
    return resolved(desired, context, kinds), live, context


def _source(known: Known) -> Texts:
    return Texts.ALONE if known.told_to_others else Texts.DECLARED


def _after(found: Plan, renames: Renames, live: Facts, context: Context, restored: Mapping[ObjectId, Restored]) -> Plan:
    """Return a plan with what comes before it, and what is asked before that in the names from before."""
    return dataclasses.replace(
        found,
        statements=(*renames.statements(live, context), *found.statements),
        preconditions=tuple(map(renames.earlier, found.preconditions)),
        renamed=frozenset(pair.new for pair in renames.pairs),
        restored={id: it.names for id, it in restored.items()},
    )


def _with_surroundings(
    connection: Connection, deltas: Collection[Delta], context: Context, known: Known, renames: Renames
) -> tuple[Context, tuple[str, ...]]:
    kinds = renames.kinds
    # Above, and what reads: with what is to be said of it.
    unwritten = not_rewritten(connection, deltas, kinds, in_utc=context.in_utc)
    checked = checked_domains(connection, deltas, known.coming, kinds)
    context = dataclasses.replace(context, checked=checked, unwritten=unwritten)
    context, above = _with_edges(connection, deltas, context, known, kinds)
    again = (Delta(id, None, context.live[id]) for id in _standing(context) if id in context.live)
    values = held(connection, (*deltas, *again), kinds, known.addresses)
    lost = taken_from_columns(connection, deltas, values, context.live, renames)
    context = dataclasses.replace(context, held=values, in_use={**context.in_use, **lost})
    context, readers = _with_readers(connection, deltas, context, known, kinds)
    over_rows = row_rights.told(connection, deltas, context, kinds, known.elsewhere)
    unmoved = row_rights.unmoved(connection, deltas, context, kinds)
    relying = relied_on(connection, deltas, known.addresses, known.elsewhere, kinds)
    context = dataclasses.replace(context, over_rows=over_rows, unmoved=unmoved, admitting=relying.admitting)
    written = subscribed.told(connection, deltas, renames)
    return context, (*remarks(deltas, context.answers, kinds), *above, *readers, *relying.notes, *written)


def _standing(context: Context) -> frozenset[ObjectId]:
    return frozenset[ObjectId]().union(*context.edges.values())


def _earlier(known: Known) -> Facts:
    sets = (known.live, *(it.facts for it in known.restored.values()))
    return {id: item for facts in sets for id, item in facts.items()}


def _context(known: Known, live: Facts) -> Context:
    return Context(
        major=known.server.major,
        api_roles=of_api(known.server.roles),
        in_utc=known.server.in_utc,
        live=live,
        archived=known.ledger.archived,
        returning=known.ledger.returning,
        labels=known.ledger.labels,
        given_by_default=known.given_by_default,
        user=known.user,
        restores={
            id: Steps(known.restored[id].statements, known.restored[id].preconditions) for id in sorted(known.restored)
        },
    )


def _require_places(intent: Intent, deltas: Iterable[Delta], ledger: LedgerState, kinds: Kinds) -> None:
    require_left(deltas, intent, ledger, kinds)
    for id, parent in without_place(intent.declared, deltas, kinds):
        raise DeclarationError(
            f"{parent}, as it is declared, has nothing by this name.",
            where=str(id),
            remedy="Nothing was changed. Take it out of the declaration, or give it its new name.",
        )


def _renamed(known: Known, intent: Intent, renames: Renames) -> Known:
    def addresses() -> Mapping[ObjectId, Address]:
        return renames.ids(known.addresses())

    def occupied(ids: Iterable[ObjectId]) -> frozenset[ObjectId]:
        return frozenset(map(renames.id, known.occupied(map(renames.reversed.id, ids))))

    def elsewhere(anchors: Anchors) -> Facts:
        return renames.facts(known.elsewhere(renames.anchors_before(anchors)))

    require_alone(renames, known.ledger, known.elsewhere, renames.kinds)
    ledger = renames.ledger(known.ledger).taken_over(intent.taken, intent.urn)
    return dataclasses.replace(known, ledger=ledger, addresses=addresses, occupied=occupied, elsewhere=elsewhere)


def _with_rows(deltas: Iterable[Delta], context: Context, known: Known, kinds: Kinds) -> Context:
    given = tuple(deltas)
    occupied = known.occupied(_touched(given, context.live, kinds))
    archived = [delta.id for delta in given if delta.new is None and delta.id in occupied]
    return dataclasses.replace(context, occupied=occupied, parts=known.parts(archived))


def _with_rows_beside(deltas: Iterable[Delta], context: Context, known: Known, kinds: Kinds) -> Context:
    given = [(delta.id, delta.old, delta.new) for delta in deltas if delta.new is not None]
    read = {it for id, old, new in given for it in kinds[id.kind].reads(id, old, new, context.live)}
    return dataclasses.replace(context, occupied=context.occupied | known.occupied(read)) if read else context


def _touched(deltas: Iterable[Delta], live: Facts, kinds: Kinds) -> Iterator[ObjectId]:
    # What holds rows and is dropped, or may be rewritten.
    for delta in deltas:
        kind = kinds[delta.id.kind]
        if delta.new is not None and not kind.may_rewrite(delta.old, delta.new):
            continue
        places = (delta.id,) if delta.new is None else (delta.id, *kind.parents(delta.id))
        yield from (id for id in places if id in live and kinds[id.kind].holds_rows)


def _require_ours(connection: Connection, found: Plan, intent: Intent, known: Known, renames: Renames) -> None:
    """Refuse to recreate, or to drop along, what is not this resource's to touch, or cannot be made as it was."""
    require_known_texts(found.deltas, intent.desired, renames)
    others = [delta.id for delta in found.deltas if delta.id not in intent.desired]
    others += (id for id in found.carried if id not in intent.desired)
    require_own_stack((*others, *found.along), intent.urn, known.ledger)
    require_undeclared(found.along, intent, known.ledger, known.live, renames.kinds)
    gone = {delta.id for delta in found.deltas if delta.new is None}
    require_own_within(gone, intent, known.ledger, known.live, renames.kinds)
    for id in others:
        entry = known.ledger.entry(id)
        if entry is not None and entry.is_sealed:
            raise DependencyError(
                "it would be dropped and recreated for a change beneath it, and holds a secret.",
                where=str(id),
                remedy="Nothing was changed. Take it out of the program for this change, and put it back afterwards.",
            )
    addresses = known.addresses() if others and not known.told_to_others else {}
    for id, owner in foreign_owners(connection, {id: addresses[id] for id in others if id in addresses}):
        raise DependencyError(
            f"it would be dropped and recreated for a change beneath it, and its owner is {owner}.",
            where=str(id),
            remedy=f"Nothing was changed. Deploy as {owner}, or have it handed over.",
        )


def _with_descendants(
    connection: Connection, deltas: Iterable[Delta], context: Context, known: Known, renames: Renames
) -> tuple[Context, Mapping[str, tuple[str, ...]]]:
    # Also what inherits from what by the names from before: with that it is locked while it is renamed.
    kinds = renames.kinds
    names = {name for delta in deltas for name in _relations(delta, kinds)}
    names |= {tuple(name.split(".", 1)) for name in renames.places().values()}
    called = _relations_called(context.live, renames)
    names |= {former for former, now in called.items() if now in names}
    before = descendants(connection, names)
    found = before.with_names(called)
    # What comes back from the archive is not to be found by its name yet.
    back = {
        relation_name(id.name)
        for id, restored in known.restored.items()
        if id in restored.facts and kinds[id.kind].is_partitioned(restored.facts[id])
    }
    partitioned = found.partitioned | back
    if not found.below and not partitioned:
        return context, {}
    anchors = frozenset(tuple(name.split(".", 1)) for below in found.below.values() for name in below)
    live = {**known.elsewhere(anchors | names), **context.live}
    return dataclasses.replace(context, live=live, below=found.below, partitioned=partitioned), before.below


def _relations_called(ids: Iterable[ObjectId], renames: Renames) -> dict[Name, Name]:
    """Return schema and name that relations have before, of those that have others afterwards, each with these."""
    before = {renames.reversed.id(id).name[:2]: id.name[:2] for id in ids if renames.pairs}
    return {former: now for former, now in before.items() if former != now}


def _relations(delta: Delta, kinds: Kinds) -> Iterable[Name]:
    # Its own relation, and those that it refers to.
    yield delta.id.name[:2]
    for definition in (delta.old, delta.new):
        if definition is not None:
            yield from (id.name[:2] for id in kinds[delta.id.kind].references(delta.id, definition))


def _with_edges(
    connection: Connection, deltas: Iterable[Delta], context: Context, known: Known, kinds: Kinds
) -> tuple[Context, tuple[str, ...]]:
    # With a sentence on each object that stands there and that no kind models.
    changing = unsettled(deltas, context, kinds)
    if not changing:
        return context, ()
    # What goes takes along what is its own.
    own = {id for id in context.live if changing.intersection(kinds[id.kind].parents(id))}
    wholes = {id: kinds[id.kind].stood_on_with(id) for id in evicted(deltas, kinds)}
    addresses = known.addresses()
    found = dependents(connection, addresses, changing.union(own, *wholes.values()))
    found = dataclasses.replace(found, edges=with_wholes(found.edges, wholes))
    going = {addresses[id]: id for id in _going(deltas, context, kinds) if id in addresses}
    require_free(connection, going, found.others)
    above = anchors_of(id for ids in found.edges.values() for id in ids)
    notes = (f"not modelled, and stands on what changes: {text}." for text in standing(connection, found.others))
    live = {**known.elsewhere(above), **context.live}
    return with_kin(connection, changing, dataclasses.replace(context, edges=found.edges, live=live), kinds), tuple(
        notes
    )


def _going(deltas: Iterable[Delta], context: Context, kinds: Kinds) -> Iterator[ObjectId]:
    # What holds rows goes to the archive with all that it has, and what stands on it goes on standing on it.
    gone = {delta.id for delta in deltas if delta.new is None}
    archived = gone & context.occupied
    return (id for id in gone if archived.isdisjoint((id, *kinds[id.kind].parents(id))))


def _with_readers(
    connection: Connection, deltas: Iterable[Delta], context: Context, known: Known, kinds: Kinds
) -> tuple[Context, tuple[str, ...]]:
    given = tuple(deltas)
    found = readers.told(connection, given, context.live, kinds, addresses=known.addresses, elsewhere=known.elsewhere)
    return dataclasses.replace(context, failing=found.failing), found.notes


def _recorded(intent: Intent, ledger: LedgerState, major: int) -> Facts:
    # Declared as it was: how the server spelled it then is how it would now.
    own = ledger.of(intent.urn)
    return {
        id: entry.spelling
        for id, definition in intent.declared.items()
        if (entry := own.get(id)) is not None
        and entry.spelling is not None
        and entry.server_major == major
        and hash_fits(entry.declared_hash, definition)
    }


def _unchanged(recorded: Facts, live: Facts, kinds: Kinds) -> dict[ObjectId, bool]:
    # And live as it was, as far as the server shows it.
    def is_alike(id: ObjectId) -> bool:
        kind, there = kinds[id.kind], live.get(id)
        hidden = there is not None and kind.is_untold(there) and kind.same_structure(recorded[id], there)
        return recorded[id] == there or hidden

    return {id: True for id in recorded if is_alike(id)}


def _possible(intent: Intent, known: Known, live: Facts, kinds: Kinds) -> Desired:
    # What was there before cannot be put back on a table that goes, or that somebody has dropped meanwhile.
    def stays(id: ObjectId) -> bool:
        # A schema need not be among what was read for the intent.
        there = live if id.name[:2] in intent.anchors else known.elsewhere(anchors_of((id,)))
        return intent.desired.get(id, there.get(id)) is not None

    def has_place(id: ObjectId) -> bool:
        parents = kinds[id.kind].parents(id)
        return not parents or any(map(stays, parents))

    return {
        id: wanted for id, wanted in intent.desired.items() if wanted is None or id in intent.declared or has_place(id)
    }
