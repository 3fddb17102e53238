"""What every declaration has in common: a frozen value that crosses from the program to the provider."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

import msgspec


class Declaration(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, forbid_unknown_fields=True
):
    """Base of all declarations: immutable, keyword-only, camelCase on the wire, unknown keys refused."""

    qualified_by: ClassVar[tuple[str, ...]] = ()
    """The fields that together name the object in SQL text; empty: no such text names it."""

    def to_inputs(self) -> dict[str, Any]:
        """Return the Pulumi inputs of this declaration: JSON values only, defaults left out."""
        inputs: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self.wire()))
        return inputs

    def wire(self) -> object:
        """Return what is encoded as the inputs."""
        return self


class Privilege(StrEnum):
    """A privilege as GRANT spells it (PostgreSQL documentation, "Privileges")."""

    SELECT = "SELECT"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    TRUNCATE = "TRUNCATE"
    REFERENCES = "REFERENCES"
    TRIGGER = "TRIGGER"
    MAINTAIN = "MAINTAIN"
    USAGE = "USAGE"
    CREATE = "CREATE"
    EXECUTE = "EXECUTE"
    ALL = "ALL"


class Grant(Declaration, frozen=True, kw_only=True):
    """Privileges of one role on the object that carries the grant.

    Attributes:
        to: The role; `public` means PUBLIC, every role.
        privileges: What the role may do. `ALL` stands for every privilege that the server knows for the object.
        columns: For tables and views: the columns that the privileges are limited to; empty means the whole object.

    """

    to: str
    privileges: tuple[Privilege, ...]
    columns: tuple[str, ...] = ()
