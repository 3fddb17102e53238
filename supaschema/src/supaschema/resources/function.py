"""Function: a function whose body is a file, and the roles that may call it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.declarations import Function, Parallel, Volatility
from supaschema.kinds import function_definition
from supaschema.kinds.function_grants import execute_fact
from supaschema.kinds.function_path import stored_path, written_path
from supaschema.kinds.function_text import gives_set, usual_planning
from supaschema.lint.identifiers import name_problems
from supaschema.lint.routines import (
    argument_problems,
    body_path_problems,
    execute_problems,
    search_path_problems,
    settings_problems,
    source_problems,
)
from supaschema.resources import routine
from supaschema.supabase.platform import EXPOSED_SCHEMA
from supaschema.supabase.roles import END_USERS


class FunctionResource(routine.RoutineResource[Function]):
    """Functions."""

    declaration = Function
    principal = "function"

    def problems(self, declared: Function) -> Iterable[DeclarationError]:
        """Return what the server or Supabase's linter would object to, and access that is hardly ever meant."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.schema, field="schema")
        yield from source_problems(declared.language, declared.body, declared.file)
        yield from argument_problems(declared.arguments)
        yield from _result_problems(declared)
        yield from _planning_problems(declared)
        yield from search_path_problems(declared.search_path)
        yield from settings_problems(declared.settings)
        if declared.security_definer or declared.returns.strip().lower() == "trigger":
            yield from body_path_problems(declared.body)
        yield from execute_problems(declared.execute)
        yield from _access_problems(declared)

    def facts(self, declared: Function) -> tuple[Fact, ...]:
        """Return the function, and who may call it."""
        settings = {name.lower(): value for name, value in declared.settings.items()}
        definition = function_definition.Function(
            arguments=routine.arguments_of(declared.arguments),
            returns=declared.returns,
            language=declared.language,
            body=declared.body,
            volatility=declared.volatility.value,
            strict=declared.strict,
            security_definer=declared.security_definer,
            parallel=declared.parallel and declared.parallel.value,
            leakproof=declared.leakproof,
            cost=declared.cost,
            rows=declared.rows,
            support=declared.support,
            settings={"search_path": stored_path(declared.search_path), **settings},
            comment=declared.comment,
        )
        name = self.name(declared)
        return Fact(ObjectId("function", name), definition), execute_fact("function", name, declared.execute)

    def declared_from(self, facts: Facts, name: routine.Name, known: Function | None = None) -> Function | None:
        """Return the declaration of a live function."""
        found = facts.get(ObjectId("function", name))
        if not isinstance(found, function_definition.Function):
            return None
        return Function(
            schema=name[0],
            name=name[1],
            arguments=routine.declared_arguments(found.arguments),
            returns=found.returns,
            language=found.language,
            body=found.body,
            file=known.file if known else None,
            volatility=Volatility(found.volatility),
            strict=found.strict,
            security_definer=found.security_definer,
            **_planning(found, known),
            search_path=written_path(found.settings.get("search_path")),
            settings={key: value for key, value in found.settings.items() if key != "search_path"},
            execute=routine.execute_from(facts, ObjectId("function_grants", name), known.execute if known else ()),
            comment=found.comment,
        )


def _planning(found: function_definition.Function, known: Function | None) -> dict[str, Any]:
    # What is declared, and what is not as the server takes it.
    live = {name: getattr(found, name) for name in function_definition.PLANNING}
    live["parallel"] = live["parallel"] and Parallel(live["parallel"])
    usual = usual_planning(found.returns)
    return {
        name: value
        for name, value in live.items()
        if value != usual[name] or (known is not None and getattr(known, name) is not None)
    }


def _result_problems(declared: Function) -> Iterable[DeclarationError]:
    if not declared.returns.strip():
        yield DeclarationError("the result is not declared.", field="returns", remedy="Write a type, or void.")
    if declared.returns.strip().lower() == "trigger":
        if declared.arguments:
            what = "a trigger's function declares no arguments."
            yield DeclarationError(what, field="arguments", remedy="Read them from TG_ARGV.")
        if declared.language == "sql":
            yield DeclarationError(
                "an SQL function cannot return trigger.", field="language", remedy="Write it in plpgsql."
            )


def _planning_problems(declared: Function) -> Iterable[DeclarationError]:
    for field in ("cost", "rows"):
        value = getattr(declared, field)
        if value is not None and value <= 0:
            yield DeclarationError(f"{field} is {value:g}.", field=field, remedy="Write a number above 0.")
    if declared.rows is not None and not gives_set(declared.returns):
        what = "rows are expected of a function that gives no set."
        yield DeclarationError(what, field="rows", remedy="Leave them out, or return setof or table.")
    if declared.support and "." not in declared.support:
        what = f'the function "{declared.support}" is named without its schema.'
        yield DeclarationError(what, field="support", remedy="Write schema.name.")


def _access_problems(declared: Function) -> Iterable[DeclarationError]:
    if not (declared.security_definer and declared.schema == EXPOSED_SCHEMA):
        return
    yield DeclarationError(
        f"{declared.schema}.{declared.name} would run with its owner's rights and be called through the API.",
        field="securityDefiner",
        remedy="Let it be security invoker and call a definer function in schema private that checks.",
        lint=Lint.DEFINER_IN_API,
    )
    open_to = [role for role in END_USERS if role in declared.execute]
    if open_to:
        yield DeclarationError(
            f"{', '.join(open_to)} could do through it what only its owner may.",
            field="execute",
            remedy="Give EXECUTE to service_role alone until it is security invoker.",
            lint=Lint.DEFINER_IN_API,
        )
