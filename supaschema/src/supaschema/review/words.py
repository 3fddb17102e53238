"""Numbers and amounts in words."""

from __future__ import annotations

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")
_STEP = 1024
_MINUTES = 180
"""From so many seconds on, a time is told in minutes."""


def number(count: int, unit: str) -> str:
    """Return a number of things: `1 row`, `12,000 rows`."""
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


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
