"""A sweep of several databases: each is told by its name, none stops the others, and nothing tells where they are."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from supaschema.command.cli import main
from supaschema.database.settings import URL_VARIABLE
from supaschema.drift.databases import Listed
from supaschema.drift.several import Limits, State, sweep_all
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support.relay import Line, Pass, relaying
from tests.support.told import HOOK, others

PASSWORD = "hunter2-of-nobody"
DEAD = f"postgresql://nobody:{PASSWORD}@127.0.0.1:1/app"
_CHANGE: LiteralString = "alter table public.connector_configs alter column error_count set default 7"
_UNDO: LiteralString = "alter table public.connector_configs alter column error_count set default 0"


@pytest.fixture
def silent() -> Iterator[str]:
    """A place that takes every connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"postgresql://nobody:{PASSWORD}@127.0.0.1:{listener.getsockname()[1]}/app"


@pytest.fixture
def sweep(auditor_url: str, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments that sweep five: out of reach, unknown, without a ledger, and twice the deployed one."""
    urls = {"dead": DEAD, "unset": "", "bare": database.url, "first": auditor_url, "accepted": auditor_url}
    for name, url in urls.items():
        monkeypatch.setenv(f"URL_OF_{name.upper()}", url)
    rows = [f'[[database]]\nname = "{name}"\nvariable = "URL_OF_{name.upper()}"\n' for name in urls]
    (tmp_path / "databases.toml").write_text("".join(rows) + 'accepted = "accepted.json"\n', encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setenv(URL_VARIABLE, auditor_url)
        assert main(["drift", "--accept", str(tmp_path / "accepted.json")]) == 0
    return ["drift", "--all", str(tmp_path / "databases.toml"), "--at-once", "2", "--within", "2min"]


def test_each_is_told_by_its_name_and_none_stops_the_others(
    sweep: list[str], auditor_url: str, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(sweep) == 2

    told = capsys.readouterr()
    head, *rows = told.out.splitlines()[:6]
    assert head == "5 databases: 1 clean, 1 drift, 3 could not tell"
    assert [row.split(maxsplit=1)[0] for row in rows] == ["dead", "unset", "bare", "first", "accepted"]
    assert rows[0].endswith("could not tell: it cannot be reached: the connection is refused")
    assert rows[1].endswith("could not tell: the variable URL_OF_UNSET is not set")
    assert "there is no ledger" in rows[2]
    assert "drift " in rows[3]
    assert "clean: " in rows[4]
    assert "column public.connector_configs.credentials" in told.out
    passwords = [urlsplit(url).password for url in (DEAD, auditor_url, database.url)]
    for secret in ("127.0.0.1", "localhost", "postgresql://", *filter(None, passwords)):
        assert secret not in told.out + told.err


def test_each_is_compared_with_itself(
    sweep: list[str], deployed: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = tmp_path / "result.json"
    assert main([*sweep, "--output", str(result)]) == 2
    capsys.readouterr()
    with deployed.connect() as owner:
        owner.execute(_CHANGE)
        try:
            assert main([*sweep, "--since", str(result), "--format", "json"]) == 2
        finally:
            owner.execute(_UNDO)

    of = {each["name"]: each["result"] for each in json.loads(capsys.readouterr().out)["databases"]}
    assert [of[name] for name in ("dead", "unset", "bare")] == [None] * 3
    assert len(of["first"]["since"]["new"]) == len(of["accepted"]["since"]["new"]) == 1


def test_who_never_answers_holds_nobody(silent: str) -> None:
    began = time.monotonic()
    several = [Listed(str(number), silent) for number in range(6)]

    found = sweep_all(several, KINDS, (), Limits(at_once=3, seconds=1))

    assert [(each.state, each.why) for each in found] == [(State.UNTOLD, "it took longer than 1 s")] * 6
    assert time.monotonic() - began < 8


def test_who_breaks_it_off_waits_for_nobody(silent: str) -> None:
    several = [Listed(str(number), silent) for number in range(4)]
    before, handler = set(threading.enumerate()), signal.signal(signal.SIGINT, signal.default_int_handler)
    main_thread = threading.main_thread().ident
    assert main_thread is not None
    threading.Timer(0.5, lambda: signal.pthread_kill(main_thread, signal.SIGINT)).start()
    began = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            sweep_all(several, KINDS, (), Limits(at_once=2, seconds=8))
    finally:
        signal.signal(signal.SIGINT, handler)

    for thread in set(threading.enumerate()) - before:
        if not thread.daemon:
            thread.join(8)
    assert time.monotonic() - began < 6


def test_of_one_database_a_chat_is_told_what_is_another(
    deployed: Database, auditor_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = tmp_path / "result.json"
    monkeypatch.setenv(URL_VARIABLE, auditor_url)
    sweep = ["drift", "--output", str(result)]
    assert main(sweep) == 2
    with others() as they, deployed.connect() as owner:
        monkeypatch.setenv("HOOK", they.address + HOOK)
        sweep += ["--since", str(result), "--webhook-url-from", "HOOK"]
        assert main(sweep) == 2
        assert they.messages == []
        owner.execute(_CHANGE)
        try:
            assert main(sweep) == 2
        finally:
            owner.execute(_UNDO)

    (text,) = they.messages
    assert text.splitlines()[2:] == ["• new: `column public.connector_configs.error_count` (changed)"]


def test_who_falls_silent_in_the_middle_holds_nobody(deployed: Database, capfd: pytest.CaptureFixture[str]) -> None:
    line = Line()

    def link() -> tuple[Pass, Pass]:
        says, answers = line.link()

        def heard(data: bytes) -> bytes:
            if b"isolation level repeatable read" in data:
                line.cut()
            return says(data)

        return heard, answers

    with relaying(int(str(conninfo_to_dict(deployed.url)["port"])), link) as port:
        far = make_conninfo(deployed.url, port=port)
        began = time.monotonic()
        (found,) = sweep_all([Listed("far", far)], KINDS, (), Limits(seconds=5))
        took = time.monotonic() - began
        line.end()

    assert (found.state, found.why) == (State.UNTOLD, "it took longer than 5 s")
    assert took < 10
    assert capfd.readouterr().err == ""
