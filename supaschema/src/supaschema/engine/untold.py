"""Renames that take a name from a resource which the program may still have: the run tells of one after another."""

from __future__ import annotations

from dataclasses import replace

from supaschema.core.model import Hazard, HazardNote, Statement
from supaschema.core.renames import Rename
from supaschema.core.urn import resource_name


def with_risk(statement: Statement, pair: Rename) -> Statement:
    """Return a statement of a rename with what it risks where the program still has the resource it takes from."""
    if pair.untold is None:
        return statement
    sentence = (
        f'{pair.old} is what resource "{resource_name(pair.untold)}" declares by the ledger, and this run has not told '
        f"of that one yet. If the program still has it, let this resource depend on it: {pair.new} is made anew then."
    )
    return replace(statement, hazards=(*statement.hazards, HazardNote(Hazard.CORRECTNESS, sentence)))
