"""Whose it all is: what is declared, what it is built upon, and what hangs on its tables."""

from __future__ import annotations

from supaschema.database import fired
from supaschema.engine import role_owners
from supaschema.registry import KINDS
from tests.deployed.findings import Finding, Verdict
from tests.deployed.stack import Stack, named


def belongings(stack: Stack) -> Verdict:
    """What is declared, and what it is built upon, belongs to roles that gain nothing by it; so does what it fires."""
    foreign = role_owners.read(stack.connection).foreign
    hung = fired.strangers(stack.connection)
    places: dict[tuple[str, ...], None] = {}
    named_too: dict[tuple[str, ...], None] = {}
    for id, definition in stack.declared.facts.items():
        places |= dict.fromkeys(KINDS[id.kind].stands_on(id, definition))
        named_too |= dict.fromkeys(role_owners.built_upon(id, definition, KINDS))
    strange = {foreign[place]: None for place in (*places, *named_too) if place in foreign}
    found = [
        Finding(each.object, f"it belongs to {each.owner}." if each.owner else "others decide.") for each in strange
    ]
    relations = [place[1:] for place in places if place[0] == "relation"]
    found += [Finding(named(*name), f"{text}.") for name in relations for text in hung.get(name, ())]
    return Verdict(
        f"{len(places)} schemas, tables, views and functions are the deploying role's or the platform's", tuple(found)
    )
