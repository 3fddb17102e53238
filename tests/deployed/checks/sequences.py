"""Sequences: each counts as declared, and is open to those declared alone."""

from __future__ import annotations

from typing import Any

from supaschema.kinds.grants import Grants
from supaschema.kinds.sequence import Sequence
from supaschema.resources.sequence import NONE
from tests.deployed.checks.access import compared, effective
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Stack, named

_PRIVILEGES = ("SELECT", "UPDATE", "USAGE")
_PROPERTIES = ("type", "start", "increment", "minimum", "maximum", "cache", "cycle", "unlogged")


def sequences(stack: Stack) -> Verdict:
    """Each declared sequence exists, counts as declared, goes with its column, and is open to those declared alone."""
    live = stack.by_name("sequences", "schema", "name")
    declared = dict(stack.declared.of("sequence", Sequence))
    found: list[Finding] = []
    for id, sequence in declared.items():
        found += differences(named(*id.name), _expected(sequence), live.get(id.name))
    held: dict[tuple[str, ...], set[tuple[str, str]]] = {}
    for row in stack.rows("sequence_privileges"):
        held.setdefault((row["schema"], row["name"]), set()).add((row["role"], row["privilege"]))
    for id, grants in stack.declared.of("sequence_grants", Grants):
        if id.name in live:
            privileges = effective(grants, _PRIVILEGES)
            found += compared(named(*id.name), privileges, held.get(id.name, set()), grants.managed)
    return Verdict(f"{len(declared)} sequences count as declared, open to those declared alone", tuple(found))


def _expected(sequence: Sequence) -> dict[str, Any]:
    # What a declaration says nothing of is as it was.
    said = {name: value for name in _PROPERTIES if (value := getattr(sequence, name)) is not None}
    return said if sequence.owned_by is None else {**said, "owned_by": named(*sequence.owned_by) or NONE}
