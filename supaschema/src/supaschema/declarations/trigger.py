"""Triggers."""

from __future__ import annotations

from enum import StrEnum

from supaschema.declarations.base import Declaration


class TriggerEvent(StrEnum):
    """What fires a trigger."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    TRUNCATE = "truncate"


class TriggerEnabled(StrEnum):
    """In which sessions a trigger fires (PostgreSQL documentation, "ALTER TABLE")."""

    ORIGIN = "origin"
    """In those that do not apply what a publisher sends: the usual."""
    REPLICA = "replica"
    ALWAYS = "always"
    DISABLED = "disabled"


class Trigger(Declaration, frozen=True, kw_only=True):
    """A trigger.

    Attributes:
        name: Its name.
        table: The table it watches.
        schema: The table's schema.
        timing: `before`, `after` or `instead of`.
        events: What fires it.
        update_of: The columns whose update fires it; empty means any.
        for_each: `row` or `statement`.
        when: A condition over OLD and NEW, or None.
        function: The function called, `schema.name`.
        arguments: Its literal string arguments.
        constraint: Whether it is a constraint trigger: after, for each row, and may be deferred.
        deferrable: Whether a transaction may put it off to its end.
        initially_deferred: Whether it is put off where the transaction does not say.
        old_table: How the function calls the table of old rows, or None.
        new_table: How the function calls the table of new rows, or None.
        enabled: In which sessions it fires.
        comment: The trigger's comment; empty: none. None: as it is.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed.

    """

    name: str
    table: str
    schema: str = "public"
    timing: str = "before"
    events: tuple[TriggerEvent, ...]
    update_of: tuple[str, ...] = ()
    for_each: str = "row"
    when: str | None = None
    function: str
    arguments: tuple[str, ...] = ()
    constraint: bool = False
    deferrable: bool = False
    initially_deferred: bool = False
    old_table: str | None = None
    new_table: str | None = None
    enabled: TriggerEnabled = TriggerEnabled.ORIGIN
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
