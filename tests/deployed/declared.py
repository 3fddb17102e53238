"""What the program declares for a stack: its settings as the CLI tells them, and every object as a fact."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import pulumi
from pulumi.runtime import config as runtime_config

from connectors import system
from connectors.settings import StackSettings
from supaschema.core.lints import LintLevel
from supaschema.core.model import Definition, ObjectId
from supaschema.database.settings import lints_from
from supaschema.declarations import TablePatch
from supaschema.registry import RESOURCES
from supaschema.supabase.roles import API_ROLES

PROJECT = "supaschema"

D = TypeVar("D", bound=Definition)


@dataclass(frozen=True)
class Declared:
    """The declarations of one stack."""

    settings: StackSettings

    @cached_property
    def facts(self) -> Mapping[ObjectId, Definition]:
        """Every object of every part."""
        return {fact.id: fact.definition for declared in self._declarations() for fact in _resource(declared)}

    def of(self, kind: str, definition: type[D]) -> Iterator[tuple[ObjectId, D]]:
        """Return the objects of one kind."""
        for id, found in self.facts.items():
            if id.kind == kind:
                assert isinstance(found, definition)
                yield id, found

    @cached_property
    def nullable(self) -> frozenset[tuple[str, ...]]:
        """The columns that must admit NULL."""
        required = {id.name for id in self.facts if id.kind == "not_null"}
        columns = {id.name for id in self.facts if id.kind == "column"}
        for declared in self._declarations():
            if isinstance(declared, TablePatch):
                columns |= {
                    (declared.schema, declared.table, name) for name, null in declared.nullability.items() if null
                }
        return frozenset(columns - required)

    @cached_property
    def schemas(self) -> tuple[str, ...]:
        """The schemas that hold something declared."""
        kinds = {
            "table",
            "column",
            "view",
            "materialized_view",
            "function",
            "procedure",
            "aggregate",
            "policy",
            "sequence",
            "enum_type",
            "domain",
            "composite_type",
            "range_type",
            "collation",
        }
        return tuple(sorted({id.name[0] for id in self.facts if id.kind in kinds}))

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The roles whose access is declared: PUBLIC, the API's, and those that a grant names."""
        named = {entry.grantee for definition in self.facts.values() for entry in getattr(definition, "entries", ())}
        return tuple(dict.fromkeys((*API_ROLES, *sorted(named))))

    @cached_property
    def lints(self) -> tuple[LintLevel, ...]:
        """What the stack says of rules that are no errors in it."""
        return lints_from({"lints": self.settings.connection.lints})

    def _declarations(self) -> Iterator[Any]:
        for area in system.areas(self.settings):
            for part in area.parts:
                yield part.declaration


def _resource(declared: Any) -> Any:
    return RESOURCES[f"supaschema:index:{type(declared).__name__}"].facts(declared)


def read_settings(text: str) -> StackSettings:
    """Read what `pulumi config --json` prints; secrets are left out of it, and are not needed.

    Raise:
        ValueError: It is no such text.
        pulumi.RunError: A setting has a value that the program cannot work with.
        DeclarationError: A lint of it is none.

    """
    given = json.loads(text or "{}")
    runtime_config.set_all_config({key: item["value"] for key, item in given.items() if not item.get("secret")})
    settings = StackSettings.load(pulumi.Config(PROJECT))
    lints_from({"lints": settings.connection.lints})
    return settings
