"""Extension: what the server has ready, and which schema it is in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.declarations import Extension
from supaschema.kinds import extension as extension_kind
from supaschema.lint.identifiers import name_problems
from supaschema.resources.base import Resource


class ExtensionResource(Resource[Extension]):
    """Extensions."""

    declaration = Extension

    def identify(self, declared: Extension) -> str:
        """Return the extension's name."""
        return declared.name

    def imported(self, id: str, live: Facts) -> Extension | None:
        """Return the live extension's declaration."""
        return _declared_from(live, id)

    def problems(self, declared: Extension) -> Iterable[DeclarationError]:
        """Return names that are too long, and what every database has."""
        yield from name_problems(declared.name, field="name")
        if declared.schema is not None:
            yield from name_problems(declared.schema, field="schema")
        if declared.name == "plpgsql":
            what = "every database has plpgsql from its beginning."
            yield DeclarationError(what, field="name", remedy="Take the declaration out.")

    def facts(self, declared: Extension) -> tuple[Fact, ...]:
        """Return the extension."""
        definition = extension_kind.Extension(schema=declared.schema, comment=declared.comment)
        return (Fact(ObjectId("extension", (declared.name,)), definition),)

    def lift(self, facts: Facts, declared: Extension) -> Mapping[str, Any]:
        """Return the extension as the facts have it."""
        found = _declared_from(facts, declared.name, declared)
        return {} if found is None else found.to_inputs()


def _declared_from(facts: Facts, name: str, known: Extension | None = None) -> Extension | None:
    found = facts.get(ObjectId("extension", (name,)))
    if not isinstance(found, extension_kind.Extension):
        return None
    said = known is not None and known.comment is not None
    return Extension(name=name, schema=found.schema, comment=found.comment if said else found.comment or None)
