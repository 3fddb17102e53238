"""Changes by hand to what a database is made of."""

from __future__ import annotations

from supaschema.drift.model import Topic
from tests.support.drift_change import (
    BATCHES,
    CONFIGS,
    EVENTS,
    LOGS,
    TURNS,
    Change,
    changed,
    missing,
    unknown,
    unmanaged,
)

_COLUMNS = (
    changed(f"alter table {LOGS} alter error_message type varchar", f"column {LOGS}.error_message"),
    changed(f"alter table {CONFIGS} alter error_count set default 7", f"column {CONFIGS}.error_count"),
    changed(f"alter table {LOGS} alter started_at drop default", f"column {LOGS}.started_at"),
    changed(f"alter table {LOGS} alter status set default 'running'", f"column {LOGS}.status"),
    changed(f"comment on column {LOGS}.status is 'by hand'", f"column {LOGS}.status"),
    changed(f"alter table {LOGS} alter error_details set storage external", f"column {LOGS}.error_details"),
    changed(f"alter table {LOGS} alter error_message set compression pglz", f"column {LOGS}.error_message"),
    changed(f"alter table {LOGS} alter status set statistics 500", f"column {LOGS}.status"),
    changed(f"alter table {LOGS} alter status set (n_distinct = 4)", f"column {LOGS}.status"),
    missing(f"alter table {LOGS} alter documents_synced drop not null", f"not null {LOGS}.documents_synced"),
    unmanaged(f"alter table {LOGS} alter status set not null", f"not null {LOGS}.status"),
    missing(f"alter table {LOGS} drop column error_details", f"column {LOGS}.error_details"),
    missing(
        f"alter table {CONFIGS} drop column last_error_at cascade",
        f"column {CONFIGS}.last_error_at",
        "view public.connector_health",
        f"trigger {CONFIGS}.guard_connector",
    ),
    unmanaged(f"alter table {LOGS} add column note text", f"column {LOGS}.note"),
    unmanaged(f"alter table {CONFIGS} add column api_key text default 'k'", f"column {CONFIGS}.api_key"),
    unmanaged(f"alter table {CONFIGS} alter name set default 'new'", f"column {CONFIGS}.name"),
)
_TABLES = (
    unmanaged(f"comment on table {CONFIGS} is 'by hand'", f"table {CONFIGS}"),
    unmanaged(f"alter table {CONFIGS} set (fillfactor = 50)", f"table {CONFIGS}"),
    unmanaged(f"alter table {CONFIGS} replica identity full", f"table {CONFIGS}"),
    changed(f"comment on table {LOGS} is 'by hand'", f"table {LOGS}"),
    changed(f"alter table {LOGS} set (fillfactor = 50)", f"table {LOGS}"),
    changed(f"alter table {LOGS} set (autovacuum_enabled = false)", f"table {LOGS}"),
    changed(f"alter table {LOGS} set (toast.autovacuum_enabled = false)", f"table {LOGS}"),
    changed(f"alter table {TURNS} set unlogged", f"table {TURNS}"),
    changed(f"alter table {LOGS} replica identity full", f"table {LOGS}"),
    changed(f"alter table {LOGS} cluster on connector_sync_logs_pkey", f"table {LOGS}"),
    missing(f"drop table {TURNS}", f"table {TURNS}"),
    unmanaged(
        "create table private.scratch (id integer); alter table private.scratch enable row level security",
        "table private.scratch",
    ),
    unmanaged(f"create table public.more_logs () inherits ({LOGS})", "table public.more_logs"),
    unmanaged(f"create table public.refers (id uuid references {LOGS})", "constraint public.refers.refers_id_fkey"),
)
_CONSTRAINTS = (
    missing(
        f"alter table {LOGS} drop constraint connector_sync_logs_status_check",
        f"constraint {LOGS}.connector_sync_logs_status_check",
    ),
    changed(
        f"alter table {LOGS} drop constraint connector_sync_logs_status_check,"
        " add constraint connector_sync_logs_status_check check (status <> '')",
        f"constraint {LOGS}.connector_sync_logs_status_check",
    ),
    changed(
        f"alter table {LOGS} alter constraint connector_sync_logs_org_id_fkey deferrable initially deferred",
        f"constraint {LOGS}.connector_sync_logs_org_id_fkey",
    ),
    changed(
        f"alter table {LOGS} drop constraint connector_sync_logs_org_id_fkey,"
        " add constraint connector_sync_logs_org_id_fkey foreign key (org_id) references public.organizations"
        " on delete cascade on update cascade",
        f"constraint {LOGS}.connector_sync_logs_org_id_fkey",
    ),
    changed(
        f"alter table {LOGS} drop constraint connector_sync_logs_org_id_fkey,"
        " add constraint connector_sync_logs_org_id_fkey foreign key (org_id) references public.organizations"
        " on delete cascade not valid",
        f"constraint {LOGS}.connector_sync_logs_org_id_fkey",
    ),
    changed(
        f"alter table {LOGS} drop constraint connector_sync_logs_org_id_fkey,"
        " add constraint connector_sync_logs_org_id_fkey foreign key (org_id) references public.organizations",
        f"constraint {LOGS}.connector_sync_logs_org_id_fkey",
    ),
    changed(
        f"comment on constraint connector_sync_logs_pkey on {LOGS} is 'by hand'",
        f"constraint {LOGS}.connector_sync_logs_pkey",
    ),
    missing(
        f"alter table {BATCHES} drop constraint file_upload_batches_user_id_fkey",
        f"constraint {BATCHES}.file_upload_batches_user_id_fkey",
    ),
    missing(
        f"alter table {EVENTS} drop constraint idx_webhook_events_dedup",
        f"constraint {EVENTS}.idx_webhook_events_dedup",
    ),
    unmanaged(f"alter table {LOGS} add constraint long check (duration_ms > -1)", f"constraint {LOGS}.long"),
    unmanaged(f"alter table {LOGS} add constraint once unique (id, org_id)", f"constraint {LOGS}.once"),
    unmanaged(
        f"alter table {LOGS} add constraint ours foreign key (org_id) references public.organizations",
        f"constraint {LOGS}.ours",
    ),
    unmanaged(
        f"alter table {LOGS} add constraint apart exclude (id with =) where (status = 'x')", f"constraint {LOGS}.apart"
    ),
    unmanaged(
        "alter table public.recordings drop constraint recordings_status_check",
        "constraint public.recordings.recordings_status_check",
    ),
)
_INDEXES = (
    missing("drop index public.idx_sync_logs_org", f"index {LOGS}.idx_sync_logs_org"),
    missing("drop index private.idx_queue_turns_org", f"index {TURNS}.idx_queue_turns_org"),
    missing("drop index public.idx_recordings_search", "index public.recordings.idx_recordings_search"),
    changed("alter index public.idx_sync_logs_org set (fillfactor = 70)", f"index {LOGS}.idx_sync_logs_org"),
    changed("comment on index public.idx_sync_logs_org is 'by hand'", f"index {LOGS}.idx_sync_logs_org"),
    changed(
        f"drop index public.idx_sync_logs_org; create index idx_sync_logs_org on {LOGS} (org_id)",
        f"index {LOGS}.idx_sync_logs_org",
    ),
    changed(
        f"drop index public.idx_sync_logs_status; create index idx_sync_logs_status on {LOGS} (status, started_at)",
        f"index {LOGS}.idx_sync_logs_status",
    ),
    changed(
        "drop index public.idx_sync_logs_started;"
        f" create index idx_sync_logs_started on {LOGS} using brin (started_at)",
        f"index {LOGS}.idx_sync_logs_started",
    ),
    unmanaged(f"create index by_hand on {LOGS} (error_message)", f"index {LOGS}.by_hand"),
    unmanaged(f"create unique index by_hand on {LOGS} (id) where status = 'x'", f"index {LOGS}.by_hand"),
    unmanaged("drop index public.idx_jobs_type", "index public.jobs.idx_jobs_type"),
    unmanaged(
        f"create statistics public.by_hand on status, sync_type from {LOGS}", f"statistics {LOGS}.public.by_hand"
    ),
)
_FUNCTIONS = (
    changed(
        "create or replace function private.current_org_id() returns uuid language plpgsql stable"
        " set search_path = '' as 'begin return null; end'",
        "function private.current_org_id()",
    ),
    changed("alter function private.current_org_id() volatile", "function private.current_org_id()"),
    changed("alter function private.current_org_id() security definer", "function private.current_org_id()"),
    changed("alter function private.current_org_id() cost 1", "function private.current_org_id()"),
    changed("alter function private.current_org_id() parallel safe", "function private.current_org_id()"),
    changed("alter function private.current_org_id() set work_mem = '1MB'", "function private.current_org_id()"),
    changed("alter function private.current_org_id() reset search_path", "function private.current_org_id()"),
    changed("comment on function private.current_org_id() is 'by hand'", "function private.current_org_id()"),
    changed("alter function public.claim_due_syncs(integer) rows 3", "function public.claim_due_syncs(integer)"),
    changed("alter function public.claim_due_syncs(integer) strict", "function public.claim_due_syncs(integer)"),
    missing(
        "drop function public.purge_connector_webhook_events(integer, integer)",
        "function public.purge_connector_webhook_events(integer, integer)",
    ),
    missing(
        "drop function public.purge_connector_sync_logs(integer, integer)",
        "function public.purge_connector_sync_logs(integer, integer)",
    ),
    unmanaged(
        "create function public.increment_batch_failed(uuid) returns void language sql as 'select'",
        "function public.increment_batch_failed(uuid)",
    ),
    unmanaged("create function private.helper() returns void language sql as 'select'", "function private.helper()"),
    unmanaged(
        f"create function public.peek() returns setof {CONFIGS} language sql security definer"
        f" as 'select * from {CONFIGS}'",
        "function public.peek()",
    ),
    unmanaged(
        f"create function public.standard() returns bigint language sql begin atomic select count(*) from {LOGS}; end",
        "function public.standard()",
    ),
    unmanaged(
        "create procedure private.sweep() language sql security definer as 'select'", "procedure private.sweep()"
    ),
    unmanaged(
        f"create procedure public.swept() language sql security definer as 'delete from {LOGS}'",
        "procedure public.swept()",
    ),
    unmanaged(
        "create aggregate private.total(integer) (sfunc = pg_catalog.int4pl, stype = integer)",
        "aggregate private.total(integer)",
    ),
    unknown(
        "create operator private.=== (leftarg = integer, rightarg = integer, function = pg_catalog.int4eq)",
        "operator private.===(integer,integer)",
    ),
)
_VIEWS = (
    changed(
        "create or replace view public.connector_health with (security_invoker = false) as"
        " select * from public.connector_health",
        "view public.connector_health",
    ),
    changed("alter view public.connector_health reset (security_invoker)", "view public.connector_health"),
    changed("alter view public.connector_health set (security_barrier)", "view public.connector_health"),
    changed("comment on view public.connector_health is 'by hand'", "view public.connector_health"),
    missing("drop view public.connector_storage_usage", "view public.connector_storage_usage"),
    unmanaged(f"create view public.leak as select credentials from {CONFIGS}", "view public.leak"),
    unmanaged(
        f"create materialized view public.kept as select id, credentials from {CONFIGS}",
        "materialized view public.kept",
    ),
    unmanaged("create view public.above as select org_id from public.connector_health", "view public.above"),
    Change(
        f"create view extensions.leak as select credentials from {CONFIGS}",
        ("view extensions.leak",),
        Topic.NOT_MODELLED,
        undo="drop view extensions.leak",
        by_platform=True,
    ),
    unmanaged("create view private.beside as select 1 as one", "view private.beside"),
    unmanaged(
        "alter view public.connector_health alter column name set default 'x'",
        "view column public.connector_health.name",
    ),
    unmanaged(
        "comment on column public.connector_health.name is 'by hand'", "view column public.connector_health.name"
    ),
)
_TRIGGERS = (
    missing(f"drop trigger guard_connector on {CONFIGS}", f"trigger {CONFIGS}.guard_connector"),
    changed(f"alter table {CONFIGS} disable trigger guard_connector", f"trigger {CONFIGS}.guard_connector"),
    changed(f"alter table {CONFIGS} enable always trigger guard_connector", f"trigger {CONFIGS}.guard_connector"),
    changed(f"comment on trigger guard_connector on {CONFIGS} is 'by hand'", f"trigger {CONFIGS}.guard_connector"),
    changed(
        f"create or replace trigger guard_upload_batch before update on {BATCHES}"
        " for each row execute function private.guard_upload_batch()",
        f"trigger {BATCHES}.guard_upload_batch",
    ),
    unmanaged(
        f"create trigger by_hand before insert on {CONFIGS} for each row execute function private.touch_updated_at()",
        f"trigger {CONFIGS}.by_hand",
    ),
    unmanaged(
        "create trigger by_hand before insert on public.organizations"
        " for each row execute function private.touch_updated_at()",
        "trigger public.organizations.by_hand",
    ),
    unmanaged(
        "drop trigger update_recordings_updated_at on public.recordings",
        "trigger public.recordings.update_recordings_updated_at",
    ),
    unmanaged(f"create rule swallow as on delete to {LOGS} do instead nothing", f"rule {LOGS}.swallow"),
    unmanaged("create rule swallow as on delete to public.jobs do instead nothing", "rule public.jobs.swallow"),
)

STRUCTURE = (*_COLUMNS, *_TABLES, *_CONSTRAINTS, *_INDEXES, *_FUNCTIONS, *_VIEWS, *_TRIGGERS)
