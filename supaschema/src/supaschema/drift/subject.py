"""A finding with what it is about, from which its repair and its declaration are worked out."""

from __future__ import annotations

from dataclasses import dataclass

from supaschema.core.model import Definition, ObjectId
from supaschema.drift.model import Finding
from supaschema.drift.surroundings import Other


@dataclass(frozen=True, slots=True)
class Subject:
    """A finding, and its object.

    Attributes:
        finding: What is told.
        id: The object.
        recorded: What it was, as it was recorded or accepted; None: it was not.
        given: Of what is given to one role alone: that.
        role: The role that it is given to.
        other: Of what no kind models: what was read of it.

    """

    finding: Finding
    id: ObjectId
    recorded: Definition | None = None
    given: Definition | None = None
    role: str | None = None
    other: Other | None = None
