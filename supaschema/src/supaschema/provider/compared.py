"""What differs, for people: without what the server adds of its own and nobody compares."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import msgspec

from supaschema.core.model import Definition, Delta, Plan
from supaschema.registry import KINDS


def compared(plan: Plan) -> Plan:
    """Return a plan whose differences say what is compared.

    The server's own text of a constraint or a function says again what its parts say, and no declaration has one: where
    only one side has it, or it is the whole object that comes or goes, it would be read as a change.
    """
    stay = (_again(delta, plan) for delta in plan.deltas if delta.new is not None)
    # What goes is known from the ledger, which has no order: the same change is told in the same words.
    gone = sorted((delta for delta in plan.deltas if delta.new is None), key=_place)
    return replace(plan, deltas=tuple(map(_compared, (*stay, *gone))))


def _again(delta: Delta, plan: Plan) -> Delta:
    # What goes with a recreated object is not new when it comes back.
    return replace(delta, old=plan.vanishing[delta.id]) if delta.id in plan.vanishing else delta


def _place(delta: Delta) -> tuple[tuple[str, ...], int, tuple[str, ...]]:
    return delta.id.name[:2], list(KINDS).index(delta.id.kind), delta.id.name


def _compared(delta: Delta) -> Delta:
    old, new = delta.old, delta.new
    return replace(delta, old=_without(delta, old, new), new=_without(delta, new, old))


def _without(delta: Delta, definition: Definition | None, other: Definition | None) -> Definition | None:
    if definition is None:
        return None
    whole, told = msgspec.to_builtins(definition), msgspec.to_builtins(KINDS[delta.id.kind].structure(definition))
    fields = {name.partition("[")[0] for name in KINDS[delta.id.kind].sql_fields(delta.id, definition)}
    beside: dict[str, Any] = {} if other is None else msgspec.to_builtins(other)
    # Of what comes or goes as a whole a list is told all the same: the arguments of a function.
    added = {
        key: _default(definition, key)
        for key, value in whole.items()
        if key not in told and key not in fields and key not in beside
        if not (other is None and isinstance(value, list))
    }
    return msgspec.structs.replace(definition, **added) if added else definition


def _default(definition: Definition, key: str) -> Any:
    field = _fields(type(definition))[key]
    return field.default if field.default is not msgspec.NODEFAULT else field.default_factory()


@functools.cache
def _fields(definition: type[Definition]) -> dict[str, msgspec.structs.FieldInfo]:
    # To ask for them takes a millisecond, and a plan may be of thousands of objects.
    return {field.encode_name: field for field in msgspec.structs.fields(definition)}
