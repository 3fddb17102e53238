"""Planted secrets are nowhere: not in what a run says at its most talkative, not in what it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from psycopg import conninfo

from supaschema.declarations import Bucket
from tests.fixtures.postgres import Database
from tests.support.planted import KEY, PLANTED, TALKATIVE, Planted, command_lines, looking, typed, url_of
from tests.support.pulumi import Declared, Finished, Stack, connector_stack, object_stack, said

TO_FILES = ("-v=11", "--logtostderr=false")
LEDGER = "select coalesce(string_agg(t::text, e'\\n'), '') from supaschema.{} t"


@dataclass(slots=True)
class Tour:
    """A stack's whole life with planted secrets: what each run said, and what was left after it."""

    stack: Stack
    database: Database
    said: dict[str, str] = field(default_factory=dict)
    left: dict[str, list[str]] = field(default_factory=dict)
    processes: str = ""
    sessions: str = ""

    def go(self, name: str, *arguments: str) -> Finished:
        """Run the CLI; keep what it said and which files hold a secret afterwards."""
        done = self.stack.run(*arguments)
        self.said[name] = said(done)
        self.left[name] = PLANTED.files(self.stack.directory.parent)
        return done


@pytest.fixture(scope="module")
def tour(planted: Database, tmp_path_factory: pytest.TempPathFactory) -> Tour:
    """Deploy, look, and destroy once; every test looks at what came of it."""
    folder = tmp_path_factory.mktemp("tour")
    temporary = folder / "tmp"
    temporary.mkdir()
    stack = connector_stack(folder / "project", "").having(TMPDIR=str(temporary))
    typed(stack, "databaseUrl", url_of(planted))
    typed(stack, "serviceRoleKey", KEY)
    tour = Tour(stack, planted)
    tour.go("config", "config", *TALKATIVE)
    tour.go("preview", "preview", "--diff", *TALKATIVE)
    tour.go("preview as JSON", "preview", "--json", "--debug")
    tour.go("preview with a plan", "preview", "--save-plan", str(folder / "plan.json"))
    deploy(tour)
    tour.go("refresh", "refresh", "--yes", "--skip-preview", *TALKATIVE)
    tour.go("logs in files", "preview", *TO_FILES)
    tour.go("export", "stack", "export", *TALKATIVE)
    tour.go("history", "stack", "history", "--json", *TALKATIVE)
    return tour


def deploy(tour: Tour) -> None:
    """Run `up`, while the processes and the server's sessions are looked at."""
    with tour.database.connect_superuser() as watcher:

        def sessions() -> str:
            return "\n".join(str(row) for row in watcher.execute("select * from pg_stat_activity"))

        with looking(command_lines) as processes, looking(sessions) as seen:
            tour.go("up", "up", "--yes", "--skip-preview", *TALKATIVE)
    tour.processes, tour.sessions = "\n".join(processes), "\n".join(seen)


def test_no_run_says_a_secret(tour: Tour) -> None:
    assert {name: PLANTED.inside(text) for name, text in tour.said.items()} == {name: [] for name in tour.said}
    # The runs were as talkative as can be, and dealt with the secrets.
    assert "Marshaling property for RPC" in tour.said["up"]
    assert "databaseUrl" in tour.said["config"]


def test_no_file_holds_a_secret(tour: Tour) -> None:
    assert {name: files for name, files in tour.left.items() if files} == {}
    folder = tour.stack.directory.parent
    assert "Marshaling property for RPC" in "".join(log.read_text() for log in (folder / "tmp").glob("pulumi.*.log.*"))
    assert "pulumi:providers:supaschema" in (folder / "plan.json").read_text()
    assert list((folder / "project" / "state").rglob("history/**/*.history.json"))


def test_no_command_line_holds_a_secret(tour: Tour) -> None:
    for process in ("pulumi up", "pulumi-language-python ", "pulumi-language-python-exec", "supaschema.provider"):
        assert process in tour.processes
    assert PLANTED.inside(tour.processes) == []


def test_the_server_s_sessions_and_the_ledger_hold_no_secret(tour: Tour) -> None:
    assert "'supaschema'" in tour.sessions
    assert PLANTED.inside(tour.sessions) == []
    with tour.database.connect_superuser() as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'supaschema'").fetchall()
        texts = [str(connection.execute(LEDGER.format(table).encode()).fetchone()) for (table,) in tables]
    assert "create table" in "".join(texts)
    assert PLANTED.inside("".join(texts)) == []


def test_the_state_names_no_database_at_all(tour: Tour) -> None:
    # The engine hands the settings in the provider's own namespace to the provider, and keeps them nowhere.
    assert "databaseUrl" not in tour.stack.state()
    assert str(conninfo.conninfo_to_dict(tour.database.url)["port"]) not in tour.stack.state()


def test_another_password_changes_nothing_and_is_used_at_once(tour: Tour) -> None:
    """The state holds no old one that a destroy would take."""
    other = "no longer the password"
    typed(tour.stack, "databaseUrl", url_of(tour.database, other))
    refused = said(tour.stack.destroy(ok=False))
    typed(tour.stack, "databaseUrl", url_of(tour.database))
    assert "the password is wrong" in refused
    assert Planted({**PLANTED.secrets, "other": other}).inside(refused) == []
    assert tour.stack.clean()


def test_what_the_engine_writes_for_its_own_developers(tour: Tour) -> None:
    """These hold secrets, of every provider: docs/secrets.md says so. If one no longer does, change the page."""
    folder = tour.stack.directory.parent / "engine"
    folder.mkdir()
    tour.stack.having(PULUMI_DEBUG_GRPC=str(folder / "grpc")).run("preview", "--tracing", f"file:{folder / 'trace'}")
    assert sorted({line.partition(":")[0] for line in PLANTED.files(folder)}) == ["grpc", "trace"]
    for file in folder.iterdir():
        file.unlink()


def test_a_destroy_says_and_leaves_no_secret(tour: Tour) -> None:
    tour.go("destroy", "destroy", "--yes", "--skip-preview", *TALKATIVE)
    assert PLANTED.inside(tour.said["destroy"]) == []
    assert tour.left["destroy"] == []


@pytest.mark.long
def test_a_url_from_the_environment_is_nowhere(planted: Database, tmp_path: Path) -> None:
    url = url_of(planted)
    whole = Planted({**PLANTED.secrets, "address": url.partition("@")[2], "url": url})
    # Not even what the engine writes for its own developers holds it.
    stack = object_stack(tmp_path / "project", url).having(PULUMI_DEBUG_GRPC=str(tmp_path / "grpc"))
    stack.declare(Declared("bucket", Bucket(name="beside")))
    for run in (
        ("up", "--yes", "--tracing", f"file:{tmp_path / 'trace'}", *TALKATIVE),
        ("destroy", "--yes", "--skip-preview", *TALKATIVE),
    ):
        assert whole.inside(said(stack.run(*run))) == []
        assert whole.files(tmp_path) == []
    assert "RegisterResource" in (tmp_path / "grpc").read_text()
    assert (tmp_path / "trace").stat().st_size > 0


@pytest.mark.long
def test_what_a_program_passes_on_is_encrypted_and_shown_by_the_engine_s_loudest_log_alone(
    planted: Database, tmp_path: Path
) -> None:
    """The engine logs the secret inputs of every provider at -v=9: ours passes none on, and docs/secrets.md says so."""
    stack = object_stack(tmp_path / "project", "")
    stack.declare(Declared("bucket", Bucket(name="beside")))
    program = stack.directory / "program" / "__main__.py"
    passing = (
        "database_url=pulumi.Config().require_secret('url'), service_role_key=pulumi.Config().require_secret('key')"
    )
    program.write_text(program.read_text().replace("**settings", passing))
    typed(stack, "url", url_of(planted))
    typed(stack, "key", KEY)
    quiet = said(stack.run("preview", "--diff", "--debug", "-v=8", "--logtostderr", "--logflow"))
    assert PLANTED.inside(quiet) == []
    assert PLANTED.files(tmp_path) == []
    assert {"password", "key"} <= set(PLANTED.inside(said(stack.run("preview", *TALKATIVE))))
