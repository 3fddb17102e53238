"""Nothing is silent: what a command changes in a database is told, as a difference or as not modelled."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import conninfo, sql

from localdb import servers
from supaschema.comparison.reading import Reading, of_database
from supaschema.database.connect import Database
from supaschema.database.settings import Settings
from supaschema.engine.pipeline import Pipeline
from supaschema.registry import KINDS
from tests.support.commands.every import COMMANDS, GROUND, NOT_OF_A_SCHEMA, SAME_AS

NAME = "every_command"
_LONGEST = "CREATE TEXT SEARCH CONFIGURATION"
"""What fills its column, so that a single space comes after it."""
_MAKING = ("ALTER", "COMMENT", "CREATE", "GRANT", "IMPORT", "REASSIGN", "REVOKE", "SECURITY", "SELECT INTO")


@pytest.fixture
def ground(plain: str) -> Iterator[str]:
    """The URL of a database with something of each sort to alter, on a server of this worker's own."""
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(NAME)))
        url = conninfo.make_conninfo(plain, dbname=NAME)
        with psycopg.connect(url, autocommit=True) as inside:
            inside.execute(GROUND.encode())
        yield url
        with psycopg.connect(url, autocommit=True) as inside:
            # Without its slot, which is in no publisher's server, it can be dropped.
            if inside.execute("select from pg_subscription").fetchone() is not None:
                inside.execute("alter subscription following set (slot_name = none)")
                inside.execute("drop subscription following")
        connection.execute(sql.SQL("drop database {}").format(sql.Identifier(NAME)))
        connection.execute("drop role everyone_a, everyone_b")


def test_every_command_of_the_server_is_thought_of(plain: str, pg_major: int) -> None:
    psql = servers.find(pg_major).bindir / "psql"
    told = subprocess.run([psql, "-X", plain, "-c", r"\h"], capture_output=True, text=True, check=True).stdout
    commands = {
        name for name in re.split(r"\s{2,}|\n", told.replace(_LONGEST, f"{_LONGEST}  ")) if name.startswith(_MAKING)
    }
    assert len(commands) > 90
    assert commands == {*COMMANDS, *SAME_AS, *NOT_OF_A_SCHEMA}


@pytest.mark.long
def test_whatever_a_statement_changes_is_told(ground: str, pg_major: int) -> None:
    silent = []
    with psycopg.connect(ground, autocommit=True) as connection:
        before = read(ground)
        for command, changes in COMMANDS.items():
            for change in changes:
                if pg_major < change.since:
                    continue
                connection.execute(change.sql.replace("{database}", NAME).encode())
                after = read(ground)
                if not any(change.told.replace("{database}", NAME) in each for each in differing(before, after)):
                    silent.append((command, change.sql, differing(before, after)))
                before = after
    assert silent == []


def read(url: str) -> Reading:
    """Read the whole database."""
    pipeline = Pipeline(Database(Settings(url)), KINDS)
    try:
        return of_database(pipeline)
    finally:
        pipeline.database.close()


def differing(before: Reading, after: Reading) -> list[str]:
    """Return what is not what it was: objects by their names, and what no kind models."""
    facts = [str(id) for id in {**before.facts, **after.facts} if before.facts.get(id) != after.facts.get(id)]
    names = {**before.others, **after.others}
    others = [str(each) for each in names if before.others.get(each, "") != after.others.get(each, "")]
    gone = [str(each) for each in before.others.keys() ^ after.others.keys()]
    # A comparison says of these, each by its name, that it cannot tell whether they are the same.
    unknown = [str(each) for each, hash in after.others.items() if hash is None]
    return sorted({*facts, *others, *gone, *unknown})
