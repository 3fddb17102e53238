"""What of a state wants somebody's attention, in sentences; the alerts watch for the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from monitoring.status.model import Status, Value
from monitoring.status.words import duration

OLDEST_SECONDS = {"syncs": 3600, "documents": 3600, "webhook events": 900, "jobs": 900}
"""For how long something may wait in a queue. An upload batch waits for whoever uploads."""
DAYS_BEHIND = 1
FAILED_SHARE = 0.2


def concerns(status: Status) -> tuple[str, ...]:
    """Return what is wrong, the worst first; nothing: all is well, as far as it was told."""
    return (*_checks(status), *_deployed(status), *_queues(status), *_syncs(status), *_retention(status))


def _checks(status: Status) -> Iterator[str]:
    for check, outcome in status.outcomes.items():
        if outcome.code:
            yield f"The last {check} ended with {outcome.word}: make {check.replace('validation', 'validate')}."


def _deployed(status: Status) -> Iterator[str]:
    if status.updates and status.updates[0].result != "succeeded":
        yield f"The last deployment {status.updates[0].result.replace('-', ' ')}: make preview."


def _queues(status: Status) -> Iterator[str]:
    for row in status.rows("queues"):
        if _number(row["stuck"]):
            yield f"{_number(row['stuck']):g} stuck in the queue of {row['queue']}."
        age, limit = _number(row["oldest_seconds"]), OLDEST_SECONDS.get(str(row["queue"]))
        if limit and age > limit:
            yield f"The oldest in the queue of {row['queue']} has waited for {duration(age)}."
    failing = sum(_number(row["failing"]) for row in status.rows("webhooks"))
    if failing:
        yield f"{failing:g} webhook events fail."


def _syncs(status: Status) -> Iterator[str]:
    for health in ("failing", "overdue"):
        many = sum(_number(row["connectors"]) for row in status.rows("connectors") if row["health"] == health)
        if many:
            yield f"{many:g} connectors are {health}."
    rows = status.rows("syncs")
    today: list[Mapping[str, Value]] = [row for row in rows if row["day"] == status.at.date().isoformat()]
    ended = sum(_number(row["syncs"]) - _number(row["running"]) for row in today)
    failed = sum(_number(row["failed"]) for row in today)
    if ended and failed / ended > FAILED_SHARE:
        yield f"{failed:g} of today's {ended:g} syncs failed."


def _retention(status: Status) -> Iterator[str]:
    for row in status.rows("retention"):
        if _number(row["days_behind"]) > DAYS_BEHIND:
            yield f"The retention of {row['what']} is {_number(row['days_behind']):g} days behind."


def _number(value: Value) -> float:
    return float(value) if isinstance(value, (int, float)) else 0
