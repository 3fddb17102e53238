"""Webhooks of Zoom, Microsoft Teams and Google Drive: twice, out of order, at once, for nobody; and their worker."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from psycopg import errors

from tests.fixtures.postgres import Database
from tests.services.application import create_connector, document, import_documents
from tests.services.deliveries import TRANSCRIPT, Delivery, Json, drive, teams, zoom
from tests.services.tenants import Tenant
from tests.services.workers import together
from tests.support.postgrest import Row, insert, rpc, select, update
from tests.support.sessions import Connection, as_service

TABLES = ("connector_webhook_events", "webhook_events")
"""The routes' name for the table, and the webhook processor's."""
DEDUP = "org_id,event_source,event_id,event_type"

STORIES: dict[str, tuple[Delivery, ...]] = {
    "zoom": (
        zoom("recording.completed", 1700000000123, "Weekly", "ed6c2f27-2ae7-42f4-b3d0-835b493e4fa8"),
        zoom("recording.transcript_completed", 1700000300456, "Weekly", "388ffb46-1541-460d-8447-4624451a1db7"),
        zoom("recording.completed", 1700000900789, "Renamed", "ed6c2f27-2ae7-42f4-b3d0-835b493e4fa8"),
    ),
    "microsoft_teams": (
        teams("lsgTZMr9KwAAA", "created", 1),
        teams("lsgTZMr9KwAAB", "updated", 2),
        teams("lsgTZMr9KwAAC", "deleted", 3),
    ),
    "google_drive": (drive(1, "sync"), drive(2), drive(3)),
}
FINAL: dict[str, list[tuple[str, str, bool]]] = {
    "zoom": [
        ("388ffb46-1541-460d-8447-4624451a1db7", "Weekly", False),
        ("ed6c2f27-2ae7-42f4-b3d0-835b493e4fa8", "Renamed", False),
    ],
    "microsoft_teams": [(TRANSCRIPT, "A transcript", True)],
    "google_drive": [("1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms", "Plan", False)],
}
"""What is imported in the end: id, title, whether it is gone."""
ORDERS = tuple(itertools.permutations(range(3)))


def receive(
    connection: Connection,
    tenant: Tenant,
    connector: UUID | None,
    deliveries: Sequence[Delivery],
    into: str = TABLES[0],
) -> int:
    """Store deliveries as the route does, one request each; give how many events were new."""
    new = 0
    for delivery in deliveries:
        rows = [{"org_id": tenant.id, "connector_id": connector, **event} for event in delivery.events()]
        with as_service(connection):
            new += len(insert(connection, into, rows, on_conflict=DEDUP, returning="id"))
    return new


def mentioned(event: Row) -> list[tuple[str, int, Json]]:
    """Return the documents that an event speaks of: id, how new the news is, and what it says."""
    payload = event["payload"]
    match event["event_source"]:
        case "zoom":
            meeting = payload["payload"]["object"]
            return [
                (file["id"], payload["event_ts"], {"title": meeting["topic"], "file_size": file["file_size"]})
                for file in meeting["recording_files"]
            ]
        case "microsoft_teams":
            gone = payload["changeType"] == "deleted"
            news = {"title": "A transcript", "is_deleted": gone}
            return [(payload["resourceData"]["id"], payload["sequence"], news)]
        case _:
            # What Drive's list of changes has by now, whichever call made the worker look.
            return [("1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms", 1, {"title": "Plan"})]


def work_off(connection: Connection, tenant: Tenant, under: str = TABLES[1]) -> int:
    """Take events and import what they speak of, as the webhook processor does; give how many there were."""
    done = 0
    while True:
        with as_service(connection):
            events = rpc(connection, "claim_webhook_events", max_events=2)
        if not events:
            return done
        for event in (event for event in events if event["org_id"] == tenant.id):
            import_news(connection, tenant, event)
            with as_service(connection):
                update(connection, under, {"processed": True, "processed_at": datetime.now(UTC)}, id=event["id"])
            done += 1


def import_news(connection: Connection, tenant: Tenant, event: Row) -> None:
    """Import what an event speaks of, unless something newer is there."""
    for external_id, at, news in mentioned(event):
        with as_service(connection):
            known = select(
                connection,
                "imported_documents",
                "source_metadata",
                connector_id=event["connector_id"],
                external_id=external_id,
            )
            if not known or known[0]["source_metadata"]["at"] < at:
                row = document(tenant, event["connector_id"], external_id, source_metadata={"at": at})
                import_documents(connection, [{**row, "is_deleted": False, **news}])


def imported(connection: Connection, connector: UUID) -> list[tuple[str, str, bool]]:
    """Return what is imported: id, title, whether it is gone."""
    with as_service(connection):
        rows = select(connection, "imported_documents", "external_id,title,is_deleted", connector_id=connector)
    return sorted((row["external_id"], row["title"], row["is_deleted"]) for row in rows)


@pytest.mark.parametrize("into", TABLES)
@pytest.mark.parametrize("kind", STORIES)
def test_a_delivery_repeated_is_one_event(connection: Connection, tenant: Tenant, kind: str, into: str) -> None:
    connector = create_connector(connection, tenant, kind)
    assert receive(connection, tenant, connector, STORIES[kind], into) == 3
    assert receive(connection, tenant, connector, STORIES[kind], TABLES[0]) == 0
    assert receive(connection, tenant, connector, STORIES[kind], TABLES[1]) == 0


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "".join(map(str, order)))
@pytest.mark.parametrize("kind", STORIES)
def test_any_order_ends_the_same(connection: Connection, tenant: Tenant, kind: str, order: tuple[int, ...]) -> None:
    connector = create_connector(connection, tenant, kind)
    arriving = [STORIES[kind][number] for number in order]
    assert receive(connection, tenant, connector, [*arriving, arriving[0]]) == 3
    assert work_off(connection, tenant, TABLES[order[0] % 2]) == 3
    assert imported(connection, connector) == FINAL[kind]
    with as_service(connection):
        left = [select(connection, table, "id", org_id=tenant.id, processed=False) for table in TABLES]
    assert left == [[], []]


@pytest.mark.parametrize("kind", STORIES)
def test_sixteen_routes_that_get_the_same_deliveries_store_them_once(
    provisioned_variant: Database, connection: Connection, tenant: Tenant, kind: str
) -> None:
    connector = create_connector(connection, tenant, kind)
    stored = together(
        provisioned_variant, lambda route, n: receive(route, tenant, connector, STORIES[kind], TABLES[n % 2])
    )
    assert sum(stored) == 3


@pytest.mark.parametrize("into", TABLES)
@pytest.mark.parametrize("kind", STORIES)
def test_an_event_for_nobodys_or_anothers_connector_is_refused(
    connection: Connection, tenant: Tenant, stranger: Tenant, kind: str, into: str
) -> None:
    for connector in (uuid4(), create_connector(connection, stranger, kind)):
        with pytest.raises(errors.ForeignKeyViolation, match=f"unknown connector {connector}"):
            receive(connection, tenant, connector, STORIES[kind], into)
    with as_service(connection):
        assert select(connection, into, "id", org_id=tenant.id) == []


def test_an_id_that_two_tenants_share_is_two_events(connection: Connection, tenant: Tenant, stranger: Tenant) -> None:
    for each in (tenant, stranger):
        assert receive(connection, each, create_connector(connection, each, "zoom"), STORIES["zoom"]) == 3


def test_an_id_that_is_used_for_two_types_is_two_events(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "microsoft_teams")
    pair = [teams("lsgTZMr9KwAAA", change, 1) for change in ("created", "updated")]
    assert receive(connection, tenant, connector, pair) == 2


def test_events_without_an_id_are_kept_and_import_once(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "microsoft_teams")
    assert receive(connection, tenant, connector, [teams(None, "created", 1)] * 2) == 2
    assert work_off(connection, tenant) == 2
    assert imported(connection, connector) == [(TRANSCRIPT, "A transcript", False)]


def test_secrets_of_a_delivery_are_not_stored(connection: Connection, tenant: Tenant) -> None:
    for kind, story in STORIES.items():
        receive(connection, tenant, create_connector(connection, tenant, kind), story)
    with tenant.signed_in(connection, "admin"):
        stored = str(select(connection, TABLES[0], "payload,headers", org_id=tenant.id))
    assert "secret" not in stored
    assert TRANSCRIPT in stored


# Retries


def test_an_event_that_fails_is_tried_again_oldest_first_and_shows(connection: Connection, tenant: Tenant) -> None:
    connection.execute("update connector_webhook_events set processed = true")
    connector = create_connector(connection, tenant, "zoom")
    receive(connection, tenant, connector, STORIES["zoom"])
    with as_service(connection):
        (first,) = rpc(connection, "claim_webhook_events", max_events=1)
        failed = {"retry_count": first["retry_count"] + 1, "processing_error": "timeout", "claimed_until": None}
        update(connection, TABLES[1], failed, id=first["id"])
    with tenant.signed_in(connection, "admin"):
        (shown,) = select(connection, "connector_webhook_health", "waiting,retried,failing", connector_id=connector)
    assert shown == {"waiting": 3, "retried": 1, "failing": 1}
    with as_service(connection):
        again = rpc(connection, "claim_webhook_events", max_events=3)
    assert [event["event_id"] for event in again] == [delivery.events()[0]["event_id"] for delivery in STORIES["zoom"]]
    assert [event["retry_count"] for event in again] == [1, 0, 0]


def test_members_who_are_no_admins_see_no_event(connection: Connection, tenant: Tenant, stranger: Tenant) -> None:
    receive(connection, tenant, create_connector(connection, tenant, "zoom"), STORIES["zoom"])
    seen = {}
    for role in ("reader", "contributor", "admin", "owner"):
        with tenant.signed_in(connection, role):
            seen[role] = len(select(connection, TABLES[0], "id"))
    assert seen == {"reader": 0, "contributor": 0, "admin": 3, "owner": 3}
    with stranger.signed_in(connection, "owner"):
        assert select(connection, TABLES[0], "id", org_id=tenant.id) == []
    with pytest.raises(errors.InsufficientPrivilege), tenant.signed_in(connection, "owner"):
        select(connection, TABLES[1], "id")


# The rate limit


def test_a_route_answers_429_once_the_limit_is_reached(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "zoom")
    with as_service(connection):
        answers = [
            rpc(connection, "check_webhook_rate_limit", connector_id=connector, max_events=2, window_seconds=30)[0]
            for _ in range(3)
        ]
    assert [(answer["allowed"], answer["remaining"]) for answer in answers] == [(True, 1), (True, 0), (False, 0)]
    assert 29 <= answers[2]["retry_after_seconds"] <= 30


def test_the_api_itself_answers_429_where_that_is_wanted(connection: Connection, tenant: Tenant) -> None:
    """PostgREST makes the status of an SQLSTATE that begins with PT."""
    asked = {"connector_id": create_connector(connection, tenant, "zoom"), "max_events": 1, "window_seconds": 30}
    with as_service(connection):
        rpc(connection, "check_webhook_rate_limit", **asked, when_exceeded="refuse")
    for _ in range(2):
        with pytest.raises(errors.Error, match="has had its 1 events in 30 seconds") as refused, as_service(connection):
            rpc(connection, "check_webhook_rate_limit", **asked, when_exceeded="refuse")
        assert refused.value.sqlstate == "PT429"
        assert refused.value.diag.message_detail in {"29", "30"}
    with as_service(connection):
        (answer,) = rpc(connection, "check_webhook_rate_limit", **asked)
    assert answer["allowed"] is False


def test_sixteen_routes_admit_exactly_the_limit(
    provisioned_variant: Database, connection: Connection, tenant: Tenant
) -> None:
    connector = create_connector(connection, tenant, "zoom")

    def ask(route: Connection, _: int) -> list[bool]:
        answers = []
        for _ in range(20):
            with as_service(route):
                answers += rpc(route, "check_webhook_rate_limit", connector_id=connector, max_events=111)
        return [answer["allowed"] for answer in answers]

    answers = list(itertools.chain.from_iterable(together(provisioned_variant, ask)))
    assert (len(answers), sum(answers)) == (320, 111)
