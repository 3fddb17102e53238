"""What end users write is readable for whoever reads the rows of all tenants: no number, date or document breaks it."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from psycopg import errors, sql

from tests.services.application import create_connector
from tests.services.tenants import Tenant
from tests.support.catalog import one
from tests.support.postgrest import insert, rpc, select, update
from tests.support.sessions import Connection, as_service

LARGEST = 2**31 - 1
MOST_ERRORS = 1_000_000
UNREADABLE = {
    "an integer of more digits than Python reads": "1" + "0" * 5000,
    "a negative one": "-1" + "0" * 5000,
    "a number beyond a double": "1e309",
    "deeper than a reader goes": "[" * 1500 + "]" * 1500,
    "within an object": '{"a": [{"b": ' + "9" * 4400 + "}]}",
}
DOCUMENTS = ("settings", "filters", "metadata", "credentials")
READABLE = {"largest": 10**308, "fraction": 0.5, "text": "9" * 5000, "deep": [[[[{"a": [1]}]]]]}


def write_document(connection: Connection, table: str, column: str, text: str, row: UUID) -> None:
    """Write a document as it stands: a client that sends JSON may send any."""
    query = sql.SQL("update {} set {} = %s::jsonb where id = %s")
    connection.execute(query.format(sql.Identifier(table), sql.Identifier(column)), [text, row])


# Batches


@pytest.mark.parametrize(
    ("column", "value", "begins"),
    [
        ("completed_at", "infinity", None),
        ("completed_at", "4713-01-01 BC", None),
        ("progress_percent", "NaN", 0),
        ("progress_percent", "-infinity", 0),
        ("processed_files", -LARGEST - 1, 0),
        ("failed_files", LARGEST, 0),
        ("status", "completed", "uploading"),
        ("status", None, "uploading"),
    ],
)
def test_how_far_a_batch_is_when_it_begins_is_the_servers_to_say(
    connection: Connection, tenant: Tenant, column: str, value: object, begins: object
) -> None:
    row = {"org_id": tenant.id, "user_id": tenant.members["contributor"], "total_files": 2, column: value}
    with tenant.signed_in(connection, "contributor"):
        (made,) = insert(connection, "file_upload_batches", row, returning="id")
    with as_service(connection):
        (found,) = select(connection, "file_upload_batches", column, id=made["id"])
    assert found == {column: begins}
    average = one(connection, "select avg(progress_percent) from file_upload_batches where org_id = %s", tenant.id)
    assert average == 0


def test_a_service_begins_a_batch_as_far_as_it_is(connection: Connection, tenant: Tenant) -> None:
    row: dict[str, object] = {"processed_files": 1, "failed_files": 1, "progress_percent": 50.0, "status": "processing"}
    with as_service(connection):
        (made,) = insert(
            connection, "file_upload_batches", {"org_id": tenant.id, "total_files": 2, **row}, returning="id"
        )
        (found,) = select(connection, "file_upload_batches", ",".join(row), id=made["id"])
    assert found == row


@pytest.mark.parametrize("odd", UNREADABLE)
def test_a_batch_with_a_document_that_not_everybody_reads_is_refused(
    connection: Connection, tenant: Tenant, odd: str
) -> None:
    query = "insert into file_upload_batches (org_id, user_id, total_files, metadata) values (%s, %s, 1, %s::jsonb)"
    with (
        pytest.raises(errors.DataException, match=r"metadata of upload batch .* cannot be read by every client"),
        tenant.signed_in(connection, "contributor"),
    ):
        connection.execute(query, [tenant.id, tenant.members["contributor"], UNREADABLE[odd]])
    with tenant.signed_in(connection, "contributor"):
        connection.execute(query, [tenant.id, tenant.members["contributor"], json.dumps(READABLE)])
        assert [row["metadata"] for row in select(connection, "file_upload_batches", "metadata")] == [READABLE]


# Connectors


@pytest.mark.parametrize("count", [LARGEST, MOST_ERRORS + 1, -1, -LARGEST - 1])
def test_a_number_of_errors_that_none_has_is_refused(connection: Connection, tenant: Tenant, count: int) -> None:
    connector = create_connector(connection, tenant, "zoom")
    new = {"org_id": tenant.id, "connector_type": "zoom", "credentials": {}, "error_count": count}
    sentence = rf"error_count of connector .* is out of range: {count}"
    with pytest.raises(errors.NumericValueOutOfRange, match=sentence), tenant.signed_in(connection, "admin"):
        update(connection, "connector_configs", {"error_count": count}, id=connector)
    with pytest.raises(errors.NumericValueOutOfRange, match=sentence), tenant.signed_in(connection, "admin"):
        insert(connection, "connector_configs", new)


@pytest.mark.parametrize("count", [0, 7, MOST_ERRORS])
def test_a_number_of_errors_that_a_service_can_count_on_from_is_written(
    connection: Connection, tenant: Tenant, count: int
) -> None:
    connector = create_connector(connection, tenant, "zoom")
    with tenant.signed_in(connection, "admin"):
        update(connection, "connector_configs", {"error_count": count}, id=connector)
    with as_service(connection):
        connection.execute("update connector_configs set error_count = error_count + 1 where id = %s", [connector])
    assert one(connection, "select error_count from connector_configs where id = %s", connector) == count + 1


def test_what_a_service_counted_stays_when_an_admin_sends_the_whole_row(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "zoom")
    with as_service(connection):
        update(connection, "connector_configs", {"error_count": MOST_ERRORS + 5}, id=connector)
    with tenant.signed_in(connection, "admin"):
        update(connection, "connector_configs", {"error_count": MOST_ERRORS + 5, "name": "New"}, id=connector)
        update(connection, "connector_configs", {"error_count": 0}, id=connector)
    assert one(connection, "select error_count from connector_configs where id = %s", connector) == 0


@pytest.mark.parametrize("odd", UNREADABLE)
@pytest.mark.parametrize("column", DOCUMENTS)
def test_a_connector_with_a_document_that_not_everybody_reads_is_refused(
    connection: Connection, tenant: Tenant, column: str, odd: str
) -> None:
    connector = create_connector(connection, tenant, "zoom")
    sentence = f"{column} of connector {connector} cannot be read by every client"
    with pytest.raises(errors.DataException, match=sentence), tenant.signed_in(connection, "admin"):
        write_document(connection, "connector_configs", column, UNREADABLE[odd], connector)
    with tenant.signed_in(connection, "admin"):
        write_document(connection, "connector_configs", column, json.dumps(READABLE), connector)
    with as_service(connection):
        (row,) = select(connection, "connector_configs", column, id=connector)
    assert row == {column: READABLE}


def test_a_rate_limit_and_a_claim_bear_what_admins_wrote(connection: Connection, tenant: Tenant) -> None:
    connector = create_connector(connection, tenant, "zoom")
    with tenant.signed_in(connection, "admin"):
        update(
            connection, "connector_configs", {"error_count": MOST_ERRORS, "next_sync_at": "9999-12-30"}, id=connector
        )
    with as_service(connection):
        rpc(connection, "check_webhook_rate_limit", connector_id=connector)
        assert select(connection, "connector_health", "error_count", connector_id=connector) == [
            {"error_count": MOST_ERRORS}
        ]
