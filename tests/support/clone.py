"""A fresh clone of the project to run commands on, with a server of its own and databases that play a team's stacks."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp

from localdb import platform, servers
from localdb.cluster import OWNER, SUPERUSER, Cluster
from localdb.local import local_cluster

_DROPPED = ("PULUMI_", "PG", "SUPASCHEMA_ENVIRONMENT", "SUPASCHEMA_DATABASE_URL", "SUPASCHEMA_LOCAL", "MAKE", "MFLAGS")
_DROPPED_NAMES = ("STACK", "ARGS", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "CI")


@dataclass(frozen=True, slots=True)
class Clone:
    """A clone and what belongs to it, in a temporary folder."""

    folder: Path
    project: Path
    cluster: Cluster
    """The server of the clone's local stack; `make up` makes it."""
    environment: dict[str, str] = field(repr=False)
    """What a shell has before any command of a page."""
    secret: set[str] = field(default_factory=set, repr=False)

    def team_environment(self, name: str, documents: int) -> dict[str, str]:
        """Return what the shell of a team's stack has: a fresh state, passphrase and database, among the rest.

        The database has that name, and so many sample documents.
        """
        state = self.folder / name / "state"
        state.mkdir(parents=True)
        passphrase = secrets.token_urlsafe(24)
        self.secret.add(passphrase)
        return {
            **self.environment,
            "PULUMI_HOME": str(state.parent / "home"),
            "PULUMI_BACKEND_URL": state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": passphrase,
            "PULUMI_SKIP_CONFIRMATIONS": "true",  # the reader's yes
            "SUPASCHEMA_DATABASE_URL": self._database(name, documents),
        }

    def _database(self, name: str, documents: int) -> str:
        password = self.cluster.password(OWNER)
        self.secret.update((password, self.cluster.password(SUPERUSER)))
        url = self.cluster.superuser_url()
        return platform.ensure(url, name, postgres_password=password, documents=documents).url

    def without_secrets(self, text: str) -> str:
        """Return a text in which no secret of the clone stands."""
        known = set(self.secret)
        known |= {file.read_text(encoding="utf-8").strip() for file in self.cluster.directory.glob("password.*")}
        passphrase = self.project / ".local" / "passphrase"
        known |= {passphrase.read_text(encoding="utf-8").strip()} if passphrase.exists() else set()
        for secret in filter(None, known):
            text = text.replace(secret, "***")
        return text

    @contextmanager
    def settings_kept(self) -> Iterator[None]:
        """Put the stacks' files back as they were: no page finds another page's settings."""
        before = {file: file.read_bytes() for file in self.project.glob("Pulumi.*.yaml")}
        yield
        for file in self.project.glob("Pulumi.*.yaml"):
            # Pulumi.local.yaml holds the salt of a state that stays.
            if file in before:
                file.write_bytes(before[file])


@contextmanager
def fresh_clone(tree: Path, *, durable: bool = True, name: str = "project") -> Iterator[Clone]:
    """Clone a tree into a folder of that name, with what is not committed yet; leaving deletes it, its server too.

    A server that is not durable is quicker, and safe only while the machine is.
    """
    folder = Path(mkdtemp(prefix="supaschema-clone-"))
    folder.chmod(0o711)  # the account that runs the server may be another
    project = folder / name
    try:
        _git(folder, "clone", "--quiet", str(tree), str(project))
        _copy_changes(tree, project)
        cluster = replace(local_cluster({"SUPASCHEMA_LOCAL_DIR": str(project / ".local")}), durable=durable)
        clone = Clone(folder, project, cluster, _environment(cluster))
        try:
            yield clone
        finally:
            if cluster.directory.exists():
                cluster.remove()
    finally:
        shutil.rmtree(folder)


def _environment(cluster: Cluster) -> dict[str, str]:
    """Return the caller's environment without what steers the project, and with the server's own `psql` on PATH."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_DROPPED) and name not in _DROPPED_NAMES
    }
    binaries = str(servers.find(cluster.major).bindir)
    return {**kept, "PATH": os.pathsep.join([binaries, kept["PATH"]])}


def _copy_changes(tree: Path, project: Path) -> None:
    changed = _git(tree, "diff", "--name-only", "-z", "HEAD") + _git(
        tree, "ls-files", "--others", "--exclude-standard", "-z"
    )
    for name in filter(None, changed.split("\0")):
        target = project / name
        if (tree / name).is_dir():
            continue  # a checkout of its own within
        if (tree / name).exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(tree / name, target)
        else:
            target.unlink(missing_ok=True)


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout
