"""Function: a function whose body is a file, and the roles that may call it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.renames import Rename
from supaschema.core.type_names import argument_type, is_given, split_list
from supaschema.declarations import Argument, Function, Parallel, Volatility
from supaschema.declarations.function import SAFE_PATH
from supaschema.kinds import function_definition
from supaschema.kinds.function_grants import function_grants_fact
from supaschema.kinds.function_text import gives_set, usual_planning
from supaschema.kinds.grants import Grants
from supaschema.lint.identifiers import name_problems
from supaschema.resources import renamed
from supaschema.resources.base import Resource
from supaschema.supabase.platform import EXPOSED_SCHEMA
from supaschema.supabase.roles import API_ROLES, END_USERS

Name = tuple[str, str, str]

NOT_FIXED = "(not fixed)"
"""What a lifted declaration says of a search path that is the caller's."""

_ID = re.compile(r"^(?P<schema>[^.]+)\.(?P<name>.+?)\((?P<arguments>.*)\)$", re.DOTALL)
_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*$")
_LANGUAGES = ("sql", "plpgsql")
_SERVERS, _TEMPORARY = "pg_catalog", "pg_temp"
_OF_A_SESSION = re.compile(r"pg_temp(_\d+)?$|pg_toast_temp")
_IDENTITY = ("role", "session_authorization", "session_replication_role")
"""Settings of a session that a function must not change for what it calls, triggers and policies included."""
_BODY_PATH = re.compile(
    r"\b(?:set|reset)\s+(?:(?:local|session)\s+)?search_path\b|\bset_config\s*\(\s*'search_path'|\bset\s+schema\s+'",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"--[^\n]*")
_CLAIMS = "request.jwt"
"""How settings begin by which policies know who is signed in."""


class FunctionResource(Resource[Function]):
    """Functions."""

    declaration = Function
    principal = "function"

    def identify(self, declared: Function) -> str:
        """Return `schema.name(argument types)`: functions of one name differ by them."""
        schema, name, arguments = _name(declared)
        return f"{schema}.{name}({arguments})"

    def imported(self, id: str, live: Facts) -> Function | None:
        """Return the live function's declaration."""
        for it in live:
            if it.kind == self.principal and f"{it.name[0]}.{it.name[1]}({it.name[2]})" == id:
                return _declared_from(live, (it.name[0], it.name[1], it.name[2]))
        match = _ID.match(id)
        if match is None:
            return None
        types = ", ".join(argument_type(item) for item in split_list(match["arguments"]))
        return _declared_from(live, (match["schema"], match["name"], types))

    def problems(self, declared: Function) -> Iterable[DeclarationError]:
        """Return what the server or Supabase's linter would object to, and access that is hardly ever meant."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.schema, field="schema")
        if not declared.body.strip():
            remedy = f"See {declared.file}." if declared.file else "Give one."
            yield DeclarationError("the body is empty.", field="body", remedy=remedy)
        if declared.language not in _LANGUAGES:
            what = f'functions in "{declared.language}" are not supported.'
            yield DeclarationError(what, field="language", remedy="Write sql or plpgsql.")
        yield from _signature_problems(declared)
        yield from _planning_problems(declared)
        yield from _search_path_problems(declared)
        yield from _settings_problems(declared)
        yield from _body_problems(declared)
        yield from _access_problems(declared)

    def facts(self, declared: Function) -> tuple[Fact, ...]:
        """Return the function, and who may call it."""
        settings = {name.lower(): value for name, value in declared.settings.items()}
        definition = function_definition.Function(
            arguments=tuple(
                function_definition.Argument(name=item.name, type=item.type, default=item.default)
                for item in declared.arguments
            ),
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
            settings={"search_path": _stored(declared.search_path), **settings},
            comment=declared.comment,
        )
        name = _name(declared)
        return Fact(ObjectId("function", name), definition), function_grants_fact(name, declared.execute)

    def renames(self, declared: Function) -> tuple[Rename, ...]:
        """Return those of the function."""
        return tuple(renamed.of_routine("function", _name(declared), declared.renamed_from))

    def former(self, declared: Function) -> tuple[str, ...]:
        """Return the ids of its former names."""
        names = (renamed.routine(_name(declared), text) for text in declared.renamed_from)
        return tuple(f"{schema}.{name}({types})" for schema, name, types in names)

    def lift(self, facts: Facts, declared: Function) -> Mapping[str, Any]:
        """Return the function as the facts have it."""
        found = _declared_from(facts, _name(declared), declared)
        return {} if found is None else found.to_inputs()


def _name(declared: Function) -> Name:
    return (
        declared.schema,
        declared.name,
        ", ".join(argument_type(item.type) for item in declared.arguments if is_given(item.type)),
    )


def _declared_from(facts: Facts, name: Name, known: Function | None = None) -> Function | None:
    found = facts.get(ObjectId("function", name))
    if not isinstance(found, function_definition.Function):
        return None
    return Function(
        schema=name[0],
        name=name[1],
        arguments=tuple(Argument(name=item.name, type=item.type, default=item.default) for item in found.arguments),
        returns=found.returns,
        language=found.language,
        body=found.body,
        file=known.file if known else None,
        volatility=Volatility(found.volatility),
        strict=found.strict,
        security_definer=found.security_definer,
        **_planning(found, known),
        search_path=_written(found.settings.get("search_path")),
        settings={key: value for key, value in found.settings.items() if key != "search_path"},
        execute=_execute(facts, name, known.execute if known else ()),
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


def _execute(facts: Facts, name: Name, order: tuple[str, ...]) -> tuple[str, ...]:
    # Those that the declaration names, in its order, then who else may call of the roles it is complete for.
    found = facts.get(ObjectId("function_grants", name))
    if not isinstance(found, Grants):
        return ()
    held = {entry.grantee for entry in found.entries if entry.privileges}
    strangers = sorted(held.intersection(API_ROLES).difference(order))
    return (*(role for role in order if role in held), *strangers)


def _stored(search_path: str) -> str:
    # As pg_proc.proconfig has it: each name quoted where it must be, an empty path one empty name.
    return ", ".join(name if _PLAIN.match(name) else _quoted(name) for name in _names(search_path) or [""])


def _names(search_path: str) -> list[str]:
    # As they are stored: what is not quoted is taken as it is written, capitals too.
    return [item[1:-1].replace('""', '"') if item.startswith('"') else item for item in split_list(search_path)]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _written(stored: str | None) -> str:
    if stored is None:
        return NOT_FIXED
    return "" if stored == '""' else stored


def _signature_problems(declared: Function) -> Iterable[DeclarationError]:
    names = [item.name for item in declared.arguments if item.name]
    for name in names:
        yield from name_problems(name, field="arguments")
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield DeclarationError(f'two arguments are called "{name}".', field="arguments", remedy="Rename one.")
    given = [item.default is not None for item in declared.arguments if is_given(item.type)]
    if given != sorted(given):
        what = "an argument without a default follows one with a default."
        yield DeclarationError(what, field="arguments", remedy="Give it one, or move it to the front.")
    for item in declared.arguments:
        if "%" in item.type:
            what = f'the type "{item.type}" of argument "{item.name}" refers to a column.'
            yield DeclarationError(
                what, field="arguments", remedy="Write the type itself: the server keeps no reference."
            )
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


def _search_path_problems(declared: Function) -> Iterable[DeclarationError]:
    names = _names(declared.search_path)
    if NOT_FIXED in declared.search_path or "$user" in names:
        what = "the search path depends on the caller, who could put another object in a name's place."
    elif not any(names):
        what = (
            "the search path is empty: the server then looks for types and relations among the caller's temporary ones "
            "first, and what these run has the rights of the function."
        )
    elif names[-1] != _TEMPORARY:
        what = (
            f"the search path does not end with {_TEMPORARY}: the caller's temporary types and relations are found "
            "before all that it names, and what these run has the rights of the function."
        )
    elif any(_OF_A_SESSION.match(name) for name in names[:-1]):
        what = "the search path names temporary objects, which are the caller's, before others."
    elif _SERVERS in names[1:]:
        what = f"the search path names {names[0]} before {_SERVERS}: what is made there stands in the server's place."
    else:
        return
    remedy = f"Write {SAFE_PATH}, which is the default, and qualify the other names in the body."
    yield DeclarationError(what, field="searchPath", remedy=remedy, lint=Lint.SEARCH_PATH)


def _body_problems(declared: Function) -> Iterable[DeclarationError]:
    acts_for_others = declared.security_definer or declared.returns.strip().lower() == "trigger"
    if acts_for_others and _BODY_PATH.search(_COMMENT.sub("", declared.body)):
        what = "the body sets a search path of its own, which the declared one does not hold for."
        remedy = "Leave that out, and qualify the names."
        yield DeclarationError(what, field="body", remedy=remedy, lint=Lint.SEARCH_PATH)


def _settings_problems(declared: Function) -> Iterable[DeclarationError]:
    for name in sorted(declared.settings):
        if name.lower() == "search_path":
            what = "search_path stands among the settings."
            yield DeclarationError(what, field="settings", remedy="Give it as search_path.")
        elif name.lower() in _IDENTITY or name.lower().startswith(_CLAIMS):
            what = f"{name} stands among the settings: it changes who the session is, or what protects rows from it."
            remedy = "Leave it out; for its owner's rights make the function security definer."
            yield DeclarationError(what, field="settings", remedy=remedy)


def _access_problems(declared: Function) -> Iterable[DeclarationError]:
    for role in sorted({role for role in declared.execute if declared.execute.count(role) > 1}):
        yield DeclarationError(f"{role} is named twice.", field="execute", remedy="Remove one.")
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
