"""The login roles for machines that the stack has: each may do what infra/roles.py says, and in effect no more."""

from __future__ import annotations

from collections.abc import Iterator

from roles import MACHINE_ROLES, MachineRole, On
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Stack, named

_PLAIN = {
    "superuser": False,
    "createrole": False,
    "createdb": False,
    "replication": False,
    "bypassrls": False,
    "login": True,
    "inherit": False,
    "inherits_from": [],
    "members": [],
    "settings_in_databases": [],
    "connection_limit": -1,
    "password_ends": False,
}
Held = set[tuple[str, str]]
"""Privilege, and the object it is on."""


def machines(stack: Stack) -> Verdict:
    """Each machine role of the stack is a plain login and holds what infra/roles.py grants, in effect nothing else."""
    wanted = [role for role in MACHINE_ROLES if role.name in stack.declared.settings.machine_roles]
    if not wanted:
        return Verdict("this stack has no machine roles")
    names = [role.name for role in wanted]
    live = {row["name"]: row for row in stack.rows("roles", roles=names)}
    held = _held(stack, names)
    found: list[Finding] = []
    for role in wanted:
        acts_as = [] if role.acts_as is None else [role.acts_as]
        expected = {**_PLAIN, "member_of": acts_as, "settings": [f"role={name}" for name in acts_as]}
        found += differences(f"role {role.name}", expected, live.get(role.name))
        if role.name in live:
            found += _compared(role, held.get(role.name, set()) - held.get("public", set()))
    return Verdict(f"{', '.join(names)} may do what they were granted, and no more", tuple(found))


def _held(stack: Stack, names: list[str]) -> dict[str, Held]:
    """Return all that these roles and PUBLIC hold in effect, in every schema but the system's own."""
    schemas = stack.one(
        "select array_agg(nspname::text) from pg_catalog.pg_namespace"
        " where nspname !~ '^pg_' and nspname <> 'information_schema'"
    )
    asked = {"roles": [*names, "public"], "schemas": schemas}
    held: dict[str, Held] = {}
    for row in stack.rows("relation_privileges", **asked):
        held.setdefault(row["role"], set()).add((row["privilege"], named("table", row["schema"], row["relation"])))
    for row in stack.rows("column_privileges", **asked):
        whole = (row["privilege"], named("table", row["schema"], row["relation"]))
        if whole not in held.get(row["role"], set()):
            column = (row["privilege"], named("column", row["schema"], row["relation"], row["name"]))
            held.setdefault(row["role"], set()).add(column)
    for row in stack.rows("function_privileges", **asked):
        call = ("EXECUTE", f"{named('function', row['schema'], row['name'])}({row['types']})")
        held.setdefault(row["role"], set()).add(call)
    for row in stack.rows("schema_privileges", **asked):
        for privilege in row["privileges"]:
            held.setdefault(row["role"], set()).add((privilege, named("schema", row["schema"])))
    return held


def _compared(role: MachineRole, held: Held) -> Iterator[Finding]:
    wanted: Held = set()
    for grant in role.grants:
        if grant.on is On.SCHEMA:
            wanted.add((grant.privilege, named("schema", grant.schema)))
        arguments = "()" if grant.on is On.FUNCTION else ""
        wanted |= {(grant.privilege, f"{named(grant.on.value, grant.schema, name)}{arguments}") for name in grant.names}
    for text, pairs in (("has", held - wanted), ("lacks", wanted - held)):
        for privilege, object in sorted(pairs):
            yield Finding(f"role {role.name}", f"it {text} {privilege} on {object.replace('.', ' ', 1)}.")
