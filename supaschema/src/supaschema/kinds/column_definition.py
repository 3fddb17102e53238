"""What a column is."""

from __future__ import annotations

import msgspec

from supaschema.core.model import Definition, Inheritable


class Sequence(Definition, frozen=True, kw_only=True):
    """The options of an identity's sequence; None is what the server takes where none is given."""

    start: int | None = None
    increment: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    cache: int | None = None
    cycle: bool = False


class Serial(Definition, frozen=True, kw_only=True):
    """The sequence of a column of type `serial`: one that the column owns, and its default alone calls."""

    name: tuple[str, str]
    type: str
    sequence: Sequence = msgspec.field(default_factory=Sequence)


class Column(Inheritable, frozen=True, kw_only=True):
    """A column's definition; whether it admits NULL is a fact of its own (`not_null`).

    Attributes:
        type: Its type.
        default: The default's expression.
        generated: The expression of a generated column.
        virtual: Whether that is computed when it is read, not stored.
        identity: `always` or `by default`.
        sequence: The options of the identity's sequence; None: they are the server's.
        collation: The collation's name, with its schema where that is not pg_catalog; None: the type's.
        storage: `plain`, `external`, `extended` or `main`; None: the type's.
        compression: `pglz` or `lz4`; None: the server's.
        statistics: The statistics target; None: the server's.
        options: The options for statistics: `n_distinct`.
        comment: The comment.
        kept: The properties that a declaration leaves as they are: of these, and of Sequence.
        existing_rows: What rows hold that exist when the column is added. A hint: no property of the live column.
        using: What a row's new value is when the type changes. A hint as well.
        usual_storage: How the type is stored, where the column is not. No property to compare.
        serial: The sequence that its default calls. No property to compare: the default is one.

    """

    type: str
    default: str | None = None
    generated: str | None = None
    virtual: bool = False
    identity: str | None = None
    sequence: Sequence | None = None
    collation: tuple[str, ...] | None = None
    storage: str | None = None
    compression: str | None = None
    statistics: int | None = None
    options: dict[str, str] = msgspec.field(default_factory=dict)
    comment: str | None = None
    kept: tuple[str, ...] = ()
    existing_rows: str = "default"
    using: str | None = None
    usual_storage: str | None = None
    serial: Serial | None = None
