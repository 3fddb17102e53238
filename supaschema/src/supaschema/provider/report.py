"""A plan in words, for `pulumi preview`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from supaschema.core.model import HazardNote, Lock, Mode, Plan, Statement
from supaschema.core.printable import line, lines

_MODES = {
    Mode.ALONE: "-- outside of a transaction\n",
    Mode.BATCHES: "-- in batches, a transaction each\n",
    Mode.OWN_TRANSACTION: "-- in a transaction of its own\n",
}


def describe(plan: Plan, missing: Sequence[HazardNote], masked: Callable[[str], str] = str) -> str:
    """Return the exact SQL, the strongest lock per relation, and each hazard in a sentence.

    Args:
        plan: What would be run.
        missing: Hazards that lack consent.
        masked: Gives a text without the secrets in it.

    """
    said = [line(masked(note)) for note in plan.notes]
    if plan.empty:
        return " ".join(said) or "Nothing to run: the database holds it already; it is adopted."
    # The first line alone is what the CLI shows beside the resource.
    parts = [_summary(plan), "SQL:", *(_statement(statement, masked) for statement in plan.statements)]
    locks = plan.strongest_locks()
    if locks:
        parts += ["Locks:", *(f"  {_lock(lock)}" for lock in locks)]
    notes = dict.fromkeys(note for statement in plan.statements for note in statement.hazards)
    if notes:
        parts += ["Hazards:", *(f"  {_note(note, refused=note in missing)}" for note in notes)]
    return "\n".join((*parts, *said))


def _summary(plan: Plan) -> str:
    count = len(plan.statements)
    hazards = sorted({note.hazard.value for statement in plan.statements for note in statement.hazards})
    named = f", hazards: {', '.join(hazards)}" if hazards else ""
    return f"{count} statement{'s' if count > 1 else ''}{named}"


def _statement(statement: Statement, masked: Callable[[str], str]) -> str:
    text = _MODES.get(statement.mode, "") + masked(statement.text.strip()) + ";"
    # Each line by itself: a tab, or two spaces, of its own are no reason to leave the indentation out.
    return "\n".join(f"  {lines(each)}" for each in text.split("\n"))


def _lock(lock: Lock) -> str:
    extent = ", rewrites it" if lock.rewrites else ", reads all of it" if lock.scans else ""
    return f"{line(lock.relation)}: {lock.mode.value}{extent}"


def _note(note: HazardNote, *, refused: bool) -> str:
    consent = " NOT ALLOWED in this stack: `pulumi up` will refuse it." if refused else ""
    return f"{note.hazard.value}: {line(note.sentence)}{consent}"
