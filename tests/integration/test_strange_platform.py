"""Tables that the platform has, for jobs and buckets, are read only where they are the platform's."""

from __future__ import annotations

from contextlib import suppress

import pytest

from connectors.security import findings
from supaschema.command.cli import main
from supaschema.core.errors import OwnershipError
from supaschema.database.connect import connect
from supaschema.database.settings import Settings
from supaschema.declarations import Bucket, CronJob, Declaration, Function, Policy, PolicyCommand
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.objects import managed

_TOLD = Function(name="told", returns="integer", language="sql", body="select 2")


@pytest.mark.parametrize(
    ("relation", "declared"),
    [
        ("cron.job", CronJob(name="nightly", schedule="0 0 * * *", command="select 1")),
        ("storage.buckets", Bucket(name="files")),
    ],
)
def test_tables_of_jobs_and_buckets_that_a_stranger_made_are_neither_read_nor_written(
    database: Database, stranger: Stranger, relation: str, declared: Declaration
):
    schema = relation.partition(".")[0]
    stranger.platform.execute(
        f"""
        alter table {relation} rename to hidden;
        create view {relation} as select * from {schema}.hidden where strange.note();
        alter view {relation} owner to stranger;
        grant all on {relation} to postgres;
        grant select on {schema}.hidden to stranger
    """.encode()
    )

    with managed(database.url) as objects:
        assert objects.preview(_TOLD).statements
        with pytest.raises(OwnershipError, match=f"view {relation} belongs to stranger"):
            objects.preview(declared)
    assert stranger.ran() == []


_WORD = """
    create type strange.word as enum ('x');
    create function strange.told(strange.word) returns text language plpgsql as
      'begin perform strange.note(); return ''x''; end';
    create cast (strange.word as text) with function strange.told(strange.word) as implicit;
    create function strange.json(strange.word) returns json language plpgsql as
      'begin perform strange.note(); return ''{}''; end';
    create cast (strange.word as json) with function strange.json(strange.word);
    grant usage on schema strange to public;
"""
_IN_ITS_PLACE = """
    alter role postgres nobypassrls;
    alter table {table} rename to hidden;
    create table {table} as select * from {schema}.hidden with no data;
    insert into {table} ({row}) values ('x', {user});
    {more};
    alter table {table} owner to stranger;
    grant all on {table} to postgres;
"""
_POLICY = "alter table {table} enable row level security; create policy planted on {table} using (strange.note())"
_CAST = "alter table {table} alter {column} type strange.word using 'x'"


@pytest.mark.parametrize(
    ("declared", "table", "more"),
    [
        (Bucket(name="files"), "storage.buckets", _POLICY),
        (Bucket(name="files"), "storage.buckets", _CAST.format(table="storage.buckets", column="id")),
        (Bucket(name="files"), "storage.buckets", _CAST.format(table="storage.buckets", column="file_size_limit")),
        (CronJob(name="nightly", schedule="0 0 * * *", command="select 1"), "cron.job", _POLICY),
        (
            CronJob(name="nightly", schedule="0 0 * * *", command="select 1"),
            "cron.job",
            _CAST.format(table="cron.job", column="jobname"),
        ),
    ],
)
def test_a_table_of_a_strangers_in_the_place_of_the_platforms_runs_nothing(  # noqa: PLR0917
    database: Database,
    stranger: Stranger,
    capsys: pytest.CaptureFixture[str],
    declared: Declaration,
    table: str,
    more: str,
):
    schema = table.partition(".")[0]
    row, user = ("id, name", "'x'") if schema == "storage" else ("jobname, username", "'postgres'")
    stranger.connection.execute(_WORD)
    try:
        made = _IN_ITS_PLACE.format(table=table, schema=schema, row=row, user=user, more=more.format(table=table))
        stranger.platform.execute(made.encode())
        with managed(database.url) as objects:
            assert objects.preview(_TOLD).statements
            objects.apply(_TOLD)
            with pytest.raises(OwnershipError, match=f"table {table} belongs to stranger"):
                objects.preview(declared)
        with database.connect() as owner:
            owner.execute("select from supaschema.buckets(), supaschema.jobs()")
        main(["access", database.url, database.url])
        with connect(Settings(database.url)) as connection, suppress(OwnershipError):
            findings(connection)
    finally:
        stranger.platform.execute("alter role postgres bypassrls")

    assert ("belongs to stranger" in capsys.readouterr().err) == (schema == "storage")
    assert stranger.ran() == []


def test_policies_and_triggers_on_tables_of_the_platform_are_built_upon(database: Database):
    own = Policy(
        schema="storage", table="objects", name="p", command=PolicyCommand.SELECT, to=("authenticated",), using="false"
    )
    with managed(database.url) as objects:
        assert objects.apply(own).statements
