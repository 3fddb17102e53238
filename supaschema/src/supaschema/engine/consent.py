"""Consent: which hazards of a plan the stack allows. The only place that says no."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from supaschema.core.errors import ConsentError
from supaschema.core.model import Hazard, HazardNote, Plan
from supaschema.database.settings import Consent


def today_utc() -> datetime.date:
    """Return the day by which consents run out: the same for everybody, wherever their machine stands."""
    return datetime.datetime.now(tz=datetime.UTC).date()


def missing_consents(
    plan: Plan, consents: Sequence[Consent], resource: str, today: datetime.date
) -> tuple[HazardNote, ...]:
    """Return the hazards of a plan that need consent and have none.

    Args:
        plan: What is to be run.
        consents: The stack's `allowHazards`.
        resource: The resource's name in the stack.
        today: The day that decides whether a consent has run out.

    """
    notes = dict.fromkeys(note for statement in plan.statements for note in statement.hazards)
    return tuple(
        note
        for note in notes
        if note.hazard.needs_consent and not any(consent.covers(note.hazard, resource, today) for consent in consents)
    )


def require_consent(plan: Plan, consents: Sequence[Consent], resource: str, allowed: Sequence[Hazard] = ()) -> None:
    """Refuse a plan whose hazards are not all allowed, by the stack or by the command itself.

    Raises:
        ConsentError: Naming each hazard, what could happen, and the line that would allow it.

    """
    consents = (*consents, *(Consent(hazard) for hazard in allowed))
    missing = missing_consents(plan, consents, resource, today_utc())
    if not missing:
        return
    what = " ".join(f"{note.hazard.value}: {note.sentence}" for note in missing)
    names = sorted({note.hazard.value for note in missing})
    lines = ", ".join(f"{{hazard: {name}, resource: {resource}}}" for name in names)
    raise ConsentError(
        f"not allowed in this stack: {what}",
        where=resource,
        remedy=f"To allow it, add to supaschema:allowHazards in the stack's settings: {lines}.",
    )
