"""What a machine's login keeps from whoever made it: settings and limits would hold in each of its sessions."""

from __future__ import annotations

import psycopg
import pytest

from connectors import role_statements, scram
from roles import CONNECTOR_WORKER
from tests.fixtures.postgres import Database
from tests.fixtures.roles import login_url
from tests.support.catalog import one
from tests.support.granted import granted


@pytest.mark.parametrize(
    ("kept", "named", "remedy"),
    [
        (
            "alter role connector_worker set search_path = strange, public",
            "search_path is set",
            'alter role "connector_worker" reset all;',
        ),
        (
            'alter role connector_worker in database "{database}" set session_replication_role = replica',
            "session_replication_role is set in database {database}",
            'alter role "connector_worker" in database "{database}" reset all;',
        ),
        (
            "alter role connector_worker set role = service_role; alter role connector_worker set row_security = off",
            "row_security is set",
            'alter role "connector_worker" reset all;',
        ),
        (
            "alter role connector_worker set role = postgres",
            "role is set",
            'alter role "connector_worker" reset all;',
        ),
        (
            'alter role connector_worker in database "{database}" set role = service_role',
            "role is set in database {database}",
            'alter role "connector_worker" in database "{database}" reset all;',
        ),
        (
            "alter role connector_worker valid until '2000-01-01'",
            "its password ends",
            "alter role \"connector_worker\" valid until 'infinity';",
        ),
        (
            "alter role connector_worker connection limit 0",
            "at most 0 connections",
            'alter role "connector_worker" connection limit -1;',
        ),
    ],
)
def test_a_role_that_keeps_its_makers_settings_is_refused_until_they_are_reset(
    database: Database, kept: str, named: str, remedy: str
) -> None:
    kept, named, remedy = (text.replace("{database}", database.name) for text in (kept, named, remedy))
    with database.connect() as owner, database.connect_superuser() as platform:
        owner.execute("create role connector_worker nologin")
        try:
            platform.execute(kept.encode())
            before = granted(owner)
            with pytest.raises(role_statements.OddRole) as refused:
                role_statements.apply(owner, CONNECTOR_WORKER, scram.verifier(scram.password()))
            assert named in str(refused.value)
            assert remedy in str(refused.value)
            assert granted(owner) == before

            platform.execute(remedy.encode())
            password = scram.password()
            role_statements.apply(owner, CONNECTOR_WORKER, scram.verifier(password))
            role_statements.apply(owner, CONNECTOR_WORKER)
            with psycopg.connect(login_url(database.url, CONNECTOR_WORKER.name, password)) as session:
                assert one(session, "select current_user::text") == "service_role"
                assert one(session, "select current_setting('search_path')") == '"$user", public'
        finally:
            platform.execute("drop role connector_worker")
