"""Storage buckets."""

from __future__ import annotations

from supaschema.declarations.base import Declaration


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
