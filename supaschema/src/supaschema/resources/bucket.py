"""Bucket: a Supabase storage bucket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, LiteralString

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.database.connect import Database
from supaschema.declarations import Bucket
from supaschema.kinds import bucket as bucket_kind
from supaschema.resources.base import Resource
from supaschema.supabase.storage_api import StorageApi

LARGEST = 500 * 1024**3
"""Bytes that a project's own limit can be raised to; a bucket's limit above it never counts."""

_HOLDS_FILES: LiteralString = "select exists (select from storage.objects where bucket_id = %s)"
_NAME = re.compile(r"[A-Za-z0-9_!.*'() &$=@;:+,?-]{1,100}")
_MIME_TYPE = re.compile(r"[^/*;\s]+/([^/*;\s]+|\*)")


class BucketResource(Resource[Bucket]):
    """Storage buckets."""

    declaration = Bucket
    options = ("forceDestroy",)

    def identify(self, declared: Bucket) -> str:
        """Return the bucket's name."""
        return declared.name

    def imported(self, id: str, live: Facts) -> Bucket | None:
        """Return the live bucket's declaration."""
        return _bucket(live, Bucket(name=id))

    def problems(self, declared: Bucket) -> Iterable[DeclarationError]:
        """Return what the Storage API would refuse, and what it would take but never serve."""
        name = declared.name
        if not _NAME.fullmatch(name) or name != name.strip() or name.endswith("--table-s3"):
            remedy = "Take 1 to 100 of A-Z a-z 0-9 _ - . and not --table-s3 at the end."
            yield DeclarationError(f'"{name}" is no bucket name.', field="name", remedy=remedy)
        limit = declared.file_size_limit
        if limit is not None and not 0 < limit <= LARGEST:
            remedy = f"Give bytes from 1 to {LARGEST} (500 GiB), or leave it out for the project's limit."
            yield DeclarationError(f"no file can have at most {limit} bytes.", field="fileSizeLimit", remedy=remedy)
        yield from _mime_type_problems(declared.allowed_mime_types)

    def facts(self, declared: Bucket) -> tuple[Fact, ...]:
        """Return the bucket."""
        definition = bucket_kind.Bucket(
            public=declared.public,
            file_size_limit=declared.file_size_limit,
            allowed_mime_types=declared.allowed_mime_types,
        )
        return (Fact(ObjectId("bucket", (declared.name,)), definition),)

    def destroys_ahead(self, declared: Bucket) -> bool:
        """Return whether its files are deleted with it."""
        return declared.force_destroy

    def before_removal(self, declared: Bucket, database: Database) -> None:
        """Delete the bucket by the Storage API, where that is configured; else it is a row like any other."""
        settings = database.settings
        if not (settings.supabase_url and settings.service_role_key):
            return

        def holds_files() -> bool:
            with database.connection() as connection:
                row = connection.execute(_HOLDS_FILES, [declared.name]).fetchone()
            return bool(row and row[0])

        api = StorageApi(settings.supabase_url, settings.service_role_key, database.cancelled)
        api.delete(declared.name, force=declared.force_destroy, holds_files=holds_files)

    def lift(self, facts: Facts, declared: Bucket) -> Mapping[str, Any]:
        """Return the bucket as the facts have it."""
        found = _bucket(facts, declared)
        return {} if found is None else found.to_inputs()


def _bucket(facts: Facts, declared: Bucket) -> Bucket | None:
    found = facts.get(ObjectId("bucket", (declared.name,)))
    if not isinstance(found, bucket_kind.Bucket):
        return None
    types, wanted = found.allowed_mime_types, declared.allowed_mime_types
    # Their order means nothing: what was declared stays where it is.
    if types and wanted:
        places = {type: position for position, type in enumerate(wanted)}
        types = tuple(sorted(types, key=lambda type: (places.get(type, len(places)), type)))
    return Bucket(
        name=declared.name,
        public=found.public,
        file_size_limit=found.file_size_limit,
        allowed_mime_types=types,
        force_destroy=declared.force_destroy,
    )


def _mime_type_problems(types: tuple[str, ...] | None) -> Iterator[DeclarationError]:
    field = "allowedMimeTypes"
    if types is None:
        return
    if not types:
        what = "an empty list admits every type."
        yield DeclarationError(what, field=field, remedy="Leave it out if that is meant; else name the types.")
    for type in types:
        if type in ("*", "*/*"):
            what = f'"{type}" matches nothing at upload: the bucket would refuse every file.'
            yield DeclarationError(what, field=field, remedy="Leave the list out to admit every type.")
        elif not _MIME_TYPE.fullmatch(type):
            remedy = "Write type/subtype or type/*, without parameters."
            yield DeclarationError(f'"{type}" matches no upload.', field=field, remedy=remedy)
        elif types.count(type) > 1:
            yield DeclarationError(f'"{type}" is named twice.', field=field, remedy="Remove one.")
