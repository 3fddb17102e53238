"""Supabase storage buckets: rows of `storage.buckets`."""

from __future__ import annotations

from typing import Any, LiteralString

import msgspec
from psycopg import sql

from supaschema.archive.in_use import InUse
from supaschema.core.model import Definition, Hazard, HazardNote, Lock, LockMode, ObjectId, Statement, Steps
from supaschema.core.sqltext import block, compose, ident, literal
from supaschema.kinds.base import Context, DelegatedQuery, Family, Kind


class Bucket(Definition, frozen=True, kw_only=True):
    """A bucket's settings; its id and name are the same."""

    public: bool = False
    file_size_limit: int | None = None
    allowed_mime_types: tuple[str, ...] | None = None


# No MIME types and an empty list of them mean the same to the Storage API: every type.
_SETTINGS: LiteralString = """
    select array[b.id]::text[],
           pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
             'public', coalesce(b.public, false),
             'file_size_limit', b.file_size_limit,
             'allowed_mime_types', pg_catalog.to_jsonb(nullif(b.allowed_mime_types, array[]::text[]))))
"""


class BucketKind(Kind[Bucket]):
    """Buckets."""

    name = "bucket"
    definition = Bucket
    family = Family.DATABASE
    requires = "storage.buckets"
    query = _SETTINGS + "from storage.buckets b where {scope}"
    delegated = DelegatedQuery("buckets", _SETTINGS + "from supaschema.buckets() b where {scope}")

    def create(self, id: ObjectId, new: Bucket, context: Context) -> Steps:
        """Insert the row."""
        query = compose(
            "insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)"
            " values ({name}, {name}, {public}, {file_size_limit}, {allowed_mime_types})",
            name=literal(id.name[0]),
            **_values(new),
        )
        return Steps((_statement(query),))

    def alter(self, id: ObjectId, old: Bucket, new: Bucket, context: Context) -> Steps:
        """Change the settings that differ."""
        before, after = _values(old), _values(new)
        changes = [compose("{} = {}", ident(name), after[name]) for name in after if before[name] != after[name]]
        # No trigger keeps this column.
        changes.append(compose("updated_at = now()"))
        query = compose("update storage.buckets set {} where id = {}", sql.SQL(", ").join(changes), literal(id.name[0]))
        notes = (_note(id, public=new.public),) if old.public != new.public else ()
        return Steps((_statement(query, notes),))

    def in_use(self, id: ObjectId, old: Bucket) -> InUse:
        """Return its files."""
        consequence = "with forceDestroy they are deleted, else it stays and is private."
        condition = compose("{} = {}", ident("row_", "bucket_id"), literal(id.name[0]))
        return InUse(f"Bucket {id.name[0]}", ("storage", "objects"), "file", consequence, condition)

    def drop(self, id: ObjectId, old: Bucket, context: Context) -> Steps:
        """Delete an empty bucket; one with files stays, private: its rows are all that knows of the files."""
        notes = (_note(id, public=False),) if old.public else ()
        return Steps((_statement(block(compose(_DROP, name=literal(id.name[0]))), notes),))

    def structure(self, definition: Bucket) -> Definition:
        """Return the settings; the order of MIME types means nothing."""
        types = definition.allowed_mime_types
        return msgspec.structs.replace(definition, allowed_mime_types=tuple(sorted(types)) if types else None)


# Locked first: an upload that comes meanwhile waits, and then finds no bucket. A part of an unfinished upload
# refers to the bucket as an object does. The platform refuses a DELETE that is not asked for so.
_DROP = """declare
  allowed text := current_setting('storage.allow_delete_query', true);
begin
  perform from storage.buckets where id = {name} for update;
  if exists (select from storage.objects where bucket_id = {name}) then
    raise foreign_key_violation;
  end if;
  perform set_config('storage.allow_delete_query', 'true', true);
  delete from storage.buckets where id = {name};
  perform set_config('storage.allow_delete_query', coalesce(allowed, ''), true);
exception when foreign_key_violation then
  update storage.buckets set public = false, updated_at = now() where id = {name};
  raise warning 'bucket "%" holds files: it stays, private', {name}
    using hint = 'Empty and delete it through the Storage API.';
end"""


def _values(bucket: Bucket) -> dict[str, Any]:
    types = bucket.allowed_mime_types
    return {
        "public": literal(bucket.public),
        "file_size_limit": literal(bucket.file_size_limit),
        "allowed_mime_types": literal(list(types)) if types else sql.SQL("null"),
    }


def _statement(query: sql.Composable, notes: tuple[HazardNote, ...] = ()) -> Statement:
    lock = Lock("storage.buckets", LockMode.ROW_EXCLUSIVE)
    return Statement(query, locks=(lock,), hazards=notes, fires=(("storage", "buckets"),), deletes=True)


def _note(id: ObjectId, *, public: bool) -> HazardNote:
    change = (
        "Everybody may read every file of bucket {} by its address."
        if public
        else ("Files of bucket {} are no longer read by their address alone; copies in caches go with time.")
    )
    return HazardNote(Hazard.AUTHZ_UPDATE, change.format(id.name[0]))
