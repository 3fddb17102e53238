"""What fails, crashes or is defective says what is wrong, and no secret."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from supaschema.declarations import Bucket, Column, TablePatch
from tests.fixtures.postgres import Database
from tests.support.declared import TITLE, notes
from tests.support.pausing import pausing
from tests.support.planted import KEY, PASSWORD, PLANTED, TALKATIVE, typed, url_of
from tests.support.processes import providers
from tests.support.pulumi import ROOT, SECONDS, Declared, Stack, binaries, connector_stack, object_stack, said

BUCKET = Declared("bucket", Bucket(name="beside"))
UP = ("up", "--yes", "--skip-preview")
MALFORMED = f"postgresql://planted_owner:{PASSWORD}@127.0.0.1:5432/app"

# What a defect of ours could say at worst.
_DEFECT = """

def _defective(self, *arguments, **named):
    from psycopg import conninfo
    url = self.settings.database_url
    raise KeyError(url, conninfo.conninfo_to_dict(url)["password"], self.settings.service_role_key)

Operations.create = _defective
"""
_PROGRAM = """
print(repr(settings), repr(connection), repr(pulumi.Config()))
print(repr(database), open("/proc/self/limits").read())
raise RuntimeError("a defect of the program")
"""


@pytest.fixture
def stack(planted: Database, tmp_path: Path) -> Stack:
    """A stack of a test's own declarations, whose database's password is planted."""
    stack = object_stack(tmp_path / "project", "")
    typed(stack, "supaschema:databaseUrl", url_of(planted))
    typed(stack, "supaschema:serviceRoleKey", KEY)
    stack.declare(BUCKET)
    return stack


@contextmanager
def deploying(planted: Database, stack: Stack) -> Iterator[subprocess.Popen[str]]:
    """Deploy up to the middle of a statement, ready to crash with all that a crash can tell."""
    stack.declare(Declared("table", notes("paused")))
    talking = stack.having(PYTHONFAULTHANDLER="1")
    with planted.connect_superuser() as watcher, pausing(watcher) as pause, dumping(), talking.started(*UP) as process:
        pause.reached()
        yield process


def nothing_is_told(stack: Stack, told: str) -> None:
    """Assert that neither a text nor what a stack's runs left behind, a core among it, holds a secret."""
    assert PLANTED.inside(told) == []
    assert PLANTED.files(stack.directory.parent) == []
    dumps = [path for path in stack.directory.rglob("core*") if re.fullmatch(r"core(\.\d+)?", path.name)]
    assert [path for path in dumps if path.is_file()] == []


def failed(stack: Stack) -> str:
    """Deploy in vain and as talkatively as can be; give what was said, which holds no secret, as the files don't."""
    text = said(stack.run(*UP, *TALKATIVE, ok=False))
    nothing_is_told(stack, text)
    return text


@pytest.mark.long
def test_a_database_that_cannot_be_reached(planted: Database, stack: Stack) -> None:
    for url, reason in (
        (url_of(planted, port=1), "the database cannot be reached"),
        (MALFORMED, "is no connection URL"),
    ):
        typed(stack, "supaschema:databaseUrl", url)
        assert reason in failed(stack)


@pytest.mark.long
def test_a_wrong_password(planted: Database, stack: Stack) -> None:
    with planted.connect_superuser() as superuser:
        superuser.execute("alter role planted_owner password 'another'")
        assert "the password is wrong" in failed(stack)
        superuser.execute(f"alter role planted_owner password '{PASSWORD}'".encode())


def test_a_secret_that_is_not_encrypted_is_refused_unnamed(planted: Database, tmp_path: Path) -> None:
    stack = connector_stack(tmp_path / "project", "")
    for key in ("databaseUrl", "serviceRoleKey"):
        stack.run("config", "set", key, url_of(planted))
        told = said(stack.run("preview", *TALKATIVE, ok=False))
        assert f"{key} is 'not encrypted'" in told
        assert PLANTED.inside(told) == []
        stack.run("config", "rm", key)


@pytest.mark.long
def test_a_statement_that_fails(stack: Stack) -> None:
    stack.declare(Declared("odd", TablePatch(table="users", columns=(Column(name="odd", type="no_such_type"),))))
    assert "no_such_type" in failed(stack)


@pytest.mark.long
def test_a_lock_that_is_not_to_be_had(planted: Database, stack: Stack) -> None:
    stack.declare(Declared("column", TablePatch(table="users", columns=(TITLE,))), lock_wait="1s")
    with planted.connect() as holder, holder.transaction():
        holder.execute("lock table public.users in row exclusive mode")
        assert "It is held by process" in failed(stack)


@pytest.mark.long
def test_a_defect_of_the_provider(stack: Stack) -> None:
    copied(stack.directory)
    with (stack.directory / "supaschema" / "src" / "supaschema" / "provider" / "operations.py").open("a") as file:
        file.write(_DEFECT)
    assert "a defect in supaschema, please report it: KeyError: ('[secret]', '[secret]', '[secret]')" in failed(stack)


def test_a_defect_of_the_program(planted: Database, tmp_path: Path) -> None:
    stack = connector_stack(tmp_path / "project", "", copied=["infra"])
    typed(stack, "databaseUrl", url_of(planted))
    typed(stack, "serviceRoleKey", KEY)
    program = stack.directory / "infra" / "__main__.py"
    program.write_text(program.read_text().replace("areas = system.areas(settings)\n", _PROGRAM))
    told = said(stack.run("preview", "--debug", ok=False))
    assert "RuntimeError: a defect of the program" in told
    assert "StackSettings(" in told
    assert limited(told)
    assert PLANTED.inside(told) == []


@pytest.mark.parametrize("name", [signal.SIGSEGV, signal.SIGABRT])
def test_a_crash_of_the_provider(planted: Database, stack: Stack, name: signal.Signals) -> None:
    with deploying(planted, stack) as process:
        provider = providers(process.pid)[-1]
        assert limited(Path(f"/proc/{provider}/limits").read_text())
        os.kill(provider, name)
        told = "".join(process.communicate(timeout=SECONDS))
    assert "Fatal Python error" in told
    nothing_is_told(stack, told)


@pytest.mark.long
def test_a_crash_of_the_engine(planted: Database, stack: Stack) -> None:
    with deploying(planted, stack) as process:
        os.kill(process.pid, signal.SIGABRT)
        told = "".join(process.communicate(timeout=SECONDS))
    assert "goroutine" in told
    nothing_is_told(stack, told)


@pytest.mark.skipif(
    not Path("/proc/sys/kernel/core_pattern").is_file()
    or Path("/proc/sys/kernel/core_pattern").read_text().startswith(("|", "/")),
    reason="needs a system that writes a core to the folder of the process",
)
def test_a_crash_leaves_no_memory_behind(tmp_path: Path) -> None:
    for forbidding, left in (("pass", True), ("disable_core_dumps()", False)):
        folder = tmp_path / forbidding
        folder.mkdir()
        code = f"from supaschema.core.core_dumps import disable_core_dumps; {forbidding}; import os; os.abort()"
        with dumping():
            subprocess.run([sys.executable, "-c", code], cwd=folder, check=False, timeout=SECONDS)
        assert bool(list(folder.iterdir())) is left


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["make", "check", "STACK=planted"], id="check"),
        pytest.param(["make", "supaschema", "STACK=planted", "ARGS=status"], id="supaschema"),
        pytest.param([sys.executable, "-m", "tests.deployed", "--stack", "planted"], id="validate"),
    ],
)
def test_a_command_on_a_database_that_cannot_be_reached(planted: Database, command: list[str]) -> None:
    path = os.pathsep.join([str(binaries()), os.environ["PATH"]])
    for url, reason in (
        (MALFORMED, "is no connection URL"),
        (url_of(planted, port=1), "the database cannot be reached"),
        (url_of(planted, f"not {PASSWORD}"), "the password is wrong"),
    ):
        environment = {**os.environ, "PATH": path, "SUPASCHEMA_DATABASE_URL": url}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, input="", capture_output=True, text=True, check=False, timeout=SECONDS
        )
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        assert reason in done.stderr
        assert PLANTED.inside(done.stdout + done.stderr) == []


def copied(project: Path) -> None:
    """Return a project a copy of the provider in place of the link to it."""
    (project / "supaschema").unlink()
    shutil.copytree(ROOT / "supaschema", project / "supaschema", ignore=shutil.ignore_patterns("__pycache__"))


def limited(limits: str) -> bool:
    """Return whether a process may write no core, now or later, by its /proc/PID/limits."""
    return any(line.split()[:6] == ["Max", "core", "file", "size", "0", "0"] for line in limits.splitlines())


@contextmanager
def dumping() -> Iterator[None]:
    """Let what is started now write a core if it crashes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
