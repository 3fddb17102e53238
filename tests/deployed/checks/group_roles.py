"""Roles that are declared: what each may, beside what is granted to it."""

from __future__ import annotations

from supaschema.kinds.role import Role
from supaschema.kinds.role_membership import RoleMembership
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


def memberships(stack: Stack) -> Verdict:
    """Each declared membership is as declared, and a declared role has no other member."""
    live = stack.by_name("role_memberships", "role", "member")
    wanted = dict(stack.declared.of("role_membership", RoleMembership))
    own = {id.name[0] for id, _ in stack.declared.of("role", Role)}
    found: list[Finding] = []
    for id, item in wanted.items():
        expected = {"admin": item.admin, "may_set": item.may_set}
        expected |= {} if item.inherit is None else {"inherit": item.inherit}
        found += differences(f"{id.name[1]} in {id.name[0]}", expected, live.get(id.name))
    names = {id.name for id in wanted}
    more = sorted(name for name in live if name[0] in own and name not in names)
    found += [Finding(f"{member} in {role}", "nobody declares it.") for role, member in more]
    return Verdict(f"{len(wanted)} memberships are as declared", tuple(found))
