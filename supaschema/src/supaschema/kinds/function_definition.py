"""What a function or a procedure is, as the catalog holds it."""

from __future__ import annotations

import msgspec

from supaschema.core.model import Definition

PLANNING = ("parallel", "leakproof", "cost", "rows", "support")
"""What the planner is told of a function, and a declaration need say nothing of."""


class Argument(Definition, frozen=True, kw_only=True):
    """An argument: its name (empty for none), its type (`variadic`, `inout` or `out` before it), its default."""

    name: str = ""
    type: str
    default: str | None = None


class Function(Definition, frozen=True, kw_only=True):
    """A function's definition, or a procedure's, of which it says less.

    Attributes:
        arguments: Its arguments, columns of a result table aside.
        returns: What follows `returns`; empty of a procedure.
        language: The language's name.
        body: The body's text, verbatim; of an SQL-standard body, what the server prints.
        volatility: `volatile`, `stable` or `immutable`.
        strict: Whether a NULL argument gives NULL without a call.
        security_definer: Whether it runs with its owner's rights.
        parallel: `unsafe`, `restricted` or `safe`. Of this and the next four a declaration need say nothing: they stay.
        leakproof: Whether it tells nothing of its arguments but by its result.
        cost: What a call costs, in operators' cost.
        rows: How many rows it gives; 0 where it gives no set.
        support: The function that helps the planner, `schema.name`; empty: none.
        owner: The role that owns it. What says nothing of it keeps it.
        settings: What holds during a call, spelled as in pg_proc.proconfig: an empty search_path is `""`.
        comment: Its comment.
        signature: What the server prints for arguments and result; a declaration leaves it out.
        text: What the server prints for the whole, for putting back one that was there before.

    """

    arguments: tuple[Argument, ...] = ()
    returns: str
    language: str
    body: str
    volatility: str = "volatile"
    strict: bool = False
    security_definer: bool = False
    parallel: str | None = None
    leakproof: bool | None = None
    cost: float | None = None
    rows: float | None = None
    support: str | None = None
    owner: str | None = None
    settings: dict[str, str] = msgspec.field(default_factory=dict)
    comment: str | None = None
    signature: str | None = None
    text: str | None = None
