"""Changes to the connector system, as pull requests bring them: each is this project's program with one edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from connectors import system
from connectors.rules import IS_ADMIN, MEMBER, own_organization
from connectors.settings import StackSettings
from supaschema.declarations import (
    Check,
    Column,
    Declaration,
    Grant,
    Index,
    InlineIndex,
    PrimaryKey,
    Privilege,
    Table,
    View,
)
from tests.support.reviewed import Program

Edit = Callable[[Program], Program]


def program() -> dict[str, Declaration]:
    """Return this project's program, with the settings of a new stack."""
    return {part.name: part.declaration for area in system.areas(StackSettings()) for part in area.parts}


def changed(name: str, **properties: Any) -> Edit:
    """Give a resource other properties."""
    return lambda parts: {**parts, name: msgspec.structs.replace(parts[name], **properties)}


def added(**declared: Declaration) -> Edit:
    """Declare more."""
    return lambda parts: {**parts, **declared}


def without(*names: str) -> Edit:
    """Take resources out of the program."""
    return lambda parts: {name: declared for name, declared in parts.items() if name not in names}


def column(table: str, called: str, /, **properties: Any) -> Edit:
    """Give a column of a table other properties."""

    def edit(parts: Program) -> Program:
        whole: Any = parts[table]
        columns = tuple(
            msgspec.structs.replace(each, **properties) if each.name == called else each for each in whole.columns
        )
        return changed(table, columns=columns)(parts)

    return edit


def more_columns(table: str, *columns: Column) -> Edit:
    """Give a table more columns."""

    def edit(parts: Program) -> Program:
        whole: Any = parts[table]
        return changed(table, columns=(*whole.columns, *columns))(parts)

    return edit


def fewer_columns(table: str, *names: str) -> Edit:
    """Take columns from a table."""

    def edit(parts: Program) -> Program:
        whole: Any = parts[table]
        return changed(table, columns=tuple(each for each in whole.columns if each.name not in names))(parts)

    return edit


def _one_more_type(parts: Program) -> Program:
    whole: Any = parts["connector_configs-columns"]
    first, *others = whole.checks
    wider = Check(name=first.name, expression=first.expression.replace("'sharepoint'", "'sharepoint', 'dropbox'"))
    return changed("connector_configs-columns", checks=(wider, *others))(parts)


def _members_read(using: str) -> Edit:
    def edit(parts: Program) -> Program:
        access: Any = parts["connector_sync_logs-access"]
        services, members = access.policies
        other = msgspec.structs.replace(members, using=using)
        return changed("connector_sync_logs-access", policies=(services, other))(parts)

    return edit


def _members_change_batches(parts: Program) -> Program:
    access: Any = parts["file_upload_batches-access"]
    services, members = access.grants
    more = Grant(to=MEMBER, privileges=(*members.privileges, Privilege.UPDATE))
    return changed("file_upload_batches-access", grants=(services, more))(parts)


def _bytes_as_numeric(parts: Program) -> Program:
    view: Any = parts["connector_storage_usage"]
    head, _, tail = view.query.rpartition("::bigint as deleted_bytes")
    return changed("connector_storage_usage", query=f"{head}::numeric as deleted_bytes{tail}")(parts)


def _logs_for_everybody_but_services(parts: Program) -> Program:
    access: Any = parts["connector_sync_logs-access"]
    _services, members = access.policies
    others = msgspec.structs.replace(members, to=("anon", MEMBER))
    return changed("connector_sync_logs-access", policies=(others,))(parts)


def _members_are_admins_too(parts: Program) -> Program:
    function: Any = parts["private.is_current_admin"]
    body = function.body.replace("('owner', 'admin')", "('owner', 'admin', 'member')")
    return changed("private.is_current_admin", body=body)(parts)


def _granted_while_uploads_go(parts: Program) -> Program:
    access: Any = parts["connector_configs-access"]
    grants = (*access.grants, Grant(to="anon", privileges=(Privilege.SELECT,), columns=("name",)))
    return without(*_UPLOADS)(changed("connector_configs-access", grants=grants)(parts))


def _many(parts: Program) -> Program:
    tables = (
        Table(
            name=f"measure_{number:03}",
            columns=(
                Column(name="id", type="bigint", nullable=False),
                Column(name="taken_at", type="timestamptz", default="now()"),
            ),
            primary_key=PrimaryKey(columns=("id",)),
            indexes=(InlineIndex(name=f"idx_measure_{number:03}", keys=("taken_at",)),),
        )
        for number in range(100)
    )
    return {**parts, **{table.name: table for table in tables}}


_UPLOADS = (
    "file_upload_batches",
    "private.guard_upload_batch",
    "file_upload_batches-guard",
    "file_upload_batches-access",
    "private.count_any_batch_file",
    "private.count_own_batch_file",
    "private.count_batch_file",
    "public.increment_batch_processed",
    "public.increment_batch_failed",
)

PULL_REQUESTS: dict[str, Edit] = {
    "column_added": more_columns("imported_documents-columns", Column(name="language", type="text", default="'en'")),
    "column_read_by_a_view_dropped": fewer_columns("imported_documents-columns", "file_size"),
    "column_renamed": column(
        "connector_webhook_events", "processing_error", name="failure", renamed_from=("processing_error",)
    ),
    "column_dropped": fewer_columns("connector_configs-columns", "webhook_url"),
    "type_changed": column("connector_sync_logs", "api_calls_made", type="bigint"),
    "not_null_over_nulls": column("imported_documents-columns", "content_hash", nullable=False),
    "check_widened": _one_more_type,
    "policy_loosened": _members_read("true"),
    "policy_tightened": _members_read(f"{own_organization('connector_sync_logs')} and {IS_ADMIN}"),
    "grant_added": _members_change_batches,
    "bucket_made_public": changed("bucket imported-files", public=True),
    "tables_dropped": without(*_UPLOADS),
    "index_added": added(
        idx_imported_docs_title=Index(name="idx_imported_docs_title", table="imported_documents", keys=("title",))
    ),
    "function_with_owners_rights": changed("private.similar_titles", security_definer=True),
    "function_under_policies_changed": changed("private.current_org_id", returns="text"),
    "function_that_policies_ask_changed": _members_are_admins_too,
    "view_with_owners_rights": changed("connector_health", security_invoker=False),
    "view_column_of_another_type": _bytes_as_numeric,
    "policies_of_other_roles": _logs_for_everybody_but_services,
    "granted_while_tables_go": _granted_while_uploads_go,
    "schedule_changed": changed("cron connector-sync-logs", schedule="17 3 * * *"),
    "nothing": lambda parts: parts,
    "fails": added(latest=View(name="latest", query="select id from public.recording")),
    "hundred_tables": _many,
}
