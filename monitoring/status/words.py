"""Numbers and dates as people read them."""

from __future__ import annotations

from datetime import datetime

from monitoring.status.model import Value
from supaschema.review import words


def cell(column: str, value: Value) -> str:
    """Return what a cell shows: what a column holds, its name says."""
    if value is None:
        return "-"
    if column.endswith("bytes") and isinstance(value, (int, float)):
        return size(value)
    if column == "oldest_seconds" and isinstance(value, (int, float)):
        return duration(value)
    if column.endswith("_at") and isinstance(value, str):
        return moment(datetime.fromisoformat(value))
    return f"{value:,}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def number(value: Value) -> float:
    """Return a cell's number; 0: it has none."""
    return float(value) if isinstance(value, (int, float)) else 0


def counted(many: float, unit: str) -> str:
    """Return a number of things: `1 day`, `1,200 days`."""
    return words.number(round(many), unit)


def moment(at: datetime) -> str:
    """Return a moment, to the minute."""
    return f"{at:%Y-%m-%d %H:%M}"


def size(many: float) -> str:
    """Return so many bytes as PostgreSQL does."""
    return words.amount(round(many))


def duration(seconds: float) -> str:
    """Return so many seconds in the unit that suits them."""
    for unit, many in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= many:
            count = round(seconds / many)
            return counted(count, unit)
    return counted(seconds, "second")
