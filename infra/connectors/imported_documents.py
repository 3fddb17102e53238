"""The imported documents: columns for the processing queue, and what becomes of the rows that exist."""

from __future__ import annotations

from connectors import connector_configs
from connectors.area import Area, Part
from connectors.connector_configs import updated_at_trigger
from connectors.routines import function
from connectors.rules import (
    IS_ADMIN,
    MEMBER_READS,
    SERVICE,
    SERVICE_ALL,
    members_read,
    own_organization,
    service_does_all,
)
from supaschema.declarations import (
    Argument,
    Backfill,
    Check,
    Column,
    ExistingRows,
    Function,
    Index,
    InlineAccess,
    ObjectSet,
    TablePatch,
    Trigger,
    TriggerEvent,
)

TABLE = "imported_documents"
COLUMNS = "imported_documents-columns"
ACCESS = "imported_documents-access"
BACKFILL = "imported_documents-backfill"
FLAGS = "imported_documents-flags"
_IN_STEP = "private.statuses_in_step"


def area() -> Area:
    """Return the access with the column that it asks for, the other columns, the back-fill, then what follows it.

    So the other columns are hidden in softly deleted rows for as long as they exist. NOT NULL, the trigger and the
    indexes of back-filled columns come after the back-fill: it would violate the first, move every row's `updated_at`
    by the second, and write the last twice.
    """
    return Area(
        "documents",
        (
            Part(ACCESS, access()),
            *(
                Part(f"imported_documents-known_connector-{event.value}", known_connector_trigger(event))
                for event in (TriggerEvent.INSERT, TriggerEvent.UPDATE)
            ),
            Part(COLUMNS, columns()),
            Part(BACKFILL, backfill()),
            Part(FLAGS, flags(), after=(BACKFILL,)),
            Part("imported_documents-updated_at", updated_at_trigger(TABLE)),
            Part(_IN_STEP, statuses_in_step()),
            Part("imported_documents-statuses_in_step", in_step_triggers()),
            *(Part(index.name, index) for index in indexes()),
            Part("public.claim_waiting_documents", claim_waiting_documents(), after=("idx_imported_docs_waiting",)),
        ),
    )


def columns() -> TablePatch:
    """Return the columns; the queue's own stay NULL in rows that exist, so that no worker takes an old row for work."""
    return TablePatch(
        table=TABLE,
        columns=(
            Column(name="content_hash", type="text"),
            Column(name="parent_external_id", type="text"),
            Column(name="external_url", type="text"),
            _queue("processing_status", "text", "'pending'"),
            Column(name="processing_error", type="text"),
            _queue("chunks_generated", "boolean", "false"),
            _queue("embeddings_generated", "boolean", "false"),
            Column(name="source_metadata", type="jsonb", default="'{}'"),
            _queue("first_synced_at", "timestamptz", "now()"),
            Column(name="sync_count", type="integer", default="1", nullable=False),
            Column(name="file_size", type="bigint", comment="Bytes; some services write file_size_bytes instead."),
        ),
        # Uploads have no connector. The unique (connector_id, external_id) keeps its NULLs distinct.
        nullability={"connector_id": True},
        checks=(
            Check(
                name="imported_documents_processing_status_check",
                expression="processing_status in ('pending', 'processing', 'completed', 'failed')",
            ),
        ),
    )


def _queue(name: str, type: str, default: str) -> Column:
    return Column(name=name, type=type, default=default, existing_rows=ExistingRows.NULL)


def access() -> TablePatch:
    """Let members read their organization's documents; those deleted softly only admins see.

    The column that says so is one resource with the policy that asks for it: one is never there without the other.
    """
    seen = f"{own_organization(TABLE)} and (not {TABLE}.is_deleted or {IS_ADMIN})"
    return TablePatch(
        table=TABLE,
        columns=(Column(name="is_deleted", type="boolean", default="false", nullable=False),),
        access=InlineAccess(
            policies=(
                service_does_all("imported documents"),
                members_read("Members read their organization's documents", seen),
            ),
            grants=(SERVICE_ALL, MEMBER_READS),
        ),
    )


def backfill() -> Backfill:
    """Return the values of rows that exist. What a writer has set meanwhile stays.

    A row without any `sync_status` was never work, so it does not become work now.
    """
    status = "case when sync_status = 'error' or sync_status is null then 'failed' else sync_status end"
    done = "coalesce(sync_status = 'completed', false)"
    return Backfill(
        name="processing_state",
        table=TABLE,
        assignments={
            "processing_status": f"coalesce(processing_status, {status})",
            "chunks_generated": f"coalesce(chunks_generated, {done})",
            "embeddings_generated": f"coalesce(embeddings_generated, {done})",
            "first_synced_at": "coalesce(first_synced_at, created_at, now())",
        },
        where=(
            "processing_status is null or chunks_generated is null "
            "or embeddings_generated is null or first_synced_at is null"
        ),
    )


def flags() -> TablePatch:
    """Require the queue's flags, once every row has them: `not chunks_generated` then means what it says."""
    return TablePatch(table=TABLE, nullability={"chunks_generated": False, "embeddings_generated": False})


def known_connector_trigger(event: TriggerEvent) -> Trigger:
    """Return the trigger that asks for a connector of the document's own organization.

    After the event, and only where something of it changes: a row that is there already is synced as before,
    whatever it says.
    """
    changes = (
        " and (new.connector_id is distinct from old.connector_id or new.org_id is distinct from old.org_id)"
        if event is TriggerEvent.UPDATE
        else ""
    )
    return Trigger(
        name=f"require_known_connector_on_{event.value}",
        table=TABLE,
        timing="after",
        events=(event,),
        update_of=("connector_id", "org_id") if event is TriggerEvent.UPDATE else (),
        when=f"new.connector_id is not null{changes}",
        function=connector_configs.KNOWN_CONNECTOR,
    )


def statuses_in_step() -> Function:
    """Return the trigger function that lets one status follow the other."""
    return function(
        _IN_STEP,
        returns="trigger",
        comment="Lets sync_status follow processing_status, and the other way, where a writer names only one.",
    )


def in_step_triggers() -> ObjectSet:
    """Return the three steps of a row's update, which fire in the order of their names.

    They come and go in one transaction: with one of them missing, a status would follow although both are written.
    An insert has both, by their defaults, and stays as it is.
    """
    steps = (
        (1, "processing_status", "mark"),
        (2, "sync_status", "sync_status"),
        (3, "processing_status", "processing_status"),
    )
    return ObjectSet(
        objects=tuple(
            Trigger(
                name=f"statuses_in_step_{number}",
                table=TABLE,
                events=(TriggerEvent.UPDATE,),
                update_of=(column,),
                function=_IN_STEP,
                arguments=(step,),
            )
            for number, column, step in steps
        )
    )


def indexes() -> tuple[Index, ...]:
    """Return the indexes of the queues and look-ups."""
    return (
        Index(
            name="idx_imported_docs_chunks",
            table=TABLE,
            keys=("chunks_generated",),
            where="not chunks_generated",
        ),
        # The claim's: it goes from one organization to the next, and reads each by age.
        Index(
            name="idx_imported_docs_waiting",
            table=TABLE,
            keys=("org_id", "created_at"),
            where="processing_status = 'pending' and not chunks_generated and not is_deleted",
        ),
        Index(name="idx_imported_docs_processing_status", table=TABLE, keys=("processing_status", "org_id")),
        # Not unique: the same file may well be imported twice.
        Index(
            name="idx_imported_docs_hash",
            table=TABLE,
            keys=("org_id", "content_hash"),
            where="content_hash is not null",
        ),
        # What the members' policy asks of a row, so that counting an organization's documents reads no table.
        Index(name="idx_imported_docs_visible", table=TABLE, keys=("org_id", "is_deleted")),
        Index(name="idx_imported_docs_deleted", table=TABLE, keys=("org_id", "updated_at"), where="is_deleted"),
    )


def claim_waiting_documents() -> Function:
    """Return the services' way to take documents that wait for chunks, each to one worker."""
    return function(
        "public.claim_waiting_documents",
        arguments=(
            Argument(name="max_documents", type="integer", default="20"),
            Argument(name="stale_after", type="interval", default="null"),
        ),
        returns="setof public.imported_documents",
        execute=(SERVICE,),
        comment="Takes documents that wait for chunks: processing_status becomes processing.",
    )
