"""A snapshot that somebody made up: it is read as what it says, or refused with what is wrong; nothing else is run."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from harness.dose import marks
from harness.sides import Maker
from localdb import platform
from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.database.connect import Database
from supaschema.database.settings import Settings
from supaschema.portable.take import taken
from supaschema.registry import KINDS

MADE = """
    create schema app;
    create table app.notes (id bigint primary key, body text default 'x', check (body <> ''));
    create view app.bodies as select body from app.notes;
    create function app.one() returns integer language sql as 'select 1';
    create policy seen on app.notes for select to anon using (body is not null)
"""
PLANT = "create table public.pwned ()"


@dataclass(frozen=True)
class Place:
    """A database, its snapshot as JSON, and an empty database."""

    url: str
    content: Any
    scratch: str


@pytest.fixture(scope="module")
def place(maker: Maker) -> Iterator[Place]:
    names = ("hostile_live", "hostile_scratch")
    with psycopg.connect(maker.server.superuser_url, autocommit=True) as connection:
        for name in names:
            parts = map(sql.Identifier, (name, platform.OWNER, maker.template))
            connection.execute(sql.SQL("create database {} owner {} template {}").format(*parts))
    url, scratch = (platform.database_url(maker.template_url, name) for name in names)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(MADE.encode())
    database = Database(Settings(url))
    content = json.loads(gzip.decompress(taken(database, KINDS).written()))
    database.close()
    yield Place(url, content, scratch)
    for name in names:
        platform.drop_database(maker.server.superuser_url, name)


def of(content: Any, kind: str, *name: str) -> Any:
    return next(it for it in content["facts"] if it["kind"] == kind and it["name"][-len(name) :] == list(name))


def fact(kind: str, *name: str, **fields: Any) -> Callable[[Any], None]:
    return lambda content: of(content, kind, *name)["definition"].update(fields)


def named(kind: str, old: tuple[str, ...], *new: str) -> Callable[[Any], None]:
    return lambda content: of(content, kind, *old).update(name=[*new])


ENDED = f"1); commit; {PLANT}; --"
MUTATIONS: dict[str, Callable[[Any], object]] = {
    "names too few": named("column", ("app", "notes", "body"), "app"),
    "names of no parts": named("column", ("app", "notes", "body")),
    "edges of nothing": lambda content: content["edges"].append({"object": [], "above": [[]]}),
    "type ends its statement": fact("column", "body", type=f"text; {PLANT}; --"),
    "type that is a call": fact("column", "body", type="text default pg_catalog.pg_sleep(100)"),
    "default ends its statement": fact("column", "body", default=f"'y'; {PLANT}; --"),
    "default ends its parentheses": fact("column", "body", default=ENDED),
    "default with a subquery": fact("column", "body", default="(select 'x')"),
    "check ends its statement": fact(
        "constraint", "notes_body_check", expression=f"body <> '') not valid; {PLANT}; --"
    ),
    "policy ends its statement": fact("policy", "seen", using=f"true); {PLANT}; --"),
    "query ends its statement": fact("view", "bodies", query=f"select 'x'::text as body; {PLANT}"),
    "query writes": fact("view", "bodies", query="with a as (delete from app.notes returning body) select body from a"),
    "body ends its quotes": fact("function", "one", "", body=f"select 1$$; {PLANT}; select $$"),
    "names that end quotes": named("table", ("app", "notes"), "app", f'notes"; {PLANT}; --'),
    "names with nothing": named("table", ("app", "notes"), "app", ""),
    "names with a zero": named("table", ("app", "notes"), "app", "a\0b"),
    "names too long": named("table", ("app", "notes"), "app", "n" * 5000),
    "names too many": named("table", ("app", "notes"), "app", "notes", "more"),
    "kind unknown": lambda content: of(content, "table", "notes").update(kind="__class__"),
    "definition of a list": lambda content: of(content, "table", "notes").update(definition=[]),
    "definition with more": fact("table", "notes", query="select 1"),
    "definition of other types": fact("column", "body", type=7),
    "twice": lambda content: content["facts"].append(of(content, "table", "notes")),
    "edges in a ring": lambda content: content["edges"].extend(
        [
            {"object": ["view", "app", "bodies"], "above": [["table", "app", "notes"]]},
            {"object": ["table", "app", "notes"], "above": [["view", "app", "bodies"]]},
        ]
    ),
    "server of another age": lambda content: content["server"].update(major=10**30),
    "server of words": lambda content: content["server"].update(major="17; select"),
    "version of another": lambda content: content.update(version=-1),
    "path for a database": lambda content: content["server"].update(database="../../etc/passwd\n\x1b[2J"),
    "lone surrogate": fact("column", "body", comment="\ud800"),
    "escapes in a comment": fact("column", "body", comment="\x1b[2J\x1b]0;x\x07"),
    "types of a stranger": fact("column", "body", type="pg_catalog.pg_authid"),
    "extension by a path": lambda content: content["facts"].append(
        {"kind": "extension", "name": ["../../x"], "definition": {"schema": "public"}}
    ),
    "function in C": fact("function", "one", "", language="c", body="../../evil"),
    "settings of a session": fact("function", "one", "", config={"session_preload_libraries": "evil"}),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=marks(number, one_of=6)) for number, name in enumerate(MUTATIONS)]
)
def test_it_is_refused_or_read_and_nothing_else_runs(
    place: Place, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SUPASCHEMA_SCRATCH_URL", raising=False)
    content = copy.deepcopy(place.content)
    MUTATIONS[name](content)
    (file := tmp_path / "snapshot.json.gz").write_bytes(gzip.compress(json.dumps(content).encode()))

    for asked in (("diff", place.url, str(file)), ("diff", str(file), place.url, "--scratch", place.scratch)):
        code = main(asked)
        said = capsys.readouterr()
        assert code in {*Exit}
        assert said.out + said.err
        assert "\x1b" not in said.out + said.err
    with psycopg.connect(place.url) as connection:
        row = connection.execute("select to_regclass('public.pwned'), count(*) from pg_class where relname = 'notes'")
        assert row.fetchone() == (None, 1)
