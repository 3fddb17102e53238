"""Aggregate: an aggregate of functions, and the roles that may call it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.type_names import argument_type
from supaschema.declarations import Aggregate, Argument, FinalfuncModify, Parallel
from supaschema.kinds import aggregate_definition as live_aggregate
from supaschema.kinds.aggregate_definition import usual_modify
from supaschema.kinds.function_definition import Argument as LiveArgument
from supaschema.kinds.function_grants import execute_fact
from supaschema.lint.identifiers import name_problems
from supaschema.lint.routines import argument_problems, execute_problems
from supaschema.resources import routine

_ALIKE = (
    "hypothetical", "sfunc", "sspace", "initcond", "finalfunc", "finalfunc_extra", "combinefunc", "serialfunc",
    "deserialfunc", "msfunc", "minvfunc", "msspace", "mfinalfunc", "mfinalfunc_extra", "minitcond", "sortop", "comment",
)  # fmt: skip
"""What declaration and definition say alike."""
_NAMES = (
    "sfunc",
    "finalfunc",
    "combinefunc",
    "serialfunc",
    "deserialfunc",
    "msfunc",
    "minvfunc",
    "mfinalfunc",
    "sortop",
)
_OF_MOVING = ("minvfunc", "mstype", "msspace", "mfinalfunc", "mfinalfunc_extra", "mfinalfunc_modify", "minitcond")
_VARIADIC = "variadic "


class AggregateResource(routine.RoutineResource[Aggregate]):
    """Aggregates."""

    declaration = Aggregate
    principal = "aggregate"

    def problems(self, declared: Aggregate) -> Iterable[DeclarationError]:
        """Return what the server would object to."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.schema, field="schema")
        arguments = (*declared.arguments, *declared.order_by)
        yield from argument_problems(_merged(declared))
        if any(item.default is not None for item in arguments):
            yield DeclarationError("an argument has a default.", field="arguments", remedy="Leave it out.")
        for name in _NAMES:
            if "." not in (getattr(declared, name) or "."):
                what = f"{getattr(declared, name)} is named without its schema."
                yield DeclarationError(what, field=name, remedy="Write schema.name.")
        if declared.hypothetical and not declared.order_by:
            what = "a hypothetical-set aggregate has nothing to order by."
            yield DeclarationError(what, field="orderBy", remedy="Say what it aggregates.")
        yield from _moving_problems(declared)
        if (declared.serialfunc is None) != (declared.deserialfunc is None):
            what = "a state is written for another process, or read, and not both."
            yield DeclarationError(what, field="serialfunc", remedy="Declare both functions, or none.")
        yield from execute_problems(declared.execute)

    def facts(self, declared: Aggregate) -> tuple[Fact, ...]:
        """Return the aggregate, and who may call it."""
        direct = len(declared.arguments) if declared.order_by else None
        definition = live_aggregate.Aggregate(
            arguments=tuple(LiveArgument(name=item.name, type=_type(item.type)) for item in _merged(declared)),
            direct=direct,
            stype=argument_type(declared.stype),
            mstype=None if declared.mstype is None else argument_type(declared.mstype),
            finalfunc_modify=(declared.finalfunc_modify or FinalfuncModify(usual_modify(direct))).value,
            mfinalfunc_modify=(declared.mfinalfunc_modify or FinalfuncModify(usual_modify(direct))).value
            if declared.msfunc
            else live_aggregate.READ_ONLY,
            parallel=declared.parallel.value,
            **{name: getattr(declared, name) for name in _ALIKE},
        )
        name = self.name(declared)
        return Fact(ObjectId("aggregate", name), definition), execute_fact("aggregate", name, declared.execute)

    def name(self, declared: Aggregate) -> routine.Name:
        """Return what tells it from others: the direct arguments come first."""
        return routine.name_of(declared.schema, declared.name, _merged(declared))

    def imported(self, id: str, live: Facts) -> Aggregate | None:
        """Return the live aggregate's declaration; `(*)` is how the server writes that it takes nothing."""
        return super().imported(id.replace("(*)", "()"), live)

    def declared_from(self, facts: Facts, name: routine.Name, known: Aggregate | None = None) -> Aggregate | None:
        """Return the declaration of a live aggregate."""
        found = facts.get(ObjectId("aggregate", name))
        if not isinstance(found, live_aggregate.Aggregate):
            return None
        arguments = routine.declared_arguments(found.arguments)
        direct = len(arguments) if found.direct is None else found.direct
        ordered = () if found.direct is None else arguments[direct:] or arguments[-1:]
        one = Aggregate(
            schema=name[0],
            name=name[1],
            arguments=arguments[:direct],
            order_by=ordered,
            stype=found.stype,
            mstype=found.mstype,
            finalfunc_modify=_modify(found.finalfunc_modify, found, known.finalfunc_modify if known else None),
            mfinalfunc_modify=_modify(found.mfinalfunc_modify, found, known.mfinalfunc_modify if known else None)
            if found.msfunc
            else None,
            parallel=Parallel(found.parallel),
            execute=routine.execute_from(facts, ObjectId("aggregate_grants", name), known.execute if known else ()),
            **{item: getattr(found, item) for item in _ALIKE},
        )
        return one if known is None else _as_written(one, known)


def _merged(declared: Aggregate) -> tuple[Argument, ...]:
    # A direct argument that takes whatever follows is what is aggregated as well: the catalog has it once.
    last = declared.arguments[-1:]
    if last and last == declared.order_by and last[0].type.lower().startswith(_VARIADIC):
        return declared.arguments
    return (*declared.arguments, *declared.order_by)


def _type(text: str) -> str:
    is_variadic = text.lower().startswith(_VARIADIC)
    return f"{_VARIADIC if is_variadic else ''}{argument_type(text)}"


def _as_written(one: Aggregate, known: Aggregate) -> Aggregate:
    # What is written in other words stays as it is written.
    pairs = {"stype": (one.stype, known.stype), "mstype": (one.mstype or "", known.mstype or "")}
    same = {
        name: known_one for name, (found, known_one) in pairs.items() if argument_type(known_one) == found and found
    }
    for name in ("arguments", "order_by"):
        if [(it.name, it.type) for it in getattr(one, name)] == [
            (it.name, _type(it.type)) for it in getattr(known, name)
        ]:
            same[name] = getattr(known, name)
    return msgspec.structs.replace(one, **same)


def _modify(found: str, of: live_aggregate.Aggregate, said: FinalfuncModify | None) -> FinalfuncModify | None:
    return None if said is None and found == usual_modify(of.direct) else FinalfuncModify(found)


def _moving_problems(declared: Aggregate) -> Iterable[DeclarationError]:
    if declared.msfunc is None:
        for name in _OF_MOVING:
            if getattr(declared, name):
                what = "it is for windows that move, and there is no msfunc."
                yield DeclarationError(what, field=name, remedy="Declare msfunc, minvfunc and mstype, or leave it out.")
    elif declared.minvfunc is None or declared.mstype is None:
        what = "for windows that move there is no minvfunc, or no mstype."
        yield DeclarationError(what, field="msfunc", remedy="Declare all three.")
