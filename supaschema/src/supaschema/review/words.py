"""Numbers and amounts in words."""

from __future__ import annotations

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")
_STEP = 1024
_MINUTES = 180
"""From so many seconds on, a time is told in minutes."""
_PLURAL = ("grants", "statistics", "security")
"""How kinds end that are called alike, however many there are."""


def number(count: int, unit: str) -> str:
    """Return a number of things: `1 row`, `12,000 rows`, `2 policies`."""
    return f"{count:,} {unit if count == 1 else _plural(unit)}"


def _plural(unit: str) -> str:
    if unit.endswith(_PLURAL):
        return unit
    if unit.endswith("y") and unit[-2] not in "aeiou":
        return f"{unit[:-1]}ies"
    return f"{unit}es" if unit.endswith(("x", "s")) else f"{unit}s"


def duration(seconds: float) -> str:
    """Return how long something takes: `0.012 s`, `1.2 s`, `45 s`, `8 min`."""
    if seconds < 0.001:
        return "less than 1 ms"
    if seconds < 10:
        return f"{seconds:.2g} s"
    return f"{seconds:,.0f} s" if seconds < _MINUTES else f"{seconds / 60:,.0f} min"


def amount(size: int) -> str:
    """Return a number of bytes as PostgreSQL does, to two digits: `8 kB`, `1.2 GB`."""
    value, unit = float(size), 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    digits = 1 if 0 < value < 10 and unit else 0
    return f"{value:.{digits}f} {_UNITS[unit]}".replace(".0 ", " ")
