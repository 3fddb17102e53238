"""What a foreign server and a user mapping say is shown nowhere, whether the program marked it as a secret or not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.postgres import Database
from tests.support.catalog import column
from tests.support.planted import Planted, ledger_texts
from tests.support.pulumi import Finished, Stack, object_stack, said
from tests.support.sessions import Connection

KEY, PASSWORD, ROTATED = "Zq-amber-of-it", "Zq-onyx'of-it", "Zq-garnet-of-it"
PLANTED = Planted({"key": KEY, "password": "Zq-onyx", "rotated": ROTATED})
PROGRAM = """\
import sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "infra"))
import pulumi
from supaschema.declarations import *
from supaschema.sdk import Provider, SchemaObject

provider = Provider("db")
def plain(*parts):
    return "-".join(parts)

far = SchemaObject("far", ForeignServer(name="far", wrapper="anything",
    options={{"api_url": "https://example.com", "api_key": {key}}}), pulumi.ResourceOptions(provider=provider))
SchemaObject("mapped", UserMapping(server="far", user="postgres",
    options={{"user": "me", "password": {password}}}), pulumi.ResourceOptions(provider=provider, depends_on=[far]))
"""


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    """A superuser's connection to a database with a wrapper that the deploying role may use."""
    with database.connect_superuser() as connection:
        connection.execute(
            "create foreign data wrapper anything; grant usage on foreign data wrapper anything to postgres"
        )
        yield connection


@pytest.fixture
def stack(tmp_path: Path, database: Database) -> Stack:
    """A stack."""
    return object_stack(tmp_path / "project", database.url)


def programmed(stack: Stack, key: str, password: str) -> None:
    """Make this the stack's program: it marks nothing as a secret, and its text has no value as a whole."""
    split = {name: f"plain(*{value.split('-')!r})" for name, value in (("key", key), ("password", password))}
    (stack.directory / "program" / "__main__.py").write_text(PROGRAM.format(**split), encoding="utf-8")


def quiet(stack: Stack, owner: Connection, *runs: Finished) -> None:
    """Assert that no value is in what was said, in a file of the stack, or in the ledger."""
    assert [PLANTED.inside(said(run)) for run in runs] == [[] for _ in runs]
    assert PLANTED.files(stack.directory) == []
    assert PLANTED.inside(stack.state()) == []
    assert PLANTED.inside(ledger_texts(owner)) == []


def options(owner: Connection) -> list[object]:
    return column(
        owner,
        "select unnest(srvoptions || umoptions) from pg_foreign_server s join pg_user_mapping m on umserver = s.oid",
    )


@pytest.mark.long
def test_a_whole_life_shows_no_value(stack: Stack, owner: Connection) -> None:
    programmed(stack, KEY, PASSWORD)
    runs = [stack.run("preview", "--diff"), stack.run("preview", "--json"), stack.run("up", "--yes", "--diff")]
    assert "[secret]" in said(runs[0])
    assert set(options(owner)) >= {f"api_key={KEY}", f"password={PASSWORD}"}
    runs += [stack.run("up", "--yes", "--diff", "--expect-no-changes"), stack.run("refresh", "--yes", "--diff")]
    runs += [stack.run("up", "--yes", "--expect-no-changes"), stack.run("stack", "export")]
    quiet(stack, owner, *runs)

    programmed(stack, ROTATED, ROTATED)
    runs = [stack.run("preview", "--diff"), stack.run("up", "--yes", "--diff")]
    assert set(options(owner)) >= {f"api_key={ROTATED}", f"password={ROTATED}"}
    quiet(stack, owner, *runs)

    owner.execute(f"alter server far options (set api_key '{KEY}')".encode())
    runs = [stack.run("preview", "--refresh", "--diff"), stack.run("refresh", "--yes", "--diff")]
    runs += [stack.run("up", "--yes", "--diff")]
    assert f"api_key={ROTATED}" in options(owner)
    runs += [stack.run("up", "--yes", "--expect-no-changes"), stack.run("destroy", "--yes", "--diff")]
    quiet(stack, owner, *runs)
    assert options(owner) == []
