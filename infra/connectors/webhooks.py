"""Webhook events: stored once, handed to one worker at a time, limited per connector."""

from __future__ import annotations

from connectors import connector_configs, identity
from connectors.area import Area, Part
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
from connectors.settings import WebhookLimit
from connectors.source import quote_literal, read_sql
from connectors.tables import (
    BELONGS_TO_CONNECTOR,
    BELONGS_TO_ORGANIZATION,
    ID_KEY,
    counter,
    id_and_organization,
)
from supaschema.declarations import (
    Argument,
    Column,
    Function,
    Index,
    InlineIndex,
    PrimaryKey,
    Table,
    TableAccess,
    Unique,
    View,
)

TABLE = "connector_webhook_events"
ACCESS = "connector_webhook_events-access"
VIEW = "webhook_events"
COUNTERS = "private.webhook_rate_counters"
WAITING_INDEX = "idx_webhook_events_waiting"


def area(limit: WebhookLimit) -> Area:
    """Return the events with their guard and access, the view under the other name, the queue and the limit."""
    return Area(
        "webhooks",
        (
            Part(TABLE, table()),
            Part("connector_webhook_events-known_connector", connector_configs.known_connector_trigger(TABLE)),
            Part(ACCESS, access(), after=("connector_webhook_events-known_connector",)),
            Part(VIEW, other_name()),
            Part(WAITING_INDEX, waiting_index()),
            Part("public.claim_webhook_events", claim_webhook_events(), after=(WAITING_INDEX,)),
            Part(COUNTERS, rate_counters()),
            Part("private.webhook_rate_counters-access", rate_counters_access()),
            Part("public.check_webhook_rate_limit", check_rate_limit(limit)),
        ),
    )


def table() -> Table:
    """Return the table: one row per event that a provider delivered."""
    return Table(
        name=TABLE,
        columns=(
            *id_and_organization(),
            Column(name="connector_id", type="uuid"),
            Column(name="event_type", type="text", nullable=False),
            Column(name="event_source", type="text"),
            Column(name="event_id", type="text"),
            Column(name="payload", type="jsonb", nullable=False),
            Column(name="headers", type="jsonb"),
            Column(name="processed", type="boolean", default="false", nullable=False),
            Column(name="processed_at", type="timestamptz"),
            Column(name="processing_error", type="text"),
            counter("retry_count"),
            Column(name="received_at", type="timestamptz", default="now()"),
            Column(name="claimed_until", type="timestamptz", comment="Until then the event is some worker's."),
        ),
        primary_key=ID_KEY,
        foreign_keys=(BELONGS_TO_ORGANIZATION, BELONGS_TO_CONNECTOR),
        # Of one tenant: another's event with the same id is another event. Events without an id are never equal.
        uniques=(
            Unique(name="idx_webhook_events_dedup", columns=("org_id", "event_source", "event_id", "event_type")),
        ),
        indexes=(
            InlineIndex(
                name="idx_webhook_events_unprocessed",
                keys=("processed", "received_at"),
                where="not processed",
            ),
            InlineIndex(name="idx_webhook_events_received", keys=("received_at",)),
            InlineIndex(name="idx_webhook_events_connector", keys=("connector_id", "received_at desc")),
        ),
        comment="Webhook events as received. Payloads carry personal data: members never read them, admins do.",
    )


def waiting_index() -> Index:
    """Return the index by which the queue's claim goes from one organization to the next, and reads each by age."""
    return Index(name=WAITING_INDEX, table=TABLE, keys=("org_id", "received_at"), where="not processed")


def access() -> TableAccess:
    """Let admins read their organization's events."""
    return TableAccess(
        table=TABLE,
        policies=(
            service_does_all("webhook events"),
            members_read(
                "Admins read their organization's webhook events", f"{own_organization(TABLE)} and {IS_ADMIN}"
            ),
        ),
        grants=(SERVICE_ALL, MEMBER_READS),
    )


def other_name() -> View:
    """Return the name under which the webhook processor and its worker read and write the same table."""
    file = "sql/views/public/webhook_events.sql"
    return View(
        name=VIEW,
        query=read_sql(file),
        file=file,
        grants=(SERVICE_ALL,),
        comment="connector_webhook_events under the name that the webhook processor uses.",
    )


def claim_webhook_events() -> Function:
    """Return the services' way to take unprocessed events, each to one worker."""
    return function(
        "public.claim_webhook_events",
        arguments=(
            Argument(name="max_events", type="integer", default="50"),
            Argument(name="lease", type="interval", default="interval '5 minutes'"),
        ),
        returns="setof public.connector_webhook_events",
        execute=(SERVICE,),
        comment="Takes unprocessed webhook events for as long as the lease lasts.",
    )


def rate_counters() -> Table:
    """Return the counters of the rate limit: a row per connector, written over when its window is past."""
    return Table(
        name="webhook_rate_counters",
        schema=identity.SCHEMA,
        columns=(
            Column(name="connector_id", type="uuid", nullable=False),
            Column(name="window_started_at", type="timestamptz", default="now()", nullable=False),
            counter("events"),
        ),
        primary_key=PrimaryKey(columns=("connector_id",)),
        foreign_keys=(BELONGS_TO_CONNECTOR,),
        comment="How many webhook events each connector has had in its present window.",
    )


def rate_counters_access() -> TableAccess:
    """Let the services count."""
    return TableAccess(
        table="webhook_rate_counters",
        schema=identity.SCHEMA,
        policies=(service_does_all("webhook rate counters"),),
        grants=(SERVICE_ALL,),
    )


def check_rate_limit(limit: WebhookLimit) -> Function:
    """Return the rate limit that a webhook route asks before it stores an event; its defaults are the stack's."""
    return function(
        "public.check_webhook_rate_limit",
        arguments=(
            Argument(name="connector_id", type="uuid"),
            Argument(name="max_events", type="integer", default=str(limit.events)),
            Argument(name="window_seconds", type="integer", default=str(limit.seconds)),
            Argument(name="when_exceeded", type="text", default=quote_literal(limit.when_exceeded)),
        ),
        returns="table(allowed boolean, remaining integer, retry_after_seconds integer)",
        execute=(SERVICE,),
        comment="Counts one webhook event of a connector and says whether it is within the limit.",
    )
