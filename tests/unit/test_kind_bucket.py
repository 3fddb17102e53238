"""Buckets: rows, of which only what differs is written."""

from supaschema.core.model import Hazard, LockMode, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.bucket import Bucket, BucketKind

ID = ObjectId("bucket", ("it's",))
KIND = BucketKind()
CONTEXT = Context(major=17)


def test_a_bucket_is_one_row():
    new = Bucket(file_size_limit=5_368_709_120, allowed_mime_types=("image/*", "video/mp4"))
    (statement,) = KIND.create(ID, new, CONTEXT).statements

    assert statement.text == (
        "insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)"
        " values ('it''s', 'it''s', false, 5368709120, '{image/*,video/mp4}')"
    )
    assert [lock.mode for lock in statement.locks] == [LockMode.ROW_EXCLUSIVE]


def test_only_what_differs_is_written():
    (statement,) = KIND.alter(ID, Bucket(file_size_limit=1), Bucket(file_size_limit=2), CONTEXT).statements

    assert statement.text == (
        "update storage.buckets set \"file_size_limit\" = 2, updated_at = now() where id = 'it''s'"
    )
    assert statement.hazards == ()


def test_opening_a_bucket_is_said():
    (statement,) = KIND.alter(ID, Bucket(), Bucket(public=True), CONTEXT).statements

    assert [(note.hazard, note.sentence) for note in statement.hazards] == [
        (Hazard.AUTHZ_UPDATE, "Everybody may read every file of bucket it's by its address.")
    ]


def test_no_types_and_an_empty_list_are_the_same():
    assert KIND.same_structure(Bucket(allowed_mime_types=()), Bucket())
    assert KIND.same_structure(Bucket(allowed_mime_types=("b/b", "a/a")), Bucket(allowed_mime_types=("a/a", "b/b")))
