"""The report of a change, as values. Its JSON is for programs: its version is kept as that of plan records is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum

import msgspec

from supaschema.core.model import Hazard
from supaschema.core.plan_record import PlanRecord, Risk, Size, Step
from supaschema.core.urn import Urn
from supaschema.review.trial_result import Trial

VERSION = 1


class Operation(Enum):
    """What happens to a resource."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REPLACE = "replace"
    IMPORT = "import"

    @property
    def sign(self) -> str:
        """The sign that Pulumi gives it."""
        return _SIGNS[self]


_SIGNS = {
    Operation.CREATE: "+",
    Operation.UPDATE: "~",
    Operation.DELETE: "-",
    Operation.REPLACE: "+-",
    Operation.IMPORT: "=",
}


class Verdict(Enum):
    """What `pulumi up` would do with the change as it stands."""

    FAILS = "fails"
    """The preview itself fails."""
    TRIAL_FAILED = "trial failed"
    """It was tried in a scratch database, and that went wrong."""
    STALE = "stale"
    """The database is another than when the snapshot was taken that it was made of."""
    REFUSED = "refused"
    """A hazard lacks consent."""
    UNKNOWN = "unknown"
    """A resource is not planned, for what it declares, or the database, is known only once another one is deployed."""
    APPLIES = "applies"
    EMPTY = "empty"
    """Nothing changes."""


def type_of(urn: str) -> str:
    """Return the type in a resource's URN, such as `Table`; of another provider's whole."""
    token = Urn.parse(urn).type
    package, _, name = token.partition(":index:")
    return name if package == "supaschema" else token


class Change(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One resource that changes."""

    urn: str
    operation: Operation
    plan: PlanRecord | None
    """None where there is none: of a resource that another provider provides, or one whose preview fails."""

    @property
    def name(self) -> str:
        """The resource's name in the stack."""
        return Urn.parse(self.urn).name

    @property
    def type(self) -> str:
        """The resource's type, such as `Table`; of another provider whole: `random:index:RandomPassword`."""
        return type_of(self.urn)

    @property
    def is_unplanned(self) -> bool:
        """Whether nobody knows yet what would be run for it."""
        is_ours = Urn.parse(self.urn).type.startswith("supaschema:index:")
        return is_ours and self.plan is None and self.operation is not Operation.IMPORT

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its statements."""
        return self.plan.steps if self.plan else ()

    @property
    def asked(self) -> tuple[str, ...]:
        """What rows must not be for it."""
        return self.plan.asked if self.plan else ()

    @property
    def risks(self) -> tuple[Risk, ...]:
        """Its hazards, each once."""
        return tuple(dict.fromkeys(risk for step in self.steps for risk in step.hazards))


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why the preview fails: what was said, and of which resource; no resource: of the program or the stack."""

    urn: str | None
    message: str

    @property
    def name(self) -> str:
        """The resource's name in the stack; empty: it is none's."""
        return Urn.parse(self.urn).name if self.urn else ""

    @property
    def type(self) -> str:
        """The resource's type; empty: it is none's."""
        return type_of(self.urn) if self.urn else ""


class Origin(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The snapshot that a report was made of: its fingerprint, and when it was taken."""

    fingerprint: str
    taken_at: str
    changed_by: str | None = None
    """When a later snapshot was taken that has another fingerprint; None: none is known."""


class StackReport(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a change does to one stack."""

    stack: str
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    unchanged: int
    trial: Trial | None = None
    """None: it was not tried."""
    origin: Origin | None = None
    """None: it was made of the database itself."""

    @property
    def verdict(self) -> Verdict:
        """What would come of it."""
        if self.origin is not None and self.origin.changed_by is not None:
            return Verdict.STALE
        if self.problems:
            return Verdict.FAILS
        if self.trial is not None and not self.trial.passed:
            return Verdict.TRIAL_FAILED
        if not self.changes:
            return Verdict.EMPTY
        if any(risk.refused for _, risk in self.risks()):
            return Verdict.REFUSED
        return Verdict.UNKNOWN if any(change.is_unplanned for change in self.changes) else Verdict.APPLIES

    def risks(self, *hazards: Hazard) -> Iterator[tuple[Change, Risk]]:
        """Yield the hazards, of these kinds or of all, with the change that has them."""
        names = {hazard.value for hazard in hazards or Hazard}
        yield from ((change, risk) for change in self.changes for risk in change.risks if risk.hazard in names)

    @property
    def times(self) -> dict[str, float]:
        """How many seconds each statement took in a trial that measured; nothing where none did."""
        return {each.sql: each.seconds for each in self.trial.measured} if self.trial is not None else {}

    def sizes(self) -> dict[str, Size]:
        """Return what the statistics say of the locked relations."""
        return {name: size for change in self.changes if change.plan for name, size in change.plan.relations.items()}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a change does, stack by stack."""

    version: int = VERSION
    stacks: tuple[StackReport, ...] = ()

    def json(self) -> str:
        """Return it as JSON of ASCII alone: in a terminal no name does anything."""
        whole = msgspec.to_builtins(self)
        told = [
            {"verdict": stack.verdict.value, **values}
            for stack, values in zip(self.stacks, whole["stacks"], strict=True)
        ]
        return json.dumps({**whole, "stacks": told}, indent=2) + "\n"
