"""CronJob: a statement that pg_cron runs on a schedule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.declarations import CronJob
from supaschema.kinds import cron_job as cron_job_kind
from supaschema.lint.identifiers import name_problems
from supaschema.resources.base import Resource

_ITEM = r"(?:\*|\$|[0-9]+(?:-[0-9]+)?|[a-z]{3}(?:-[a-z]{3})?)(?:/[0-9]+)?"
_FIELD = rf"{_ITEM}(?:,{_ITEM})*"
_SCHEDULE = re.compile(
    rf"\s*(?:(?:{_FIELD}\s+){{4}}{_FIELD}|(?:[1-9]|[1-5][0-9])\s+seconds?"
    r"|@(?:yearly|annually|monthly|weekly|daily|midnight|hourly|reboot))\s*",
    re.IGNORECASE,
)


class CronJobResource(Resource[CronJob]):
    """Scheduled jobs."""

    declaration = CronJob

    def identify(self, declared: CronJob) -> str:
        """Return the job's name."""
        return declared.name

    def imported(self, id: str, live: Facts) -> CronJob | None:
        """Return the live job's declaration."""
        return _job(live, id, where_available=False)

    def problems(self, declared: CronJob) -> Iterable[DeclarationError]:
        """Return schedules that pg_cron does not take, and a job that does nothing."""
        yield from name_problems(declared.name, field="name")
        if not _SCHEDULE.fullmatch(declared.schedule):
            remedy = 'Write five fields ("15 3 * * *" is 3:15 each day, GMT), or "N seconds" up to 59.'
            yield DeclarationError(f'"{declared.schedule}" is no schedule.', field="schedule", remedy=remedy)
        if not declared.command.strip():
            yield DeclarationError("the job has no command.", field="command", remedy="Write one SQL statement.")
        if declared.database is not None:
            yield from name_problems(declared.database, field="database")

    def facts(self, declared: CronJob) -> tuple[Fact, ...]:
        """Return the job."""
        definition = cron_job_kind.CronJob(
            schedule=declared.schedule,
            command=declared.command,
            active=declared.active,
            database=declared.database,
            where_available=declared.where_available,
        )
        return (Fact(ObjectId("cron_job", (declared.name,)), definition),)

    def lift(self, facts: Facts, declared: CronJob) -> Mapping[str, Any]:
        """Return the job as the facts have it."""
        found = _job(facts, declared.name, where_available=declared.where_available)
        return {} if found is None else found.to_inputs()


def _job(facts: Facts, name: str, *, where_available: bool) -> CronJob | None:
    found = facts.get(ObjectId("cron_job", (name,)))
    if not isinstance(found, cron_job_kind.CronJob):
        return None
    return CronJob(
        name=name,
        schedule=found.schedule,
        command=found.command,
        active=found.active,
        database=None if found.database == found.here else found.database,
        where_available=where_available,
    )
