"""Which deployments repair what is changed or missing, and which of them would take along what nobody declares."""

from __future__ import annotations

from collections.abc import Iterable

from supaschema.drift.model import Held, Level, Repairs, Topic
from supaschema.drift.reading import Reading
from supaschema.drift.subject import Subject

_OF_A_WHOLE = {"column", "constraint", "not_null", "domain_check"}
"""Kinds of which a declared table or domain speaks as a whole: what of them it does not declare is to go."""

_WHOLES = ("table", "domain")
_OF_ACCESS = ("row_security", "table_grants")
"""Kinds by which a declaration speaks of a table's access: then of every policy, and of its columns' grants."""


def repairs(reading: Reading, found: Iterable[Subject], unmanaged: Iterable[Subject]) -> Repairs:
    """Return the resources whose deployment repairs what was found, and those whose deployment would do more than that.

    Args:
        reading: What the ledger and the database hold.
        found: What is told.
        unmanaged: What nobody recorded, whether it was accepted or not: a deployment does not ask for that.

    """
    topics = (Topic.CHANGED, Topic.MISSING)
    differing = (it.finding for it in found if it.finding.topic in topics and it.finding.level is not Level.IGNORE)
    urns = sorted({item.resource for item in differing if item.resource is not None})
    # What a rule leaves out is known to stay: whoever wrote the rule has deployed beside it.
    told = (item for item in unmanaged if item.finding.level is not Level.IGNORE)
    others = [item for item in told if item.finding.topic is Topic.UNMANAGED]
    held = {urn: tuple(sorted({it.finding.title for it in others if _may_go(reading, urn, it)})) for urn in urns}
    return Repairs(
        targets=tuple(urn for urn in urns if not held[urn]),
        held=tuple(Held(urn, by) for urn, by in held.items() if by),
    )


def _may_go(reading: Reading, urn: str, item: Subject) -> bool:
    """Return whether a deployment of a resource may remove something unmanaged: it may speak for it as a whole."""
    own = reading.ledger.by_urn.get(urn, {})
    if item.given is not None:
        return item.id in own
    on = [id for id in own if id.name[:2] == item.id.name[:2]]
    if item.id.kind in ("policy", "column_grants"):
        return any(id.kind in _OF_ACCESS for id in on)
    return item.id.kind in _OF_A_WHOLE and any(id.kind in _WHOLES for id in on)
