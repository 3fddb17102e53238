"""Declarations of schemas, storage buckets, scheduled jobs and back-fills."""

from __future__ import annotations

import msgspec

from supaschema.declarations.base import Declaration, Grant


class Schema(Declaration, frozen=True, kw_only=True):
    """A schema; `grants` is complete for PUBLIC and the API roles.

    Attributes:
        name: Its name.
        grants: The complete grants of PUBLIC and the API roles.
        comment: The schema's comment.
        renamed_from: Names that it had: where one of them exists, and this one does not, that one is renamed, with all
            that is in it.

    """

    name: str
    grants: tuple[Grant, ...] = ()
    comment: str | None = None
    renamed_from: tuple[str, ...] = ()


class Bucket(Declaration, frozen=True, kw_only=True):
    """A Supabase storage bucket.

    Attributes:
        name: Its id and name.
        public: Whether files are readable without a token.
        file_size_limit: Bytes a file may have, as an integer; None means the project's limit.
        allowed_mime_types: `type/subtype` or `type/*`; None admits every type.
        force_destroy: Where the provider has supabaseUrl and serviceRoleKey: whether its files are deleted with it.
            False refuses to delete a bucket that holds files.

    """

    name: str
    public: bool = False
    file_size_limit: int | None = None
    allowed_mime_types: tuple[str, ...] | None = None
    force_destroy: bool = False


class CronJob(Declaration, frozen=True, kw_only=True):
    """A pg_cron job.

    Attributes:
        name: Its name.
        schedule: A cron expression, or `N seconds`.
        command: One SQL statement.
        active: Whether it runs.
        database: The database that it runs in; None: the one that it is declared for, which has pg_cron.
        where_available: True: a database without pg_cron gets a warning instead of an error.

    """

    name: str
    schedule: str
    command: str
    active: bool = True
    database: str | None = None
    where_available: bool = False


class Backfill(Declaration, frozen=True, kw_only=True):
    """Values for rows that exist, written in batches, each its own short transaction.

    Attributes:
        name: Its name, unique per table.
        table: The table.
        schema: The table's schema.
        key: The column that orders the batches: unique and not null.
        assignments: Column to SQL expression over the row.
        where: Which rows still want it; a row that was written must no longer match.
        batch_size: The most rows a transaction; it takes fewer where they would hold locks for longer than some 20 ms.

    """

    name: str
    table: str
    schema: str = "public"
    key: str = "id"
    assignments: dict[str, str] = msgspec.field()
    where: str
    batch_size: int = 1000
