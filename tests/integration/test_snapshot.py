"""A snapshot: the whole structure of a database in a file, the same each time, and no row or secret in it."""

from __future__ import annotations

import gzip
import json
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.core.errors import SupaschemaError
from supaschema.core.model import ObjectId
from supaschema.core.secret_texts import Secrets
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Function
from supaschema.engine.pipeline import Pipeline
from supaschema.kinds import foreign_options
from supaschema.portable import model
from supaschema.portable.model import SnapshotFile, load, parsed, save
from supaschema.portable.take import taken
from supaschema.registry import DEFINITIONS, KINDS
from supaschema.resources.function import FunctionResource
from tests.fixtures.postgres import Database
from tests.support.sessions import Connection


@contextmanager
def managed_database(url: str) -> Iterator[Managed]:
    database = Managed(Settings(url))
    try:
        yield database
    finally:
        database.close()


def snapshot(url: str, state: dict[str, Any] | None = None) -> SnapshotFile:
    with managed_database(url) as database:
        return taken(database, KINDS, state)


def text(found: SnapshotFile) -> str:
    return gzip.decompress(found.written()).decode("utf-8")


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment at which every snapshot is taken."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


def test_of_a_deployed_stack_owner_and_auditor_take_the_same_facts(deployed: Database, auditor_url: str) -> None:
    owners, again, auditors = snapshot(deployed.url), snapshot(deployed.url), snapshot(auditor_url)

    assert owners.written() == again.written()
    assert owners.taken_at == "2023-11-14T22:13:20+00:00"
    assert auditors.facts == owners.facts
    assert auditors.fingerprint == owners.fingerprint
    assert (auditors.edges, auditors.roles, auditors.memberships) == (owners.edges, owners.roles, owners.memberships)
    assert owners.ledger is not None
    assert {item.id for item in owners.ledger.entries if item.made} <= {row.id for row in owners.facts}
    assert parsed(text(owners).encode()) == owners
    assert len(owners.objects(DEFINITIONS)) == len(owners.facts)


PLANTED = {
    "job": "sk_live_of_the_job",
    "comment": "sk_live_of_the_comment",
    "mapping": "hunter_of_the_mapping",
    "server": "Zq-plum-of-a-server",
    "hook": "sk_live_of_the_hook",
    "declared": "sk_live_that_was_declared",
    "setting": "sk_live_of_the_setting",
    "row": "the_value_of_a_row",
    "role": "hunter_of_the_role",
}
"""By place, what must not be in the file."""
STATE = {
    "encrypted": "v1:of-the-ciphertext",
    "shown": "hunter_of_the_state",
    "salt": "v1:of-the-salt",
    "plain": "hunter_that_nobody_marked",
    "url": "hunter_in_a_url",
}
MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def state(job: str) -> dict[str, Any]:
    inputs = {
        "config": {**MARK, "ciphertext": STATE["encrypted"]},
        "nested": [{"key": {**MARK, "plaintext": json.dumps(STATE["shown"])}}],
        "adminPassword": STATE["plain"],
        "address": f"postgresql://postgres:{STATE['url']}@db.example.com:5432/postgres",
        "command": job,
        "schedule": "1 1 * * *",
        "body": f"select '{PLANTED['declared']}'",
    }
    resource = {"urn": "urn:pulumi:test::objects::supaschema:index:CronJob::nightly", "inputs": inputs}
    provider = {"type": "passphrase", "state": {"salt": STATE["salt"]}}
    return {"version": 3, "deployment": {"secrets_providers": provider, "resources": [resource]}}


@pytest.fixture
def planted(database: Database) -> Iterator[str]:
    """The command of a job in a database that holds a secret wherever one may be."""
    job = f"select net.http_post(url := 'https://example.com', key := '{PLANTED['job']}') -- {PLANTED['comment']}"
    with database.connect_superuser() as platform:
        platform.execute("create schema supabase_functions")
        platform.execute("create function supabase_functions.send() returns trigger language plpgsql as 'begin end'")
        platform.execute("create foreign data wrapper elsewhere")
        platform.execute(f"create server far foreign data wrapper elsewhere options (api_key '{PLANTED['server']}')")
        platform.execute("grant usage on foreign server far to postgres")
        platform.execute(f"create user mapping for postgres server far options (password '{PLANTED['mapping']}')")
        platform.execute(f"create role planted login password '{PLANTED['role']}'")
        platform.execute(f"alter role planted set app.key = '{PLANTED['setting']}'")
        platform.execute("grant usage on schema supabase_functions to postgres")
    with database.connect() as owner:
        owner.execute("select cron.schedule('nightly', '1 1 * * *', %s)", [job])
        owner.execute("create table public.hooked (value text)")
        owner.execute("insert into public.hooked values (%s)", [PLANTED["row"]])
        owner.execute(
            "create trigger hook after insert on public.hooked for each row"
            f" execute function supabase_functions.send('https://example.com', '{PLANTED['hook']}')"
        )
    secrets = Secrets()
    secrets.add([PLANTED["declared"]])
    pipeline = Pipeline(Managed(Settings(database.url)), KINDS, secrets)
    declared = Function(name="answer", returns="text", body=f"select '{PLANTED['declared']}'", language="sql")
    urn = "urn:pulumi:test::objects::supaschema:index:Function::answer"
    pipeline.apply(pipeline.intent(FunctionResource(), urn, declared), "answer")
    pipeline.close()
    yield job
    with database.connect_superuser() as platform:
        platform.execute("drop role planted")


def test_no_secret_and_no_row_is_in_it(planted: str, database: Database) -> None:
    found = snapshot(database.url, state(planted))

    told = text(found)
    assert {place: secret for place, secret in {**PLANTED, **STATE}.items() if secret in told} == {}
    facts = found.objects(DEFINITIONS)
    job = facts[ObjectId("cron_job", ("nightly",))]
    assert msgspec.to_builtins(job)["command"] == ("select net.http_post(url := '[secret]', key := '[secret]')  ")
    assert msgspec.to_builtins(facts[ObjectId("function", ("public", "answer", ""))])["body"] == "[secret]"
    assert msgspec.to_builtins(facts[ObjectId("foreign_server", ("far",))])["options"] == {"api_key": "[secret]"}
    mapping = facts[ObjectId("user_mapping", ("far", "postgres"))]
    assert msgspec.to_builtins(mapping) == {"role": "postgres", "options": {"password": "[secret]"}}
    assert foreign_options.seal("api_key", PLANTED["server"]) not in told
    assert found.state is not None
    inputs = found.state["deployment"]["resources"][0]["inputs"]
    assert inputs["config"] == {**MARK, "plaintext": '"[secret]"'}
    assert inputs["address"] == "postgresql://[secret]@db.example.com:5432/postgres"
    assert inputs["schedule"] == "1 1 * * *"


def test_a_body_that_nobody_declared_secret_is_told(connection: Connection, database: Database) -> None:
    connection.execute("create function public.plain() returns text language sql return 'as it is'")

    assert "as it is" in text(snapshot(database.url))


def test_what_no_kind_models_is_named(planted: str, database: Database) -> None:
    with database.connect_superuser() as platform:
        platform.execute("create type public.mood as enum ('sad', 'happy')")
        platform.execute("create operator public.=== (function = texteq, leftarg = text, rightarg = text)")
        platform.execute("create cast (public.mood as bytea) with inout")
        platform.execute("create table public.kept (id serial, moods public.mood[])")

    found = {(item.sort, item.name) for item in snapshot(database.url).not_modelled}

    assert found >= {
        ("operator", "public.===(pg_catalog.text,pg_catalog.text)"),
        ("cast", "(public.mood AS pg_catalog.bytea)"),
        ("foreign-data wrapper", "elsewhere"),
        ("setting", "app.key of role planted"),
    }
    assert not [
        name for _, name in found if "kept" in name or "hooked" in name or "answer" in name or name == "public.mood"
    ]


def test_the_fingerprint_is_of_the_structure_and_of_the_ledger(connection: Connection, database: Database) -> None:
    connection.execute("create table public.things (id integer, note text)")
    first = snapshot(database.url)
    connection.execute("insert into public.things values (1, 'x')")
    connection.execute("analyze public.things")
    rows = snapshot(database.url)
    connection.execute("comment on column public.things.note is 'what it is'")
    other = snapshot(database.url)

    assert rows.fingerprint == first.fingerprint
    assert rows.tables["public.things"].rows == 1
    assert other.fingerprint != first.fingerprint


def test_when_a_table_was_last_read_is_told_where_the_server_knows(connection: Connection, database: Database) -> None:
    connection.execute("create table public.read (id integer)")
    connection.execute("create table public.unread (id integer)")
    connection.execute("select from public.read")
    connection.execute("select pg_stat_force_next_flush()")
    connection.execute("select 1")

    found = snapshot(database.url).last_reads

    assert "public.unread" not in found
    assert ("public.read" in found) is (database.server.major >= 16)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment) for moment in found.values())


def test_columns_are_in_the_order_of_their_table(connection: Connection, database: Database) -> None:
    connection.execute("create table public.things (zebra integer, ape integer, gone integer, mole integer)")
    connection.execute("alter table public.things drop column gone")

    found = [row.name[2] for row in snapshot(database.url).facts if row.kind == "column" and row.name[1] == "things"]

    assert found == ["zebra", "ape", "mole"]


def test_it_takes_as_many_queries_for_many_objects_as_for_few(
    connection: Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    execute = psycopg.Cursor.execute

    def counting(self: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        sent.append(query)
        return execute(self, query, *arguments, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", counting)
    with managed_database(database.url) as managed:
        taken(managed, KINDS)
        sent.clear()
        taken(managed, KINDS)
        few = len(sent)
        for number in range(20):
            connection.execute(f"create table public.thing_{number} (id integer primary key)".encode())
        sent.clear()
        taken(managed, KINDS)

    assert len(sent) == few


def test_the_command_writes_a_file_for_its_owner(
    planted: str,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", database.url)
    exported, output = tmp_path / "state.json", tmp_path / "snapshot.json.gz"
    exported.write_text(json.dumps(state(planted)), encoding="utf-8")

    code = main(["snapshot", "--state", str(exported), "--output", str(output)])

    assert code == Exit.DONE
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    found = load(output)
    assert found == snapshot(database.url, state(planted))
    assert f"fingerprint {found.fingerprint[:12]}" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_auditor_runs_the_command(
    deployed: Database, auditor_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", auditor_url)
    output = tmp_path / "snapshot.json.gz"

    assert main(["snapshot", "--output", str(output)]) == Exit.DONE
    assert load(output).facts == snapshot(deployed.url).facts


def cli(folder: Path, script: str) -> None:
    """Put a program in the place of the CLI."""
    path = folder / "pulumi"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def test_the_state_of_a_stack_is_what_the_cli_exports(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", database.url)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    (tmp_path / "state.json").write_text(json.dumps(state("select 1")), encoding="utf-8")
    output = tmp_path / "snapshot.json.gz"
    command = ["snapshot", "--stack", "prod", "--output", str(output)]

    cli(tmp_path, f'[ "$*" = "stack export --stack prod --non-interactive" ] && cat {tmp_path}/state.json')
    assert main(command) == Exit.DONE
    cli(tmp_path, "echo 'error: no stack named prod' >&2; exit 6")
    assert main(command) == Exit.FAILED

    assert load(output).state == snapshot(database.url, state("select 1")).state
    assert "prod: pulumi stack export failed: error: no stack named prod" in capsys.readouterr().err


def test_what_is_no_snapshot_is_refused(
    connection: Connection, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "_MOST_BYTES", 64 << 20)
    whole = tmp_path / "whole.json.gz"
    save(snapshot(database.url), whole)
    content = json.loads(gzip.decompress(whole.read_bytes()))
    odd = {
        "missing": (None, "it cannot be read: No such file"),
        "plain": (b"{}", "it cannot be read: "),
        "cut": (whole.read_bytes()[:-40], "it is not whole"),
        "other": (gzip.compress(b'{"name": "x"}'), "it is no snapshot"),
        "later": (
            gzip.compress(json.dumps({**content, "version": 2}).encode()),
            "of version 2, and this program reads",
        ),
        "large": (gzip.compress(b" " * (65 << 20)), "it holds more than 64 MB"),
        "deep": (gzip.compress(b'{"version": 1, "facts": ' + b"[" * 100_000), "a value in it is nested too deep"),
        "of no encoding": (gzip.compress(b'{"version": 1, "taken_at": "\xff"}'), "it is no snapshot"),
        "more": (gzip.compress(json.dumps({**content, "rows": []}).encode()), "it is no snapshot: "),
    }
    for name, (held, words) in odd.items():
        path = tmp_path / name
        if held is not None:
            path.write_bytes(held)
        with pytest.raises(SupaschemaError) as refused:
            load(path)
        assert words in str(refused.value), name
