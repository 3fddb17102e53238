"""Files of connectors and uploads are their organization's: by the first folder, in both buckets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg import errors

from localdb import sample
from localdb.sample import organization_id
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.sessions import Connection, as_anonymous, as_member

OWN, FOREIGN = organization_id(1), organization_id(2)
READER, ADMIN, OWNER = sample.user(1, "reader"), sample.user(1, "admin"), sample.user(1, "owner")
EVERYBODY = [user for user in sample.users() if user.organization == 1]


@pytest.fixture
def files(provisioned: Database) -> Iterator[Connection]:
    """A provisioned database with one file of organizations 1 and 2 in each of the two buckets."""
    with provisioned.connect() as connected:
        for bucket in ("connector-imports", "imported-files"):
            for organization in (OWN, FOREIGN):
                connected.execute(
                    "insert into storage.objects (bucket_id, name) values (%s, %s)",
                    [bucket, f"{organization}/connectors/zoom/file.txt"],
                )
        yield connected


def test_a_member_reads_files_of_the_own_organization(files: Connection) -> None:
    for bucket in ["connector-imports", "imported-files"]:
        for user in EVERYBODY:
            with as_member(files, user):
                found = column(files, "select name from storage.objects where bucket_id = %s", bucket)
            assert found == [f"{OWN}/connectors/zoom/file.txt"]


def test_a_list_of_files_reads_no_other_organizations(provisioned: Database, files: Connection) -> None:
    """By the platform's index, whatever the bucket holds besides: every list is checked by the policy first."""
    files.execute(
        "insert into storage.objects (bucket_id, name)"
        " select 'connector-imports', md5('org ' || n % 100)::uuid || '/file-' || n from generate_series(1, 20000) as n"
    )
    files.execute("insert into storage.objects (bucket_id, name) values ('connector-imports', %s)", [f"{OWN}0/file"])
    with provisioned.connect_superuser() as superuser:
        superuser.execute("analyze storage.objects")
    with as_member(files, READER):
        plan = column(
            files,
            "explain (analyze, costs off, timing off, summary off)"
            " select name from storage.objects where bucket_id = 'connector-imports' and name like %s",
            f"{OWN}/%",
        )
    text = "\n".join(str(line) for line in plan)
    assert "idx_objects_bucket_id_name" in text
    assert "Seq Scan" not in text
    assert "Removed by Filter" not in text


def test_other_buckets_stay_closed(files: Connection) -> None:
    files.execute("insert into storage.objects (bucket_id, name) values ('recordings', %s)", [f"{OWN}/file.mp4"])
    with as_member(files, OWNER):
        found = column(files, "select distinct bucket_id from storage.objects order by 1")
    assert found == ["connector-imports", "imported-files", "thumbnails"]
    with as_anonymous(files):
        assert column(files, "select distinct bucket_id from storage.objects") == ["thumbnails"]


def test_an_admin_uploads_replaces_and_deletes(files: Connection) -> None:
    for bucket in ["connector-imports", "imported-files"]:
        with as_member(files, ADMIN):
            files.execute("insert into storage.objects (bucket_id, name) values (%s, %s)", [bucket, f"{OWN}/a/new.txt"])
            replaced = files.execute(
                "update storage.objects set metadata = '{}' where bucket_id = %s and name = %s",
                [bucket, f"{OWN}/a/new.txt"],
            )
            # As the Storage service does for a request; by SQL alone the platform refuses.
            files.execute("set local storage.allow_delete_query = 'true'")
            deleted = files.execute("delete from storage.objects where bucket_id = %s", [bucket])
        assert (replaced.rowcount, deleted.rowcount) == (1, 2)
        assert one(files, "select count(*) from storage.objects where bucket_id = %s", bucket) == 1


def test_no_other_upload(files: Connection) -> None:
    for user, name in [
        (READER, f"{OWN}/file.txt"),  # a reader
        (OWNER, f"{FOREIGN}/file.txt"),  # another organization's folder
        (OWNER, "file.txt"),  # no folder
        (OWNER, f"{OWN}"),  # a file named like the organization
        (OWNER, f"x/{OWN}/file.txt"),  # the second folder
        (OWNER, f"{OWN}0/file.txt"),  # a folder whose name only begins like it
        (OWNER, f"{OWN}.bak/file.txt"),
        (OWNER, f"{str(OWN).upper()}/file.txt"),  # another spelling is another folder
    ]:
        with pytest.raises(errors.InsufficientPrivilege), as_member(files, user):
            files.execute("insert into storage.objects (bucket_id, name) values ('connector-imports', %s)", [name])


def test_a_file_does_not_move_to_another_organization(files: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege), as_member(files, OWNER):
        files.execute("update storage.objects set name = %s where name like %s", [f"{FOREIGN}/x.txt", f"{OWN}/%"])
    with as_member(files, READER):
        assert files.execute("update storage.objects set metadata = '{}'").rowcount == 0
