"""Jobs of pg_cron, against its stand-in: tables and functions as there, nothing runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from supaschema.core.errors import PreconditionError
from supaschema.declarations import CronJob
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.objects import Objects, as_json, managed

JOB = CronJob(name="prune", schedule="15 3 * * *", command="delete from public.events where false")


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    with managed(database.url) as found:
        yield found


def job(database: Database) -> tuple[object, ...]:
    with database.connect() as connection:
        return (
            connection.execute(
                "select jobid, schedule, command, active from cron.job where jobname = 'prune'"
            ).fetchone()
            or ()
        )


def test_a_job_is_scheduled_changed_in_place_and_unscheduled(database: Database, objects: Objects):
    objects.apply(JOB)
    number, *rest = job(database)
    assert rest == ["15 3 * * *", JOB.command, True]
    assert objects.preview(JOB).empty
    assert objects.lifted(JOB) == as_json(JOB.to_inputs())

    paused = CronJob(name="prune", schedule="30 seconds", command=JOB.command, active=False)
    objects.apply(paused)
    assert job(database) == (number, "30 seconds", JOB.command, False)

    objects.remove(paused)
    assert job(database) == ()


def test_an_inactive_job_is_inactive_from_its_first_moment(database: Database, objects: Objects):
    objects.apply(CronJob(name="prune", schedule="@daily", command="select '%', $block$x$block$", active=False))

    assert job(database)[1:] == ("@daily", "select '%', $block$x$block$", False)


def test_where_available_schedules_where_it_is(database: Database, objects: Objects):
    wished = CronJob(name="prune", schedule="@daily", command="select '$block$'", active=False, where_available=True)
    objects.apply(wished)

    assert job(database)[1:] == ("@daily", "select '$block$'", False)
    assert objects.preview(wished).empty


def test_where_available_does_without_where_it_is_not(database: Database, objects: Objects):
    with database.connect_superuser() as connection:
        connection.execute("drop schema cron cascade")
    wished = CronJob(name="prune", schedule="@daily", command="select 1", where_available=True)

    objects.apply(wished)

    assert objects.preview(wished).empty
    assert "cron.job" in " ".join(objects.preview(wished).notes)
    objects.remove(wished)


def test_a_job_of_another_role_with_the_same_name_is_another_job(database: Database, objects: Objects):
    with database.connect_superuser() as connection:
        connection.execute(
            "insert into cron.job (jobname, schedule, command, username) values ('prune', '@daily', 'x', 'z')"
        )
    objects.apply(JOB)
    objects.remove(JOB)

    with database.connect_superuser() as connection:
        assert connection.execute("select username from cron.job where jobname = 'prune'").fetchall() == [("z",)]


def test_a_job_runs_in_the_database_that_it_is_declared_for(database: Database, objects: Objects):
    where = "select database from cron.job where jobname = 'prune'"
    other = CronJob(name="prune", schedule="@daily", command="select 1", database="postgres")
    objects.apply(other)
    with database.connect() as connection:
        assert one(connection, where) == "postgres"
        assert objects.preview(other).empty
        assert objects.imported(other) == other
        here = CronJob(name="prune", schedule="@daily", command="select 1")
        assert objects.lifted(here)["database"] == "postgres"

        objects.apply(here)

        assert one(connection, where) == database.name
        assert objects.preview(here).empty
        named = CronJob(name="prune", schedule="@daily", command="select 1", database=database.name)
        assert objects.preview(named).empty
        assert objects.imported(here) == here


def test_a_job_that_was_moved_by_hand_is_told_and_brought_back(database: Database, objects: Objects):
    objects.apply(JOB)
    with database.connect() as connection, managed(database.url) as later:
        connection.execute(
            "select cron.alter_job((select jobid from cron.job where jobname = 'prune'), database := 'postgres')"
        )
        (statement,) = later.preview(JOB).statements

        assert "database" in statement.text
        later.apply(JOB)
        assert one(connection, "select database from cron.job where jobname = 'prune'") == database.name


def test_a_job_for_a_database_that_there_is_not_is_refused_in_the_preview(objects: Objects):
    nowhere = CronJob(name="prune", schedule="@daily", command="select 1", database="nowhere")
    with pytest.raises(PreconditionError, match="1 database that job prune is to run in is not there: nowhere"):
        objects.preview(nowhere)
    objects.apply(JOB)
    with pytest.raises(PreconditionError, match="nowhere"):
        objects.preview(nowhere)
