"""What the provider's verbs answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from supaschema.core.errors import SupaschemaError
from supaschema.provider.incarnations import Inputs
from supaschema.provider.property_diff import Change


@dataclass(frozen=True)
class DiffResult:
    """What `Diff` answers."""

    properties: Mapping[str, Change] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    changed: bool = False


@dataclass(frozen=True)
class CreateResult:
    """What `Create` answers."""

    id: str
    outputs: Inputs
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remarks:
    """What is told of a resource's relations, once.

    Attributes:
        hung: A sentence on each thing that others hung on its tables.
        unmodelled: A sentence on what no kind models on its relations, or in its schema; None: nothing new.

    """

    hung: tuple[str, ...] = ()
    unmodelled: str | None = None


class PartiallyApplied(Exception):
    """Some steps were applied; `outputs` is what the state should hold, so that the next plan does only the rest."""

    def __init__(self, made: CreateResult, inputs: Inputs, reason: SupaschemaError) -> None:
        """Take what was made, the inputs that state it, and why the rest failed."""
        self.made = made
        self.inputs = inputs
        self.reason = reason
        super().__init__()
