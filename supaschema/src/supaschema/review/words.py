"""Numbers and amounts in words."""

from __future__ import annotations

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")
_STEP = 1024


def number(count: int, unit: str) -> str:
    """Return a number of things: `1 row`, `12,000 rows`."""
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """Return how long something took, to two digits: `0.012 s`, `1.2 s`."""
    return f"{seconds:.2g} s" if 0.001 <= seconds < 10 else f"{seconds:,.0f} s" if seconds >= 10 else "less than 1 ms"


def amount(size: int) -> str:
    """Return a number of bytes as PostgreSQL does, to two digits: `8 kB`, `1.2 GB`."""
    value, unit = float(size), 0
    while value >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    digits = 1 if 0 < value < 10 and unit else 0
    return f"{value:.{digits}f} {_UNITS[unit]}".replace(".0 ", " ")
