"""What the dashboard of an organization's admins asks the API for, as an admin and as others."""

from __future__ import annotations

import pytest
from psycopg import errors

from monitoring.dashboards.organizations import ASKED, Asked
from tests.services.application import create_connector, new_batch, sync
from tests.services.tenants import Tenant
from tests.support.postgrest import insert, select
from tests.support.sessions import Connection, as_service, as_user


@pytest.fixture
def _at_work(connection: Connection, tenant: Tenant, stranger: Tenant) -> None:
    for one in (tenant, stranger):
        connector = create_connector(connection, one, "zoom")
        sync(connection, one, "zoom", connector)
        new_batch(connection, one, 3)
        with as_service(connection):
            event = {"org_id": one.id, "connector_id": connector, "event_type": "x", "payload": {}}
            insert(connection, "connector_webhook_events", event)


@pytest.mark.usefixtures("_at_work")
@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.title)
def test_an_admin_sees_the_own_organization_alone(connection: Connection, tenant: Tenant, asked: Asked) -> None:
    with tenant.signed_in(connection, "admin"):
        rows = select(connection, asked.relation, ",".join(asked.columns))
        owners = {row["org_id"] for row in select(connection, asked.relation, "org_id")}
    assert len(rows) == 1
    assert owners == {tenant.id}
    ordered = {part.split(".")[0] for part in asked.order.split(",")}
    assert ordered <= set(asked.columns)


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.title)
def test_who_is_not_signed_in_is_refused(connection: Connection, asked: Asked) -> None:
    with pytest.raises(errors.InsufficientPrivilege), as_user(connection, "anon", {}):
        select(connection, asked.relation, ",".join(asked.columns))
