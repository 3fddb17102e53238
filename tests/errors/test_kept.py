"""What would take an object from its owner, or files from everybody, is refused and takes nothing."""

from __future__ import annotations

from supaschema.declarations import Bucket, InlineAccess, TableAccess, TablePatch
from tests.errors.cases import FILLED, MOVED
from tests.fixtures.postgres import Database
from tests.support.catalog import dump
from tests.support.pulumi import Declared, Stack
from tests.support.storage_api import TOKEN, storage_api


def test_a_declaration_that_moved(objects: Stack, database: Database) -> None:
    objects.declare(Declared("access", TableAccess(table="jobs")))
    objects.up()
    before = dump(database)

    objects.declare(Declared("patch", TablePatch(table="jobs", access=InlineAccess())))
    MOVED.ends(objects.up(ok=False))

    assert dump(database) == before


def test_a_bucket_that_is_to_go_and_holds_files(objects: Stack, database: Database) -> None:
    with storage_api(database.superuser_url) as api, database.connect_superuser() as storage:
        objects.declare(Declared("kept", Bucket(name="kept")), supabase_url=api.address, service_role_key=TOKEN)
        objects.up()
        storage.execute("insert into storage.objects (bucket_id, name) values ('kept', 'file.pdf')")
        before = dump(database)

        FILLED.ends(objects.destroy(ok=False))

        assert dump(database) == before
        assert api.asked == []
