"""The state of a stack: on a screen, as JSON and as a page; whatever the database holds steers none of them."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import pytest

from monitoring.status import __main__ as command
from monitoring.status import known
from monitoring.status import reading as status_reading
from monitoring.status.reading import reading
from roles import CONNECTOR_MONITOR, SCHEMA_AUDITOR
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger

HOSTILE = "\x1b[2J\u202e<script>alert(1)</script><img src=x onerror=alert(1)>::error::gone"
HISTORY = json.dumps(
    [
        {
            "kind": "update",
            "result": "succeeded",
            "endTime": "2026-01-02T03:04:05.000Z",
            "environment": {"git.head": "4f2c9aa"},
        }
    ]
)


@pytest.fixture
def ask(monkeypatch, capsys, tmp_path):
    """Run the command as a login of this URL; give its exit code and what it printed."""
    monkeypatch.setattr(known, "OUTCOMES", tmp_path / "outcomes")

    def run(url: str, *arguments: str, history: str = HISTORY):
        monkeypatch.setenv("SUPASCHEMA_MONITOR_URL", url)
        monkeypatch.setenv("COLUMNS", "200")  # a wide terminal
        monkeypatch.setattr("sys.stdin", io.StringIO(history))
        code = command.main(["--stack", "staging", *arguments])
        said = capsys.readouterr()
        return code, said.out or said.err

    return run


@pytest.fixture
def troubled(audited: Database) -> Database:
    """A database with a failing connector whose error is hostile, and work that waits for long."""
    with audited.connect() as owner:
        owner.execute(
            "update connector_configs set is_active = true, sync_status = 'error', error_count = 9, last_error = %s"
            " where id = (select id from connector_configs order by id limit 1)",
            [HOSTILE],
        )
        owner.execute(
            "insert into connector_sync_logs (org_id, connector_id, status, duration_ms)"
            " select org_id, id, 'failed', 1500 from connector_configs limit 3"
        )
        owner.execute("insert into jobs (type, payload, status, run_at) values ('sync', '{}', 'pending', '2020-01-01')")
    return audited


def test_the_monitor_is_told_all_of_it(troubled: Database, machine_urls, ask):
    code, told = ask(machine_urls[CONNECTOR_MONITOR.name])

    assert code == 0
    for words in ("from commit 4f2c9aa", "connectors are failing.", "queue of jobs", "webhook events"):
        assert words in told
    failing = [line.split() for line in told.splitlines() if "script>alert" in line]
    assert [line.count("9") for line in failing] == [1], told
    assert "not told" not in told
    assert len(told.splitlines()) < 140


def test_hostile_text_steers_no_terminal(troubled: Database, ask):
    _, told = ask(troubled.url)

    assert "\\x1b[2J" in told
    assert not re.search("[\x1b\u202e]", told)
    assert not re.search(r"^\s*::error", told, re.MULTILINE)


def test_json_has_every_section_and_what_is_wrong(troubled: Database, ask):
    code, told = ask(troubled.url, "--json")
    found = json.loads(told)

    assert code == 0
    assert set(found["sections"]) == {
        path.stem.split("_", 1)[1] for path in Path(command.__file__).parents[2].glob("sql/status/*.sql")
    }
    assert [name for name, section in found["sections"].items() if section["untold"]] == []
    assert any("connectors are failing" in concern for concern in found["concerns"])
    assert found["updates"][0]["commit"] == "4f2c9aa"
    assert "\x1b" not in told


def test_the_page_needs_no_network_and_runs_nothing(troubled: Database, ask, tmp_path):
    file = tmp_path / "status.html"
    code, _ = ask(troubled.url, "--html", str(file))
    text = file.read_text(encoding="utf-8")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)

    assert code == 0
    assert "default-src 'none'" in text
    assert tree.findall(".//script") == []
    assert {node.tag for node in tree.iter() if "onerror" in node.attrib} == set()
    assert "<script>alert(1)</script>" in "".join(tree.itertext())
    images = [node.attrib["src"] for node in tree.iter("img")]
    assert len(images) >= 3
    for image in images:
        assert image.startswith("data:image/svg+xml;base64,")
        drawn = base64.b64decode(image.split(",", 1)[1])
        assert b"<script" not in drawn
        assert not re.search(rb"(?:href|src|url)\W{1,3}(?:https?:)?//", drawn)
        assert ElementTree.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - we have just drawn it


@pytest.mark.parametrize(
    ("address", "is_link"), [("https://connectors.example.org/", True), ("javascript:alert(1)", False)]
)
def test_where_the_page_for_admins_is_stands_on_top(troubled: Database, ask, tmp_path, address: str, *, is_link: bool):
    off = '[{"lint": "search-path", "level": "off", "reason": "from before", "resource": "<old>"}]'
    _, told = ask(troubled.url, "--page", address, "--lints", off)
    assert f"Page for admins: {address}" in told
    let_off = "Let off: lint search-path is off for <old>: from before"
    assert let_off in told
    file = tmp_path / "status.html"
    ask(troubled.url, "--page", address, "--lints", off, "--html", str(file))
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(file.read_text(encoding="utf-8"))
    assert f"Page for admins: {address}" in "".join(tree.itertext())
    assert let_off in "".join(tree.itertext())
    assert [node.attrib["href"] for node in tree.iter("a")] == [address] * is_link


def test_who_is_told_less_is_shown_the_rest(troubled: Database, machine_urls, ask):
    """The auditor sees sizes and schedules; of the numbers it is told who may ask."""
    code, told = ask(machine_urls[SCHEMA_AUDITOR.name], "--json", history="")
    sections = json.loads(told)["sections"]

    assert code == 0
    assert sections["tables"]["rows"]
    assert sections["schedules"]["untold"] is None
    assert "ask as connector_monitor" in sections["queues"]["untold"]


def test_a_database_in_which_nothing_is_deployed_says_so(database: Database, ask):
    code, told = ask(database.url, "--json", history="no json")

    assert code == 0
    assert json.loads(told)["sections"]["queues"]["untold"] == "not deployed: run make up."


_PLANTED = """
    create function private.monitored_deployments() returns table (
      began_at timestamptz, ended_at timestamptz, actor text, statements bigint, seconds numeric) language plpgsql as
      'begin raise exception ''ran as %'', current_user; end';
    grant usage on schema private to public;
"""


@pytest.mark.parametrize("whose", ["schema", "function"])
def test_it_asks_no_function_of_others(database: Database, stranger: Stranger, ask, whose):
    if whose == "schema":
        stranger.connection.execute(f"create schema private; {_PLANTED}")
    else:
        with database.connect() as owner:
            owner.execute("create schema private; grant create on schema private to stranger")
        stranger.connection.execute(_PLANTED.replace("grant usage on schema private to public;", ""))

    code, told = ask(database.url)

    assert code == 1
    assert f"{whose} private" in told
    assert "belongs to stranger" in told


def test_what_somebody_locks_is_not_told_and_the_rest_is(troubled: Database, ask):
    with troubled.connect() as owner, owner.transaction():
        owner.execute("lock table public.jobs in access exclusive mode")
        code, told = ask(troubled.url, "--json")
    sections = json.loads(told)["sections"]

    assert code == 0
    assert sections["queues"]["untold"] == "not told: somebody holds a lock on what it reads."
    assert sections["connectors"]["rows"]


def test_what_takes_too_long_is_not_told_and_the_rest_is(troubled: Database, ask, monkeypatch):
    monkeypatch.setattr(status_reading, "_SECONDS", 1)
    with troubled.connect() as owner:
        owner.execute(
            "create or replace function public.slow() returns text language sql as $$ select pg_sleep(9)::text $$;"
            " drop function private.monitored_queues();"
            " create function private.monitored_queues() returns table (queue text, waiting bigint,"
            " oldest_at timestamptz, in_work bigint, stuck bigint) language sql as"
            " 'select public.slow(), 1::bigint, now(), 1::bigint, 1::bigint'"
        )
    code, told = ask(troubled.url, "--json")

    assert code == 0
    assert json.loads(told)["sections"]["queues"]["untold"] == "not told within 1 s."
    assert json.loads(told)["sections"]["connectors"]["rows"]


def test_a_page_that_cannot_be_written_is_told(troubled: Database, ask, tmp_path):
    (tmp_path / "file").write_text("", encoding="ascii")
    code, _ = ask(troubled.url, "--html", str(tmp_path / "file" / "page.html"))

    assert code == 1


@pytest.mark.parametrize(
    "entry", ["x", None, {"kind": "update", "endTime": 7}, {"kind": "update", "endTime": "soon", "environment": None}]
)
def test_what_is_no_entry_of_the_history_is_passed_over(entry):
    assert known.updates(json.dumps([entry, *json.loads(HISTORY)])) == known.updates(HISTORY)


@pytest.mark.parametrize("text", ["{", "[3]", '[{"lint": "no-such", "level": "off", "reason": "x"}]', '"off"'])
def test_lints_that_are_none_are_said_to_be(text):
    assert known.rules_let_off(text) == ("what supaschema:lints says is not understood",)


def test_nothing_is_written_to_the_database(troubled: Database, ask):
    with troubled.connect() as owner:
        owner.execute("create function private.wrote() returns void language sql as 'delete from public.jobs'")
    ask(troubled.url)
    with reading(troubled.url) as connection, pytest.raises(Exception, match="read-only transaction"):
        connection.execute("select private.wrote()")


def test_no_database_is_a_precondition_and_no_password_is_told(monkeypatch, capsys):
    for name in ("SUPASCHEMA_MONITOR_URL", "SUPASCHEMA_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    assert command.main([]) == 3
    monkeypatch.setenv("SUPASCHEMA_MONITOR_URL", "postgresql://monitor:hunter2hunter2@127.0.0.1:1/nowhere")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert command.main([]) == 1
    assert "hunter2" not in capsys.readouterr().err


def test_how_the_last_checks_ended_is_known_where_it_was_noted(troubled: Database, ask, tmp_path):
    folder = tmp_path / "outcomes" / "staging"
    folder.mkdir(parents=True)
    (folder / "drift").write_text("2 1760000000\n", encoding="ascii")
    (folder / "validation").write_text("nonsense", encoding="ascii")
    _, told = ask(troubled.url)

    assert "Last drift: findings, 2025-10-09" in told
    assert "Last validation" not in told
