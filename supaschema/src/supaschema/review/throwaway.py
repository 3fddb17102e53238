"""A stack to throw away: a project's program, run against a scratch database, with a state that nobody else has.

The project is not touched: a folder of links stands for it, with settings in which every secret is left out, and with
an environment that has but what a program needs to run. So a program that nobody has read yet is given no secret, and
no way to the database that it is meant for. What it may read of the machine's files is the machine's to say.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from supaschema.core import programs
from supaschema.core.errors import SupaschemaError
from supaschema.database.settings import URL_VARIABLE
from supaschema.review.stack_settings import FILES, OF_ENCRYPTION, read_yaml, settings_file, settings_without_secrets

_HOME = "pulumi"
_ENVIRONMENT = ".venv"
"""Of Python, as `init` calls it; a fresh checkout has none."""
_CONSENTS = "supaschema:allowHazards"
_NEEDED = (
    "LANG", "LC_ALL", "LOGNAME", "PATH", "PULUMI_PYTHON_CMD", "PYTHONPATH", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR",
    "TZ", "USER", "VIRTUAL_ENV",
)  # fmt: skip
_LEFT_OUT = re.compile(r"\.git|\.local|Pulumi\..+\.ya?ml")
"""What is not the program's: its history, what is kept for this machine, and the settings of stacks."""
_SECONDS = 1800
"""How long a command may take: nobody has read the program."""


@dataclass(frozen=True, slots=True)
class Throwaway:
    """The stack: where its project is, and what its commands are run with."""

    stack: str
    folder: Path
    environment: Mapping[str, str] = field(repr=False)

    def of(self, project: Path) -> Throwaway:
        """Return the same stack with the program of another folder, such as the earlier one, and its settings there.

        Where that folder has none, as of a stack of one machine alone, the settings stay as they are. A checkout that
        has no environment of Python runs in the present one.
        """
        folder = self.folder.with_name(secrets.token_hex(8))
        folder.mkdir()
        _link(project, folder)
        environment = self.folder / _ENVIRONMENT
        if environment.exists() and not (folder / _ENVIRONMENT).exists():
            (folder / _ENVIRONMENT).symlink_to(environment.resolve())
        own = FILES[0].format(self.stack)
        if settings_file(project, self.stack) is None:
            shutil.copyfile(self.folder / own, folder / own)
        else:
            _write_settings(project, folder, self.stack, (self.folder / own).read_text(encoding="utf-8"))
        return replace(self, folder=folder)

    def consent(self, consents: Sequence[Mapping[str, str]]) -> None:
        """Give consents in its settings, beside those that these have."""
        own = self.folder / FILES[0].format(self.stack)
        read = read_yaml(own.read_text(encoding="utf-8"))
        given = read["config"].get(_CONSENTS) or []
        given = read_yaml(given) if isinstance(given, str) else given
        read["config"][_CONSENTS] = [*given, *map(dict, consents)]
        own.write_text(yaml.safe_dump(read), encoding="utf-8")

    def pulumi(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `pulumi ARGUMENTS` on the stack; how it ends is the caller's."""
        return self.run("pulumi", *arguments, "--non-interactive", "--stack", self.stack, stdin=stdin)

    def run(self, *command: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command in the project's folder.

        Raises:
            SupaschemaError: There is no such program, or it does not end.

        """
        try:
            # It reads nothing of what we would.
            return programs.run(
                command, folder=self.folder, environment=self.environment, stdin=stdin or "", seconds=_SECONDS
            )
        except subprocess.TimeoutExpired:
            what = f"{command[0]} took more than {_SECONDS // 60} minutes and was ended."
            raise SupaschemaError(what, where=self.stack, remedy="See what the program waits for.") from None


@contextmanager
def throwaway(project: Path, stack: str, url: str, state: Mapping[str, Any] | None) -> Iterator[Throwaway]:
    """Make the stack, and remove it with all that it had.

    Args:
        project: The project's folder.
        stack: The name of the stack that it plays: resources have the same URNs.
        url: The scratch database.
        state: What the stack has deployed, as `portable.state.without_secrets` gives it; None: nothing.

    Raises:
        SupaschemaError: The folder holds no project, or the CLI refuses the state.

    """
    with tempfile.TemporaryDirectory(prefix="supaschema-throwaway-") as place:
        folder, backend = Path(place) / "project", Path(place) / "state"
        folder.mkdir()
        backend.mkdir()
        _link(project, folder)
        _log_nothing(Path(place) / _HOME)
        made = Throwaway(stack, folder, _environment(Path(place), backend, url))
        _must(made.run("pulumi", "stack", "init", stack, "--non-interactive"), "the stack cannot be made")
        _write_settings(project, folder, stack, (folder / FILES[0].format(stack)).read_text(encoding="utf-8"))
        if state is not None:
            _take_over(made, state)
        yield made


def _log_nothing(home: Path) -> None:
    # The CLI logs every run to this folder, as at -v=9, and nothing turns that off: it is nearly half of what the
    # engine takes. Where a file stands, it logs nothing.
    home.mkdir()
    (home / "logs").touch()


def _link(project: Path, folder: Path) -> None:
    if not any((project / name).is_file() for name in ("Pulumi.yaml", "Pulumi.yml")):
        raise SupaschemaError("there is no Pulumi.yaml.", where=str(project), remedy="Run it in a project's folder.")
    for entry in project.iterdir():
        if not _LEFT_OUT.fullmatch(entry.name):
            (folder / entry.name).symlink_to(entry.resolve())


def _write_settings(project: Path, folder: Path, stack: str, made: str) -> None:
    # Of what the CLI wrote, how this stack's secrets are encrypted; what it plays has other ways.
    own = {key: value for key, value in (read_yaml(made) or {}).items() if key in OF_ENCRYPTION}
    text = yaml.safe_dump({**own, "config": {}, **settings_without_secrets(project, stack)})
    (folder / FILES[0].format(stack)).write_text(text, encoding="utf-8")


def _environment(place: Path, backend: Path, url: str) -> dict[str, str]:
    own = {
        "HOME": str(place),
        "PULUMI_HOME": str(place / _HOME),
        # Whatever becomes of it, nobody goes on from its state.
        "PULUMI_SKIP_CHECKPOINTS": "true",
        "PULUMI_BACKEND_URL": backend.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": secrets.token_urlsafe(16),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        URL_VARIABLE: url,
    }
    return {**{key: os.environ[key] for key in _NEEDED if key in os.environ}, **own}


def _take_over(made: Throwaway, state: Mapping[str, Any]) -> None:
    # Its secrets are marks in the clear: this stack encrypts them in its own way, without which the CLI panics.
    exported = made.pulumi("stack", "export")
    _must(exported, "the stack cannot be read")
    own = json.loads(exported.stdout)["deployment"].get("secrets_providers")
    deployment = {**state["deployment"], "secrets_providers": own}
    done = made.pulumi("stack", "import", stdin=json.dumps({**state, "deployment": deployment}))
    _must(done, "the snapshot's state is refused")


def _must(done: subprocess.CompletedProcess[str], what: str) -> None:
    if done.returncode:
        said = programs.last_words(done.stderr or done.stdout)
        raise SupaschemaError(f"{what}: {said}", remedy="Try what it says with a stack of your own.")
