"""Sentences for a reviewer: what is wider first, then what nobody can tell, what is narrower, what breaks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from supaschema.core.printable import line
from supaschema.review.access.diff import Change, Direction, State
from supaschema.review.access.model import Thing
from supaschema.review.access.tries.outcomes import Otherwise, Trials
from supaschema.review.access.tries.sessions import told
from supaschema.review.words import number
from supaschema.supabase.roles import PUBLIC

_LONGEST = 8
"""Columns or functions that are named; of more the number is told."""
_TITLES = {
    Direction.WIDER: "Wider: may be done that could not be done before",
    Direction.OTHER: "Changed: wider or narrower, which only a trial tells",
    Direction.NARROWER: "Narrower: could be done before and may not be done any more",
    Direction.BROKEN: "Broken: granted as before, and fails",
    Direction.FRAIL: "Perhaps broken: allowed as before, and something that it seems to need is not",
}
_STATES = {State.BOTH: "", State.NEW: "new", State.GONE: "does not exist any more"}
_ROLE_VERBS = {"inherit": "have all rights of", "become": "act as", "hand on": "make others members of"}


def text(changes: Iterable[Change], trials: Trials | None = None) -> str:
    """Return the whole as text for a terminal."""
    as_before = trials.as_before if trials is not None else frozenset()
    lines = [*_lines([*changes], as_before), *(_tried(trials) if trials is not None else ())]
    return "".join(f"{line(each)}\n" for each in lines)


def _lines(changes: list[Change], as_before: Collection[tuple[str, Thing, str]]) -> Iterator[str]:
    if not changes:
        yield "Nobody's access changes."
    for direction, title in _TITLES.items():
        found = [change for change in changes if change.direction is direction]
        if found:
            yield f"{title}:"
            yield from (f"  {said(change)}{_confirmed(change, as_before)}" for change in found)


def _confirmed(change: Change, as_before: Collection[tuple[str, Thing, str]]) -> str:
    """Return what trials found of a change that no catalog tells the direction of, where they found nothing.

    Only of roles that tried: nobody tries as PUBLIC.
    """
    tried = ((role, change.thing, verb) for role in change.roles for verb in change.verbs)
    is_told = change.direction is Direction.OTHER and all(each in as_before for each in tried)
    return " (by trial: as before)" if is_told else ""


def said(change: Change) -> str:
    """Return a change as a sentence: `anon, authenticated: select on table public.x (columns a, b)`."""
    notes = [_STATES[State.BOTH if _is_of_the_future(change) else change.state], *change.reasons]
    why = "; ".join(filter(None, notes))
    return f"{_roles(change)}: {_deed(change)}{_parts(change)}{f': {why}' if why else ''}"


def _tried(trials: Trials) -> Iterator[str]:
    concerned = {session for each in trials.otherwise for session in each.sessions}
    yield f"Tried: {len(concerned)} of {number(trials.sessions, 'session')} came out differently"
    more = [each for each in trials.otherwise if each.reaches_more]
    fails = [each for each in trials.otherwise if each.fails and not each.reaches_more]
    rest = [each for each in trials.otherwise if not each.fails and not each.reaches_more]
    for title, found in (("Reached that was not", more), ("Fails that did not", fails), ("Not reached any more", rest)):
        if found:
            yield f"  {title}:"
            yield from (f"    {came(each)}" for each in found)
    if trials.left_out:
        yield "Not tried:"
        yield from (f"  {each}" for each in trials.left_out)


def came(each: Otherwise) -> str:
    """Return what came out otherwise as a sentence."""
    was, now = (", ".join(sorted(reached)) or "no row" for reached in (each.was, each.now))
    return f"{told(each.sessions)}: {', '.join(each.verbs)} on {each.thing}: {now}; before: {was}"


def _roles(change: Change) -> str:
    named = [role for role in change.roles if role != PUBLIC]
    if len(named) == len(change.roles):
        return ", ".join(named)
    if change.direction is Direction.NARROWER and change.state is not State.GONE and named:
        # Whoever has a grant of their own keeps it.
        return f"everybody without a grant of their own ({', '.join(named)})"
    return "everybody"


def _deed(change: Change) -> str:
    verbs, thing = ", ".join(change.verbs), change.thing
    if thing.kind == "role":
        if thing.name in change.roles:
            return f"is {verbs}"
        return f"{', '.join(_ROLE_VERBS.get(verb, verb) for verb in change.verbs)} {thing.name}"
    if thing.kind == "bucket":
        return f"read every file of bucket {thing.name} whose address is known, without signing in"
    told = {"database": "the database", "extension": f"functions of extension {thing.name}"}.get(thing.kind, str(thing))
    return f"{verbs} on {told}{', whenever one is made' if _is_of_the_future(change) else ''}"


def _is_of_the_future(change: Change) -> bool:
    """Return whether it is about what default privileges will give, which comes and goes with them."""
    return change.thing.kind.startswith("new ")


def _parts(change: Change) -> str:
    if not change.columns:
        return ""
    named = ", ".join(change.columns[:_LONGEST])
    more = len(change.columns) - _LONGEST
    unit = "" if change.thing.kind == "extension" else "column " if len(change.columns) == 1 else "columns "
    return f" ({unit}{named}{f' and {more} more' if more > 0 else ''})"
