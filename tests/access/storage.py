"""What is tried on the files of the two buckets."""

from __future__ import annotations

from psycopg import sql

from tests.access.trials import Reading, Trial

BUCKETS = ("connector-imports", "imported-files")

_PATHS = {
    "upload into the own folder": "%(own)s || '/new.txt'",
    "upload into another's folder": "%(other)s || '/new.txt'",
    "upload into no folder": "'new.txt'",
    "upload into a folder without a name": "'/new.txt'",
    "upload a file named like the own folder": "%(own)s::text",
    "upload into the own id in capitals": "upper(%(own)s::text) || '/new.txt'",
    "upload into a second folder": "'x/' || %(own)s || '/new.txt'",
    "upload from the own folder upward": "%(own)s || '/../' || %(other)s || '/new.txt'",
    "upload a file named `..`": "%(own)s || '/..'",
    "upload from a folder below upward": "%(own)s || '/a/../../' || %(other)s || '/new.txt'",
    "upload from the own folder upward, encoded": "%(own)s || '/' || repeat(chr(37) || '2e', 2) || '/' || %(other)s",
    "upload from the own folder upward by backslashes": "%(own)s || '/..' || chr(92) || %(other)s",
    "upload a file whose name has a control character": "%(own)s || '/new' || chr(10) || '.txt'",
    "upload into a folder below without a name": "%(own)s || '/a//new.txt'",
}
_MOVES = {
    "move into another's folder": "name = %(other)s || '/moved/' || name",
    "move out of every folder": "name = 'moved-' || id",
    "move upward": "name = %(own)s || '/../' || %(other)s || '/' || id",
    "move into another bucket": "bucket_id = 'recordings', name = %(own)s || '/' || id",
}


def file_trials(bucket: str) -> tuple[Trial, ...]:
    """Return what is tried on one bucket's files, and on the bucket itself."""
    listing = "select name from storage.objects where bucket_id = {bucket}"
    return (
        _trial(bucket, "select", listing, Reading.ORGANIZATIONS),
        _trial(bucket, "select files in no folder", listing, Reading.OUTSIDE),
        _trial(bucket, "select files whose path leads upward", listing, Reading.UPWARD),
        *(
            _trial(bucket, verb, f"insert into storage.objects (bucket_id, name) values ({{bucket}}, {path})")
            for verb, path in _PATHS.items()
        ),
        _trial(
            bucket,
            "replace",
            "update storage.objects set metadata = '{{}}' where bucket_id = {bucket}",
            Reading.ORGANIZATIONS,
        ),
        *(
            _trial(
                bucket,
                verb,
                f"update storage.objects set {change} where bucket_id = {{bucket}}",
                Reading.ORGANIZATIONS,
            )
            for verb, change in _MOVES.items()
        ),
        Trial(
            bucket,
            "delete",
            sql.SQL("delete from storage.objects where bucket_id = {}").format(bucket),
            Reading.ORGANIZATIONS,
            before=sql.SQL("set local storage.allow_delete_query = 'true'"),
        ),
        _trial(bucket, "see the bucket", "select id from storage.buckets where id = {bucket}", Reading.ANY),
        _trial(bucket, "open the bucket", "update storage.buckets set public = true where id = {bucket}", Reading.ANY),
    )


def _trial(bucket: str, verb: str, text: str, reading: Reading = Reading.DONE) -> Trial:
    return Trial(bucket, verb, sql.SQL(text).format(bucket=bucket), reading)
