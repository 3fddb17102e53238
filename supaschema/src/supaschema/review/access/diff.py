"""What differs between what roles can do in two databases; pure."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from supaschema.review.access.model import Thing
from supaschema.review.access.reasons import reasons
from supaschema.review.access.rights import Grant, Key, Need, Rights
from supaschema.supabase.roles import API_ROLES

_FIRST = (*API_ROLES, "select", "insert", "update", "delete", "truncate", "references", "trigger", "execute", "usage")


class Direction(enum.Enum):
    """Which way something changed."""

    WIDER = "wider"
    OTHER = "other"
    """Wider or narrower: what the texts mean decides, which no catalog tells."""
    NARROWER = "narrower"
    BROKEN = "broken"
    """It is granted as it was, and fails."""
    FRAIL = "frail"
    """It is allowed as it was, and something that it seems to need is not any more."""


class State(enum.Enum):
    """Whether what it is about is in both databases."""

    BOTH = "both"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """A difference.

    Attributes:
        direction: Which way.
        roles: For whom.
        verbs: Of doing what.
        thing: With what.
        columns: With which parts of it; none: with the whole.
        state: Whether the thing, or these parts of it, are in both databases.
        reasons: What is behind it, in words.

    """

    direction: Direction
    roles: tuple[str, ...]
    verbs: tuple[str, ...]
    thing: Thing
    columns: tuple[str, ...] = ()
    state: State = State.BOTH
    reasons: tuple[str, ...] = ()


def differences(before: Rights, after: Rights) -> tuple[Change, ...]:
    """Return what differs, the widest first; what is the same for several roles or verbs is one change."""
    joined, left = _inherited(before, after), _inherited(after, before)
    single = [
        change
        for key in sorted({*before.allowed, *after.allowed})
        if not _comes_along(key, after, joined) and not _comes_along(key, before, left)
        for change in _of_one(key, before, after)
    ]
    return tuple(sorted(_by_role(_by_verb(single)), key=_order))


def _inherited(before: Rights, after: Rights) -> dict[str, list[tuple[str, Mapping[Key, Grant]]]]:
    """Return by role the roles whose rights it has now and had not, each with what was allowed before."""
    found: dict[str, list[tuple[str, Mapping[Key, Grant]]]] = defaultdict(list)
    for key in after.allowed.keys() - before.allowed.keys():
        if key.verb == "inherit":
            found[key.role].append((key.thing.name, before.allowed))
    return found


def _comes_along(
    key: Key, rights: Rights, memberships: Mapping[str, Sequence[tuple[str, Mapping[Key, Grant]]]]
) -> bool:
    """Return whether a right comes with a new membership, which says it all: of what is the group's in the same way."""
    if key.thing.kind == "role" or key not in rights.allowed:
        return False
    return any(
        key not in others and rights.allowed.get(replace(key, role=group)) == rights.allowed[key]
        for group, others in memberships.get(key.role, ())
    )


def _of_one(key: Key, before: Rights, after: Rights) -> Iterator[Change]:
    was, now = before.allowed.get(key), after.allowed.get(key)
    if was is None and now is not None:
        state = State.BOTH if key.thing in before.things else State.NEW
        whole = now.columns is None or now.columns == after.columns.get(key.thing)
        told = ("it failed before",) if key in before.broken else reasons(None, now)
        yield _change(Direction.WIDER, key, None if whole else now.columns, state, told)
    elif was is not None and now is None:
        if key in after.broken:
            yield _change(Direction.BROKEN, key, None, told=_needs(after.broken[key]))
            return
        state = State.BOTH if key.thing in after.things else State.GONE
        whole = was.columns is None or was.columns == before.columns.get(key.thing)
        yield _change(Direction.NARROWER, key, None if whole else was.columns, state, reasons(was, None))
    elif was is not None and now is not None:
        yield from _of_both(key, was, now, before, after)


def _of_both(key: Key, was: Grant, now: Grant, before: Rights, after: Rights) -> Iterator[Change]:
    old, new = before.columns.get(key.thing, frozenset()), after.columns.get(key.thing, frozenset())
    gained = (now.columns or frozenset()) - (was.columns or frozenset())
    lost = (was.columns or frozenset()) - (now.columns or frozenset())
    for columns, state in ((gained - old, State.NEW), (gained & old, State.BOTH)):
        if columns:
            yield _change(Direction.WIDER, key, columns, state, reasons(None, now))
    for columns, state in ((lost - new, State.GONE), (lost & new, State.BOTH)):
        if columns:
            yield _change(Direction.NARROWER, key, columns, state)
    direction = _compared(was, now)
    if direction is not None:
        yield _change(direction, key, None, told=reasons(was, now))
    yield from _frail(key, before, after)


def _frail(key: Key, before: Rights, after: Rights) -> Iterator[Change]:
    stood = before.leans.get(key, {})
    fell = {need for need, stands in after.leans.get(key, {}).items() if not stands and stood.get(need)}
    if fell:
        yield _change(Direction.FRAIL, key, None, told=_needs(frozenset(fell)))


def _compared(was: Grant, now: Grant) -> Direction | None:
    """Return which way the rows went that are reached, or what happens; None: nowhere."""
    if was.owner is None and now.owner is not None:
        return Direction.WIDER
    if was.owner is not None and now.owner is None:
        return Direction.NARROWER
    found = {Direction.OTHER} if (was.owner, was.digest) != (now.owner, now.digest) else set()
    old = {(gate.relation, gate.owner): gate.clauses for gate in was.gates}
    new = {(gate.relation, gate.owner): gate.clauses for gate in now.gates}
    for place in {*old, *new}:
        if place not in new:
            found.add(Direction.WIDER)
        elif place not in old:
            found.add(Direction.NARROWER)
        else:
            for permissive in (True, False):
                mine = {clause for clause in old[place] if clause.permissive is permissive}
                theirs = {clause for clause in new[place] if clause.permissive is permissive}
                more, less = theirs - mine, mine - theirs
                if more:
                    found.add(Direction.WIDER if permissive else Direction.NARROWER)
                if less:
                    found.add(Direction.NARROWER if permissive else Direction.WIDER)
    return next(iter(found)) if len(found) == 1 else Direction.OTHER if found else None


def _needs(missing: frozenset[Need]) -> tuple[str, ...]:
    told = {
        f"{need.role} lacks {need.verb} on {need.thing}"
        + (f" ({', '.join(sorted(need.columns))})" if need.columns else "")
        for need in missing
    }
    return tuple(sorted(told))


def _change(
    direction: Direction,
    key: Key,
    columns: frozenset[str] | None,
    state: State = State.BOTH,
    told: tuple[str, ...] = (),
) -> Change:
    return Change(direction, (key.role,), (key.verb,), key.thing, tuple(sorted(columns or ())), state, told)


def _by_verb(changes: Iterable[Change]) -> list[Change]:
    groups: dict[Change, list[str]] = defaultdict(list)
    for each in changes:
        groups[replace(each, verbs=())] += each.verbs
    return [replace(each, verbs=tuple(sorted(set(verbs), key=_rank))) for each, verbs in groups.items()]


def _by_role(changes: Iterable[Change]) -> list[Change]:
    groups: dict[Change, list[str]] = defaultdict(list)
    for each in changes:
        groups[replace(each, roles=())] += each.roles
    return [replace(each, roles=tuple(sorted(set(roles), key=_rank))) for each, roles in groups.items()]


def _rank(word: str) -> tuple[int, str]:
    # The widest audience first, and verbs as GRANT has them.
    return (_FIRST.index(word) if word in _FIRST else len(_FIRST), word)


def _order(change: Change) -> tuple[object, ...]:
    place = list(Direction).index(change.direction)
    return (place, [_rank(role) for role in change.roles], change.thing, change.verbs, change.columns, change.reasons)
