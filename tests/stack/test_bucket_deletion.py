"""A bucket goes by the Storage API where that is configured, with its files only by its declaration's word."""

from __future__ import annotations

import pytest

from supaschema.declarations import Bucket, ObjectSet
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.pulumi import Declared, Stack, previewed, said, summary
from tests.support.storage_api import TOKEN, storage_api

KEPT = Declared("bucket", Bucket(name="kept"))
FORCED = Declared("bucket", Bucket(name="kept", force_destroy=True))
EMPTY = Declared("empty", Bucket(name="empty"))


@pytest.mark.long
def test_a_bucket_with_files_is_refused_until_its_declaration_allows_it(objects: Stack, database: Database) -> None:
    with storage_api(database.superuser_url) as api, database.connect_superuser() as storage:
        settings = {"supabase_url": api.address, "service_role_key": TOKEN}
        objects.declare(KEPT, EMPTY, **settings)
        told = said(objects.up())
        storage.execute("insert into storage.objects (bucket_id, name) values ('kept', 'file.pdf')")

        refused = said(objects.destroy(ok=False))
        assert "bucket kept: the bucket holds files." in refused
        assert column(storage, "select name from storage.objects where bucket_id = 'kept'") == ["file.pdf"]
        assert column(storage, "select id from storage.buckets where id in ('kept', 'empty')") == ["kept"]

        objects.declare(FORCED, **settings)
        shown = previewed(objects.run("preview", "--json"))
        assert (shown.operations, shown.paths) == ({"bucket": "update"}, {"bucket": {"forceDestroy"}})
        assert summary(objects.up())["updated"] == 1
        assert objects.clean()

        told += refused + said(objects.destroy())
        assert column(storage, "select id from storage.buckets where id in ('kept', 'empty')") == []
        assert column(storage, "select id from storage.objects where bucket_id = 'kept'") == []
        assert sorted(api.asked) == [
            "DELETE /storage/v1/bucket/empty",
            "DELETE /storage/v1/bucket/kept",
            "POST /storage/v1/bucket/kept/empty",
        ]
    assert TOKEN not in told + objects.state()


def test_a_bucket_that_was_there_before_stays(objects: Stack, database: Database) -> None:
    with storage_api(database.superuser_url) as api, database.connect_superuser() as storage:
        storage.execute("insert into storage.buckets (id, name) values ('kept', 'kept')")
        objects.declare(FORCED, supabase_url=api.address, service_role_key=TOKEN)
        objects.up()
        objects.destroy()
        assert api.asked == []
        assert column(storage, "select id from storage.buckets where id = 'kept'") == ["kept"]


@pytest.mark.long
def test_a_bucket_that_leaves_a_set_goes_by_the_storage_api_too(objects: Stack, database: Database) -> None:
    allowed = [{"hazard": "TAKES_DATA_OUT_OF_USE", "resource": "files"}]
    with storage_api(database.superuser_url) as api, database.connect_superuser() as storage:
        settings = {"supabase_url": api.address, "service_role_key": TOKEN}
        objects.declare(Declared("files", ObjectSet(objects=(FORCED.declaration, EMPTY.declaration))), **settings)
        objects.up()
        storage.execute("insert into storage.objects (bucket_id, name) values ('kept', 'file.pdf')")

        objects.declare(Declared("files", ObjectSet(objects=(EMPTY.declaration,))), **settings)
        assert "TAKES_DATA_OUT_OF_USE" in said(objects.up(ok=False))
        assert api.asked == []
        objects.declare(Declared("files", ObjectSet(objects=(EMPTY.declaration,))), **settings, allow_hazards=allowed)
        objects.up()
        assert sorted(api.asked) == ["DELETE /storage/v1/bucket/kept", "POST /storage/v1/bucket/kept/empty"]
        assert column(storage, "select id from storage.buckets where id in ('kept', 'empty')") == ["empty"]
        assert objects.clean()
