"""What roles may do with one object, as a definition."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from supaschema.core.model import Definition

Key = tuple[str, str | None]
"""A role, and who gave it what it may do; None: the owner."""


class Entry(Definition, frozen=True, kw_only=True):
    """What one role may do: sorted privileges, and those of them that it may hand on.

    Attributes:
        grantor: Who gave them; None: the owner.

    """

    grantee: str
    privileges: tuple[str, ...] = ()
    grantable: tuple[str, ...] = ()
    grantor: str | None = None

    @property
    def key(self) -> Key:
        """The role, and who gave it what this entry holds."""
        return self.grantee, self.grantor


class Grants(Definition, frozen=True, kw_only=True):
    """What roles may do with an object.

    Attributes:
        entries: One per role, the owner aside, and grantor; from the catalog, in the order of the access control list,
            which dumps print: what a role handed on follows what it was given.
        owner: What the owner itself may do. What says nothing of it keeps it.
        managed: The roles that a declaration is complete for. A hint: no property of the live object.
        ordered: Whether these entries are all there are, in this order: so when they are put back. A hint.

    """

    entries: tuple[Entry, ...] = ()
    owner: Entry | None = None
    managed: tuple[str, ...] = ()
    ordered: bool = False


def beyond(recorded: Grants, live: Grants) -> tuple[Grants, Mapping[str, Grants]]:
    """Return live grants without those to roles that the recorded ones do not name; and those, by role."""
    named, roles = {it.grantee for it in recorded.entries}, {it.grantee for it in live.entries}
    kept = tuple(it for it in live.entries if it.grantee in named)
    of = {role: tuple(it for it in live.entries if it.grantee == role) for role in sorted(roles - named)}
    return msgspec.structs.replace(live, entries=kept), {role: Grants(entries=of[role]) for role in of}


def restoring(recorded: Grants, live: Grants) -> Grants:
    """Return the grants that give the roles of either what they had, and leave every other role what it has."""
    roles = tuple(dict.fromkeys(it.grantee for it in (*recorded.entries, *live.entries)))
    return msgspec.structs.replace(recorded, ordered=False, managed=roles)
