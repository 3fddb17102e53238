"""The connectors: what this stack adds to a table of the application, and who may see and change it."""

from __future__ import annotations

from connectors.area import Area, Part
from connectors.routines import function
from connectors.rules import (
    IS_ADMIN,
    MEMBER,
    SERVICE,
    SERVICE_ALL,
    members_read,
    own_organization,
    service_does_all,
)
from supaschema.declarations import (
    Argument,
    Check,
    Column,
    Function,
    Grant,
    Index,
    InlinePolicy,
    PolicyCommand,
    Privilege,
    TableAccess,
    TablePatch,
    Trigger,
    TriggerEvent,
)

TABLE = "connector_configs"
ACCESS = "connector_configs-access"
COLUMNS = "connector_configs-columns"
TOUCH = "private.touch_updated_at"
GUARD = "private.guard_connector"
KNOWN_CONNECTOR = "private.require_known_connector"
TURNS_INDEX = "idx_connector_configs_turns"

CONNECTOR_TYPES = (
    "google_drive",
    "notion",
    "confluence",
    "file_upload",
    "url_import",
    "slack",
    "zoom",
    "microsoft_teams",
    "sharepoint",
)
READABLE = (
    "id",
    "org_id",
    "connector_type",
    "name",
    "settings",
    "last_sync_at",
    "sync_status",
    "sync_error",
    "is_active",
    "created_by",
    "created_at",
    "updated_at",
)
"""The application's own columns but `credentials`: what a signed-in session may read back."""

GUARDED = (
    "created_at",
    "created_by",
    "next_sync_at",
    "last_sync_at",
    "last_error_at",
    "credentials_updated_at",
    "error_count",
    "settings",
    "filters",
    "metadata",
    "credentials",
)
"""What end users may not write as they like."""

OWN_AUTHOR = f"{TABLE}.created_by is null or {TABLE}.created_by = (select private.current_user_id())"
"""A connector that another tenant's user is said to have made would keep that user from being deleted."""


def area() -> Area:
    """Return the table's access, columns, index, trigger and queue.

    The access comes before the columns: it takes the table-wide SELECT away, so that `webhook_secret` is unreadable
    from the moment it exists. Destroying goes the other way: the columns are gone before the old access is back.
    """
    return Area(
        "connectors",
        (
            Part(ACCESS, access()),
            Part(COLUMNS, columns(), after=(ACCESS,)),
            Part("idx_connector_configs_next_sync", next_sync_index()),
            Part("idx_connector_configs_created_by", created_by_index()),
            Part(TOUCH, touch_updated_at()),
            Part("connector_configs-updated_at", updated_at_trigger(TABLE)),
            Part(KNOWN_CONNECTOR, require_known_connector()),
            Part(GUARD, guard()),
            Part("connector_configs-guard", guard_trigger()),
            Part(TURNS_INDEX, turns_index()),
            Part("public.claim_due_syncs", claim_due_syncs(), after=(TURNS_INDEX,)),
        ),
    )


def access() -> TableAccess:
    """Let members read their organization's connectors without the secrets, and admins manage them.

    Secrets are written, never read back: UPDATE and INSERT speak of every column, SELECT of those that are no secret.
    """
    write = (Privilege.INSERT, Privilege.UPDATE, Privilege.DELETE)
    return TableAccess(
        table=TABLE,
        policies=(
            service_does_all("connectors"),
            members_read("Members read their organization's connectors", own_organization(TABLE)),
            _admins(PolicyCommand.INSERT, "Admins create connectors", f" and ({OWN_AUTHOR})"),
            _admins(PolicyCommand.UPDATE, "Admins change connectors"),
            _admins(PolicyCommand.DELETE, "Admins delete connectors"),
        ),
        grants=(
            SERVICE_ALL,
            Grant(to=MEMBER, privileges=(Privilege.SELECT,), columns=READABLE),
            Grant(to=MEMBER, privileges=write),
        ),
    )


def _admins(command: PolicyCommand, name: str, more: str = "") -> InlinePolicy:
    rule = f"{own_organization(TABLE)} and {IS_ADMIN}{more}"
    return InlinePolicy(
        name=name,
        command=command,
        to=(MEMBER,),
        using=None if command is PolicyCommand.INSERT else rule,
        check=None if command is PolicyCommand.DELETE else rule,
    )


def columns() -> TablePatch:
    """Return the columns for scheduled syncs, webhooks and errors, and the check that admits the new types."""
    return TablePatch(
        table=TABLE,
        columns=(
            _readable("description", "text"),
            _readable("filters", "jsonb", default="'{}'"),
            _readable("metadata", "jsonb", default="'{}'"),
            _readable("credentials_updated_at", "timestamptz"),
            _readable("next_sync_at", "timestamptz", comment="When the next scheduled sync is due; NULL: none is."),
            _readable("sync_frequency", "text", default="'manual'"),
            _readable("last_sync_status", "text"),
            _readable("webhook_url", "text"),
            # No grant: only the services read it back.
            Column(name="webhook_secret", type="text"),
            _readable("webhook_active", "boolean", default="false", nullable=False),
            _readable("error_count", "integer", default="0", nullable=False),
            _readable("last_error", "text"),
            _readable("last_error_at", "timestamptz"),
        ),
        checks=(
            Check(name="connector_configs_connector_type_check", expression=f"connector_type in ({_types()})"),
            Check(
                name="connector_configs_sync_frequency_check",
                expression="sync_frequency in ('manual', 'hourly', 'daily', 'weekly')",
            ),
            Check(
                name="connector_configs_last_sync_status_check",
                expression="last_sync_status in ('success', 'partial', 'failed')",
            ),
        ),
    )


def _types() -> str:
    return ", ".join(f"'{name}'" for name in CONNECTOR_TYPES)


def _readable(
    name: str, type: str, *, default: str | None = None, nullable: bool = True, comment: str | None = None
) -> Column:
    # Given with the column, in one transaction: there is no moment in which a member's list of columns fails.
    grants = (Grant(to=MEMBER, privileges=(Privilege.SELECT,)),)
    return Column(name=name, type=type, default=default, nullable=nullable, grants=grants, comment=comment)


def next_sync_index() -> Index:
    """Return the index of the sync queue."""
    return Index(
        name="idx_connector_configs_next_sync",
        table=TABLE,
        keys=("next_sync_at",),
        where="is_active = true and sync_frequency <> 'manual'",
    )


def created_by_index() -> Index:
    """Return the index that the application's own foreign key lacks: deleting a user would read every connector."""
    return Index(name="idx_connector_configs_created_by", table=TABLE, keys=("created_by",))


def turns_index() -> Index:
    """Return the index by which the queue's claim goes from one organization to the next, and reads each by date."""
    return Index(
        name=TURNS_INDEX,
        table=TABLE,
        keys=("org_id", "next_sync_at"),
        where="is_active = true and sync_frequency <> 'manual'",
    )


def guard() -> Function:
    """Return the trigger function that bounds what end users write."""
    return function(
        GUARD,
        returns="trigger",
        comment="Keeps end users from writing dates, authors, counts and unreadable documents.",
    )


def guard_trigger() -> Trigger:
    """Return the trigger; of an update it looks at no other column than those that it guards."""
    return Trigger(
        name="guard_connector",
        table=TABLE,
        events=(TriggerEvent.INSERT, TriggerEvent.UPDATE),
        update_of=GUARDED,
        function=GUARD,
    )


def require_known_connector() -> Function:
    """Return the guard of tables whose rows name a connector."""
    return function(
        KNOWN_CONNECTOR,
        returns="trigger",
        comment="Refuses a row whose connector does not exist or belongs to another organization.",
    )


def known_connector_trigger(table: str) -> Trigger:
    """Return the trigger that asks for a known connector; a row without one (NULL) passes."""
    return Trigger(
        name="require_known_connector",
        table=table,
        events=(TriggerEvent.INSERT, TriggerEvent.UPDATE),
        update_of=("connector_id", "org_id"),
        when="new.connector_id is not null",
        function=KNOWN_CONNECTOR,
    )


def touch_updated_at() -> Function:
    """Return the trigger function that keeps `updated_at`."""
    return function("private.touch_updated_at", returns="trigger", comment="Sets updated_at to now.")


def updated_at_trigger(table: str) -> Trigger:
    """Return the trigger that keeps `updated_at` of a table, as the application's own tables have one."""
    return Trigger(
        name=f"update_{table}_updated_at",
        table=table,
        events=(TriggerEvent.UPDATE,),
        function="private.touch_updated_at",
    )


def claim_due_syncs() -> Function:
    """Return the services' way to take connectors whose sync is due, each to one worker."""
    return function(
        "public.claim_due_syncs",
        arguments=(Argument(name="max_connectors", type="integer", default="10"),),
        returns=(
            "table(connector_id uuid, org_id uuid, connector_type text, sync_frequency text, "
            "due_at timestamp with time zone, next_sync_at timestamp with time zone)"
        ),
        execute=(SERVICE,),
        comment="Takes connectors whose scheduled sync is due and moves each to its next date.",
    )
