"""The sample has rows for every case, under ids that tests can name."""

from __future__ import annotations

from localdb import platform, sample
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.sessions import Connection


def test_every_role_is_there_in_every_organization(connection: Connection) -> None:
    found = connection.execute("select id, clerk_id, org_id, role from users order by id").fetchall()
    expected = sorted(
        (user.id, user.sub, sample.organization_id(user.organization), user.role) for user in sample.users()
    )
    assert found == expected
    assert {user.role for user in sample.users()} == {"owner", "admin", "contributor", "reader"}


def test_documents_are_in_every_status_and_a_tenth_waits(connection: Connection) -> None:
    found = connection.execute("select sync_status, count(*) from imported_documents group by 1 order by 1").fetchall()
    assert found == [("completed", 174), ("error", 4), ("pending", 20), ("processing", 2)]


def test_documents_belong_to_the_organization_of_their_connector(connection: Connection) -> None:
    strangers = one(
        connection,
        "select count(*) from imported_documents as document"
        " join connector_configs as connector on connector.id = document.connector_id"
        " where connector.org_id <> document.org_id",
    )
    assert strangers == 0
    for number in (1, 77, 200):
        found = connection.execute(
            "select connector_id, org_id from imported_documents where id = %s",
            [sample.sample_id("document", number)],
        ).fetchone()
        connector = sample.document_connector(number)
        organization = sample.organization_id(sample.connector_organization(connector))
        assert found == (sample.sample_id("connector", connector), organization)


def test_every_organization_has_connectors_in_every_status(connection: Connection) -> None:
    found = connection.execute(
        "select count(distinct org_id), count(distinct (org_id, sync_status)),"
        " count(distinct (org_id, is_active)), count(distinct connector_type), count(*)"
        " from connector_configs"
    ).fetchone()
    assert found == (5, 15, 10, 6, sample.CONNECTORS)


def test_loading_again_adds_nothing(database: Database, connection: Connection) -> None:
    count = "select count(*), max(updated_at) from imported_documents"
    before = connection.execute(count).fetchone()
    platform.load_sample(database.url, 200)
    assert connection.execute(count).fetchone() == before
