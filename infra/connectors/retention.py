"""What is cleaned up, when, and by whom."""

from __future__ import annotations

from connectors.area import Area, Part
from connectors.routines import function
from connectors.rules import SERVICE
from connectors.settings import Retention
from supaschema.declarations import Argument, CronJob, Function

_PURGE_LOGS = "public.purge_connector_sync_logs"
_PURGE_EVENTS = "public.purge_connector_webhook_events"


def area(retention: Retention) -> Area:
    """Return the functions, and the jobs that call them where the database has pg_cron; elsewhere a service does."""
    return Area(
        "retention",
        (
            Part("public.cleanup_old_connector_imports", cleanup_old_imports()),
            Part(_PURGE_LOGS, purge(_PURGE_LOGS, retention.sync_logs)),
            Part(_PURGE_EVENTS, purge(_PURGE_EVENTS, retention.webhook_events)),
            Part("cron connector-sync-logs", job("connector-sync-logs", _PURGE_LOGS, 7)),
            Part("cron connector-webhook-events", job("connector-webhook-events", _PURGE_EVENTS, 37)),
        ),
    )


def cleanup_old_imports() -> Function:
    """Return the services' way to drop imports that no sync has seen for long."""
    return function(
        "public.cleanup_old_connector_imports",
        arguments=(
            Argument(name="days_old", type="integer", default="90"),
            Argument(name="dry_run", type="boolean", default="true"),
        ),
        returns="table(org_id uuid, connector_type text, documents bigint, bytes bigint)",
        execute=(SERVICE,),
        comment="Deletes softly what no sync has seen for `days_old` days, or says what it would delete.",
    )


def purge(name: str, days: int) -> Function:
    """Return a function that deletes rows past their days; each call at most so many, so that none takes long."""
    return function(
        name,
        arguments=(
            Argument(name="days_old", type="integer", default=str(days)),
            Argument(name="max_rows", type="integer", default="50000"),
        ),
        returns="bigint",
        execute=(SERVICE,),
        comment="Deletes rows older than `days_old` days and gives their number.",
    )


def job(name: str, function_name: str, minute: int) -> CronJob:
    """Return the hourly call of a function; its days are the function's own default."""
    return CronJob(name=name, schedule=f"{minute} * * * *", command=f"select {function_name}()", where_available=True)
