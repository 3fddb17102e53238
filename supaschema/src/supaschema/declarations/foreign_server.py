"""Foreign servers: what is reached elsewhere, by which wrapper."""

from __future__ import annotations

import msgspec

from supaschema.declarations.base import Declaration, Grant


class ForeignServer(Declaration, frozen=True, kw_only=True):
    """A foreign server; `grants` is complete for PUBLIC, the API roles and those that it names.

    Attributes:
        name: Its name.
        wrapper: The foreign data wrapper by which it is reached, which an extension brings.
        type: What kind of server it is, in the wrapper's words.
        version: Its version.
        options: Its options, by their names. A value may be a secret of the stack; that of a name like `api_key` or
            `password` is one in any case.
        grants: The complete grants of PUBLIC and the API roles: `USAGE` is to make foreign tables on it.
        comment: Its comment; empty: none. None: as it is.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed.

    """

    name: str
    wrapper: str
    type: str | None = None
    version: str | None = None
    options: dict[str, str] = msgspec.field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
