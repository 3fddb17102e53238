"""The queries of docs/ run as they are written and answer what their page says; what pages name is there."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg
import pytest

from localdb import sample
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.sessions import Connection, as_member, as_service
from tools.pages.blocks import all_pages

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "connectors"
SERVICES = ("zoom", "microsoft-teams", "sharepoint", "google-drive", "notion", "file-upload", "url-import")
PAGES = all_pages(ROOT)
WITH_QUERIES = [page for page in PAGES if "```sql" in page.read_text(encoding="utf-8")]

AS: dict[str, Callable[[Connection], AbstractContextManager[Connection]]] = {
    "the owner": nullcontext,
    "service_role": as_service,
    **{
        f"{article} {role}": partial(as_member, user=sample.user(1, role))
        for article, role in (("an", "admin"), ("a", "contributor"), ("a", "reader"))
    },
}
"""Who a query's first line says it is run as."""

_EXAMPLE = re.compile(
    r"^ *```sql\n *-- As (?P<who>[^\n]*)\n(?P<query>.*?)^ *```\n(?:\n *```text\n(?P<answer>.*?)^ *```\n)?",
    re.DOTALL | re.MULTILINE,
)
_COLUMN = re.compile(
    r"`(connector_configs|connector_webhook_events|connector_sync_logs|imported_documents|file_upload_batches)\.(\w+)`"
)
_TARGET = re.compile(r"(?<![\w-])make ([a-z]+)\b")
_SCRIPT = re.compile(r"scripts/[\w-]+\.sh")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@dataclass(frozen=True, slots=True)
class Example:
    """One query of a page, and the answer below it."""

    who: str
    query: str
    answer: str | None


def examples(page: Path) -> list[Example]:
    """Return a page's queries in their order."""
    text = page.read_text(encoding="utf-8")
    found = [Example(match["who"], match["query"], match["answer"]) for match in _EXAMPLE.finditer(text)]
    assert len(found) == text.count("```sql"), "a query does not begin with a line `-- As ...`"
    return found


def answer(connection: Connection, example: Example) -> str:
    """Run a query as the page says, keep what it wrote, and give what psql would print, lined up or not."""
    try:
        with AS[example.who](connection):
            result = connection.execute(example.query.encode()).pgresult
    except psycopg.Error as error:
        return f"ERROR:  {error.diag.message_primary}"
    assert result is not None
    status = (result.command_status or b"").decode()
    if not result.nfields:
        return status
    cells = [[(result.fname(field) or b"").decode() for field in range(result.nfields)]]
    cells += [
        [(result.get_value(row, field) or b"").decode() for field in range(result.nfields)]
        for row in range(result.ntuples)
    ]
    count = f"({result.ntuples} row{'' if result.ntuples == 1 else 's'})"
    # psql tells the status of a write after the rows that it returned.
    after = [] if status.startswith("SELECT") else [status]
    return "\n".join([*(" | ".join(row) for row in cells), count, *after])


def lines(text: str) -> list[str]:
    """Return the lines of a table without rules and padding."""
    bare = (re.sub(r"\s+", " ", line).strip() for line in text.splitlines())
    return [line for line in bare if not re.fullmatch(r"[-+]*", line)]


def code(text: str) -> str:
    """Return what stands between backticks: `make` is also a verb."""
    found = re.findall(r"```sh\n(.*?)```|(?<!`)`([^`\n]+)`", text, re.DOTALL)
    return "\n".join(block or inline for block, inline in found)


@pytest.mark.parametrize("page", WITH_QUERIES, ids=lambda page: page.stem)
def test_queries_answer_what_the_page_says(page: Path, provisioned: Database) -> None:
    left_out = []
    with provisioned.connect() as connection:
        crypto = one(connection, "select to_regprocedure('extensions.hmac(text,text,text)') is not null")
        for example in examples(page):
            if "extensions.hmac" in example.query and not crypto:
                left_out.append(example.query)
                continue
            found = answer(connection, example)
            if example.answer is None:
                assert not found.startswith("ERROR"), example.query
            else:
                assert lines(found) == lines(example.answer), example.query
    if left_out:
        pytest.skip(f"all but what needs pgcrypto, which this server has not: {left_out}")


def test_columns_that_pages_name_are_there(provisioned: Database) -> None:
    named = {match.groups() for page in PAGES for match in _COLUMN.finditer(page.read_text(encoding="utf-8"))}
    with provisioned.connect() as connection:
        there = connection.execute(
            "select table_name::text, column_name::text from information_schema.columns where table_schema = 'public'"
        ).fetchall()
    assert len(named) > 30
    assert named - set(there) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_page_shows_how_to_test_and_is_listed(service: str) -> None:
    assert any(example.answer for example in examples(FOLDER / f"{service}.md"))
    assert f"]({service}.md)" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_commands_that_pages_name_are_there() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    commands = set(_TARGET.findall(code(text)))
    assert commands
    assert commands - targets == set()
    assert [script for script in _SCRIPT.findall(text) if not (ROOT / script).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    targets = _LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
