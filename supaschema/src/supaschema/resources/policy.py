"""Policies, as TableAccess and Policy both declare them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Definition, Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import InlinePolicy, Policy, PolicyCommand
from supaschema.kinds import policy as policy_kind
from supaschema.lint.access import policy_problems
from supaschema.lint.storage import storage_problems
from supaschema.resources import renamed
from supaschema.resources.base import Resource, members

Name = tuple[str, str]


class PolicyResource(Resource[Policy]):
    """Single policies on tables that others share."""

    declaration = Policy

    def identify(self, declared: Policy) -> str:
        """Return `schema.table/policy`."""
        return f"{declared.schema}.{declared.table}/{declared.name}"

    def imported(self, id: str, live: Facts) -> Policy | None:
        """Return the live policy's declaration."""
        relation, _, name = id.partition("/")
        schema, _, table = relation.partition(".")
        found = live.get(ObjectId("policy", (schema, table, name)))
        return None if found is None else _policy((schema, table), inline(name, found))

    def problems(self, declared: Policy) -> Iterable[DeclarationError]:
        """Return what is wrong with the policy; on files, also what it leaves open."""
        yield from policy_problems(declared)
        if declared.schema == "storage":
            yield from storage_problems(declared)

    def facts(self, declared: Policy) -> tuple[Fact, ...]:
        """Return the policy."""
        return (policy_fact((declared.schema, declared.table), declared),)

    def renames(self, declared: Policy) -> tuple[Rename, ...]:
        """Return those of the policy."""
        return policy_renames((declared.schema, declared.table), (declared,))

    def former(self, declared: Policy) -> tuple[str, ...]:
        """Return the ids of its former names."""
        return tuple(f"{declared.schema}.{declared.table}/{name}" for name in declared.renamed_from)

    def lift(self, facts: Facts, declared: Policy) -> Mapping[str, Any]:
        """Return the policy as the facts have it."""
        table = (declared.schema, declared.table)
        found = facts.get(ObjectId("policy", (*table, declared.name)))
        return {} if found is None else _policy(table, inline(declared.name, found, declared)).to_inputs()


def policy_fact(table: Name, declared: InlinePolicy) -> Fact:
    """Return the fact that the policy is."""
    definition = policy_kind.Policy(
        command=declared.command.value,
        roles=tuple(sorted(declared.to)),
        permissive=declared.permissive,
        using=declared.using,
        check=declared.check,
        comment=declared.comment,
    )
    return Fact(ObjectId("policy", (*table, declared.name)), definition)


def policy_renames(table: Name, declared: Iterable[InlinePolicy]) -> tuple[Rename, ...]:
    """Return the renames of policies."""
    return tuple(
        pair for item in declared for pair in renamed.of_relation("policy", (*table, item.name), item.renamed_from)
    )


def inline(name: str, definition: Definition, declared: InlinePolicy | None = None) -> InlinePolicy:
    """Return the declaration of a policy; roles are in the order of `declared` where they are the same."""
    assert isinstance(definition, policy_kind.Policy)
    said = declared is not None and declared.comment is not None
    same = declared is not None and sorted(declared.to) == sorted(definition.roles)
    return InlinePolicy(
        name=name,
        command=PolicyCommand(definition.command),
        to=declared.to if declared is not None and same else definition.roles,
        using=definition.using,
        check=definition.check,
        permissive=definition.permissive,
        comment=definition.comment if said else definition.comment or None,
    )


def inline_from(facts: Facts, table: Name, declared: Iterable[InlinePolicy] = ()) -> tuple[InlinePolicy, ...]:
    """Return the declarations of a table's policies: those declared in their order, then the others."""
    known = {policy.name: policy for policy in declared}
    places = {name: position for position, name in enumerate(known)}
    found = {name[2]: definition for name, definition in members(facts, "policy", table).items()}
    names = sorted(found, key=lambda name: (places.get(name, len(places)), name))
    return tuple(inline(name, found[name], known.get(name)) for name in names)


def _policy(table: Name, inlined: InlinePolicy) -> Policy:
    fields = {name: getattr(inlined, name) for name in inlined.__struct_fields__}
    return Policy(schema=table[0], table=table[1], **fields)
