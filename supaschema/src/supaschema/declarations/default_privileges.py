"""Default privileges: what roles are given of objects that somebody makes later."""

from __future__ import annotations

from enum import StrEnum

from supaschema.declarations.base import Declaration, Grant


class NewObjects(StrEnum):
    """Of which objects default privileges are (PostgreSQL documentation, "ALTER DEFAULT PRIVILEGES")."""

    TABLES = "tables"
    """Views and materialized views too."""
    SEQUENCES = "sequences"
    FUNCTIONS = "functions"
    """Procedures and aggregates too."""
    TYPES = "types"
    SCHEMAS = "schemas"
    LARGE_OBJECTS = "large_objects"
    """From PostgreSQL 18 on."""


class DefaultPrivileges(Declaration, frozen=True, kw_only=True):
    """All that roles are given, beyond what the server gives by itself, of what one role makes from then on.

    Attributes:
        role: The role that makes them: the one that deploys, or one whose rights it has.
        objects: What it makes.
        schema: The schema that it makes them in; None: whichever.
        grants: What other roles are given of them; none: nothing.
        closed_to_public: Whether PUBLIC loses what the server gives it by itself: to call every new function, to use
            every new type. Only where no schema is named: the server has it so.

    """

    role: str
    objects: NewObjects
    schema: str | None = None
    grants: tuple[Grant, ...] = ()
    closed_to_public: bool = False
