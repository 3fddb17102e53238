"""Whatever is wrong with a URL, no command repeats any part of its password."""

from __future__ import annotations

import io
import os
import re
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from connectors import machine_login, plugin_database, security
from supaschema.command import cli
from tests.deployed import __main__ as validation

PARTS = ("Zq-amber", "onyx-seven")
NOWHERE = "127.0.0.1:1/app"

# What is between the parts of the password, unencoded, or encoded as no byte can be.
_BETWEEN = [
    "@",
    "/",
    ":",
    "%",
    "#",
    "?",
    " ",
    "\n",
    "\t",
    "\0",
    "%00",
    "%0",
    "%zz",
    "%ff",
    "\\",
    "'",
    '"',
    "&",
    "=",
    ",",
    "[",
    "]",
    "@/",
    "/@",
]
_BETWEEN += [
    "?a=",
    "?host=",
    "?user=",
    "?sslmode=",
    "/?options=",
    "?5432/",
    ":5432/",
    "://",
    "\x7f",
    "\udcff",
    "é",
    "%c3",
]
_AROUND = {
    "no scheme": "owner:{}@" + NOWHERE,
    "another scheme": "jdbc:postgresql://owner:{}@" + NOWHERE + "?ssl=true",
    "capitals": "POSTGRESQL://owner:{}@" + NOWHERE + "?sslmode=require",
    "one slash": "postgresql:/owner:{}@" + NOWHERE,
    "space before": " postgresql://owner:{}@" + NOWHERE,
    "line end after": "postgresql://owner:{}@" + NOWHERE + "\n",
    "no host": "postgresql://owner:{}",
    "no host, a slash": "postgresql://owner:{}/app",
    "short prefix": "postgres://owner:{}@" + NOWHERE,
    "several hosts": "postgresql://owner:{}@127.0.0.1:1,[::1]:x/app",
    "hosts and addresses": "postgresql://owner:{}@127.0.0.1:1/app?hostaddr=127.0.0.1,::1",
    "too many ports": "host=127.0.0.1 port=1,2,3 user=owner password={}",
    "unknown parameter": "postgresql://owner:{}@" + NOWHERE + "?pgbouncer=true",
    "parameter without a value": "postgresql://owner:{}@" + NOWHERE + "?sslmode",
    "odd mode": "postgresql://owner:{}@" + NOWHERE + "?sslmode=odd",
    "IPv6": "postgresql://owner:{}@[::1]:1/app",
    "IPv6 left open": "postgresql://owner:{}@[::1:1/app",
    "IPv6 bare": "postgresql://owner:{}@::1:1/app",
    "a zero byte": "postgresql://owner:{}@127.0.0.1%00:1/app",
    "the password as a parameter": "postgresql://owner@127.0.0.1:1/app?password={}&password",
    "the password as a database": "host=127.0.0.1 port=1 dbname=password={}",
    "a URL as a database": "host=127.0.0.1 port=1 dbname=postgresql://owner:{}@h/app",
    "a URL as a host": "host=postgresql://owner:{}@h port=1",
    "credentials as a host": "host=owner:{}@h port=1",
    "quoted": "host=127.0.0.1 port=1 password='{}'",
    "quoted and left open": "host=127.0.0.1 port=1 password='{}",
    "quote within": "host=127.0.0.1 port=1 password='it's {}' dbname=app",
    "unquoted with spaces": "host=127.0.0.1 port=1 password=first {} dbname=app",
    "user and password alone": "owner {}",
    "a service": "postgresql://owner:{}@" + NOWHERE + "?service=none",
    "far away and weak": "postgresql://owner:{}@db.example.com/app?sslmode=disable",
}
URLS = {f"between: {what!r}": f"postgresql://owner:{PARTS[0]}{what}{PARTS[1]}@{NOWHERE}" for what in _BETWEEN}
URLS |= {name: form.format("-".join(PARTS)) for name, form in _AROUND.items()}
# Without a host, what is behind the @ is one: nobody can tell.
_HOSTED = {name: form for name, form in _AROUND.items() if not name.startswith("no host")}
URLS |= {f"{name}, and an @": form.format("@".join(PARTS)) for name, form in _HOSTED.items()}

_URN = "urn:pulumi:test::objects::supaschema:index:Table::{}"
_LEDGER = {
    "status": [],
    "orphans": ["--stack", "test"],
    "purge": [],
    "claim": ["--from", "test"],
    "move": ["--from", _URN.format("one"), "--to", _URN.format("other")],
}


def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Callable[[], object]]:
    """Return every command that connects, as its users start it."""

    def validate() -> object:
        monkeypatch.setattr("sys.argv", ["validate", "--report", str(tmp_path / "report.txt")])
        monkeypatch.setattr("sys.stdin", io.StringIO("{}"))
        return validation.main()

    def ledger(name: str) -> object:
        monkeypatch.setattr("sys.stdin", io.StringIO('{"deployment": {}}'))
        return cli.main([name, *_LEDGER[name]])

    role = "schema_auditor"
    return {
        "apply": lambda: machine_login.main(["apply", role]),
        "drop": lambda: machine_login.main(["drop", role]),
        "check": lambda: security.main([]),
        "validate": validate,
        **{name: partial(ledger, name) for name in _LEDGER},
    }


@pytest.mark.parametrize("url", URLS.values(), ids=[name.encode("unicode_escape").decode() for name in URLS])
def test_no_command_repeats_a_part_of_the_password(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    # Not by the environment itself, which takes no zero byte: a stack's setting does.
    monkeypatch.setattr("os.environ", {**os.environ, "SUPASCHEMA_DATABASE_URL": url})
    for name, command in commands(monkeypatch, tmp_path).items():
        try:
            code = command()
        except BaseException:  # noqa: BLE001 - whatever is raised, the interpreter would print it
            code, raised = 1, traceback.format_exc()
        else:
            raised = ""
        said = capsys.readouterr()
        told = said.out + said.err + raised
        assert code, name
        assert told.strip(), name
        assert "Traceback" not in told, f"{name}: {raised}"
        assert not [part for part in PARTS if part.lower() in told.lower()], name
        assert re.search(r"is no connection URL|cannot be reached|the parameter|sslmode|refuses", told), told


@pytest.mark.parametrize("url", URLS.values(), ids=[name.encode("unicode_escape").decode() for name in URLS])
def test_no_name_of_a_database_is_taken_from_a_password(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {**os.environ, "SUPASCHEMA_DATABASE_URL": url})
    name = plugin_database.name()
    assert not [part for part in PARTS if part in name]
