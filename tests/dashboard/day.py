"""A day of work, played on the sample rows: how the connectors do at twelve times of it, each exported once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

from tests.support.sessions import Connection

TIMES = 12
_WAITING = (20, 35, 60, 110, 240, 420, 380, 260, 150, 90, 50, 30)
"""Webhook events that nobody has worked off yet."""
_FAILING = {4: 2, 5: 6, 6: 5, 7: 1, 11: 1}
"""Connectors whose token has expired, at these times."""
_STUCK = range(6, 9)
"""When an upload batch is stuck."""

_DAYS_BEHIND = (0, 0, 0, 0, 0, 0, 0.4, 0.8, 1.2, 0, 0, 0)
"""By how much the retention of syncs lags."""

_BEFORE: tuple[LiteralString, ...] = (
    "update jobs set status = 'failed'",
    "update imported_documents set processing_status = 'completed' where processing_status <> 'completed'",
    """
    update file_upload_batches set status = 'completed', processed_files = total_files, progress_percent = 100
    where status in ('uploading', 'processing')
    """,
    "delete from connector_sync_logs where started_at >= now() - interval '2 days'",
    "delete from connector_webhook_events where not processed",
    """
    update connector_configs set sync_status = 'idle', last_sync_status = 'success', sync_frequency = 'hourly',
      next_sync_at = now() + interval '40 minutes'
    """,
)
_AT_EACH: tuple[LiteralString, ...] = (
    # Every other connector syncs; some syncs fail, and the times of others differ.
    """
    insert into connector_sync_logs
      (org_id, connector_id, sync_type, status, started_at, completed_at, duration_ms, documents_synced)
    select org_id, id, 'scheduled',
      case when number %% 17 = %(time)s then 'failed' when number %% 13 = %(time)s then 'partial' else 'success' end,
      now(), now(), 20000 + 3000 * (number %% 6) + 700 * %(time)s * (number %% 4), number %% 9
    from (select *, row_number() over (order by id) as number from connector_configs) as config
    where number %% 2 = %(time)s %% 2
    """,
    """
    insert into imported_documents
      (org_id, connector_id, external_id, title, content, file_size_bytes, processing_status)
    select org_id, id, 'day-' || %(time)s || '-' || n, 'Of the day', repeat('text ', 200), 9000 * (3 + number),
      'pending'
    from (select *, row_number() over (order by org_id, name) as number from connector_configs) as config
    cross join lateral generate_series(1, 1 + (number + %(time)s) %% 5) as n
    """,
    # Of the documents that wait a few are left for the next time.
    """
    update imported_documents set processing_status = 'completed', chunks_generated = true
    where processing_status = 'pending' and md5(id::text) > '3'
    """,
    "update imported_documents set created_at = now() - interval '25 minutes' where processing_status = 'pending'",
    "delete from connector_webhook_events where not processed",
    """
    insert into connector_webhook_events
      (org_id, connector_id, event_type, payload, received_at, retry_count, processing_error)
    select org_id, id, 'file.updated', '{}', now() - n * interval '4 seconds', (n %% 20 = 0)::integer,
      case when n %% 60 = 0 then 'timeout' end
    from generate_series(1, %(waiting)s) as n
    join (select *, row_number() over (order by name) as number from connector_configs) as config
      on number = 1 + n * n %% 37
    """,
    """
    update connector_configs set sync_status = 'idle', last_error = null, error_count = 0
    where sync_status = 'error'
    """,
    """
    update connector_configs
    set sync_status = 'error', last_error = 'token expired', last_error_at = now(), error_count = 3
    where id in (select id from connector_configs where is_active order by name limit %(failing)s)
    """,
    """
    update file_upload_batches set status = 'completed', processed_files = total_files, progress_percent = 100
    where batch_name = 'Of the day'
    """,
    """
    insert into file_upload_batches (org_id, batch_name, total_files, status, created_at)
    select id, 'Of the day', 30, 'processing', now() - interval '7 hours' from organizations limit %(stuck)s
    """,
    "delete from connector_sync_logs where started_at < now() - interval '80 days'",
    """
    insert into connector_sync_logs (org_id, connector_id, status, started_at)
    select org_id, id, 'success', now() - interval '90 days' - %(behind)s * interval '1 day'
    from connector_configs where %(behind)s > 0 limit 1
    """,
    """
    insert into jobs (type, status, run_at, payload)
    select 'generate_embeddings', 'pending', now() - n * interval '30 seconds', '{}'
    from generate_series(1, %(waiting)s / 10) as n
    """,
    "analyze imported_documents, connector_sync_logs, connector_webhook_events",
)


def played(owner: Connection) -> Iterator[int]:
    """Play the day; after each of its times the database is as it was then."""
    for statement in _BEFORE:
        owner.execute(statement)
    for time, waiting in enumerate(_WAITING):
        owner.execute("update jobs set status = 'completed' where status = 'pending'")
        values = {
            "time": time,
            "waiting": waiting,
            "failing": _FAILING.get(time, 0),
            "stuck": int(time in _STUCK),
            "behind": _DAYS_BEHIND[time],
        }
        for statement in _AT_EACH:
            owner.execute(statement, values)
        yield time
