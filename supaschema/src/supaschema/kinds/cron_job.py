"""Jobs of pg_cron: rows of `cron.job` that belong to the connecting role."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from psycopg import sql

from supaschema.core.model import Definition, Lock, LockMode, ObjectId, Precondition, Statement, Steps
from supaschema.core.secret_texts import without_quoted
from supaschema.core.sqltext import compose, literal
from supaschema.kinds.base import Context, DelegatedQuery, Family, Kind


class CronJob(Definition, frozen=True, kw_only=True):
    """A job's definition."""

    schedule: str
    command: str
    active: bool = True
    database: str | None = None
    """The database that it runs in; None: the one that it is kept in."""
    here: str | None = None
    """The one that it is kept in. No property to compare."""
    where_available: bool = False
    """Whether a database without pg_cron gets a warning, not an error. A hint: no property of a live job."""


class CronJobKind(Kind[CronJob]):
    """Jobs. A job's name is unique per role, so those of other roles are not looked at."""

    name = "cron_job"
    definition = CronJob
    family = Family.DATABASE
    requires = "cron.job"
    own_rows = True
    # A command that is not told differs from every declared one. An earlier ledger tells no database.
    delegated = DelegatedQuery(
        "jobs",
        """
        select array[j.jobname]::text[],
               pg_catalog.jsonb_build_object('schedule', j.schedule, 'active', j.active, 'command',
                 coalesce(j.command, '-- not told: no stack declares this job'),
                 'database', pg_catalog.to_jsonb(j) -> 'database',
                 'here', case when pg_catalog.to_jsonb(j) ->> 'database' <> '' then pg_catalog.current_database() end)
          from supaschema.jobs() j
         where {scope}
    """,
    )
    query = """
        select array[j.jobname]::text[],
               pg_catalog.jsonb_build_object('schedule', j.schedule, 'command', j.command, 'active', j.active,
                 'database', j.database, 'here', pg_catalog.current_database())
          from cron.job j
         where j.jobname is not null and j.username = current_user and {scope}
    """

    def unread(self, definition: CronJob) -> Collection[str]:
        """What a job runs is read when it does, in a session of its own."""
        return ("command",)

    def create(self, id: ObjectId, new: CronJob, context: Context) -> Steps:
        """Schedule it; an inactive one is switched off in the same transaction, before it can run."""
        job = compose("{}, {}, {}", literal(id.name[0]), literal(new.schedule), literal(new.command))
        if new.database is None:
            schedule = compose("cron.schedule({})", job)
        else:
            schedule = compose("cron.schedule_in_database({}, {})", job, literal(new.database))
        calls = [schedule] if new.active else [schedule, _alter_job(id, compose("active := false"))]
        return Steps(tuple(_statement(compose("select {}", call)) for call in calls), _is_there(id, new.database))

    def alter(self, id: ObjectId, old: CronJob, new: CronJob, context: Context) -> Steps:
        """Change what differs; the job keeps its number, and with it the record of its runs."""
        changes = [compose("active := {}", literal(new.active))]
        if old.schedule != new.schedule:
            changes.append(compose("schedule := {}", literal(new.schedule)))
        if old.command != new.command:
            changes.append(compose("command := {}", literal(new.command)))
        moves = old.database != new.database
        if moves:
            changes.append(compose("database := {}", literal(new.database)))
        statement = _statement(compose("select {}", _alter_job(id, *changes)))
        return Steps((statement,), _is_there(id, new.database) if moves else ())

    def drop(self, id: ObjectId, old: CronJob, context: Context) -> Steps:
        """Unschedule it; a run that has begun goes on."""
        return Steps((_statement(compose("select cron.unschedule({})", literal(id.name[0]))),))

    def optional(self, definition: CronJob) -> bool:
        """Do without the job where pg_cron is not installed, if it was declared so."""
        return definition.where_available

    def told(self, definition: CronJob) -> CronJob:
        """Return the job without what its command quotes, the keys of services that it calls, and without where it is.

        What runs in the database that it is kept in does so in any other one.
        """
        database = None if definition.database == definition.here else definition.database
        command = without_quoted(definition.command)
        return msgspec.structs.replace(definition, command=command, database=database, here=None)

    def comparable(self, definition: CronJob) -> CronJob:
        """Return the job without the name of the database, where that is the one that it is kept in."""
        database = None if definition.database == definition.here else definition.database
        return msgspec.structs.replace(definition, database=database)

    def restoring(self, recorded: CronJob, live: CronJob | None) -> CronJob:
        """Return the job with the database that it is kept in by now, where it ran in that one."""
        own = self.comparable(recorded)
        return own if live is None or own.database is not None else msgspec.structs.replace(own, database=live.here)

    def structure(self, definition: CronJob) -> Definition:
        """Return the definition without the hint, and without where it is kept."""
        return msgspec.structs.replace(definition, where_available=False, here=None)

    def resolve(self, id: ObjectId, declared: CronJob, live: CronJob | None, context: Context) -> CronJob:
        """Return the job with the database that it runs in where none is named."""
        if live is None or declared.database is not None:
            return declared
        return msgspec.structs.replace(declared, database=live.here)


def _is_there(id: ObjectId, database: str | None) -> tuple[Precondition, ...]:
    if database is None:
        return ()
    reason = f"database that job {id.name[0]} is to run in is not there: {database}"
    find = compose(
        "select {0} as database where {0} not in (select d.datname from pg_catalog.pg_database d)", literal(database)
    )
    return (Precondition(reason, find),)


def _alter_job(id: ObjectId, *changes: sql.Composable) -> sql.Composed:
    return compose(
        "cron.alter_job((select jobid from cron.job where jobname = {} and username = current_user), {})",
        literal(id.name[0]),
        sql.SQL(", ").join(changes),
    )


def _statement(query: sql.Composable) -> Statement:
    return Statement(query, locks=(Lock("cron.job", LockMode.ROW_EXCLUSIVE),))
