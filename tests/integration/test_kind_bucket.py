"""Buckets, on a server that guards its storage tables as the platform does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg import errors

from supaschema.core.model import Hazard
from supaschema.declarations import Bucket
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.objects import Objects, as_json, managed

LIMIT = 5_368_709_120
IMPORTS = Bucket(name="imports $block$ 100%", file_size_limit=LIMIT, allowed_mime_types=("video/mp4", "image/*"))


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    with managed(database.url) as found:
        yield found


def rows(database: Database, name: str) -> object:
    with database.connect() as connection:
        return connection.execute(
            "select id, public, file_size_limit, allowed_mime_types from storage.buckets where name = %s", [name]
        ).fetchone()


def test_a_bucket_is_made_changed_and_removed(database: Database, objects: Objects):
    objects.apply(IMPORTS)
    assert rows(database, IMPORTS.name) == (IMPORTS.name, False, LIMIT, ["video/mp4", "image/*"])
    assert objects.preview(IMPORTS).empty
    assert objects.lifted(IMPORTS) == as_json(IMPORTS.to_inputs())

    shown = Bucket(name=IMPORTS.name, public=True)
    plan = objects.apply(shown)
    assert rows(database, IMPORTS.name) == (IMPORTS.name, True, None, None)
    assert [note.hazard for note in plan.statements[0].hazards] == [Hazard.AUTHZ_UPDATE]

    objects.remove(shown)
    assert rows(database, IMPORTS.name) is None


def test_mime_types_in_another_order_are_the_same(objects: Objects):
    objects.apply(IMPORTS)
    turned = Bucket(name=IMPORTS.name, file_size_limit=LIMIT, allowed_mime_types=("image/*", "video/mp4"))

    assert objects.preview(turned).empty
    assert objects.lifted(turned)["allowedMimeTypes"] == ["image/*", "video/mp4"]


def test_a_bucket_with_files_stays_and_becomes_private(database: Database, objects: Objects):
    shown = Bucket(name="shown", public=True)
    objects.apply(shown)
    with database.connect_superuser() as connection:
        connection.execute("insert into storage.objects (bucket_id, name) values ('shown', 'a/b.png')")

    objects.remove(shown)

    assert rows(database, "shown") == ("shown", False, None, None)
    with database.connect() as connection:
        assert one(connection, "select count(*) from storage.objects where bucket_id = 'shown'") == 1


def test_a_bucket_that_gets_another_name_takes_its_files_out_of_use(database: Database, objects: Objects):
    former = Bucket(name="former")
    objects.apply(former)
    with database.connect_superuser() as connection:
        connection.execute("insert into storage.objects (bucket_id, name) values ('former', 'a/b.png')")

    plan = objects.preview(Bucket(name="later"), named=former)

    told = plan.sentences(Hazard.TAKES_DATA_OUT_OF_USE)
    assert told == ("Bucket former holds 1 file: with forceDestroy they are deleted, else it stays and is private.",)


def test_a_bucket_with_an_unfinished_upload_stays(database: Database, objects: Objects):
    shown = Bucket(name="shown", public=True)
    objects.apply(shown)
    with database.connect_superuser() as connection:
        connection.execute(
            "insert into storage.s3_multipart_uploads (id, upload_signature, bucket_id, key, version)"
            " values ('1', 's', 'shown', 'k', 'v')"
        )

    objects.remove(shown)

    assert rows(database, "shown") == ("shown", False, None, None)


def test_what_stays_is_said_in_a_warning(database: Database):
    with managed(database.url) as objects:
        kept = Bucket(name="thumbnails")
        statement = objects.drop_of(kept)
    said: list[str] = []
    with database.connect_superuser() as connection:
        connection.execute("insert into storage.objects (bucket_id, name) values ('thumbnails', 'a.png')")
    with database.connect() as connection:
        connection.add_notice_handler(lambda notice: said.append(str(notice.message_primary)))
        connection.execute(statement)

    assert said == ['bucket "thumbnails" holds files: it stays, private']


def test_deleting_one_bucket_allows_no_other_delete_in_its_transaction(database: Database):
    empty = Bucket(name="empty")
    with managed(database.url) as objects:
        objects.apply(empty)
        statement = objects.drop_of(empty)
    with database.connect() as connection:
        connection.execute("begin")
        connection.execute(statement)
        assert one(connection, "select count(*) from storage.buckets where id = 'empty'") == 0
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("delete from storage.buckets")
        connection.execute("rollback")
