"""Declarations of functions, views and triggers."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from supaschema.declarations.base import Declaration, Grant

SAFE_PATH = "pg_catalog, pg_temp"
"""A search path that finds the server's own objects and none of the caller's; every other name is qualified."""


class Volatility(StrEnum):
    """What the planner may assume of a function."""

    VOLATILE = "volatile"
    STABLE = "stable"
    IMMUTABLE = "immutable"


class Parallel(StrEnum):
    """Whether a function may run in a query's parallel workers."""

    UNSAFE = "unsafe"
    RESTRICTED = "restricted"
    SAFE = "safe"


class Argument(Declaration, frozen=True, kw_only=True):
    """A function's argument.

    Attributes:
        name: Its name; PostgREST calls by it.
        type: Its type.
        default: The default as an SQL expression, or None. `null` is written "null".

    """

    name: str
    type: str
    default: str | None = None


class Function(Declaration, frozen=True, kw_only=True):
    """A function whose body is a file.

    Attributes:
        name: Its name.
        schema: Its schema.
        arguments: Its input arguments.
        returns: `returns` clause as SQL: a type, `trigger`, `void`, `table(a integer, b text)`, `setof ...`.
        language: `sql` or `plpgsql`.
        body: The body's text.
        file: The file the body came from, for error messages.
        volatility: What the planner may assume.
        strict: Whether a NULL argument gives NULL without a call.
        security_definer: Whether it runs with its owner's rights; refused in schema `public`.
        parallel: Whether it may run in a query's parallel workers; None, here and in the next four: as it is, and of a
            new function what PostgreSQL takes.
        leakproof: Whether it tells nothing of its arguments but by its result; only a superuser may say so.
        cost: What a call costs, in operators' cost.
        rows: How many rows it gives, where it gives a set.
        support: The function that helps the planner, `schema.name`; empty: none. Only a superuser may name one.
        search_path: Fixed for every call. It ends with `pg_temp`: where that is not named, an empty path included, the
            caller's temporary types and relations come before the server's own.
        settings: Further settings for every call, name to value; none that says who the session is.
        execute: The roles that may call it; nobody else may but its owner. `public` means PUBLIC.
        comment: The function's comment.
        renamed_from: Names that it had, `schema.function` (or `function`, in the same schema), with the types of its
            arguments where those have changed: `total(integer, text)`. Where one of them exists, and this one does not,
            that one is renamed.

    """

    name: str
    schema: str = "public"
    arguments: tuple[Argument, ...] = ()
    returns: str
    language: str = "plpgsql"
    body: str
    file: str | None = None
    volatility: Volatility = Volatility.VOLATILE
    strict: bool = False
    security_definer: bool = False
    parallel: Parallel | None = None
    leakproof: bool | None = None
    cost: float | None = None
    rows: float | None = None
    support: str | None = None
    search_path: str = SAFE_PATH
    settings: dict[str, str] = msgspec.field(default_factory=dict)
    execute: tuple[str, ...] = ()
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()


class View(Declaration, frozen=True, kw_only=True):
    """A view whose query is a file.

    Attributes:
        name: Its name.
        schema: Its schema.
        query: The query's text, one SELECT.
        file: The file the query came from, for error messages.
        security_invoker: Whether the reader's rights and policies count (they should).
        security_barrier: Whether its conditions are applied before the reader's; None: as it is.
        check_option: None, `local` or `cascaded`.
        grants: The complete grants of PUBLIC and the API roles.
        comment: The view's comment.
        column_comments: Comments of its columns, by name; empty: none. A column that is not named keeps its own.
        renamed_from: Names that it had, `schema.view` (or `view`, in the same schema): where one of them exists, and
            this one does not, that one is renamed.

    """

    name: str
    schema: str = "public"
    query: str
    file: str | None = None
    security_invoker: bool = True
    security_barrier: bool | None = None
    check_option: str | None = None
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    column_comments: dict[str, str] = msgspec.field(default_factory=dict)
    renamed_from: tuple[str, ...] = ()


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
