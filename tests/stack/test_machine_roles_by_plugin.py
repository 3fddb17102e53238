"""Machine roles through the real pulumi-postgresql plugin, wherever it is on PATH."""

from __future__ import annotations

import shutil

import psycopg
import pytest
from psycopg import conninfo

from connectors import role_statements, scram
from roles import MACHINE_ROLES, SCHEMA_AUDITOR
from tests.fixtures.postgres import Database
from tests.fixtures.roles import login_url
from tests.support.catalog import one
from tests.support.pulumi import Stack, said

pytestmark = pytest.mark.skipif(
    shutil.which("pulumi-resource-postgresql") is None,
    reason="needs pulumi-resource-postgresql on PATH, in CI too (`pulumi plugin install resource postgresql`, and its"
    " folder on PATH); without it the same definitions are tested with mocks and as SQL",
)


def test_roles_are_made_rotated_and_removed(connectors: Stack, database: Database) -> None:
    login = conninfo.conninfo_to_dict(database.url)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    stack = connectors.having(PGSSLMODE="disable", **{names[key]: str(login[key]) for key in names})
    passwords = {role.name: scram.password() for role in MACHINE_ROLES}
    for position, (name, password) in enumerate(passwords.items()):
        stack.run("config", "set", "--path", f"machineRoles[{position}]", name)
        set_password(stack, name, password)
    printed = said(stack.up())
    assert stack.clean()
    for name, password in passwords.items():
        with psycopg.connect(login_url(database.url, name, password)) as session:
            assert one(session, "select session_user::text") == name
    with database.connect() as owner:
        # Nothing is missing of what the same values state as SQL.
        assert [role_statements.apply(owner, role) for role in MACHINE_ROLES] == [(), ()]

    old, new = passwords[SCHEMA_AUDITOR.name], scram.password()
    set_password(stack, SCHEMA_AUDITOR.name, new)
    printed += said(stack.up())
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(login_url(database.url, SCHEMA_AUDITOR.name, old))
    psycopg.connect(login_url(database.url, SCHEMA_AUDITOR.name, new)).close()

    printed += stack.state() + said(stack.destroy())
    assert "SCRAM-SHA-256" not in printed
    assert not [text for text in (*passwords.values(), new) if text in printed]
    with database.connect() as owner:
        assert one(owner, "select count(*) from pg_roles where rolname in ('connector_worker', 'schema_auditor')") == 0


def set_password(stack: Stack, role: str, password: str) -> None:
    """Put a password's verifier into the stack's configuration."""
    made = scram.verifier(password)
    stack.run("config", "set", "--secret", "--path", f"machineRoleVerifiers.{role}", made)
