"""From facts to declarations: what a database holds, as a program would say it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from supaschema.core.model import Facts, ObjectId
from supaschema.declarations import Declaration, Function, Procedure
from supaschema.drift.adoption import as_python, import_id
from supaschema.engine.snapshot import by_anchor
from supaschema.export.grants import handing_on, owners_bound, with_other_roles, without_grants
from supaschema.export.model import Exported, LeftOut, Scope
from supaschema.export.reading import Reading
from supaschema.export.roles import with_roles_named
from supaschema.export.unsaid import unsaid
from supaschema.kinds.base import Family
from supaschema.registry import RESOURCES
from supaschema.resources.base import Resource
from supaschema.supabase.platform import PLATFORM_SCHEMAS, SHARED_TABLES, WEB_HOOKS
from supaschema.supabase.roles import API_ROLES

_OF_OTHERS = ("policy", "trigger")
"""Kinds of what others put on tables of the platform."""
_EXTENSION = "extension"
_ONE_BY_ONE = {
    "Extension": _EXTENSION,
    "DefaultPrivileges": "default_grants",
    "EventTrigger": "event_trigger",
    "Role": "role",
    "RoleMembership": "role_membership",
    "ForeignServer": "foreign_server",
    "UserMapping": "user_mapping",
    "Policy": "policy",
    "Bucket": "bucket",
    "CronJob": "cron_job",
}
"""Of what no schema is declared with: by the declaration, the kind of its object."""
_PARTS = ("Index", "Policy")
"""What other declarations carry, where there are such."""

_SERVERS = "pg_catalog"
_NO_DECLARATION = "no declaration says it: it stays as it is."
_BY_HAND = "an export does not declare it: it stays as it is, unless it is declared by hand."
_MAY_BE_A_KEY = "it holds a text that may be a key: declare it by hand, with that text as a secret of the stack."
_STANDARD_BODY = "its body is parsed, and no text (RETURN, BEGIN ATOMIC): no declaration says that."
_HANDED_ON = "{} may hand on what is granted, or have it from another role: no declaration says that."
_NOT_WITHOUT_GRANTS = "it is not declared: its declaration would take from a role that it may hand on what is granted."
_UNTOLD = "the server does not show to this role what it says: declare it by hand, with that as secrets of the stack."
_NAME = "its declaration cannot be told by its name: declare it by hand."


def declarations_of(reading: Reading, scope: Scope | None = None) -> Exported:
    """Return what a database holds as declarations, and by name what none says.

    Nothing is judged here: what a lint refuses, or another stack manages, is among the declarations.

    Args:
        reading: What the database holds.
        scope: Which objects are meant; None: all that is not the platform's.

    """
    scope = scope or Scope()
    meant = {id: it for id, it in reading.live.items() if _is_meant(reading, scope, id)}
    live = with_roles_named(meant, {} if scope.tables else reading.live, reading.kinds)
    grouped = by_anchor(live)
    declared: list[Declaration] = []
    left_out: list[LeftOut] = []
    covered: set[ObjectId] = set()
    for resource, id in _principals(reading, live):
        if id in covered:
            continue
        one, told = _declared(reading, resource, id, grouped[id.name[:2]])
        left_out += told
        if one is not None:
            declared.append(one)
            covered |= {fact.id for fact in resource.facts(one)}
    named = {it.id for it in left_out} | covered
    left_out += [LeftOut(id, _why_left(reading, id)) for id in live if _is_left(reading, id, named)]
    left_out += owners_bound(live, reading.kinds, reading.server.major)
    left_out += (*unsaid(live, reading.live), *_not_modelled(reading, scope))
    return Exported(tuple(declared), tuple(sorted(left_out, key=lambda it: (it.id.name, it.id.kind))))


def _declared(
    reading: Reading, resource: Resource[Any], id: ObjectId, own: Facts
) -> tuple[Declaration | None, list[LeftOut]]:
    """Return the declaration of an object, and what it does not say of it; None: there is none."""
    imported = resource.imported(import_id(id), own)
    if imported is None:
        return None, [LeftOut(id, _NAME)]
    if reading.kinds[id.kind].is_untold(own[id]):
        return None, [LeftOut(id, _UNTOLD)]
    one = with_other_roles(resource, imported, own)
    if isinstance(one, Function | Procedure) and _has_standard_body(one):
        return None, [LeftOut(id, _STANDARD_BODY)]
    if _may_hold_a_key(reading, own, imported, lambda told: resource.imported(import_id(id), told)):
        return None, [LeftOut(id, _MAY_BE_A_KEY)]
    bound = handing_on(resource, one, own)
    told = [LeftOut(of, _HANDED_ON.format(", ".join(sorted(roles)))) for of, roles in bound.items()]
    # Of other roles it says nothing then; for these it is complete.
    if any(not roles.isdisjoint(API_ROLES) for roles in bound.values()):
        less = without_grants(one)
        return less, [*told, *([LeftOut(id, _NOT_WITHOUT_GRANTS)] if less is None else ())]
    return one, told


def _is_meant(reading: Reading, scope: Scope, id: ObjectId) -> bool:
    kind = reading.kinds[id.kind]
    if kind.requires is not None:
        return not scope.tables and scope.has_schema(kind.requires.partition(".")[0])
    if id.kind == _EXTENSION:
        schema = str(getattr(reading.live[id], "schema", ""))
        return not scope.tables and schema not in (*PLATFORM_SCHEMAS, _SERVERS) and scope.has_schema(schema)
    if kind.acts_everywhere:
        inside = [it.name[0] for it in kind.parents(id)]
        return not scope.tables and (not scope.schemas or any(map(scope.has_schema, inside)))
    if id.name[0] in PLATFORM_SCHEMAS:
        called = str(getattr(reading.live[id], "function", "")).partition(".")[0]
        is_ours = id.kind in _OF_OTHERS and (called not in PLATFORM_SCHEMAS or called == WEB_HOOKS)
        return is_ours and id.name[:2] in SHARED_TABLES and scope.has_relation(*id.name[:2])
    if kind.family is Family.RELATION:
        return scope.has_relation(*id.name[:2])
    return not scope.tables and scope.has_schema(id.name[0])


def _principals(reading: Reading, live: Facts) -> Iterator[tuple[Resource[Any], ObjectId]]:
    """Yield each object that a declaration is of by itself, with its resource; what carries others first."""
    for resource in sorted(RESOURCES.values(), key=lambda it: it.declaration.__name__ in _PARTS):
        wanted = resource.principal or _ONE_BY_ONE.get(resource.declaration.__name__)
        for id, definition in live.items():
            if id.kind == wanted and not reading.kinds[id.kind].is_inherited(definition):
                yield resource, id


def _has_standard_body(one: Function | Procedure) -> bool:
    # As the server prints it; no text that is a body begins so.
    return one.language == "sql" and one.body.startswith(("RETURN ", "BEGIN ATOMIC"))


def _may_hold_a_key(
    reading: Reading, own: Facts, imported: Declaration, again: Callable[[Facts], Declaration | None]
) -> bool:
    told = {id: reading.kinds[id.kind].told(it) for id, it in own.items()}
    is_masked = any(told[id] is not it for id, it in own.items()) and again(told) != imported
    return is_masked or (not reading.secrets.none and reading.secrets.holds(as_python(imported)))


def _why_left(reading: Reading, id: ObjectId) -> str:
    return _BY_HAND if reading.kinds[id.kind].declarable else _NO_DECLARATION


def _is_left(reading: Reading, id: ObjectId, named: set[ObjectId]) -> bool:
    """Return whether an object is by itself, and nothing was said of it: what is as usual is not worth a word."""
    kind, definition = reading.kinds[id.kind], reading.live[id]
    if id in named or kind.is_inherited(definition) or kind.is_usual(definition):
        return False
    return not kind.declarable or (not kind.parents(id) and not hasattr(definition, "entries"))


def _not_modelled(reading: Reading, scope: Scope) -> Iterable[LeftOut]:
    if scope.tables:
        return
    for id, other in reading.others.items():
        in_scope = scope.has_schema(other.schema) if other.schema is not None else not scope.schemas
        if in_scope and not other.is_platforms:
            yield LeftOut(id, "the library does not model it: it stays as it is.")
