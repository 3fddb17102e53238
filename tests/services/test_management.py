"""What an organization's admins do with its connectors through the API, and that each of it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from psycopg import errors

from tests.services.application import create_connector, new_batch
from tests.services.tenants import Tenant
from tests.support.catalog import column, one
from tests.support.postgrest import Row, insert, rpc, select, update
from tests.support.sessions import Connection, as_service, as_user

CONNECTOR = "is_active,sync_frequency,next_sync_at,sync_status,last_sync_status,error_count,last_error"


@pytest.fixture
def connector(connection: Connection, tenant: Tenant) -> UUID:
    """A connector of the tenant's that syncs hourly."""
    return create_connector(connection, tenant, "zoom")


def done(connection: Connection, tenant: Tenant, function: str, *, by: str = "admin", **arguments: object) -> list[Row]:
    """Call a function as a member."""
    with tenant.signed_in(connection, by):
        return rpc(connection, function, **arguments)


def state(connection: Connection, connector: UUID) -> Row:
    """Read a connector as a service does."""
    with as_service(connection):
        (row,) = select(connection, "connector_configs", CONNECTOR, id=connector)
    return row


def written(connection: Connection, tenant: Tenant, by: str = "admin") -> list[Row]:
    """Read what was done, as a member."""
    with tenant.signed_in(connection, by):
        return select(connection, "connector_actions", "action,connector_id,user_id,details", org_id=tenant.id)


def calls(connector: UUID, batch: UUID) -> Mapping[str, dict[str, object]]:
    """Return every function with arguments that name these."""
    return {
        "pause_connector": {"connector_id": connector},
        "resume_connector": {"connector_id": connector},
        "sync_connector_now": {"connector_id": connector},
        "change_connector_frequency": {"connector_id": connector, "frequency": "weekly"},
        "reset_connector_errors": {"connector_id": connector},
        "retry_webhook_events": {"connector_id": connector},
        "cancel_upload_batch": {"batch_id": batch},
    }


FUNCTIONS = tuple(calls(uuid4(), uuid4()))


@pytest.mark.parametrize("by", ["owner", "admin"])
def test_each_is_written_down_with_who_did_it(connection: Connection, tenant: Tenant, connector: UUID, by: str) -> None:
    for function, arguments in calls(connector, new_batch(connection, tenant, 3)).items():
        done(connection, tenant, function, by=by, **arguments)
    actions = written(connection, tenant)

    assert [action["action"] for action in actions] == [
        "pause",
        "resume",
        "sync now",
        "change frequency",
        "reset errors",
        "retry webhook events",
        "cancel upload batch",
    ]
    assert {action["user_id"] for action in actions} == {tenant.members[by]}
    assert [action["connector_id"] for action in actions] == [connector] * 6 + [None]
    assert [action["details"] for action in actions[:2]] == [{"was_active": True}, {"was_active": False}]
    assert set(actions[2]["details"]) == {"status", "was_due"}
    assert actions[3]["details"] == {"from": "hourly", "to": "weekly"}


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("by", ["reader", "contributor"])
def test_other_members_are_refused(
    connection: Connection, tenant: Tenant, connector: UUID, function: str, by: str
) -> None:
    arguments = calls(connector, new_batch(connection, tenant, 3))[function]
    before = state(connection, connector)
    with pytest.raises(errors.InsufficientPrivilege, match="only owners and admins"):
        done(connection, tenant, function, by=by, **arguments)
    assert state(connection, connector) == before
    assert written(connection, tenant) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_another_tenants_owner_finds_nothing(
    connection: Connection, tenant: Tenant, stranger: Tenant, connector: UUID, function: str
) -> None:
    batch = new_batch(connection, tenant, 3)
    before = state(connection, connector)
    with pytest.raises(errors.NoDataFound, match="does not exist"):
        done(connection, stranger, function, by="owner", **calls(connector, batch)[function])
    assert state(connection, connector) == before
    assert written(connection, tenant) == written(connection, stranger, "owner") == []
    assert one(connection, "select status from file_upload_batches where id = %s", batch) == "uploading"


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("claims", [{}, {"sub": "nobody"}])
def test_who_is_no_member_is_refused(
    connection: Connection, connector: UUID, function: str, claims: dict[str, str]
) -> None:
    role = "authenticated" if claims else "anon"
    with pytest.raises(errors.InsufficientPrivilege), as_user(connection, role, claims):
        rpc(connection, function, **calls(connector, uuid4())[function])


def test_what_was_done_only_admins_read_and_nobody_writes(
    connection: Connection, tenant: Tenant, stranger: Tenant, connector: UUID
) -> None:
    done(connection, tenant, "pause_connector", connector_id=connector)

    assert len(written(connection, tenant, "owner")) == 1
    assert written(connection, tenant, "contributor") == []
    with stranger.signed_in(connection, "owner"):
        assert select(connection, "connector_actions", "action", org_id=tenant.id) == []
    row = {"org_id": tenant.id, "action": "pause"}
    for attempt in (
        lambda: insert(connection, "connector_actions", row),
        lambda: update(connection, "connector_actions", {"details": {}}, org_id=tenant.id),
        lambda: connection.execute("delete from connector_actions"),
    ):
        with pytest.raises(errors.InsufficientPrivilege), tenant.signed_in(connection, "owner"):
            attempt()


def test_what_was_done_outlives_connector_and_member(connection: Connection, tenant: Tenant, connector: UUID) -> None:
    done(connection, tenant, "pause_connector", connector_id=connector)
    connection.execute("delete from connector_configs where id = %s", [connector])
    connection.execute("delete from users where id = %s", [tenant.members["admin"]])

    (action,) = written(connection, tenant, "owner")
    assert (action["connector_id"], action["user_id"]) == (connector, None)


def test_a_paused_connector_is_not_claimed_until_it_is_resumed(
    connection: Connection, tenant: Tenant, connector: UUID
) -> None:
    connection.execute("update connector_configs set sync_frequency = 'manual' where id <> %s", [connector])
    done(connection, tenant, "pause_connector", connector_id=connector)
    with as_service(connection):
        assert rpc(connection, "claim_due_syncs") == []
    done(connection, tenant, "resume_connector", connector_id=connector)
    with as_service(connection):
        assert [row["connector_id"] for row in rpc(connection, "claim_due_syncs")] == [connector]


def test_sync_now_makes_a_connector_due(connection: Connection, tenant: Tenant, connector: UUID) -> None:
    connection.execute("update connector_configs set sync_frequency = 'manual' where id <> %s", [connector])
    connection.execute(
        "update connector_configs set next_sync_at = now() + interval '1 day' where id = %s", [connector]
    )
    done(connection, tenant, "sync_connector_now", connector_id=connector)
    with as_service(connection):
        assert [row["connector_id"] for row in rpc(connection, "claim_due_syncs")] == [connector]


def test_sync_now_of_a_connector_without_schedule_is_one_job(
    connection: Connection, tenant: Tenant, connector: UUID
) -> None:
    connection.execute("update connector_configs set sync_frequency = 'manual' where id = %s", [connector])
    jobs = "select status from jobs where org_id = %s"
    for _ in range(2):
        done(connection, tenant, "sync_connector_now", connector_id=connector)
    assert column(connection, jobs, tenant.id) == ["pending"]
    for before, after in (("processing", "processing"), ("completed", "pending"), ("failed", "pending")):
        connection.execute("update jobs set status = %s, attempts = 3 where org_id = %s", [before, tenant.id])
        done(connection, tenant, "sync_connector_now", connector_id=connector)
        assert column(connection, jobs, tenant.id) == [after]
    (payload,) = column(connection, "select payload from jobs where org_id = %s", tenant.id)
    assert payload == {"connectorId": str(connector), "orgId": str(tenant.id), "syncType": "manual"}
    assert one(connection, "select attempts from jobs where org_id = %s", tenant.id) == 0


def test_a_paused_connector_does_not_sync_now(connection: Connection, tenant: Tenant, connector: UUID) -> None:
    done(connection, tenant, "pause_connector", connector_id=connector)
    with pytest.raises(errors.ObjectNotInPrerequisiteState, match="is paused"):
        done(connection, tenant, "sync_connector_now", connector_id=connector)


@pytest.mark.parametrize(("frequency", "days"), [("hourly", 1 / 24), ("daily", 1), ("weekly", 7)])
def test_the_next_sync_follows_the_last_one(
    connection: Connection, tenant: Tenant, connector: UUID, frequency: str, days: float
) -> None:
    last = datetime.now(UTC) - timedelta(minutes=10)
    connection.execute("update connector_configs set last_sync_at = %s where id = %s", [last, connector])
    done(connection, tenant, "change_connector_frequency", connector_id=connector, frequency=frequency)
    row = state(connection, connector)
    assert (row["sync_frequency"], row["next_sync_at"]) == (frequency, last + timedelta(days=days))


def test_a_connector_that_last_synced_long_ago_is_due_now(
    connection: Connection, tenant: Tenant, connector: UUID
) -> None:
    connection.execute("update connector_configs set last_sync_at = '2020-01-01' where id = %s", [connector])
    done(connection, tenant, "change_connector_frequency", connector_id=connector, frequency="daily")
    assert abs(state(connection, connector)["next_sync_at"] - datetime.now(UTC)) < timedelta(minutes=1)
    done(connection, tenant, "change_connector_frequency", connector_id=connector, frequency="manual")
    assert state(connection, connector)["next_sync_at"] is None


@pytest.mark.parametrize("frequency", ["yearly", None, ""])
def test_a_frequency_that_is_none_is_refused(
    connection: Connection, tenant: Tenant, connector: UUID, frequency: str | None
) -> None:
    with pytest.raises(errors.InvalidParameterValue, match="does not sync"):
        done(connection, tenant, "change_connector_frequency", connector_id=connector, frequency=frequency)


def test_errors_that_are_reset_make_a_connector_well(connection: Connection, tenant: Tenant, connector: UUID) -> None:
    failed = {"sync_status": "error", "last_sync_status": "failed", "error_count": 7, "last_error": "token expired"}
    health = "select health from connector_health where connector_id = %s"
    with as_service(connection):
        update(connection, "connector_configs", {**failed, "last_sync_at": datetime.now(UTC)}, id=connector)
    assert one(connection, health, connector) == "failing"
    done(connection, tenant, "change_connector_frequency", connector_id=connector, frequency="daily")
    done(connection, tenant, "reset_connector_errors", connector_id=connector)
    assert one(connection, health, connector) == "healthy"
    assert written(connection, tenant)[-1]["details"] == {"errors": 7, "status": "error", "last_error": "token expired"}


def test_failed_events_wait_again_and_those_at_work_are_left(
    connection: Connection, tenant: Tenant, stranger: Tenant, connector: UUID
) -> None:
    connection.execute("update connector_webhook_events set processed = true")
    failed = {"event_type": "x", "payload": {}, "retry_count": 3, "processing_error": "timeout"}
    rows: list[dict[str, object]] = [
        {**failed, "org_id": tenant.id, "connector_id": connector},
        {**failed, "org_id": tenant.id, "connector_id": None},
        {**failed, "org_id": tenant.id, "connector_id": connector, "claimed_until": "2999-01-01"},
        {**failed, "org_id": tenant.id, "connector_id": connector, "processed": True},
        {**failed, "org_id": stranger.id, "connector_id": None},
    ]
    with as_service(connection):
        for row in rows:
            insert(connection, "connector_webhook_events", row)
    waiting = "select count(*) from connector_webhook_events where not processed and retry_count = 0"
    (answer,) = done(connection, tenant, "retry_webhook_events", connector_id=connector)
    assert list(answer.values()) == [1]
    assert one(connection, waiting) == 1
    (answer,) = done(connection, tenant, "retry_webhook_events")
    assert list(answer.values()) == [1]
    assert one(connection, f"{waiting} and org_id = %s", tenant.id) == 2


def test_a_batch_that_is_cancelled_has_failed_and_only_once(connection: Connection, tenant: Tenant) -> None:
    batch = new_batch(connection, tenant, 3)
    done(connection, tenant, "cancel_upload_batch", batch_id=batch)
    with as_service(connection):
        (row,) = select(connection, "file_upload_batches", "status,completed_at", id=batch)
    assert row["status"] == "failed"
    assert row["completed_at"] is not None
    with pytest.raises(errors.ObjectNotInPrerequisiteState, match="is failed"):
        done(connection, tenant, "cancel_upload_batch", batch_id=batch)
    assert written(connection, tenant)[0]["details"] == {"batch": str(batch), "processed": 0, "total": 3}
