"""Batches are counted exactly, by services and by the members whose batch it is."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from psycopg import errors, sql

from localdb import sample
from localdb.sample import organization_id
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.sessions import Connection, as_member, as_service, as_user

OWN, FOREIGN = organization_id(1), organization_id(2)
READER = sample.user(1, "reader")
PROCESSED, FAILED = "increment_batch_processed", "increment_batch_failed"


@pytest.fixture
def connection(provisioned: Database) -> Iterator[Connection]:
    """A provisioned database."""
    with provisioned.connect() as connected:
        yield connected


def new_batch(connection: Connection, total: int, organization: UUID = OWN) -> UUID:
    """Insert a batch as a service does."""
    with as_service(connection):
        made = one(
            connection,
            "insert into file_upload_batches (org_id, total_files) values (%s, %s) returning id",
            organization,
            total,
        )
    assert isinstance(made, UUID)
    return made


def count(connection: Connection, function: str, batch: UUID, *, by: str | None = "batch_id") -> None:
    """Call a function by argument name, as PostgREST does, or by position."""
    argument = sql.SQL("{} => %s").format(sql.Identifier(by)) if by else sql.SQL("%s")
    call = sql.SQL("select {}({})").format(sql.Identifier(function), argument)
    connection.execute(call, [batch])


def state(connection: Connection, batch: UUID) -> tuple[object, ...] | None:
    """Return done, failed, progress, status and whether it is complete."""
    return connection.execute(
        "select processed_files, failed_files, progress_percent, status, completed_at is not null"
        " from file_upload_batches where id = %s",
        [batch],
    ).fetchone()


@pytest.mark.parametrize("by", ["batch_id", "batch_id_param", None])
@pytest.mark.parametrize(("function", "failures"), [(PROCESSED, 0), (FAILED, 1)])
def test_every_way_to_call(connection: Connection, function: str, failures: int, by: str | None) -> None:
    batch = new_batch(connection, 4)
    with as_service(connection):
        count(connection, function, batch, by=by)
    assert state(connection, batch) == (1, failures, 25.0, "uploading", False)


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        pytest.param([PROCESSED, PROCESSED], (2, 0, 100.0, "completed", True), id="all well"),
        pytest.param([PROCESSED, FAILED], (2, 1, 100.0, "completed", True), id="one failed"),
        pytest.param([FAILED, FAILED], (2, 2, 100.0, "failed", True), id="all failed"),
        pytest.param([PROCESSED] * 3, (2, 0, 100.0, "completed", True), id="one too many"),
        pytest.param([FAILED] * 3, (2, 2, 100.0, "failed", True), id="one failure too many"),
        pytest.param([FAILED], (1, 1, 50.0, "uploading", False), id="half way"),
    ],
)
def test_the_last_file_completes_the_batch(
    connection: Connection, calls: list[str], expected: tuple[object, ...]
) -> None:
    batch = new_batch(connection, 2)
    with as_service(connection):
        for function in calls:
            count(connection, function, batch)
    assert state(connection, batch) == expected


def test_an_empty_batch_is_complete_at_once(connection: Connection) -> None:
    batch = new_batch(connection, 0)
    with as_service(connection):
        count(connection, PROCESSED, batch)
    assert state(connection, batch) == (0, 0, 100.0, "completed", True)


def test_a_writer_may_count_failures_in_both(connection: Connection) -> None:
    batch = new_batch(connection, 2)
    with as_service(connection):
        connection.execute(
            "update file_upload_batches set processed_files = 2, failed_files = 2 where id = %s", [batch]
        )


def test_completion_is_stamped_once(connection: Connection) -> None:
    batch = new_batch(connection, 1)
    with as_service(connection):
        count(connection, PROCESSED, batch)
    first = one(connection, "select completed_at from file_upload_batches where id = %s", batch)
    with as_service(connection):
        count(connection, PROCESSED, batch)
    assert one(connection, "select completed_at from file_upload_batches where id = %s", batch) == first


def test_files_that_end_at_the_same_moment_are_all_counted(provisioned: Database) -> None:
    with provisioned.connect() as connection:
        batch = new_batch(connection, 80)

    def work(function: str) -> None:
        with provisioned.connect() as worker:
            for _ in range(10):
                with as_service(worker):
                    count(worker, function, batch)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, [PROCESSED, FAILED] * 4))
    with provisioned.connect() as connection:
        assert state(connection, batch) == (80, 40, 100.0, "completed", True)


@pytest.mark.parametrize("function", [PROCESSED, FAILED])
@pytest.mark.parametrize(
    "user",
    [
        pytest.param(READER, id="uuid"),
        pytest.param(sample.TEXT_READER, id="text"),
        pytest.param(sample.OTHER_READER, id="another uuid"),
    ],
)
def test_a_member_counts_the_own_batch(connection: Connection, function: str, user: sample.SampleUser) -> None:
    batch = new_batch(connection, 1)
    with as_member(connection, user):
        count(connection, function, batch)
    assert one(connection, "select processed_files from file_upload_batches where id = %s", batch) == 1


def test_a_member_counts_no_other_batch(connection: Connection) -> None:
    batch = new_batch(connection, 2, FOREIGN)
    for unreachable in (batch, uuid4()):
        with pytest.raises(errors.NoDataFound, match=str(unreachable)), as_member(connection, READER):
            count(connection, PROCESSED, unreachable)
    assert state(connection, batch) == (0, 0, 0.0, "uploading", False)


def test_claims_of_a_service_in_a_members_session_open_nothing(connection: Connection) -> None:
    batch = new_batch(connection, 2, FOREIGN)
    claims = {"role": "service_role", "sub": READER.sub}
    with pytest.raises(errors.NoDataFound), as_user(connection, "authenticated", claims):
        count(connection, PROCESSED, batch)


def test_a_session_without_a_member_is_refused(connection: Connection) -> None:
    batch = new_batch(connection, 2)
    stranger = sample.SampleUser(uuid4(), "user_2stranger", 1, "reader")
    with pytest.raises(errors.InsufficientPrivilege), as_member(connection, stranger):
        count(connection, PROCESSED, batch)


def test_a_batch_that_does_not_exist_is_an_error_for_services_too(connection: Connection) -> None:
    with pytest.raises(errors.NoDataFound), as_service(connection):
        count(connection, PROCESSED, uuid4())


def test_no_batch_and_two_batches_are_errors(connection: Connection) -> None:
    with pytest.raises(errors.NullValueNotAllowed), as_service(connection):
        connection.execute("select increment_batch_processed()")
    with pytest.raises(errors.InvalidParameterValue), as_service(connection):
        connection.execute("select increment_batch_failed(gen_random_uuid(), gen_random_uuid())")
