"""Enum types, domains, composite types and ranges: what they admit, whose they are, who may make columns of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from supaschema.core.model import ObjectId
from supaschema.core.type_names import argument_type, canonical_type
from supaschema.kinds.composite_attribute import CompositeAttribute
from supaschema.kinds.composite_type import CompositeType
from supaschema.kinds.domain import Domain
from supaschema.kinds.domain_check import DomainCheck
from supaschema.kinds.enum_type import EnumType
from supaschema.kinds.grants import Grants
from supaschema.kinds.range_type import RangeType
from tests.deployed.findings import Finding, differences
from tests.deployed.stack import Stack, named


def findings(stack: Stack) -> Iterator[Finding]:
    """Yield what of the declared types is not as declared."""
    enums = stack.by_name("enum_types", "schema", "name")
    for id, item in stack.declared.of("enum_type", EnumType):
        expected = {"owner": stack.owner, "labels": list(item.labels)}
        yield from differences(f"enum type {named(*id.name)}", expected, enums.get(id.name))
    domains = stack.by_name("domains", "schema", "name")
    for id, domain in stack.declared.of("domain", Domain):
        expected = {"owner": stack.owner, **_expected(stack, id, domain)}
        yield from differences(f"domain {named(*id.name)}", expected, domains.get(id.name))
    for id, _ in stack.declared.of("domain_check", DomainCheck):
        yield from _said_otherwise(stack, id, domains.get(id.name[:2], {}))
    composites = stack.by_name("composite_types", "schema", "name")
    for id, composite in stack.declared.of("composite_type", CompositeType):
        expected = {"owner": stack.owner, "attributes": _attributes(stack, id, composite)}
        yield from differences(f"composite type {named(*id.name)}", expected, composites.get(id.name))
    ranges = stack.by_name("range_types", "schema", "name")
    for id, range_type in stack.declared.of("range_type", RangeType):
        difference = ".".join(range_type.subtype_diff) if range_type.subtype_diff else None
        declared: dict[str, Any] = {
            "owner": stack.owner,
            "subtype": argument_type(range_type.subtype),
            "has_opclass": range_type.opclass is not None,
            "has_collation": range_type.collation is not None,
            "subtype_diff": difference,
        }
        yield from differences(f"range type {named(*id.name)}", declared, ranges.get(id.name))
    kinds = {"domain": domains, "composite type": composites, "range type": ranges, "enum type": enums}
    for id, grants in stack.declared.of("type_grants", Grants):
        kind = next((kind for kind, found in kinds.items() if id.name in found), "enum type")
        yield from _used_otherwise(f"{kind} {named(*id.name)}", grants, kinds[kind].get(id.name))


def _attributes(stack: Stack, id: ObjectId, composite: CompositeType) -> list[str]:
    types = {
        it.name: canonical_type(attribute.type)
        for it, attribute in stack.declared.of("composite_attribute", CompositeAttribute)
    }
    return [f"{name} {types[*id.name, name]}" for name in composite.attributes]


def _expected(stack: Stack, id: ObjectId, domain: Domain) -> dict[str, Any]:
    checks = {
        it.name[2]: check for it, check in stack.declared.of("domain_check", DomainCheck) if it.name[:2] == id.name
    }
    found = {
        "type": canonical_type(domain.type),
        "nullable": not domain.not_null,
        "has_default": domain.default is not None,
        "checks": [name if check.validated else f"{name} (not proven)" for name, check in sorted(checks.items())],
    }
    spelled = stack.spelled(id, "default")
    return found if spelled is None else {**found, "default": spelled}


def _said_otherwise(stack: Stack, id: ObjectId, live: dict[str, Any]) -> Iterator[Finding]:
    # That it is there is the domain's to tell.
    said, deployed = live.get("expressions", {}).get(id.name[2]), stack.spelled(id, "expression")
    if None not in (said, deployed):
        yield from differences(f"domain check {named(*id.name)}", {"expression": deployed}, {"expression": said})


def _used_otherwise(what: str, grants: Grants, live: dict[str, Any] | None) -> Iterator[Finding]:
    declared = {entry.grantee for entry in grants.entries if entry.privileges}
    may = set(grants.managed) if "public" in declared else declared
    found = set(live["users"]).intersection(grants.managed) if live is not None else may
    yield from (Finding(what, f"{role} may use it.") for role in sorted(found - may))
    yield from (Finding(what, f"{role} may not use it.") for role in sorted(declared - found))
