"""What of a state wants somebody's attention, in sentences; the alerts watch for the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from monitoring.status.model import Status, Value
from monitoring.status.words import counted, duration, number

OLDEST_SECONDS = {"syncs": 3600, "documents": 3600, "webhook events": 900, "jobs": 900}
"""For how long something may wait in a queue. An upload batch waits for whoever uploads."""
DAYS_BEHIND = 1
_FINDINGS = 2
_UNFINISHED = {"failed": "failed", "in-progress": "is in progress, or was broken off"}
FAILED_SHARE = 0.2
FEWEST_SYNCS = 10
"""Of so many syncs a day a share says something."""
WAITING_EVENTS = 1000


def concerns(status: Status) -> tuple[str, ...]:
    """Return what is wrong, the worst first; nothing: all is well, as far as it was told."""
    return (*_checks(status), *_deployed(status), *_queues(status), *_syncs(status), *_retention(status))


def _checks(status: Status) -> Iterator[str]:
    for check, outcome in status.outcomes.items():
        again = f"make {check.replace('validation', 'validate')}"
        if outcome.code == _FINDINGS:
            yield f"The last {check} has findings. See them: {again}."
        elif outcome.code:
            yield f"The last {check} could not tell. Make it again: {again}."


def _deployed(status: Status) -> Iterator[str]:
    if status.updates and status.updates[0].result != "succeeded":
        result = status.updates[0].result
        how = _UNFINISHED.get(result, f"ended with {result}")
        yield f"The last deployment {how}. What is left to do, make preview tells."


def _queues(status: Status) -> Iterator[str]:
    for row in status.rows("queues"):
        if number(row["stuck"]):
            yield f"{number(row['stuck']):,.0f} stuck in the queue of {row['queue']}."
        age, limit = number(row["oldest_seconds"]), OLDEST_SECONDS.get(str(row["queue"]))
        if limit and age > limit:
            yield f"The oldest in the queue of {row['queue']} has waited for {duration(age)}."
    failing, waiting = (sum(number(row[what]) for row in status.rows("webhooks")) for what in ("failing", "waiting"))
    if failing:
        yield f"{counted(failing, 'webhook event')} {'fails' if failing == 1 else 'fail'}."
    if waiting > WAITING_EVENTS:
        yield f"{counted(waiting, 'webhook event')} wait."


def _syncs(status: Status) -> Iterator[str]:
    for health in ("failing", "overdue"):
        many = sum(number(row["connectors"]) for row in status.rows("connectors") if row["health"] == health)
        if many:
            yield f"{counted(many, 'connector')} {'is' if many == 1 else 'are'} {health}."
    rows = status.rows("syncs")
    today: list[Mapping[str, Value]] = [row for row in rows if row["day"] == status.at.date().isoformat()]
    ended = sum(number(row["syncs"]) - number(row["running"]) for row in today)
    failed = sum(number(row["failed"]) for row in today)
    if sum(number(row["syncs"]) for row in today) >= FEWEST_SYNCS and ended and failed / ended > FAILED_SHARE:
        yield f"{failed:,.0f} of today's {counted(ended, 'sync')} failed."


def _retention(status: Status) -> Iterator[str]:
    for row in status.rows("retention"):
        if number(row["days_behind"]) > DAYS_BEHIND:
            yield f"The retention of {row['what']} is {counted(number(row['days_behind']), 'day')} behind."
