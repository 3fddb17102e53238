"""Event triggers: what runs when a database's objects change, or somebody logs in."""

from __future__ import annotations

from enum import StrEnum

from supaschema.declarations.base import Declaration
from supaschema.declarations.trigger import TriggerEnabled


class DatabaseEvent(StrEnum):
    """What fires an event trigger (PostgreSQL documentation, "Overview of Event Trigger Behavior")."""

    DDL_COMMAND_START = "ddl_command_start"
    DDL_COMMAND_END = "ddl_command_end"
    SQL_DROP = "sql_drop"
    TABLE_REWRITE = "table_rewrite"
    LOGIN = "login"
    """From PostgreSQL 17 on."""


class EventTrigger(Declaration, frozen=True, kw_only=True):
    """An event trigger; only a superuser makes one, or whom the platform lets.

    Attributes:
        name: Its name.
        event: What fires it.
        tags: The commands that it is limited to, `CREATE TABLE`; empty means any.
        function: The function called, `schema.name`: it has no arguments, and returns `event_trigger`.
        enabled: In which sessions it fires.
        comment: Its comment; empty: none. None: as it is.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed.

    """

    name: str
    event: DatabaseEvent
    tags: tuple[str, ...] = ()
    function: str
    enabled: TriggerEnabled = TriggerEnabled.ORIGIN
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
