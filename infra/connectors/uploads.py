"""Batches of uploaded files: created by members, counted by whoever processes the files."""

from __future__ import annotations

from connectors.area import Area, Part
from connectors.routines import function
from connectors.rules import MEMBER, SERVICE, SERVICE_ALL, members_read, own_organization, service_does_all
from connectors.tables import BELONGS_TO_ORGANIZATION, ID_KEY, counter, id_and_organization
from supaschema.declarations import (
    Argument,
    Check,
    Column,
    ForeignKey,
    Function,
    Grant,
    InlineIndex,
    InlinePolicy,
    OnDelete,
    PolicyCommand,
    Privilege,
    Table,
    TableAccess,
    Trigger,
    TriggerEvent,
)

TABLE = "file_upload_batches"
ACCESS = "file_upload_batches-access"

_GUARD = "private.guard_upload_batch"
_PROGRESS = "private.count_progress"
_COUNT_ANY = "private.count_any_batch_file"
_COUNT_OWN = "private.count_own_batch_file"
_COUNT = "private.count_batch_file"


def area() -> Area:
    """Return the table, its access, and the counting, from the inside out."""
    return Area(
        "uploads",
        (
            Part(TABLE, table()),
            Part(_GUARD, guard()),
            Part("file_upload_batches-guard", guard_trigger()),
            Part(_PROGRESS, progress()),
            Part("file_upload_batches-progress", progress_trigger()),
            Part(ACCESS, access(), after=("file_upload_batches-guard", "file_upload_batches-progress")),
            Part(_COUNT_ANY, count_any_batch_file()),
            Part(_COUNT_OWN, count_own_batch_file()),
            Part(_COUNT, count_batch_file()),
            Part("public.increment_batch_processed", increment("increment_batch_processed")),
            Part("public.increment_batch_failed", increment("increment_batch_failed")),
        ),
    )


def table() -> Table:
    """Return the table. No check binds the counters to one another: one writer counts failures in both."""
    return Table(
        name=TABLE,
        columns=(
            *id_and_organization(),
            Column(name="user_id", type="uuid"),
            Column(name="batch_name", type="text"),
            Column(name="total_files", type="integer", nullable=False),
            counter("processed_files"),
            counter("failed_files"),
            Column(name="status", type="text", default="'uploading'"),
            counter("progress_percent", "double precision"),
            Column(name="metadata", type="jsonb", default="'{}'"),
            Column(name="created_at", type="timestamptz", default="now()"),
            Column(name="completed_at", type="timestamptz"),
        ),
        primary_key=ID_KEY,
        foreign_keys=(
            BELONGS_TO_ORGANIZATION,
            ForeignKey(columns=("user_id",), references="public.users", on_delete=OnDelete.SET_NULL),
        ),
        checks=(
            Check(name="file_upload_batches_total_files_check", expression="total_files >= 0"),
            Check(
                name="file_upload_batches_status_check",
                expression="status in ('uploading', 'processing', 'completed', 'failed')",
            ),
        ),
        indexes=(
            InlineIndex(name="idx_upload_batches_org", keys=("org_id", "created_at desc")),
            InlineIndex(name="idx_upload_batches_status", keys=("status", "created_at")),
            InlineIndex(name="idx_upload_batches_user", keys=("user_id",)),
        ),
        comment="Batches of uploaded files and how far they are.",
    )


def access() -> TableAccess:
    """Let members read their organization's batches and begin one as themselves; the counting is a function's."""
    mine = f"{own_organization(TABLE)} and {TABLE}.user_id = (select private.current_user_id())"
    return TableAccess(
        table=TABLE,
        policies=(
            service_does_all("upload batches"),
            members_read("Members read their organization's upload batches", own_organization(TABLE)),
            InlinePolicy(
                name="Members create upload batches as themselves",
                command=PolicyCommand.INSERT,
                to=(MEMBER,),
                check=mine,
            ),
        ),
        grants=(SERVICE_ALL, Grant(to=MEMBER, privileges=(Privilege.SELECT, Privilege.INSERT))),
    )


def guard() -> Function:
    """Return the trigger function that bounds what members write."""
    return function(
        _GUARD, returns="trigger", comment="Keeps end users from saying when a batch was made and how far it is."
    )


def guard_trigger() -> Trigger:
    """Return the trigger; members change no batch."""
    return Trigger(name="guard_upload_batch", table=TABLE, events=(TriggerEvent.INSERT,), function=_GUARD)


def progress() -> Function:
    """Return the trigger function for a progress that is no number."""
    return function(_PROGRESS, returns="trigger", comment="Counts a progress that is no number as none.")


def progress_trigger() -> Trigger:
    """Return the trigger; other batches do not call the function at all."""
    return Trigger(
        name="count_progress",
        table=TABLE,
        events=(TriggerEvent.INSERT, TriggerEvent.UPDATE),
        when="new.progress_percent is null or new.progress_percent = 'NaN'",
        function=_PROGRESS,
    )


def count_any_batch_file() -> Function:
    """Return the counting itself, of any tenant's batch: with the caller's own rights, for the services alone."""
    return function(
        _COUNT_ANY,
        arguments=(
            Argument(name="batch", type="uuid"),
            Argument(name="failed", type="boolean"),
            Argument(name="within_org", type="uuid", default="null"),
        ),
        returns="void",
        execute=(SERVICE,),
        comment="Counts one file of a batch as done, and as failed where it failed.",
    )


def count_own_batch_file() -> Function:
    """Return the counting for members: with the owner's rights, within the caller's organization."""
    return function(
        _COUNT_OWN,
        arguments=(Argument(name="batch", type="uuid"), Argument(name="failed", type="boolean")),
        returns="void",
        security_definer=True,
        execute=(MEMBER,),
        comment="Counts one file of a batch of the caller's own organization.",
    )


def count_batch_file() -> Function:
    """Return the way in, which sends each caller to the counting that is theirs."""
    return function(
        _COUNT,
        arguments=(
            Argument(name="batch", type="uuid"),
            Argument(name="same_batch", type="uuid"),
            Argument(name="failed", type="boolean"),
        ),
        returns="void",
        execute=(MEMBER, SERVICE),
        comment="Counts one file of a batch as far as the caller may.",
    )


def increment(name: str) -> Function:
    """Return a function of the API. Its argument has two names, since callers use both; by position it is the first."""
    return function(
        f"public.{name}",
        arguments=(
            Argument(name="batch_id", type="uuid", default="null"),
            Argument(name="batch_id_param", type="uuid", default="null"),
        ),
        returns="void",
        language="sql",
        execute=(MEMBER, SERVICE),
        comment="Counts one file of an upload batch; the last one completes the batch.",
    )
