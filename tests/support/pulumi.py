"""Run the real `pulumi` CLI on a project of its own, against one database."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from supaschema.declarations import Declaration

ROOT = Path(__file__).resolve().parents[2]
LINKED = ("infra", "supaschema", "sql", ".venv")
SECONDS = 300
_NAMING = (("stack", "init"), ("state", "move"))
"""Commands that name their stacks themselves."""

Finished = subprocess.CompletedProcess[str]

_PROJECT = """\
name: objects
runtime: python
main: program
plugins:
  providers:
    - name: supaschema
      path: supaschema/plugin
"""

# A program whose declarations are data, so that a test can change them between two runs.
_PROGRAM = """\
import json, sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "supaschema" / "src"))
import pulumi
from supaschema.sdk import Provider, begin_all

class Declared(pulumi.CustomResource):
    pass

def group(name):
    if name and name not in groups:
        groups[name] = pulumi.ComponentResource("test:index:Group", name)
    return groups.get(name)

root = Path(__file__).parent
settings = json.loads((root / "settings.json").read_text())
items = json.loads((root / "declarations.json").read_text())
consents = pulumi.Config("supaschema").get_object("allowHazards")
settings = ({"allow_hazards": consents} if consents else {}) | settings
provider = Provider("db", **settings)
beside = Provider("beside", **settings) if any(item["beside"] for item in items) else None
made = {}
groups = {}
for item in items:
    options = pulumi.ResourceOptions(
        provider=beside if item["beside"] else provider,
        depends_on=[made[name] for name in item["after"]], aliases=item["aliases"],
        protect=item["protect"], import_=item["imported"], parent=group(item["group"]),
        replace_on_changes=item["replacing"], delete_before_replace=item["delete_first"],
    )
    made[item["name"]] = Declared(item["token"], item["name"], item["inputs"], options)
pulumi.run(begin_all)
"""


@dataclass(frozen=True, slots=True)
class Declared:
    """A resource of the test program."""

    name: str
    declaration: Declaration
    after: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    protect: bool = False
    imported: str | None = None
    group: str | None = None
    """The component that it belongs to."""
    replacing: tuple[str, ...] = ()
    """The properties whose change replaces it."""
    delete_first: bool | None = None
    """Whether a replacement deletes it before it is made again; None: as the provider says."""
    beside: bool = False
    """Whether another provider for the same database makes it, which is another process."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack of a project in a folder of its own, with its state beside it."""

    directory: Path
    name: str
    environment: Mapping[str, str] = field(repr=False)

    def run(self, *arguments: str, ok: bool | None = True) -> Finished:
        """Run `pulumi ARGUMENTS` on the stack; fail with all it said unless it ends as expected (None: either way)."""
        with self.started(*arguments) as process:
            stdout, stderr = process.communicate(timeout=SECONDS)
        said = f"pulumi {' '.join(arguments)} ended with {process.returncode}\n{stdout}\n{stderr}"
        assert ok is None or (process.returncode == 0) is ok, said
        return Finished(arguments, process.returncode, stdout, stderr)

    @contextmanager
    def started(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Start `pulumi ARGUMENTS` on the stack; none of it outlives the block."""
        with self.start(*arguments) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `pulumi ARGUMENTS` on the stack, in a process group of its own; the caller ends it."""
        where = [] if arguments[:2] in _NAMING else ["--stack", self.name]
        return subprocess.Popen(
            ["pulumi", *arguments, *where, "--non-interactive", "--color=never"],
            cwd=self.directory,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def up(self, *arguments: str, ok: bool = True) -> Finished:
        """Deploy without a preview."""
        return self.run("up", "--yes", "--skip-preview", "--suppress-outputs", *arguments, ok=ok)

    def destroy(self, *arguments: str, ok: bool = True) -> Finished:
        """Remove all that the stack made."""
        return self.run("destroy", "--yes", "--skip-preview", *arguments, ok=ok)

    def preview(self, *arguments: str, ok: bool | None = True) -> str:
        """Return all that a preview prints, with property-level differences."""
        return said(self.run("preview", "--diff", *arguments, ok=ok))

    def clean(self) -> bool:
        """Return whether a preview with refresh finds nothing to change."""
        done = self.run("preview", "--refresh", "--expect-no-changes", "--diff", ok=None)
        if done.returncode != 0:
            print(said(done))  # noqa: T201 - the reason, for the failing test's report
        return done.returncode == 0

    def steps(self, *arguments: str) -> dict[str, dict[str, Any]]:
        """Return the steps of a preview by resource name, those that change nothing left out."""
        done = self.run("preview", "--json", *arguments)
        steps = json.loads(done.stdout)["steps"]
        return {step["urn"].rsplit("::", 1)[-1]: step for step in steps if step["op"] != "same"}

    def state(self) -> str:
        """Return the stack's whole state as text."""
        return self.run("stack", "export").stdout

    def having(self, **variables: str) -> Stack:
        """Return the same stack, run with other environment variables."""
        return replace(self, environment={**self.environment, **variables})

    def sibling(self, name: str) -> Stack:
        """Return another stack of the same project and program, freshly made."""
        other = replace(self, name=name)
        other.run("stack", "init", name)
        return other

    def declare(self, *declared: Declared, **settings: Any) -> None:
        """Write the test program's declarations, and the provider's settings."""
        items = [
            {
                "name": item.name,
                "token": f"supaschema:index:{type(item.declaration).__name__}",
                "inputs": item.declaration.to_inputs(),
                "after": item.after,
                "aliases": item.aliases,
                "protect": item.protect,
                "imported": item.imported,
                "group": item.group,
                "replacing": item.replacing,
                "delete_first": item.delete_first,
                "beside": item.beside,
            }
            for item in declared
        ]
        program = self.directory / "program"
        (program / "declarations.json").write_text(json.dumps(items), encoding="utf-8")
        (program / "settings.json").write_text(json.dumps(settings), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a preview says of the resources that change: the operation, the property paths and the report of each."""

    operations: dict[str, str]
    paths: dict[str, set[str]]
    reports: dict[str, str]


def previewed(done: Finished) -> Previewed:
    """Read what `preview --json` printed."""
    answer = json.loads(done.stdout)
    changed = {_name(step): step for step in answer["steps"] if step["op"] not in ("same", "refresh")}
    return Previewed(
        {name: step["op"] for name, step in changed.items()},
        {name: set(step["detailedDiff"] or ()) for name, step in changed.items()},
        {_name(item): item["message"] for item in answer.get("diagnostics") or ()},
    )


def said(done: Finished) -> str:
    """Return all that a run printed: reports go to standard error with `--diff`, to standard output without."""
    return f"{done.stdout}\n{done.stderr}"


def summary(done: Finished) -> dict[str, int]:
    """Return what a run says it did: `{"created": 2, "unchanged": 1}`."""
    counted = said(done).partition("\nResources:\n")[2].partition("\n\n")[0]
    return {what: int(count) for count, what in re.findall(r"(\d+) (?!changes\.)(\w+)", counted)}


def object_stack(directory: Path, url: str, name: str = "test") -> Stack:
    """Make a project whose program declares what a test says."""
    program = directory / "program"
    program.mkdir(parents=True)
    (directory / "Pulumi.yaml").write_text(_PROJECT, encoding="utf-8")
    (program / "__main__.py").write_text(_PROGRAM, encoding="utf-8")
    _link(directory, LINKED)
    return _init(directory, url, name)


def written_stack(directory: Path, url: str, name: str = "test") -> Stack:
    """Make a stack of a project that is written already, with this checkout's plugin: no wheel is installed here."""
    _link(directory, (".venv",))
    project = directory / "Pulumi.yaml"
    own, ours = 'path: ".venv/bin"', f'path: "{ROOT / "supaschema" / "plugin"}"'
    assert own in project.read_text(encoding="utf-8")
    project.write_text(project.read_text(encoding="utf-8").replace(own, ours), encoding="utf-8")
    return _init(directory, url, name)


def connector_stack(directory: Path, url: str, name: str = "test", *, copied: Sequence[str] = ()) -> Stack:
    """Make a copy of this project: its program, linked but for the folders named in `copied`."""
    directory.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "Pulumi.yaml", directory)
    _link(directory, [folder for folder in LINKED if folder not in copied])
    for folder in copied:
        shutil.copytree(ROOT / folder, directory / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return _init(directory, url, name)


def environment(state: Path, url: str) -> dict[str, str]:
    """Return the environment that the CLI runs in: its own home and state, and the database by variable."""
    path = os.pathsep.join([str(ROOT / ".venv" / "bin"), str(binaries()), os.environ["PATH"]])
    home = state / "home"
    home.mkdir(exist_ok=True)
    # A file in the place of the folder: the CLI keeps no log of its own of each run, nearly half of its work.
    (home / "logs").touch()
    # Without compiled files every run would compile the program again.
    dropped = ("PULUMI_", "PG", "PYTHONDONTWRITEBYTECODE", "SUPASCHEMA_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    return {
        **kept,
        "PATH": path,
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "for tests only",
        "PULUMI_PYTHON_CMD": str(ROOT / ".venv" / "bin" / "python"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_SKIP_CHECKPOINTS": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "SUPASCHEMA_DATABASE_URL": url,
    }


@functools.cache
def binaries() -> Path:
    """Find the folder of the CLI and its language host: on PATH, else where scripts/install-pulumi.sh puts them.

    Skip the test by name where there is none; a missing CLI must not go unnoticed in CI.
    """
    found = shutil.which("pulumi")
    if found is not None and shutil.which("pulumi-language-python") is not None:
        return Path(found).parent
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    cache = Path(os.environ.get("SUPASCHEMA_CACHE") or Path(home) / "supaschema")
    installed = sorted(cache.glob("pulumi-*/bin/pulumi"))
    if installed:
        return installed[-1].parent
    missing = "needs the pulumi CLI: run scripts/install-pulumi.sh"
    if os.environ.get("CI"):
        raise FileNotFoundError(missing)
    pytest.skip(missing)


def _name(item: Mapping[str, Any]) -> str:
    return str(item["urn"]).rsplit("::", 1)[-1]


def _link(directory: Path, folders: Sequence[str]) -> None:
    for folder in folders:
        (directory / folder).symlink_to(ROOT / folder, target_is_directory=True)


def _init(directory: Path, url: str, name: str) -> Stack:
    state = directory / "state"
    state.mkdir()
    stack = Stack(directory, name, environment(state, url))
    stack.run("stack", "init", name)
    return stack
