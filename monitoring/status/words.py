"""Numbers and dates as people read them."""

from __future__ import annotations

from datetime import datetime

from monitoring.status.model import Value

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


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


def moment(at: datetime) -> str:
    """Return a moment, to the minute."""
    return f"{at:%Y-%m-%d %H:%M}"


def size(many: float) -> str:
    """Return so many bytes in the unit that suits them."""
    for unit in _UNITS[:-1]:
        if abs(many) < 1000:
            return f"{many:.3g} {unit}"
        many /= 1000
    return f"{many:,.3g} {_UNITS[-1]}"


def duration(seconds: float) -> str:
    """Return so many seconds in the unit that suits them."""
    for unit, many in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= many:
            count = round(seconds / many)
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return f"{round(seconds)} seconds"
