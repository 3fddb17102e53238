"""What an organization's admins do with its connectors through the API, and where that is written down."""

from __future__ import annotations

from connectors.area import Area, Part
from connectors.routines import function
from connectors.rules import (
    IS_ADMIN,
    MEMBER,
    MEMBER_READS,
    SERVICE_ALL,
    members_read,
    own_organization,
    service_does_all,
)
from connectors.tables import BELONGS_TO_ORGANIZATION, ID_KEY, id_and_organization
from supaschema.declarations import (
    Argument,
    Check,
    Column,
    ForeignKey,
    Function,
    InlineIndex,
    ObjectSet,
    OnDelete,
    Table,
    TableAccess,
)

TABLE = "connector_actions"
ACCESS = "connector_actions-access"
FUNCTIONS = "management-functions"

ACTIONS = (
    "pause",
    "resume",
    "sync now",
    "change frequency",
    "reset errors",
    "retry webhook events",
    "cancel upload batch",
)
_CONNECTOR = Argument(name="connector_id", type="uuid")


def area() -> Area:
    """Return the table, its access, and the functions as one resource: they are small, and come and go together."""
    return Area(
        "management",
        (
            Part(TABLE, table()),
            Part(ACCESS, access()),
            Part(FUNCTIONS, ObjectSet(objects=(*inner(), *api()))),
        ),
    )


def inner() -> tuple[Function, ...]:
    """Return the functions of schema private, from the inside out."""
    return (
        acting_admin(),
        sync_at_once(),
        manage_connector(),
        retry_own_webhook_events(),
        cancel_own_upload_batch(),
    )


def table() -> Table:
    """Return the table. No foreign key to the connector: what was done is still told when the connector is gone."""
    actions = ", ".join(f"'{action}'" for action in ACTIONS)
    return Table(
        name=TABLE,
        columns=(
            *id_and_organization(),
            Column(name="connector_id", type="uuid", comment="NULL: all of the organization's, or an upload batch."),
            Column(name="user_id", type="uuid", comment="Who did it; NULL: somebody who is no user any more."),
            Column(name="action", type="text", nullable=False),
            Column(name="details", type="jsonb", default="'{}'", nullable=False),
            Column(name="created_at", type="timestamptz", default="now()", nullable=False),
        ),
        primary_key=ID_KEY,
        foreign_keys=(
            BELONGS_TO_ORGANIZATION,
            ForeignKey(columns=("user_id",), references="public.users", on_delete=OnDelete.SET_NULL),
        ),
        checks=(Check(name="connector_actions_action_check", expression=f"action in ({actions})"),),
        indexes=(
            InlineIndex(name="idx_connector_actions_org", keys=("org_id", "created_at desc")),
            InlineIndex(name="idx_connector_actions_user", keys=("user_id",)),
        ),
        comment="What admins did with connectors, event queues and batches; written by the functions that do it.",
    )


def access() -> TableAccess:
    """Let admins read what was done in their organization; nobody signed in writes it."""
    own = f"{own_organization(TABLE)} and {IS_ADMIN}"
    return TableAccess(
        table=TABLE,
        policies=(
            service_does_all("connector actions"),
            members_read("Admins read what was done with their organization's connectors", own),
        ),
        grants=(SERVICE_ALL, MEMBER_READS),
    )


def acting_admin() -> Function:
    """Return who acts; nobody may call it but the functions below, whose owner is its own."""
    return function(
        "private.acting_admin",
        returns="table(user_id uuid, org_id uuid)",
        comment="The owner or admin who is signed in.",
    )


def sync_at_once() -> Function:
    """Return the way of a connector to the workers, before its date."""
    return function(
        "private.sync_at_once",
        arguments=(
            Argument(name="connector", type="uuid"),
            Argument(name="org", type="uuid"),
            Argument(name="frequency", type="text"),
        ),
        returns="void",
        comment="Makes a connector due now, or gives it a job where it has no schedule.",
    )


def manage_connector() -> Function:
    """Return what is done to a connector itself."""
    return function(
        "private.manage_connector",
        arguments=(
            Argument(name="connector", type="uuid"),
            Argument(name="action", type="text"),
            Argument(name="frequency", type="text", default="null"),
        ),
        returns="void",
        security_definer=True,
        execute=(MEMBER,),
        comment="Does what an admin asks to a connector of the own organization, and writes it down.",
    )


def retry_own_webhook_events() -> Function:
    """Return what is done to an organization's events."""
    return function(
        "private.retry_own_webhook_events",
        arguments=(Argument(name="connector", type="uuid", default="null"),),
        returns="bigint",
        security_definer=True,
        execute=(MEMBER,),
        comment="Lets failed webhook events of the caller's organization be tried again.",
    )


def cancel_own_upload_batch() -> Function:
    """Return what is done to an upload batch."""
    return function(
        "private.cancel_own_upload_batch",
        arguments=(Argument(name="batch", type="uuid"),),
        returns="void",
        security_definer=True,
        execute=(MEMBER,),
        comment="Ends an upload batch of the caller's organization that nobody will complete.",
    )


def api() -> tuple[Function, ...]:
    """Return the API's functions."""
    frequency = Argument(name="frequency", type="text")
    any_connector = Argument(name="connector_id", type="uuid", default="null")
    batch = Argument(name="batch_id", type="uuid")
    return (
        _called("pause_connector", "Pauses a connector.", _CONNECTOR),
        _called("resume_connector", "Resumes a connector that was paused.", _CONNECTOR),
        _called("sync_connector_now", "Lets a connector sync now.", _CONNECTOR),
        _called("change_connector_frequency", "Changes how often a connector syncs.", _CONNECTOR, frequency),
        _called("reset_connector_errors", "Forgets the errors of a connector.", _CONNECTOR),
        _called("retry_webhook_events", "Tries failed webhook events again.", any_connector, returns="bigint"),
        _called("cancel_upload_batch", "Ends an upload batch that is stuck.", batch),
    )


def _called(name: str, comment: str, *arguments: Argument, returns: str = "void") -> Function:
    return function(
        f"public.{name}",
        arguments=arguments,
        returns=returns,
        language="sql",
        execute=(MEMBER,),
        comment=comment,
    )
