"""What a deployment leaves out, or leaves behind, it says."""

from __future__ import annotations

import pytest

from supaschema.declarations import Bucket, Column, CronJob, Function, Table
from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.pulumi import Declared, Stack, said

OLD = Table(name="old", columns=(Column(name="n", type="integer"),))
LINTS = [
    {"lint": "no-primary-key", "level": "warn", "reason": "It is of 2019.", "resource": "old"},
    {"lint": "search-path", "level": "off", "reason": "Nobody calls it.", "resource": "called"},
]
CALLED = Function(name="called", returns="integer", language="sql", body="select 1", search_path="")
JOB = CronJob(name="nightly", schedule="0 3 * * *", command="select 1", where_available=True)


def test_a_job_is_left_out_with_a_warning_where_nothing_would_run_it(objects: Stack, database: Database) -> None:
    with database.connect_superuser() as platform:
        platform.execute("drop schema cron cascade")
    objects.declare(Declared("job", JOB), Declared("bucket", Bucket(name="beside")))

    left_out = "cron job nightly is left out: this database does not have cron.job."
    assert left_out in objects.preview()
    assert f"warning: {left_out}" in said(objects.up())
    assert objects.clean()


def test_a_lint_is_an_error_until_the_stack_says_why_it_is_none(objects: Stack, database: Database) -> None:
    with database.connect() as owner:
        owner.execute("create table old (n integer)")
        owner.execute("alter table old enable row level security")
    objects.declare(Declared("old", OLD))
    refused = "primaryKey: the table has no primary key: its rows cannot be named one by one."
    told = objects.preview(ok=False)
    assert refused in told
    assert "[no-primary-key]" in told

    objects.declare(Declared("old", OLD), Declared("called", CALLED), lints=LINTS)
    told = said(objects.run("preview"))
    assert f"warning: {refused}" in told
    assert "[no-primary-key] It is let through: It is of 2019." in told
    assert "warning: lint search-path is off for called: Nobody calls it." in told
    # Reports are made of the plans' records.
    record = objects.directory / "plans.jsonl"
    objects.having(SUPASCHEMA_PLAN_RECORD=str(record)).run("preview")
    for reason in ("It is of 2019.", "Nobody calls it."):
        assert f"It is let through: {reason}" in record.read_text(encoding="utf-8")
    # What is off is told where something changes.
    assert "It is let through: Nobody calls it." not in told
    with database.connect() as owner:
        objects.up()
        assert column(owner, "select count(*) from pg_constraint where conrelid = 'old'::regclass") == [0]
    assert objects.clean()


@pytest.mark.long
def test_a_bucket_that_holds_files_stays_with_a_warning_and_is_taken_up_again(
    objects: Stack, database: Database
) -> None:
    objects.declare(Declared("bucket", Bucket(name="kept", public=True)))
    objects.up()
    with database.connect_superuser() as storage:
        storage.execute("insert into storage.objects (bucket_id, name) values ('kept', 'file.pdf')")

        assert 'warning: bucket "kept" holds files: it stays, private.' in said(objects.destroy())
        assert column(storage, "select public from storage.buckets where id = 'kept'") == [False]
        objects.up()
        assert column(storage, "select public from storage.buckets where id = 'kept'") == [True]
        assert column(storage, "select name from storage.objects where bucket_id = 'kept'") == ["file.pdf"]
