"""The sessions that try what they may: one of every kind, each with its organization and another's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from localdb import sample
from localdb.sample import SampleUser, organization_id, sample_id

ORGANIZATIONS = (1, 2)
"""Whose rows are planted; the other organizations of the sample are gone."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who sends requests.

    Attributes:
        name: The column of the page.
        role: The database role that the API gives the request.
        claims: The token's claims.
        organization: Whose rows count as the own ones: 1 for those who belong to none.
        user: `users.id` of the member, or of organization 1's reader where there is none.

    """

    name: str
    role: str
    claims: Mapping[str, object] = field(default_factory=dict)
    organization: int = 1
    user: str = str(sample.user(1, "reader").id)

    @property
    def parameters(self) -> Mapping[str, object]:
        """What the trials' statements refer to: the own things and the other organization's."""
        other = next(number for number in ORGANIZATIONS if number != self.organization)
        colleagues = [str(sample.user(self.organization, role).id) for role in ("reader", "contributor")]
        named: dict[str, object] = {
            "me": self.user,
            "somebody": next(user for user in colleagues if user != self.user),
            "own": organization_id(self.organization),
            "other": organization_id(other),
        }
        for thing in ("connector", "batch"):
            named[f"own_{thing}"] = planted_id(thing, self.organization)
            named[f"other_{thing}"] = planted_id(thing, other)
        return named


def planted_id(thing: str, organization: int, number: int = 1) -> object:
    """Return the id of a planted row."""
    return sample_id(f"planted-{thing}", organization, number)


def _member(name: str, user: SampleUser) -> Session:
    return Session(name, "authenticated", {"sub": user.sub}, user.organization, str(user.id))


ANON = Session("anon", "anon")
STRANGER = Session("stranger", "authenticated", {"sub": "user_2nobodysToken"})
READERS = (
    _member("reader", sample.user(1, "reader")),
    _member("contributor", sample.user(1, "contributor")),
    _member("reader by text", sample.TEXT_READER),
)
ADMINS = (
    _member("admin", sample.user(1, "admin")),
    _member("admin by text", sample.TEXT_ADMIN),
    _member("owner", sample.user(1, "owner")),
    _member("other org's owner", sample.user(2, "owner")),
)
SERVICE = Session("service_role", "service_role")
EVERYBODY = (ANON, STRANGER, *READERS, *ADMINS, SERVICE)
"""Whom the API gives a request."""
MONITOR = Session("connector_monitor", "connector_monitor")
"""A login of its own, which not every database has."""
SURVEYED = (*EVERYBODY, MONITOR)
