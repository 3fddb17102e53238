"""What a new program may declare of what a database holds. Pure.

The lints hold for programs; a database that exists may be as they would not have it. What they refuse is declared by
something narrower where there is such, and else is left as it is, and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from supaschema.core.errors import DeclarationError, OwnershipError
from supaschema.core.urn import Urn
from supaschema.declarations import (
    Declaration,
    Index,
    InlineIndex,
    InlinePolicy,
    Policy,
    Table,
    TableAccess,
    TablePatch,
)
from supaschema.engine.snapshot import by_anchor
from supaschema.export.facts import facts_of, object_of, resource_of
from supaschema.export.model import Exported, LeftOut
from supaschema.export.reading import Reading
from supaschema.export.tightened import tightened
from supaschema.lint.identifiers import schema_problem
from supaschema.provider.policy_circles import PolicyCircles

_KEY, _INDEXES = "primaryKey", "indexes"


def admitted(exported: Exported, reading: Reading, *, tighten: bool = False) -> Exported:
    """Return what a new program may declare, and with its reason what it may not.

    Args:
        exported: What the database holds.
        reading: Where that was read: a ledger there tells what other resources declare.
        tighten: Whether to declare what the lints refuse as they would have it, where that is sure.

    """
    declared: list[Declaration] = []
    left_out = [*exported.left_out]
    for one in exported.declared:
        why = _anothers(one, reading)
        for found in _as_far_as_admitted(one, tighten=tighten) if why is None else (LeftOut(object_of(one), why),):
            if isinstance(found, LeftOut):
                left_out.append(found)
            else:
                declared.append(found)
    good, bad = _without_circles(declared, reading)
    left_out += bad
    return Exported(tuple(good), tuple(sorted(left_out, key=lambda it: (it.id.name, it.id.kind))))


def _without_circles(declared: Sequence[Declaration], reading: Reading) -> tuple[list[Declaration], list[LeftOut]]:
    """Return declarations without those of policies by which every read fails, and these."""
    grouped = by_anchor(reading.live)
    circles = PolicyCircles(lambda table: grouped.get(table, {}), lambda id: id in reading.owners)
    for one in declared:
        circles.declare(facts_of(one))
    good: list[Declaration] = []
    bad: list[LeftOut] = []
    for one in declared:
        try:
            if isinstance(one, TableAccess | Policy):
                circles.refuse(facts_of(one))
        except DeclarationError as error:
            bad.append(LeftOut(object_of(one), f"it is not declared: {error}"))
        else:
            good.append(one)
    return good, bad


def _as_far_as_admitted(one: Declaration, *, tighten: bool) -> Iterator[Declaration | LeftOut]:
    problems = _problems(one)
    if not problems:
        yield one
        return
    tight = tightened(one) if tighten else one
    if tight != one and not _problems(tight):
        yield LeftOut(object_of(one), f"it is declared in another way than it is, for {_first(problems)}")
        yield tight
        return
    narrower = [tightened(it) if tighten else it for it in _narrower(one, problems)]
    good = [it for it in narrower if not _problems(it)]
    yield LeftOut(object_of(one), _told(problems, good))
    yield from good
    yield from (LeftOut(object_of(it), _told(bad, ())) for it in narrower if (bad := _problems(it)))


def _anothers(declared: Declaration, reading: Reading) -> str | None:
    """Return why an object is not this program's to declare: another resource does, or it is another role's."""
    facts = facts_of(declared)
    for fact in facts:
        if fact.id in reading.owners:
            urn = Urn.parse(reading.owners[fact.id])
            return f"resource {urn.name} of stack {urn.stack} declares {fact.id} already."
    try:
        reading.strangers.require({fact.id: fact.definition for fact in facts}, reading.kinds)
    except OwnershipError as error:
        return f"it is not declared: {error.what} {error.remedy.partition('. ')[2]}"
    return None


def _problems(declared: Declaration) -> dict[str, str]:
    """Return by field of the declaration what the lints say of it."""
    resource = resource_of(declared)
    found = [*resource.problems(declared)]
    outside = schema_problem(fact.id for fact in facts_of(declared))
    return {it.field: str(it) for it in reversed([*found, *([outside] if outside else ())])}


def _told(problems: dict[str, str], narrower: Sequence[Declaration]) -> str:
    if not narrower:
        return f"it is not declared: {_first(problems)}"
    classes = sorted({type(it).__name__ for it in narrower})
    return f"only {' and '.join(classes)} is declared of it: {_first(problems)}"


def _first(problems: dict[str, str]) -> str:
    return next(iter(reversed(problems.values())))


def _narrower(declared: Declaration, problems: dict[str, str]) -> Iterator[Declaration]:
    match declared:
        case TableAccess():
            for policy in declared.policies:
                yield Policy(schema=declared.schema, table=declared.table, **_fields(policy, InlinePolicy))
        case Table() if set(problems) == {_INDEXES}:
            yield msgspec.structs.replace(declared, indexes=())
            yield from _indexes(declared)
        case Table() if set(problems) <= {_KEY, _INDEXES}:
            names = set(TablePatch.__struct_fields__) & set(Table.__struct_fields__)
            parts = {name: getattr(declared, name) for name in names}
            yield TablePatch(table=declared.name, **parts)
            yield from _indexes(declared)


def _indexes(table: Table) -> Iterator[Index]:
    for index in table.indexes:
        yield Index(schema=table.schema, table=table.name, **_fields(index, InlineIndex))


def _fields(value: Declaration, of: type[Declaration]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in of.__struct_fields__}
