"""Declarations of constraints: keys, checks, foreign keys, exclusion."""

from __future__ import annotations

from enum import StrEnum

from supaschema.declarations.base import Declaration


class OnDelete(StrEnum):
    """What a foreign key does when the referenced row goes (PostgreSQL documentation, CREATE TABLE)."""

    NO_ACTION = "NO ACTION"
    RESTRICT = "RESTRICT"
    CASCADE = "CASCADE"
    SET_NULL = "SET NULL"
    SET_DEFAULT = "SET DEFAULT"


class OnUpdate(StrEnum):
    """What a foreign key does when the referenced columns change."""

    NO_ACTION = "NO ACTION"
    RESTRICT = "RESTRICT"
    CASCADE = "CASCADE"
    SET_NULL = "SET NULL"
    SET_DEFAULT = "SET DEFAULT"


class Match(StrEnum):
    """When a foreign key of several columns, of which some are NULL, holds: always, or never."""

    SIMPLE = "SIMPLE"
    FULL = "FULL"


class Deferrable(StrEnum):
    """When a constraint is checked: with each row, with each statement, or at the end of the transaction."""

    NOT_DEFERRABLE = "NOT DEFERRABLE"
    INITIALLY_IMMEDIATE = "INITIALLY IMMEDIATE"
    INITIALLY_DEFERRED = "INITIALLY DEFERRED"


class PrimaryKey(Declaration, frozen=True, kw_only=True):
    """A primary key.

    Attributes:
        columns: The key columns, in order.
        name: Defaults to `<table>_pkey`.
        include: Columns that its index carries; None, here and below: as it is, and of a new one PostgreSQL's default.
        without_overlaps: Whether the last column is a range that may not overlap another row's (PostgreSQL 18).
        deferrable: When it is checked.
        options: All storage options of its index.
        comment: The constraint's comment; empty: none.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed.

    """

    columns: tuple[str, ...]
    name: str | None = None
    include: tuple[str, ...] | None = None
    without_overlaps: bool = False
    deferrable: Deferrable | None = None
    options: dict[str, str] | None = None
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()


class Unique(Declaration, frozen=True, kw_only=True):
    """A unique constraint that `on conflict` can name, unless it is deferrable.

    Attributes:
        columns: The key columns, in order.
        name: Defaults to `<table>_<columns>_key`, as the server would choose.
        nulls_distinct: False for NULLS NOT DISTINCT.
        include: Columns that its index carries; None, here and below: as it is, and of a new one PostgreSQL's default.
        without_overlaps: Whether the last column is a range that may not overlap another row's (PostgreSQL 18).
        deferrable: When it is checked.
        options: All storage options of its index.
        comment: The constraint's comment; empty: none.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed.

    """

    columns: tuple[str, ...]
    name: str | None = None
    nulls_distinct: bool = True
    include: tuple[str, ...] | None = None
    without_overlaps: bool = False
    deferrable: Deferrable | None = None
    options: dict[str, str] | None = None
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()


class Check(Declaration, frozen=True, kw_only=True):
    """A check constraint.

    Attributes:
        name: Its name, so that it can be told from another.
        expression: What holds for each row, as an SQL expression.
        no_inherit: Whether children of the table do without it; None: as it is, and of a new one PostgreSQL's default.
        validated: False: rows that exist are not proven (NOT VALID).
        enforced: False: it is checked for no row (PostgreSQL 18).
        comment: Its comment; empty: none. None: as it is.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed.

    """

    name: str
    expression: str
    no_inherit: bool | None = None
    validated: bool = True
    enforced: bool = True
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()


class ForeignKey(Declaration, frozen=True, kw_only=True):
    """A foreign key.

    Attributes:
        columns: The referencing columns.
        references: The referenced table, `schema.table` (or `table`, in the same schema).
        referenced_columns: Defaults to `("id",)`.
        on_delete: What happens when the referenced row goes.
        on_delete_columns: The columns that SET NULL or SET DEFAULT sets; None, here and below: as it is, and of a new
            one PostgreSQL's default.
        on_update: What happens when the referenced columns change.
        match: What holds where some of the columns are NULL.
        period: Whether the last column is a range, covered by ranges of the referenced table (PostgreSQL 18).
        deferrable: When it is checked.
        validated: False: rows that exist are not proven (NOT VALID).
        enforced: False: it is checked for no row (PostgreSQL 18).
        name: Defaults to `<table>_<columns>_fkey`, as the server would choose.
        comment: Its comment; empty: none.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed.

    """

    columns: tuple[str, ...]
    references: str
    referenced_columns: tuple[str, ...] = ("id",)
    on_delete: OnDelete = OnDelete.NO_ACTION
    on_delete_columns: tuple[str, ...] | None = None
    on_update: OnUpdate | None = None
    match: Match | None = None
    period: bool = False
    deferrable: Deferrable | None = None
    validated: bool = True
    enforced: bool = True
    name: str | None = None
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()


class Exclusion(Declaration, frozen=True, kw_only=True):
    """An exclusion constraint: of no two rows all elements compare to true.

    Attributes:
        name: Its name.
        elements: What is compared and how, each as in CREATE TABLE: `room with =`, `during with &&`. An operator of an
            extension is written `operator(schema.&&)`.
        method: The access method of its index.
        where: The condition of the rows that it concerns.
        include: Columns that its index carries; None, here and below: as it is, and of a new one PostgreSQL's default.
        deferrable: When it is checked.
        options: All storage options of its index.
        comment: Its comment; empty: none.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed.

    """

    name: str
    elements: tuple[str, ...]
    method: str = "gist"
    where: str | None = None
    include: tuple[str, ...] | None = None
    deferrable: Deferrable | None = None
    options: dict[str, str] | None = None
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()
