"""What came of trials, and what of it differs between two databases; pure."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from supaschema.review.access.model import Thing


class Reached(enum.StrEnum):
    """What came of a trial, in words."""

    OWN = "the own tenant's rows"
    OTHERS = "other tenants' rows"
    FURTHER = "further rows"
    """Such as name no tenant, or were there before."""
    DONE = "it works"
    """Where no rows tell whose they are."""
    REFUSED = "refused"
    FAILED = "an error"
    """Not for want of a right: a rule of the table, or what a function makes of its arguments."""


Outcome = frozenset[Reached]
"""Nothing in it: it is allowed, and reaches no row."""
_VERBS = ("select", "insert", "update", "delete", "execute")
_NOWHERE = frozenset({Reached.REFUSED, Reached.FAILED})


@dataclass(frozen=True, slots=True)
class Tried:
    """All that was tried in one database.

    Attributes:
        outcomes: By session, and by what was tried with what.
        left_out: What could not be tried, with the reason.
        unplanted: What holds no row that was planted: what is found in it says nothing.
        things: All that there is.
        roles: The role of each session.

    """

    outcomes: Mapping[tuple[str, Thing, str], Outcome] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    unplanted: frozenset[Thing] = frozenset()
    things: frozenset[Thing] = frozenset()
    roles: Mapping[str, str] = field(default_factory=dict)

    @property
    def sessions(self) -> frozenset[str]:
        """Who tried."""
        return frozenset(session for session, _, _ in self.outcomes)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Something that came out otherwise.

    Attributes:
        sessions: For whom.
        verbs: What was tried.
        thing: With what.
        was: What came of it before.
        now: What comes of it.

    """

    sessions: tuple[str, ...]
    verbs: tuple[str, ...]
    thing: Thing
    was: Outcome
    now: Outcome

    @property
    def reaches_more(self) -> bool:
        """Whether something is reached that was not."""
        return bool(self.now - self.was - _NOWHERE)

    @property
    def fails(self) -> bool:
        """Whether it ends with an error that is new."""
        return Reached.FAILED in self.now - self.was


@dataclass(frozen=True, slots=True)
class Trials:
    """What differs between what was tried in two databases.

    Attributes:
        otherwise: What came out otherwise.
        sessions: How many sessions tried in both.
        left_out: What could not be tried in one of them, or both.
        as_before: What came out for everybody as it did: a role whose sessions all tried in both, the thing, the verb.

    """

    otherwise: tuple[Otherwise, ...]
    sessions: int
    left_out: tuple[str, ...]
    as_before: frozenset[tuple[str, Thing, str]] = frozenset()


def differing(before: Tried, after: Tried) -> Trials:
    """Return what came out otherwise. A thing that is in one database alone is told where it is reached there."""
    both = before.sessions & after.sessions
    unplanted, shared = before.unplanted | after.unplanted, before.things & after.things
    refused = frozenset({Reached.REFUSED})
    by_session: dict[tuple[str, Thing, Outcome, Outcome], list[str]] = defaultdict(list)
    for key in sorted({*before.outcomes, *after.outcomes}):
        session, thing, verb = key
        was, now = before.outcomes.get(key, refused), after.outcomes.get(key, refused)
        told = thing in shared or (was | now) - _NOWHERE
        if was != now and told and session in both and thing not in unplanted:
            by_session[session, thing, was, now].append(verb)
    groups: dict[tuple[tuple[str, ...], Thing, Outcome, Outcome], list[str]] = defaultdict(list)
    for (session, thing, was, now), verbs in by_session.items():
        groups[tuple(sorted(verbs, key=_VERBS.index)), thing, was, now].append(session)
    found = [Otherwise(tuple(who), verbs, thing, was, now) for (verbs, thing, was, now), who in groups.items()]
    found.sort(key=lambda each: (not each.reaches_more, not each.fails, each.thing, each.verbs, each.sessions))
    alone = {f"session {name}: it is in one of the databases alone" for name in before.sessions ^ after.sessions}
    left_out = tuple(sorted(before.left_out | after.left_out | alone))
    changed = {(each.thing, verb) for each in found for verb in each.verbs}
    as_before = {
        (role, thing, verb)
        for role, thing, verb in _tried_in_both(before, after)
        if (thing, verb) not in changed and thing not in unplanted
    }
    return Trials(tuple(found), len(both), left_out, frozenset(as_before))


def _tried_in_both(before: Tried, after: Tried) -> set[tuple[str, Thing, str]]:
    """Return what each role tried in both databases. A role with a session in one of them alone did not try it all."""
    roles = {**before.roles, **after.roles}
    partly = {roles[name] for name in before.sessions ^ after.sessions if name in roles}
    twice = before.outcomes.keys() & after.outcomes.keys()
    tried = {(roles[name], thing, verb) for name, thing, verb in twice if name in roles}
    return {each for each in tried if each[0] not in partly}
