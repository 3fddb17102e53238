"""Scheduled jobs."""

from __future__ import annotations

from supaschema.declarations.base import Declaration


class CronJob(Declaration, frozen=True, kw_only=True):
    """A pg_cron job.

    Attributes:
        name: Its name.
        schedule: A cron expression, or `N seconds`.
        command: One SQL statement.
        active: Whether it runs.
        database: The database that it runs in; None: the one that it is declared for, which has pg_cron.
        where_available: True: a database without pg_cron gets a warning instead of an error.

    """

    name: str
    schedule: str
    command: str
    active: bool = True
    database: str | None = None
    where_available: bool = False
