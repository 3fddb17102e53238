"""What the tests of the services share: the connection, a tenant, and many workers at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.postgres import Database
from tests.services.tenants import Tenant, new_tenant
from tests.support.sessions import Connection


@pytest.fixture
def connection(provisioned_variant: Database) -> Iterator[Connection]:
    """A connection to a provisioned database, under either variant of the default privileges."""
    with provisioned_variant.connect() as connected:
        yield connected


@pytest.fixture
def tenant(connection: Connection) -> Tenant:
    """An organization of the test's own."""
    return new_tenant(connection)


@pytest.fixture
def stranger(connection: Connection) -> Tenant:
    """Another organization."""
    return new_tenant(connection)
