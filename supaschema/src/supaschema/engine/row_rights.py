"""Finds what `kinds.row_rights` tells of a plan: grants that grow, functions that pass policies, idle policies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from supaschema.core.model import Delta, Facts, Hazard, HazardNote, ObjectId
from supaschema.core.sqltext import Name
from supaschema.database.connect import Connection
from supaschema.engine.diff import Kinds
from supaschema.engine.intent import Anchors
from supaschema.engine.role_owners import relations_named
from supaschema.kinds.base import Context
from supaschema.kinds.grants import granted
from supaschema.kinds.policy import Policy
from supaschema.kinds.row_rights import (
    GuardedTable,
    Role,
    decided,
    found_in_path,
    gained,
    guarded_table,
    passing,
    with_owners_rights,
)

_ROLES = """
    select r.rolname::text,
           r.rolsuper or r.rolbypassrls,
           array(select o.rolname::text from pg_catalog.pg_roles o where pg_catalog.pg_has_role(r.oid, o.oid, 'usage'))
      from pg_catalog.pg_roles r
     where r.rolname = any(%s)
"""


def told(
    connection: Connection,
    deltas: Collection[Delta],
    context: Context,
    kinds: Kinds,
    elsewhere: Callable[[Anchors], Facts],
) -> Mapping[ObjectId, HazardNote]:
    """Return what is to be said, by object; asks nothing where no grant grows and no function passes policies.

    Args:
        connection: For asking what roles may do.
        deltas: What changes.
        context: What the catalog holds of the plan's own relations, and who deploys.
        kinds: The registry.
        elsewhere: Gives the facts of other relations.

    """
    grown = _grown(deltas, kinds)
    named = {delta.id: names for delta in deltas if (names := _named(delta))}
    if not grown and not named:
        return {}
    relations = frozenset({id.name[:2] for id in grown}.union(*named.values()))
    facts = {**elsewhere(relations), **context.live, **{delta.id: delta.new for delta in deltas}}
    tables = {name: table for name in sorted(relations) if (table := guarded_table(name, facts)) is not None}
    reached = {id: roles for id, roles in grown.items() if id.name[:2] in tables}
    guarded = {name for name, table in tables.items() if table.security.enabled}
    owners = {delta.id: _owner(delta, context) for delta in deltas if not guarded.isdisjoint(named.get(delta.id, ()))}
    roles = _roles(connection, {*owners.values()}.union(*reached.values()))
    texts = {id: _reached(tables[id.name[:2]], reached[id], roles) for id in reached}
    for id, owner in owners.items():
        passed = (tables[name] for name in sorted(guarded & named[id]))
        texts[id] = passing(id, [table for table in passed if table.lets_pass(roles[owner])])
    return {id: HazardNote(Hazard.AUTHZ_UPDATE, text) for id, text in texts.items() if text}


def unmoved(
    connection: Connection, deltas: Collection[Delta], context: Context, kinds: Kinds
) -> Mapping[ObjectId, Mapping[str, str]]:
    """Return of each policy that changes the roles for which it decides nothing, before or afterwards, and why.

    Args:
        connection: For asking what roles may do; it is not asked where no policy changes.
        deltas: What changes.
        context: What the catalog holds of the plan's own relations.
        kinds: The registry.

    """
    made = {delta.id for delta in deltas if delta.old is None}
    changed = {
        delta.id: [it for it in (delta.old, delta.new) if isinstance(it, Policy)]
        for delta in deltas
        if isinstance(delta.new or delta.old, Policy) and made.isdisjoint(kinds[delta.id.kind].parents(delta.id))
    }
    roles = _roles(connection, {role for policies in changed.values() for it in policies for role in it.roles})
    sides = {relation: [*_sides(relation, deltas, context)] for relation in {id.name[:2] for id in changed}}
    found: dict[ObjectId, dict[str, str]] = {}
    for id, policies in changed.items():
        for role in sorted({role for policy in policies for role in policy.roles}):
            # By the rights of before and those of afterwards, for each of its forms.
            reasons = [
                table.idle(roles[role], policy, granted(facts, id.name[:2], *decided(policy)))
                for facts, table in sides[id.name[:2]]
                for policy in policies
            ]
            if reasons and None not in reasons:
                found.setdefault(id, {})[role] = str(reasons[-1])
    return found


def _sides(relation: Name, deltas: Iterable[Delta], context: Context) -> Iterator[tuple[Facts, GuardedTable]]:
    """Yield what the catalog holds of a table, before and afterwards."""
    before = {id: context.live[id] for id in context.live_of(relation)}
    after = {**before, **{delta.id: delta.new for delta in deltas if delta.id.name[:2] == relation}}
    for facts in (before, {id: item for id, item in after.items() if item is not None}):
        table = guarded_table(relation, facts)
        if table is not None:
            yield facts, table


def _grown(deltas: Collection[Delta], kinds: Kinds) -> dict[ObjectId, dict[str, tuple[str, ...]]]:
    # Nobody can have been reading what the same plan makes.
    made = {delta.id for delta in deltas if delta.old is None}
    there = (delta for delta in deltas if made.isdisjoint(kinds[delta.id.kind].parents(delta.id)))
    return {delta.id: roles for delta in there if (roles := gained(delta.old, delta.new))}


def _named(delta: Delta) -> set[Name]:
    # What a function with its owner's rights names, and did not with these rights before.
    names, before = (
        set[Name]() if function is None else relations_named(function) | found_in_path(function)
        for function in map(with_owners_rights, (delta.new, delta.old))
    )
    return names - before


def _owner(delta: Delta, context: Context) -> str:
    found = (with_owners_rights(delta.new), with_owners_rights(delta.old))
    return next((function.owner for function in found if function is not None and function.owner), context.user or "")


def _roles(connection: Connection, names: Iterable[str]) -> dict[str, Role]:
    asked = sorted(names)
    if not asked:
        return {}
    rows = connection.execute(_ROLES, [asked])
    found = {name: Role(name, passes, frozenset(rights)) for name, passes, rights in rows}
    # What is nobody's yet has nobody's rights.
    return {name: found.get(name, Role(name)) for name in asked}


def _reached(table: GuardedTable, gained: Mapping[str, tuple[str, ...]], roles: Mapping[str, Role]) -> str:
    return " ".join(table.reached(roles[role], commands) for role, commands in gained.items())
