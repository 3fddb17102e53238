"""Roles that are declared: what each may, beside what is granted to it."""

from __future__ import annotations

from supaschema.kinds.role import Role
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Stack


def group_roles(stack: Stack) -> Verdict:
    """Each declared role exists, nobody logs in as it, and it may do what is declared and nothing beyond."""
    live = stack.by_name("group_roles", "name")
    wanted = dict(stack.declared.of("role", Role))
    found: list[Finding] = []
    for id, item in wanted.items():
        expected = {"login": False, "inherit": item.inherit, "bypass_rls": item.bypass_rls, "rights": ""}
        found += differences(f"role {id.name[0]}", expected, live.get(id.name))
    return Verdict(f"{len(wanted)} roles may do what is declared", tuple(found))
