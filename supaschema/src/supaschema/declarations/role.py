"""Group roles: what grants and policies name, and nobody logs in as."""

from __future__ import annotations

from supaschema.declarations.base import Declaration


class Role(Declaration, frozen=True, kw_only=True):
    """A role that nobody logs in as; it is the server's, so that all of its databases have it.

    What only login roles have (a password, a limit of connections), and what lets a role change the server (SUPERUSER,
    CREATEROLE, CREATEDB, REPLICATION), is not declared: a declared role has none of it.

    Attributes:
        name: Its name.
        inherit: Whether it has the rights of the roles that it is a member of without becoming them.
        bypass_rls: Whether no policy limits whoever acts as it.
        comment: Its comment; empty: none. None: as it is.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed.

    """

    name: str
    inherit: bool = True
    bypass_rls: bool = False
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
