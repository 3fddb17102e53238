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


ODD = [
    pytest.param(name, id=repr(name)[1:-1])
    for name in (
        "%2e%2e/{other}/x.txt",
        "%2E%2e/{other}/x.txt",
        "%252e%252e/{other}/x.txt",
        ".%2e/{other}/x.txt",
        "a/%2e%2e%2f%2e%2e%2f{other}/x.txt",
        "a%2f..%2f..%2f{other}/x.txt",
        "..\\{other}\\x.txt",
        "a\\..\\..\\{other}\\x.txt",
        "..%5c{other}%5cx.txt",
        "a/%2e%2e",
        "..",
        "../{other}/x.txt",
    )
]


@pytest.mark.parametrize("name", ODD)
def test_no_spelling_of_a_path_leads_upward(files: Connection, name: str) -> None:
    """Neither by uploading, nor by moving, nor by reading, replacing or deleting what is there."""
    path = f"{OWN}/" + name.format(other=FOREIGN)
    upload = "insert into storage.objects (bucket_id, name) values ('imported-files', %s)"
    with pytest.raises(errors.InsufficientPrivilege), as_member(files, OWNER):
        files.execute(upload, [path])
    with pytest.raises(errors.InsufficientPrivilege), as_member(files, OWNER):
        files.execute("update storage.objects set name = %s where bucket_id = 'imported-files'", [path])
    files.execute(upload, [path])
    with as_member(files, OWNER):
        assert column(files, "select id from storage.objects where name = %s", path) == []
        assert files.execute("update storage.objects set metadata = '{}' where name = %s", [path]).rowcount == 0
        files.execute("set local storage.allow_delete_query = 'true'")
        assert files.execute("delete from storage.objects where name = %s", [path]).rowcount == 0


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, id=ascii(name)[1:-1])
        for name in (
            "a//x.txt",
            "a/",
            "",
            "./x.txt",
            "a/./x.txt",
            "a/...",
            "a\\b.txt",
            "a%5cb.txt",
            "a%2Fb.txt",
            "a\nb.txt",
            "a\x7fb.txt",
            "a\x9bb.txt",
            "a%00b.txt",
            "a%250ab.txt",
            "invoice\u202efdp.exe",
            "a\u2066b.txt",
            "\uff0e\uff0e/x.txt",
            "\u2025/x.txt",
        )
    ],
)
def test_a_name_that_is_none_is_not_uploaded(files: Connection, name: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege), as_member(files, OWNER):
        files.execute(
            "insert into storage.objects (bucket_id, name) values ('connector-imports', %s)", [f"{OWN}/{name}"]
        )


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, id=ascii(name)[1:-1])
        for name in (
            "a/b.txt",
            "100% of it.pdf",
            "a%20b.txt",
            "wait...what.txt",
            "..hidden",
            ".env",
            "v1..v2.diff",
            "%2e%2ehidden",
            "\u4f1a\u8b70\u306e\u8a18\u9332 \U0001f3a5.mp4",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.txt",
            "O'Brien & Sons (final) [2].docx",
        )
    ],
)
def test_any_other_name_is(files: Connection, name: str) -> None:
    path = f"{OWN}/connectors/zoom/{name}"
    with as_member(files, OWNER):
        files.execute("insert into storage.objects (bucket_id, name) values ('connector-imports', %s)", [path])
        assert column(files, "select name from storage.objects where name = %s", path) == [path]
        assert files.execute("update storage.objects set metadata = '{}' where name = %s", [path]).rowcount == 1


def test_an_odd_name_of_before_is_read_and_deleted(files: Connection) -> None:
    path = f"{OWN}/AC\\DC//live.mp4"
    files.execute("insert into storage.objects (bucket_id, name) values ('connector-imports', %s)", [path])
    with as_member(files, ADMIN):
        assert column(files, "select name from storage.objects where name = %s", path) == [path]
        files.execute("set local storage.allow_delete_query = 'true'")
        assert files.execute("delete from storage.objects where name = %s", [path]).rowcount == 1


def test_a_file_does_not_move_to_another_organization(files: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege), as_member(files, OWNER):
        files.execute("update storage.objects set name = %s where name like %s", [f"{FOREIGN}/x.txt", f"{OWN}/%"])
    with as_member(files, READER):
        assert files.execute("update storage.objects set metadata = '{}'").rowcount == 0
