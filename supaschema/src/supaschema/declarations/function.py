"""Functions."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from supaschema.declarations.base import Declaration

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
        type: Its type; `variadic`, `inout` or `out` may stand before it.
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
        arguments: Its arguments.
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

    qualified_by: ClassVar[tuple[str, ...]] = ("schema", "name")

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
