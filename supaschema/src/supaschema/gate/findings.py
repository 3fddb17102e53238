"""What is found before a deployment, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Weight(Enum):
    """What a finding means for a deployment."""

    STOP = "stop"
    """It would fail, or do harm."""
    WARNING = "warning"
    """It may have to wait, or keep others waiting."""
    NOTE = "note"
    """Nothing to do; or what could not be told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and what to do about it."""

    weight: Weight
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.weight.value}: {self.what}{' ' + self.remedy if self.remedy else ''}"
