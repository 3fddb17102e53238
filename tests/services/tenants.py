"""Organizations made for one test, so that the tests of a file can share a database."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID, uuid4

from tests.support.sessions import Connection, as_user

ROLES = ("owner", "admin", "contributor", "reader")


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organization with one member of each role, none of whom signs in with the id of their row."""

    id: UUID
    members: dict[str, UUID]
    """By role: `users.id`."""
    subjects: dict[str, str]
    """By role: the `sub` of their token."""

    def signed_in(self, connection: Connection, role: str) -> AbstractContextManager[Connection]:
        """Run one transaction as the member of that role, as the API does for their request."""
        return as_user(connection, "authenticated", {"sub": self.subjects[role]})


def new_tenant(connection: Connection) -> Tenant:
    """Make an organization and its members."""
    organization = uuid4()
    connection.execute("insert into organizations (id, name) values (%s, %s)", [organization, f"Org {organization}"])
    members = {role: uuid4() for role in ROLES}
    subjects = {role: f"user_2{uuid4().hex[:24]}" for role in ROLES}
    for role in ROLES:
        connection.execute(
            "insert into users (id, clerk_id, org_id, email, role) values (%s, %s, %s, %s, %s)",
            [members[role], subjects[role], organization, f"{members[role]}@example.com", role],
        )
    return Tenant(organization, members, subjects)
