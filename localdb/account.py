"""Run PostgreSQL's programs under an account that they accept: not root, and one that has a name.

A normal user runs them as they are. Root, and a container's user that no file names, run them in a
user namespace where their number is nobody's: nothing is needed and no file changes hands. Where
namespaces are forbidden, as in most containers, root runs them as ``nobody``, who must own the data
and be able to reach it.

initdb and pg_ctl put paths into commands of a shell, in double quotes: no path that a shell would read
as anything but itself may come to them.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from localdb.errors import ClusterError
from localdb.servers import Server

_TIMEOUT = 300
_READ_BY_SHELLS = re.compile(r'[\x00-\x1f\x7f"$`\\]')
"""What means something between double quotes, or ends a line."""


def is_plain(path: Path) -> bool:
    """Return whether a shell reads a path between double quotes as itself."""
    return _READ_BY_SHELLS.search(str(path)) is None


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server's programs."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()

    @property
    def is_other(self) -> bool:
        """Whether programs run with another user id than ours."""
        return self.uid != os.geteuid()

    def run(self, command: Sequence[str | Path], log: Path, folder: Path = Path("/")) -> int:
        """Run a program in a folder, its output appended to `log`, and return its exit code.

        The output goes to a file because a server started by the program keeps it open: nobody
        would ever see the end of a pipe. Raise `ClusterError` when the program does not end.
        """
        with log.open("ab") as output:
            try:
                done = subprocess.run(
                    [*self.prefix, *map(str, command)],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=folder,
                    env=_environment(),
                    timeout=_TIMEOUT,
                    check=False,
                    user=self.uid if self.is_other else None,
                    group=self.gid if self.is_other else None,
                    extra_groups=[] if self.is_other else None,
                )
            except subprocess.TimeoutExpired as error:
                message = f"{Path(command[0]).name} did not end within {_TIMEOUT} s."
                raise ClusterError(message, where=log) from error
        return done.returncode

    def give(self, path: Path) -> None:
        """Make a file or a whole folder belong to the account; do nothing where it does."""
        if path.stat().st_uid == self.uid:
            return
        for folder, _, files in os.walk(path):
            for name in (".", *files):
                os.chown(Path(folder) / name, self.uid, self.gid, follow_symlinks=False)
        os.chown(path, self.uid, self.gid)

    def require_reach(self, path: Path) -> None:
        """Raise `ClusterError` when the account cannot enter a folder that exists."""
        if self.is_other and not self._can(["test", "-x", str(path)]):
            raise ClusterError(
                "PostgreSQL refuses root, and the account that runs it instead cannot enter this folder.",
                where=path,
                remedy="Run as a normal user, or name a folder open to every user in SUPASCHEMA_LOCAL_DIR.",
            )

    def bindir(self, server: Server, directory: Path) -> Path:
        """Return a folder with the server's programs that the account can run, and whose path is plain.

        That is the installation, or a copy of it: below `directory`, or in the user's cache where that
        path is not plain either. Raise `ClusterError` where there is no such place.
        """
        reachable = not self.is_other or self._can([str(server.tool("postgres")), "--version"])
        if reachable and is_plain(server.bindir):
            return server.bindir
        if is_plain(directory):
            return _copied(server, directory / f"install-{server.version()}")
        origin = hashlib.sha256(os.fsencode(server.bindir)).hexdigest()[:12]
        copy = _cache() / f"postgres-{server.version()}-{origin}"
        programs = _copied(server, copy) if is_plain(copy) else server.bindir
        if not is_plain(programs) or (self.is_other and not self._can([str(programs / "postgres"), "--version"])):
            raise ClusterError(
                "initdb and pg_ctl hand their own path to a shell, which would take part of this one for commands.",
                where=repr(str(server.bindir)),
                remedy='Move the project to a path without $, `, " and \\, or name one in SUPASCHEMA_CACHE.',
            )
        return programs

    def _can(self, command: list[str]) -> bool:
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                cwd="/",
                timeout=_TIMEOUT,
                check=False,
                user=self.uid,
                group=self.gid,
                extra_groups=[],
            )
        except PermissionError:
            return False
        return done.returncode == 0


def _copied(server: Server, copy: Path) -> Path:
    """Copy an installation unless it was copied before, by whomever; give the folder with its programs."""
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
        shutil.copytree(server.bindir.parent, unfinished, symlinks=True, dirs_exist_ok=True)
        try:
            unfinished.rename(copy)
        except OSError:
            shutil.rmtree(unfinished)
            if not copy.exists():
                raise
    return copy / server.bindir.name


def _cache() -> Path:
    """The project's cache, where its scripts have it too."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("SUPASCHEMA_CACHE") or Path(home) / "supaschema")


def choose() -> Account:
    """Return the account that runs servers on this machine.

    Raise `ClusterError` where there is none: neither user namespaces nor a user ``nobody``.
    """
    plain = Account(os.geteuid(), os.getegid())
    if plain.uid != 0 and _has_name(plain.uid):
        return plain
    stand_in = nobody()
    prefix = ("unshare", "--user", f"--map-user={stand_in.uid}", f"--map-group={stand_in.gid}", "--")
    if _works(prefix):
        return replace(plain, prefix=prefix)
    return stand_in if plain.uid == 0 else plain


def nobody() -> Account:
    """Return the account of the user ``nobody``; raise `ClusterError` where there is none."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        raise ClusterError(
            "PostgreSQL needs a user that is not root and has a name, and there is not even nobody.",
            where="/etc/passwd",
            remedy="Run as a normal user.",
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _works(prefix: tuple[str, ...]) -> bool:
    try:
        return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _environment() -> dict[str, str]:
    """The caller's environment without what would steer PostgreSQL, and with English messages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}
