"""The outputs of a resource: its inputs, their defaults, and what the provider tells of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

import msgspec

from supaschema.core.quoted import quoted
from supaschema.declarations import Declaration
from supaschema.provider.incarnations import GENERATION, LEDGER_URN, Inputs
from supaschema.provider.values import UNKNOWN

QUALIFIED_NAME = "qualifiedName"
"""Output that holds how SQL text names the object; what an earlier version made lacks it until a refresh."""


def outputs(declaration: type[Declaration], inputs: Inputs, urn: str, generation: int) -> Inputs:
    """Return the outputs of a resource.

    Args:
        declaration: The class of what it declares.
        inputs: Its inputs; at preview some of them may be unknown.
        urn: Its name in the ledger.
        generation: Which of the resources made under this name it is.

    """
    found = {**inputs, **{key: value for key, value in defaults(declaration) if inputs.get(key) is None}}
    if declaration.qualified_by:
        found[QUALIFIED_NAME] = _qualified([found.get(part) for part in declaration.qualified_by])
    return {**found, LEDGER_URN: urn, GENERATION: generation}


def inputs_of(outputs: Mapping[str, Any]) -> Inputs:
    """Return the inputs among the outputs of a resource; some of them may be defaults."""
    return {key: value for key, value in outputs.items() if key not in (QUALIFIED_NAME, LEDGER_URN, GENERATION)}


def defaults(declaration: type[Declaration]) -> Iterator[tuple[str, bool | int | str]]:
    """Yield the properties that are words, numbers or yes and no, and have a default, each with that."""
    for field in msgspec.structs.fields(declaration):
        value = field.default.value if isinstance(field.default, Enum) else field.default
        if isinstance(value, bool | int | str):
            yield field.encode_name, value


def _qualified(parts: list[Any]) -> str:
    # At a preview nobody has checked the others of a resource that has an unknown property.
    if any(not isinstance(part, str) or part == UNKNOWN for part in parts):
        return UNKNOWN
    return quoted(*parts)
