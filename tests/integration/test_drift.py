"""A sweep finds what was changed by hand, says which list it is in, and writes nothing."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import pytest

from roles import MACHINE_ROLES
from supaschema.command.cli import main
from supaschema.core.sqltext import raw_sql
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import URL_VARIABLE, Settings
from supaschema.declarations import (
    Column,
    Grant,
    InlineAccess,
    InlinePolicy,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Table,
)
from supaschema.drift import accepted, reading, rules
from supaschema.drift.model import Finding, Level, Topic
from supaschema.drift.sweep import Policy, acceptance, swept
from supaschema.engine.visibility import Visibility
from supaschema.registry import KINDS
from tests.fixtures.deployed import AUDITOR
from tests.fixtures.postgres import Database
from tests.support.catalog import dump
from tests.support.declared import statements
from tests.support.objects import managed
from tests.support.reviewed import deploy
from tests.support.sessions import Connection


@pytest.fixture(scope="module", autouse=True)
def jobs_run_here(deployed: Database) -> None:
    """A copy's jobs name the database that it was copied from."""
    with deployed.connect_superuser() as platform:
        platform.execute("update cron.job set database = current_database()")


def found(url: str, policy: Policy | None = None) -> tuple[Finding, ...]:
    looking = Managed(Settings(database_url=url))
    try:
        return swept(looking, KINDS, policy).findings
    finally:
        looking.close()


@contextlib.contextmanager
def changed(connection: Connection, do: LiteralString, undo: LiteralString) -> Iterator[None]:
    connection.execute(do)
    try:
        yield
    finally:
        connection.execute(undo)


def test_what_was_just_deployed_is_as_it_is_recorded(deployed: Database, auditor_url: str) -> None:
    items = found(auditor_url)

    assert {item.topic for item in items} == {Topic.UNMANAGED}
    # What is the platform's does not show.
    assert not [item for item in items if item.kind == "event trigger" or "supabase_admin" in item.title]


def test_before_anything_was_accepted_nothing_on_a_patched_table_is_told_to_go(deployed: Database) -> None:
    about = {item.title: item for item in found(deployed.url)}

    assert about["column public.connector_configs.credentials"].repair == ()
    assert about["table grants public.recordings"].repair == ()


RULES = Path(__file__).parents[2] / "infra" / "drift" / "rules.toml"


def test_what_the_machine_roles_are_given_is_no_finding(deployed: Database, auditor_url: str) -> None:
    items = found(auditor_url, Policy(rules=rules.read(RULES)))

    to_machines = [item for item in items if any(item.title.endswith(f" to {role.name}") for role in MACHINE_ROLES)]
    assert len(to_machines) > 8
    assert {item.level for item in to_machines} == {Level.IGNORE}


def test_the_auditor_is_told_what_the_owner_is(deployed: Database, auditor_url: str) -> None:
    # How many rows and files would go, which a repair warns of, it is not told.
    mine, theirs = (
        [dataclasses.replace(item, repair=()) for item in found(url)] for url in (auditor_url, deployed.url)
    )

    assert mine == theirs


_OPENED: LiteralString = """
    create policy opened on storage.objects for select to anon using (true);
    create function public.peek() returns setof public.connector_configs language sql security definer
      as 'select * from public.connector_configs';
    update storage.buckets set public = true where id = 'connector-imports'
"""
_CLOSED: LiteralString = """
    drop policy opened on storage.objects;
    drop function public.peek();
    update storage.buckets set public = false where id = 'connector-imports'
"""


def test_it_says_what_a_change_means_for_access_and_what_would_declare_it(deployed: Database, auditor_url: str) -> None:
    with deployed.connect() as owner, changed(owner, _OPENED, _CLOSED):
        about = {item.title: item for item in found(auditor_url)}

    assert about["policy storage.objects.opened"].access == (
        "anon: select on table storage.objects: row level security of storage.objects holds back no row any more",
    )
    assert about["policy storage.objects.opened"].adopt == (
        "Policy(name='opened', command=PolicyCommand.SELECT, to=('anon',), using='true', table='objects',"
        " schema='storage')"
    )
    assert about["function public.peek()"].access == (
        "everybody: execute on function public.peek(): new; with the rights of postgres",
    )
    assert about["bucket connector-imports"].access == (
        "everybody: read every file of bucket connector-imports whose address is known, without signing in",
    )


def test_the_command_tells_how_to_repair_and_writes_declarations_to_a_new_file(
    deployed: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(URL_VARIABLE, deployed.url)
    file, asked = tmp_path / "unmanaged.py", ["drift", "--repair", "--adopt", str(tmp_path / "unmanaged.py")]
    with deployed.connect() as owner, changed(owner, _OPENED, _CLOSED), changed(owner, _CHANGE, _UNDO):
        assert main(asked) == 2
        told, text = capsys.readouterr().out, file.read_text(encoding="utf-8")
        assert main(asked) == 1
    assert "is not written over" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == text

    urns = re.findall(r"--target '?urn:pulumi:test::supaschema::[^ ']+::([^ ']+)", told)
    assert urns == ["bucket", "connector_configs-columns"]
    declared: dict[str, Any] = {}
    exec(compile(text, file, "exec"), declared)  # noqa: S102 - what was just written
    assert {"opened", "peek"} <= {getattr(item, "name", None) for item in declared["UNMANAGED"]}
    assert "# no declaration by itself: column public.connector_configs.id (it is in what declares " in text


_CHANGE: LiteralString = "alter table public.connector_configs alter column error_count set default 7"
_UNDO: LiteralString = "alter table public.connector_configs alter column error_count set default 0"


def test_nothing_is_written_even_where_nothing_may_be(deployed: Database, auditor_url: str, platforms: Connection):
    with deployed.connect() as owner:
        before = dump(deployed), statements(owner)
        platforms.execute(f"alter role {AUDITOR} set default_transaction_read_only = on")
        try:
            with changed(platforms, _CHANGE, _UNDO):
                assert [item.topic for item in found(auditor_url)].count(Topic.CHANGED) == 1
        finally:
            platforms.execute(f"alter role {AUDITOR} reset default_transaction_read_only")
        assert (dump(deployed), statements(owner)) == before


def test_the_command_accepts_what_there_is_and_tells_what_comes_then(
    deployed: Database,
    auditor_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file, result = tmp_path / "accepted.json", tmp_path / "result.json"
    monkeypatch.setenv(URL_VARIABLE, auditor_url)
    sweep = ["drift", "--accepted", str(file), "--output", str(result)]

    assert main(["drift"]) == 2
    assert capsys.readouterr().out.endswith("is accepted by --accept FILE, and is then not told any more.\n")
    assert main(["drift", "--accept", str(file)]) == 0
    capsys.readouterr()
    assert main(sweep) == 0
    assert re.fullmatch(r"Nothing differs: \d+ managed objects of test::supaschema.\n", capsys.readouterr().out)
    with deployed.connect() as owner, changed(owner, _CHANGE, _UNDO):
        assert main([*sweep, "--since", str(result)]) == 2
    assert "New since the last sweep: 1" in capsys.readouterr().out
    assert main(["drift", "--rules", str(tmp_path / "none.toml")]) == 3


_KEPT = {
    "<<<<<<< a merge": "does not say what is accepted",
    '{"version": 2, "properties": {}, "accepted": []}': "is of version 2",
    '{"version": 1, "database": "other", "stacks": ["prod::app"], "properties": {}, "accepted": []}': (
        "database other with prod::app"
    ),
}


@pytest.mark.parametrize("odd", _KEPT)
def test_what_was_accepted_and_cannot_be_kept_is_not_thrown_away(
    deployed: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], odd: str
) -> None:
    file, good = tmp_path / "accepted.json", tmp_path / "good.json"
    file.write_text(odd, encoding="utf-8")
    monkeypatch.setenv(URL_VARIABLE, deployed.url)
    assert main(["drift", "--accept", str(good)]) == 0

    for beside in ([], ["--accepted", str(good)]):
        assert main(["drift", "--accept", str(file), *beside]) == 3
        assert _KEPT[odd] in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == odd
    assert main(["drift", "--accept", str(good)]) == 0


def test_where_nothing_is_managed_or_nothing_answers_it_does_not_say_that_nothing_differs(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL_VARIABLE, database.url)
    assert main(["drift"]) == 3
    monkeypatch.setenv(URL_VARIABLE, "postgresql://postgres@127.0.0.1:1/nowhere")
    assert main(["drift"]) == 1


_LOGS = Table(
    name="logs",
    columns=(Column(name="id", type="bigint", nullable=False), Column(name="at", type="date", nullable=False)),
    primary_key=PrimaryKey(columns=("id", "at")),
    partition_by="range (at)",
    access=InlineAccess(
        policies=(InlinePolicy(name="all", command=PolicyCommand.SELECT, to=("authenticated",), using="id > 0"),),
        grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),),
    ),
)
_PARTITION: LiteralString = (
    "create table public.logs_{0} partition of public.logs for values from ('{0}-01-01') to ('{0}-12-31')"
)


def test_partitions_made_at_run_time_are_counted_and_are_to_be_as_closed_as_their_table(
    database: Database, connection: Connection
) -> None:
    deploy(database.url, {"logs": _LOGS})
    connection.execute(_PARTITION.format("2024"))
    connection.execute("revoke all on public.logs_2024 from anon, authenticated, service_role")
    connection.execute("alter table public.logs_2024 enable row level security")
    assert {item.topic for item in found(database.url)} <= {Topic.UNMANAGED}
    before = found(database.url)

    connection.execute(_PARTITION.format("2025"))
    connection.execute("revoke all on public.logs_2025 from anon, authenticated, service_role")
    connection.execute("grant select on public.logs_2025 to anon")
    connection.execute("create view public.past as select * from public.logs_2025")
    connection.execute("create rule swallow as on delete to public.logs_2025 do instead nothing")

    new = [item for item in found(database.url) if item not in before]
    assert [(item.topic, item.title) for item in new] == [
        (Topic.UNMANAGED, "view public.past"),
        (Topic.OPERATIONAL, "rule public.logs_2025.swallow"),
        (Topic.OPERATIONAL, "row security public.logs_2025"),
        (Topic.OPERATIONAL, "table grants public.logs_2025"),
    ]
    for statement in (statement for item in new for statement in item.repair):
        connection.execute(raw_sql(statement))
    assert found(database.url) == before


def test_a_property_that_was_not_known_when_it_was_accepted_is_no_drift(deployed: Database, tmp_path: Path) -> None:
    file = tmp_path / "accepted.json"
    looking = Managed(Settings(database_url=deployed.url))
    file.write_text(acceptance(looking, KINDS, Policy()), encoding="utf-8")
    value = json.loads(file.read_text(encoding="utf-8"))
    value["properties"]["table"].remove("owner")
    for row in value["accepted"]:
        if row["title"].startswith("table public"):
            del row["definition"]["owner"]
    file.write_text(json.dumps(value), encoding="utf-8")

    found = swept(looking, KINDS, Policy(accepted=accepted.read(file))).findings
    looking.close()

    assert found == ()


KEY = "sk_live_4711-of-a-customer"
_JOB: LiteralString = (
    f"select cron.schedule('call', '1 1 * * *', 'select net.http_get(''https://example.org/?key={KEY}'')')"
)


def test_no_key_that_somebody_wrote_into_a_job_is_told(deployed: Database, auditor_url: str, tmp_path: Path) -> None:
    with deployed.connect() as owner, changed(owner, _JOB, "select cron.unschedule('call')"):
        file = tmp_path / "accepted.json"
        looking = Managed(Settings(database_url=deployed.url))
        file.write_text(acceptance(looking, KINDS, Policy()), encoding="utf-8")
        entries = accepted.read(file)
        owner.execute(
            "select cron.alter_job((select jobid from cron.job where jobname = 'call'), schedule := '2 2 * * *')"
        )
        differing = swept(looking, KINDS, Policy(accepted=entries)).findings
        looking.close()

        assert [item.title for item in differing] == ["cron job call"]
        assert [each.name for item in differing for each in item.properties] == ["schedule"]
        ((repair,),) = (item.repair for item in differing)
        assert repair.endswith("username = current_user), active := true, schedule := '1 1 * * *');")
        assert [item.title for item in found(deployed.url) if item.kind == "cron job"] == ["cron job call"]
        assert KEY not in file.read_text(encoding="utf-8") + str(differing) + str(found(deployed.url))
        assert KEY not in str(found(auditor_url))


def test_what_was_accepted_and_is_not_shown_is_not_said_to_be_gone(deployed: Database) -> None:
    looking = Managed(Settings(database_url=deployed.url))
    entries = [
        accepted.Entry('["bucket", "files"]', "bucket files", {}),
        accepted.Entry('["policy", "public", "jobs", "to read own rows"]', "policy", {}),
        accepted.Entry('["table_grants", "public", "jobs", "to anon"]', "table grants", {}, role="anon"),
    ]
    before = {entry.key: entry for entry in entries}
    all_seen = reading.read(looking, KINDS)
    seen = dataclasses.replace(all_seen, visibilities={**all_seen.visibilities, "bucket": Visibility.HIDDEN})
    with looking.connection() as connection:
        gone = [item.finding for item in accepted.without(connection, seen, (), before)]
    looking.close()

    assert [(item.topic, item.title) for item in gone] == [
        (Topic.UNTOLD, "bucket files"),
        (Topic.UNMANAGED, "policy public.jobs.to read own rows"),
    ]
    assert "files" in accepted.text(seen, (), before, ())
    assert "own rows" not in accepted.text(seen, (), before, ())


_STATES = Table(
    name="cases",
    columns=(
        Column(name="id", type="bigint", nullable=False),
        Column(name="state", type="public.state", default="'open'::public.state"),
    ),
    primary_key=PrimaryKey(columns=("id",)),
    access=InlineAccess(
        policies=(
            InlinePolicy(
                name="open ones",
                command=PolicyCommand.SELECT,
                to=("authenticated",),
                using="exists (select 1 from public.cases c where c.state = 'open')",
            ),
        ),
    ),
)


def test_a_recorded_text_that_the_server_refuses_by_now_is_changed(
    database: Database, connection: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    connection.execute("create type public.state as enum ('open', 'closed')")
    deploy(database.url, {"cases": _STATES})
    connection.execute("create policy other on public.cases for select to anon using (state = 'open')")
    monkeypatch.setenv(URL_VARIABLE, database.url)
    assert main(["drift", "--accept", str(tmp_path / "accepted.json")]) == 0

    connection.execute("alter type public.state rename value 'open' to 'opened'")

    policy = Policy(accepted=accepted.read(tmp_path / "accepted.json"))
    items = {item.title: item for item in found(database.url, policy) if item.kind != "type"}
    assert [*items] == [
        "column public.cases.state",
        "policy public.cases.open ones",
        "policy public.cases.other",
    ]
    told = "\n".join(text for item in items.values() for text in item.repair)
    assert "no statement by itself" in told
    assert [text for text in told.split("\n") if not text.startswith("--")] == []
    assert main(["drift"]) == 2


_SECRET = Table(
    name="secretive",
    columns=(Column(name="id", type="integer", nullable=False), Column(name="word", type="text", default=f"'{KEY}'")),
    primary_key=PrimaryKey(columns=("id",)),
)


def test_what_the_ledger_holds_as_a_seal_is_compared_and_not_told(database: Database, connection: Connection) -> None:
    with managed(database.url, secret=(KEY,)) as objects:
        objects.apply(_SECRET)
    assert [item for item in found(database.url) if item.topic is not Topic.UNMANAGED] == []

    connection.execute("alter table public.secretive alter word set default 'another-key-of-somebody'")
    (item,) = (item for item in found(database.url) if item.topic is not Topic.UNMANAGED)

    assert item.title == "column public.secretive.word"
    assert [each.name for each in item.properties] == ["default"]
    assert KEY not in str(item)
    assert "another-key" not in str(item)
    assert "supaschema:sealed" not in str(item)
