"""Stacks differ by values: changing one touches what it speaks of, and a secret stays one."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from supaschema.declarations import Bucket
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.pulumi import Declared, Stack, previewed, said, summary

BUCKET = Declared("bucket", Bucket(name="beside"))


@pytest.mark.long
def test_a_changed_setting_touches_what_it_speaks_of_and_the_url_is_told_to_nobody(
    connectors: Stack, database: Database
) -> None:
    stack = connectors.having(SUPASCHEMA_DATABASE_URL="")
    stack.run("config", "set", "--secret", "databaseUrl", database.url)
    told = said(stack.up())

    stack.run("config", "set", "--secret", "databaseUrl", addressed(database.url, host="localhost"))
    stack.run("config", "set", "searchLanguage", "english")
    stack.run("config", "set", "--path", "retention.syncLogs", "7")
    shown = stack.run("preview", "--json")
    told += said(shown)
    assert previewed(shown).operations == {
        "idx_imported_docs_search": "update",
        "idx_recordings_search": "update",
        "idx_transcript_chunks_search": "update",
        "private.search_org_content": "update",
        "public.purge_connector_sync_logs": "update",
    }
    assert summary(stack.up())["updated"] == 5
    with database.connect() as connection:
        assert "english" in str(one(connection, "select pg_get_indexdef('idx_imported_docs_search'::regclass)"))
    assert stack.clean()

    password = str(urlsplit(database.url).password)
    assert password not in told + stack.state()
    assert holding(stack.directory, password) == []


def test_a_url_from_the_environment_is_nowhere(objects: Stack, database: Database) -> None:
    objects.declare(BUCKET)
    objects.up()
    address = database.url.partition("@")[2]
    assert holding(objects.directory, address) == []
    assert address not in objects.state()


def addressed(url: str, *, host: str | None = None, port: int | None = None, password: str | None = None) -> str:
    """Return a URL with some of its parts changed."""
    parts = urlsplit(url)
    place = f"{host or parts.hostname}:{port or parts.port}"
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{password or parts.password}@{place}"))


def holding(folder: Path, text: str) -> list[Path]:
    """Return the stack's own files that hold a text: its settings, its state and its history."""
    own = [*folder.glob("*.yaml"), *(file for file in (folder / "state").rglob("*") if file.is_file())]
    return [file for file in own if text.encode() in file.read_bytes()]
