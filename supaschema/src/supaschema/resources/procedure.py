"""Procedure: a procedure whose body is a file, and the roles that may call it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Lint
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.declarations import Procedure
from supaschema.declarations.function import SAFE_PATH
from supaschema.kinds import function_definition
from supaschema.kinds.function_grants import execute_fact
from supaschema.kinds.function_path import stored_path, written_path
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

_ENDING = re.compile(r"\b(?:commit|rollback)\b", re.IGNORECASE)


class ProcedureResource(routine.RoutineResource[Procedure]):
    """Procedures."""

    declaration = Procedure
    principal = "procedure"

    def problems(self, declared: Procedure) -> Iterable[DeclarationError]:
        """Return what the server would object to, and access that is hardly ever meant."""
        yield from name_problems(declared.name, field="name")
        yield from name_problems(declared.schema, field="schema")
        yield from source_problems(declared.language, declared.body, declared.file)
        yield from argument_problems(declared.arguments)
        yield from _ending_problems(declared) if declared.ends_transactions else _fixed_problems(declared)
        yield from execute_problems(declared.execute)

    def facts(self, declared: Procedure) -> tuple[Fact, ...]:
        """Return the procedure, and who may call it."""
        settings = {name.lower(): value for name, value in declared.settings.items()}
        fixed = {} if declared.ends_transactions else {"search_path": stored_path(declared.search_path)}
        definition = function_definition.Function(
            arguments=routine.arguments_of(declared.arguments),
            returns="",
            language=declared.language,
            body=declared.body,
            security_definer=declared.security_definer,
            settings={**fixed, **settings},
            comment=declared.comment,
        )
        name = self.name(declared)
        return Fact(ObjectId("procedure", name), definition), execute_fact("procedure", name, declared.execute)

    def declared_from(self, facts: Facts, name: routine.Name, known: Procedure | None = None) -> Procedure | None:
        """Return the declaration of a live procedure."""
        found = facts.get(ObjectId("procedure", name))
        if not isinstance(found, function_definition.Function):
            return None
        can_end = not found.settings and not found.security_definer
        return Procedure(
            schema=name[0],
            name=name[1],
            arguments=routine.declared_arguments(found.arguments),
            language=found.language,
            body=found.body,
            file=known.file if known else None,
            ends_transactions=can_end,
            security_definer=found.security_definer,
            search_path=SAFE_PATH if can_end else written_path(found.settings.get("search_path")),
            settings={key: value for key, value in found.settings.items() if key != "search_path"},
            execute=routine.execute_from(facts, ObjectId("procedure_grants", name), known.execute if known else ()),
            comment=found.comment,
        )


def _fixed_problems(declared: Procedure) -> Iterable[DeclarationError]:
    yield from search_path_problems(declared.search_path)
    yield from settings_problems(declared.settings)
    if declared.security_definer:
        yield from body_path_problems(declared.body)


def _ending_problems(declared: Procedure) -> Iterable[DeclarationError]:
    remedy = "Leave that out, or let the body end no transaction."
    for field, is_said in (
        ("securityDefiner", declared.security_definer),
        ("settings", declared.settings),
        ("searchPath", declared.search_path != SAFE_PATH),
    ):
        if is_said:
            what = "what ends transactions has the rights and the settings of its caller alone."
            yield DeclarationError(what, field=field, remedy=remedy)
    if not _ENDING.search(declared.body):
        what = "the search path depends on the caller, and nothing in the body ends a transaction."
        remedy = "Leave ends_transactions out: the path is fixed then."
        yield DeclarationError(what, field="endsTransactions", remedy=remedy, lint=Lint.SEARCH_PATH)
