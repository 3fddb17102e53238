"""What is said of every rename."""

from __future__ import annotations

from supaschema.core.model import Hazard, HazardNote


def renaming(what: str) -> HazardNote:
    """Return the note: the server renames it in what it parsed, not in texts."""
    sentence = (
        f"Functions and programs that name {what} fail from then on; views, policies and keys follow by themselves."
    )
    return HazardNote(Hazard.HAS_UNTRACKABLE_DEPENDENCIES, sentence)
