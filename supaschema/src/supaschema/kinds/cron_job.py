"""Jobs of pg_cron: rows of `cron.job` that belong to the connecting role."""

from __future__ import annotations

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Lock, LockMode, ObjectId, Statement, Steps
from supaschema.core.sqltext import compose, literal
from supaschema.kinds.base import Context, DelegatedQuery, Family, Kind


class CronJob(Definition, frozen=True, kw_only=True):
    """A job's definition."""

    schedule: str
    command: str
    active: bool = True
    where_available: bool = False
    """Whether a database without pg_cron gets a warning, not an error. A hint: no property of a live job."""


class CronJobKind(Kind[CronJob]):
    """Jobs. A job's name is unique per role, so those of other roles are not looked at."""

    name = "cron_job"
    definition = CronJob
    family = Family.DATABASE
    requires = "cron.job"
    own_rows = True
    # A command that is not told differs from every declared one.
    delegated = DelegatedQuery(
        "jobs",
        """
        select array[j.jobname]::text[],
               pg_catalog.jsonb_build_object('schedule', j.schedule, 'active', j.active, 'command',
                 coalesce(j.command, '-- not told: no stack declares this job'))
          from supaschema.jobs() j
         where {scope}
    """,
    )
    query = """
        select array[j.jobname]::text[],
               pg_catalog.jsonb_build_object('schedule', j.schedule, 'command', j.command, 'active', j.active)
          from cron.job j
         where j.jobname is not null and j.username = current_user and {scope}
    """

    def create(self, id: ObjectId, new: CronJob, context: Context) -> Steps:
        """Schedule it; an inactive one is switched off in the same transaction, before it can run."""
        schedule = compose(
            "cron.schedule({}, {}, {})", literal(id.name[0]), literal(new.schedule), literal(new.command)
        )
        calls = [schedule] if new.active else [schedule, _alter_job(id, compose("active := false"))]
        return Steps(tuple(_statement(compose("select {}", call)) for call in calls))

    def alter(self, id: ObjectId, old: CronJob, new: CronJob, context: Context) -> Steps:
        """Change what differs; the job keeps its number, and with it the record of its runs."""
        changes = [compose("active := {}", literal(new.active))]
        if old.schedule != new.schedule:
            changes.append(compose("schedule := {}", literal(new.schedule)))
        if old.command != new.command:
            changes.append(compose("command := {}", literal(new.command)))
        return Steps((_statement(compose("select {}", _alter_job(id, *changes))),))

    def drop(self, id: ObjectId, old: CronJob, context: Context) -> Steps:
        """Unschedule it; a run that has begun goes on."""
        return Steps((_statement(compose("select cron.unschedule({})", literal(id.name[0]))),))

    def optional(self, definition: CronJob) -> bool:
        """Do without the job where pg_cron is not installed, if it was declared so."""
        return definition.where_available

    def structure(self, definition: CronJob) -> Definition:
        """Return the definition without the hint."""
        return msgspec.structs.replace(definition, where_available=False)


def _alter_job(id: ObjectId, *changes: sql.Composable) -> sql.Composed:
    return compose(
        "cron.alter_job((select jobid from cron.job where jobname = {} and username = current_user), {})",
        literal(id.name[0]),
        sql.SQL(", ").join(changes),
    )


def _statement(query: sql.Composable) -> Statement:
    return Statement(query, locks=(Lock("cron.job", LockMode.ROW_EXCLUSIVE),))
