"""Which of many alike are tried each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest


def dosed(values: Sequence[Any], *, one_of: int) -> list[Any]:
    """Return values as parameters of a test: `make test` tries one of so many, `make long` the others."""
    marks = [() if number % one_of == 0 else (pytest.mark.long,) for number in range(len(values))]
    return [pytest.param(value, marks=mark) for value, mark in zip(values, marks, strict=True)]
