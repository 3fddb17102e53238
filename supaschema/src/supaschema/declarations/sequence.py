"""Sequences."""

from __future__ import annotations

from typing import ClassVar

from supaschema.declarations.base import Declaration, Grant


class Sequence(Declaration, frozen=True, kw_only=True):
    """A sequence; its value is data, which no change of its options touches.

    What is not given is the server's where the sequence is new, and else as it is live. A column calls it in its
    default, `nextval('public.numbers')`. An identity's sequence is no Sequence: it is a part of its column. That of a
    column of type `serial` may be declared, or left to the column.

    Attributes:
        name: Its name.
        schema: Its schema.
        type: The type of its values: `smallint`, `integer` or `bigint`.
        start: The first value; a sequence that has begun goes on from where it is.
        increment: What is added for the next value.
        minimum: The smallest value.
        maximum: The largest value.
        cache: How many values a session takes ahead.
        cycle: Whether it begins again after the last value.
        owned_by: The column with which it is dropped, `table.column` or `schema.table.column`; `none`: it stays. A
            table whose default calls the sequence, and the sequence that it owns, go into one ObjectSet.
        unlogged: Whether a crash may set it back.
        grants: The complete grants of PUBLIC and the API roles.
        comment: The sequence's comment.
        renamed_from: Names that it had, `schema.sequence` (or `sequence`, in the same schema): where one of them
            exists, and this one does not, that one is renamed.

    """

    qualified_by: ClassVar[tuple[str, ...]] = ("schema", "name")

    name: str
    schema: str = "public"
    type: str | None = None
    start: int | None = None
    increment: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    cache: int | None = None
    cycle: bool | None = None
    owned_by: str | None = None
    unlogged: bool | None = None
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
