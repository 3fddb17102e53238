"""Bucket: what the Storage API would refuse, or take and never serve."""

import pytest

from supaschema.declarations import Bucket
from supaschema.resources.bucket import BucketResource

RESOURCE = BucketResource()
IMPORTS = Bucket(name="imports", file_size_limit=5_368_709_120, allowed_mime_types=("video/mp4", "image/*"))


def facts(bucket=IMPORTS):
    return {fact.id: fact.definition for fact in RESOURCE.facts(bucket)}


@pytest.mark.parametrize(
    "bucket",
    [
        IMPORTS,
        Bucket(name="it's (a) name & more, 100"),
        Bucket(name="b", file_size_limit=500 * 1024**3),
        Bucket(name="b", allowed_mime_types=("image/svg+xml", "application/vnd.ms-excel")),
    ],
)
def test_what_the_api_takes_passes(bucket):
    assert list(RESOURCE.problems(bucket)) == []


@pytest.mark.parametrize(
    ("bucket", "field"),
    [
        *((Bucket(name=name), "name") for name in ("", "a/b", " a", "é", "a" * 101, "a--table-s3", "a%", "a\n")),
        *((Bucket(name="b", file_size_limit=size), "fileSizeLimit") for size in (-1, 0, 500 * 1024**3 + 1)),
        *(
            (Bucket(name="b", allowed_mime_types=types), "allowedMimeTypes")
            for types in ((), ("*",), ("*/*",), ("image*",), ("text/plain; charset=utf-8",), ("pdf",), ("*/png",))
        ),
    ],
)
def test_what_it_refuses_or_never_serves_is_told(bucket, field):
    assert [problem.field for problem in RESOURCE.problems(bucket)] == [field]


def test_a_type_is_named_once():
    twice = Bucket(name="b", allowed_mime_types=("image/png", "image/png"))

    assert {problem.what for problem in RESOURCE.problems(twice)} == {'"image/png" is named twice.'}


def test_what_was_declared_stays_in_its_order():
    turned = Bucket(name="imports", file_size_limit=5_368_709_120, allowed_mime_types=("image/*", "video/mp4"))

    assert RESOURCE.lift(facts(), IMPORTS) == IMPORTS.to_inputs()
    assert RESOURCE.lift(facts(turned), IMPORTS) == IMPORTS.to_inputs()
    assert RESOURCE.lift({}, IMPORTS) == {}
    assert RESOURCE.imported("imports", facts()) == IMPORTS
