"""User mappings: as whom a role is known on a foreign server."""

from __future__ import annotations

import msgspec

from supaschema.declarations.base import Declaration


class UserMapping(Declaration, frozen=True, kw_only=True):
    """A user mapping. The values of its options are secrets, whether they are given as such or not.

    Attributes:
        server: The foreign server.
        user: The role that is mapped; `public` means every role without a mapping of its own.
        options: Its options, by their names: mostly `user` and `password`.

    """

    server: str
    user: str
    options: dict[str, str] = msgspec.field(default_factory=dict)
