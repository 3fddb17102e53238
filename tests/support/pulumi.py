"""Run the real `pulumi` CLI on a project of its own, against one database."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supaschema.declarations import Declaration

ROOT = Path(__file__).resolve().parents[2]
LINKED = ("infra", "sql", ".venv")
SECONDS = 300

_PROJECT = """\
name: objects
runtime: python
main: program
plugins:
  providers:
    - name: supaschema
      path: infra/provider
"""

# A program whose declarations are data, so that a test can change them between two runs.
_PROGRAM = """\
import json, sys
from pathlib import Path
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "infra"))
import pulumi
from supaschema.sdk import Provider

class Declared(pulumi.CustomResource):
    pass

root = Path(__file__).parent
settings = json.loads((root / "settings.json").read_text())
provider = Provider("db", **settings)
made = {}
for item in json.loads((root / "declarations.json").read_text()):
    options = pulumi.ResourceOptions(
        provider=provider, depends_on=[made[name] for name in item["after"]], aliases=item["aliases"],
        protect=item["protect"],
    )
    made[item["name"]] = Declared(item["token"], item["name"], item["inputs"], options)
"""


@dataclass(frozen=True, slots=True)
class Declared:
    """A resource of the test program."""

    name: str
    declaration: Declaration
    after: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    protect: bool = False


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack of a project in a folder of its own, with its state beside it."""

    directory: Path
    name: str
    environment: Mapping[str, str]

    def run(self, *arguments: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `pulumi ARGUMENTS` on the stack; fail with all it said unless it ends as expected."""
        command = ["pulumi", *arguments, "--non-interactive", "--color=never"]
        done = subprocess.run(
            command,
            cwd=self.directory,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        said = f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert (done.returncode == 0) is ok, said
        return done

    def up(self, *arguments: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
        """Deploy without a preview."""
        return self.run("up", "--yes", "--skip-preview", *arguments, ok=ok)

    def destroy(self, *, ok: bool = True) -> subprocess.CompletedProcess[str]:
        """Remove all that the stack made."""
        return self.run("destroy", "--yes", "--skip-preview", ok=ok)

    def preview(self, *arguments: str, ok: bool = True) -> str:
        """Give what a preview prints, with property-level differences."""
        return self.run("preview", "--diff", *arguments, ok=ok).stdout

    def clean(self) -> bool:
        """Tell whether a preview with refresh finds nothing to change."""
        command = ["pulumi", "preview", "--refresh", "--expect-no-changes", "--non-interactive"]
        done = subprocess.run(
            command,
            cwd=self.directory,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        if done.returncode != 0:
            print(done.stdout, done.stderr)  # noqa: T201 - the reason, for the failing test's report
        return done.returncode == 0

    def steps(self, *arguments: str) -> dict[str, dict[str, Any]]:
        """Give the steps of a preview by resource name, those that change nothing left out."""
        done = self.run("preview", "--json", *arguments)
        steps = json.loads(done.stdout)["steps"]
        return {step["urn"].rsplit("::", 1)[-1]: step for step in steps if step["op"] != "same"}

    def state(self) -> str:
        """Give the stack's whole state as text."""
        return self.run("stack", "export").stdout

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
            }
            for item in declared
        ]
        program = self.directory / "program"
        (program / "declarations.json").write_text(json.dumps(items), encoding="utf-8")
        (program / "settings.json").write_text(json.dumps(settings), encoding="utf-8")


def object_stack(directory: Path, url: str, name: str = "test") -> Stack:
    """Make a project whose program declares what a test says."""
    program = directory / "program"
    program.mkdir(parents=True)
    (directory / "Pulumi.yaml").write_text(_PROJECT, encoding="utf-8")
    (program / "__main__.py").write_text(_PROGRAM, encoding="utf-8")
    _link(directory, LINKED)
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
    """Give the environment that the CLI runs in: its own home and state, and the database by variable."""
    path = os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ["PATH"]])
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "PG"))}
    return {
        **kept,
        "PATH": path,
        "PULUMI_HOME": str(state / "home"),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": "for tests only",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_SKIP_CHECKPOINTS": "true",
        "PULUMI_EXPERIMENTAL": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "SUPASCHEMA_DATABASE_URL": url,
    }


def _link(directory: Path, folders: Sequence[str]) -> None:
    for folder in folders:
        (directory / folder).symlink_to(ROOT / folder, target_is_directory=True)


def _init(directory: Path, url: str, name: str) -> Stack:
    state = directory / "state"
    state.mkdir()
    stack = Stack(directory, name, environment(state, url))
    stack.run("stack", "init", name)
    return stack
