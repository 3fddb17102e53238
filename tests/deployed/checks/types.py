"""Enum types: their labels in order, whose they are, and who may make columns of them."""

from __future__ import annotations

from collections.abc import Iterator

from supaschema.kinds.enum_type import EnumType
from supaschema.kinds.grants import Grants
from tests.deployed.findings import Finding, differences
from tests.deployed.stack import Stack, named


def findings(stack: Stack) -> Iterator[Finding]:
    """Yield what of the declared enum types is not as declared."""
    wanted = dict(stack.declared.of("enum_type", EnumType))
    live = stack.by_name("enum_types", "schema", "name")
    for id, item in wanted.items():
        expected = {"owner": stack.owner, "labels": list(item.labels)}
        yield from differences(_label(id.name), expected, live.get(id.name))
    for id, grants in stack.declared.of("type_grants", Grants):
        declared = {entry.grantee for entry in grants.entries if entry.privileges}
        may = set(grants.managed) if "public" in declared else declared
        found = set(live[id.name]["users"]).intersection(grants.managed) if id.name in live else may
        yield from (Finding(_label(id.name), f"{role} may use it.") for role in sorted(found - may))
        yield from (Finding(_label(id.name), f"{role} may not use it.") for role in sorted(declared - found))


def _label(name: tuple[str, ...]) -> str:
    return f"enum type {named(*name)}"
