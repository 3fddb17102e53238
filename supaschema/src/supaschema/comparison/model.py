"""The result of a comparison, for people and for programs; `diff.schema.json` describes it."""

from __future__ import annotations

import enum
from typing import Any

import msgspec

from supaschema.core.plan_record import PlanRecord

VERSION = 1


class _Value(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of what is told."""


class Verdict(enum.Enum):
    """What came of it."""

    SAME = "same"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    """Nothing is known to differ, and of something it cannot be told."""


class Side(enum.Enum):
    """Which of the two has something that no kind models."""

    FROM = "from"
    TO = "to"
    BOTH = "both"
    """Each has one of this name, and they are not the same."""


class Lone(_Value, frozen=True, kw_only=True):
    """Something that differs and that no kind models: no statement of the plan is about it."""

    name: str
    side: Side


class Untold(_Value, frozen=True, kw_only=True):
    """Something of which it cannot be told whether it differs, and why."""

    name: str
    why: str


class Comparison(_Value, frozen=True, kw_only=True):
    """Two sides compared.

    Attributes:
        version: Raised where a property changes its meaning or goes.
        source: How the side is called that the plan changes.
        target: How the other one is called.
        schemas: Those that were compared; empty: all.
        verdict: What came of it.
        plan: What makes the source like the target; None: there is no plan, and `refused` says why.
        refused: Why the plan, or the attempt to make one, would be refused as it is; None: it would not.
        lone: What differs and no plan changes.
        untold: Of what it cannot be told whether it differs.
        applied: Whether the plan was run.

    """

    version: int = VERSION
    source: str = msgspec.field(name="from")
    target: str = msgspec.field(name="to")
    schemas: tuple[str, ...]
    verdict: Verdict
    plan: PlanRecord | None
    refused: str | None
    lone: tuple[Lone, ...]
    untold: tuple[Untold, ...]
    applied: bool = False

    def json(self) -> str:
        """Return it for programs."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2).decode() + "\n"


def verdict_of(*, differs: bool, untold: bool) -> Verdict:
    """Return what came of a comparison."""
    if differs:
        return Verdict.DIFFERS
    return Verdict.UNKNOWN if untold else Verdict.SAME


def schema() -> str:
    """Return the JSON Schema of a comparison; a version's gets more properties, and loses or changes none."""
    made: dict[str, Any] = msgspec.json.schema(Comparison)
    made["$defs"]["Comparison"]["properties"]["version"] = {"const": VERSION}
    title = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A comparison of supaschema diff"}
    return msgspec.json.format(msgspec.json.encode({**title, **made}), indent=2).decode() + "\n"
