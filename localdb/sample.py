"""Name the rows of the sample, so that tests and documentation can point at one.

The rows themselves are written by ``sql/sample/*.sql``; this module only repeats its arithmetic.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

ORGANIZATIONS = 5
CONNECTORS = 40
RECORDINGS = 60
CHUNKS_PER_RECORDING = 10
_ROLES = ("owner", "admin", "contributor", "reader")


@dataclass(frozen=True, slots=True)
class SampleUser:
    """One row of ``users`` and the token subject it signs in with."""

    id: UUID
    sub: str
    """The token's ``sub`` claim, stored as ``users.clerk_id``."""
    organization: int
    role: str


def sample_id(kind: str, *numbers: int) -> UUID:
    """Return the id of a sample row: ``sample_id("document", 7)``, ``sample_id("user", 1, 4)``.

    The kinds are those of the SQL files: organization, user, connector, document, recording,
    chunk, job, event, object; after ``up`` also webhook_event, sync_log, batch.
    """
    name = ":".join([kind, *map(str, numbers)])
    return UUID(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest())


def organization_id(number: int) -> UUID:
    """Return the id of organization 1 to 5."""
    return sample_id("organization", number)


def connector_organization(number: int) -> int:
    """Return the organization (1 to 5) that connector 1 to 40 belongs to."""
    return 1 + (number - 1) // 8


def document_connector(number: int) -> int:
    """Return the connector (1 to 40) that a document belongs to."""
    return 1 + number * 7919 % 10007 % 40


def user(organization: int, role: str) -> SampleUser:
    """Return the user of that role whose subject is the uuid that is also the row's id.

    Raise `ValueError` for a role that the application does not know.
    """
    identity = sample_id("user", organization, 1 + _ROLES.index(role))
    return SampleUser(identity, str(identity), organization, role)


def users() -> tuple[SampleUser, ...]:
    """Return every user of the sample, those with unusual identities last."""
    usual = [user(number, role) for number in range(1, ORGANIZATIONS + 1) for role in _ROLES]
    return (*usual, TEXT_ADMIN, TEXT_READER, OTHER_OWNER, OTHER_READER)


TEXT_ADMIN = SampleUser(sample_id("user", 1, 5), "user_2sampleClerkAdmin00001", 1, "admin")
"""Signs in with a subject that is no uuid."""
TEXT_READER = SampleUser(sample_id("user", 1, 6), "user_2sampleClerkReader0001", 1, "reader")
"""Signs in with a subject that is no uuid."""
OTHER_OWNER = SampleUser(sample_id("user", 1, 7), str(sample_id("subject", 1, 7)), 1, "owner")
"""Signs in with a uuid that is not the row's id."""
OTHER_READER = SampleUser(sample_id("user", 1, 8), str(sample_id("subject", 1, 8)), 1, "reader")
"""Signs in with a uuid that is not the row's id."""
