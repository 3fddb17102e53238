"""Make, start and stop a PostgreSQL server in a folder of its own.

The folder holds the data, the passwords, the port and the logs. The server listens on 127.0.0.1
only, wants a password, outlives the command that started it, and is found again by the next one.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from localdb import account
from localdb.account import Account, is_plain
from localdb.errors import ClusterError
from localdb.postmaster import Status, forget_stranger, read_status
from localdb.servers import Server

SUPERUSER = "supabase_admin"
"""Who made the cluster, as on a Supabase project."""
OWNER = "postgres"
"""Who owns the application's objects; the role itself is made with the platform."""

_HOST = "127.0.0.1"
_SECONDS = 60
_STARTS = 3
_SETTINGS = {
    "listen_addresses": _HOST,
    "unix_socket_directories": "",  # a socket's path must be short, and no client needs one
    "max_connections": "100",
    "shared_buffers": "64MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
# The log is kept short besides: it may take memory.
_FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "256MB"}
_HBA = f"host all all {_HOST}/32 scram-sha-256\n"
_LOCALE = "C.UTF-8" if sys.platform == "linux" else "C"


@dataclass(frozen=True, slots=True)
class Cluster:
    """One server: its binaries, and the folder with all it has."""

    server: Server
    directory: Path
    durable: bool = True
    """False gives up safety against a crash of the machine for speed: for tests."""
    port: int | None = None
    """None chooses a free port, and keeps it for the next start."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Lines for the server's configuration, over what this module sets."""
    account: Account = field(default_factory=account.choose)

    @property
    def major(self) -> int:
        """The server's major version."""
        return self.server.major

    @property
    def bindir(self) -> Path:
        """The folder with the server's programs."""
        return self.server.bindir

    @property
    def data_dir(self) -> Path:
        """The server's own folder."""
        return self.directory / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.directory / "server.log"

    def tool(self, name: str) -> Path:
        """Return the path of a program of this version, such as ``pg_dump``.

        Raise `ServerMissing` when the installation has no such program.
        """
        return self.server.tool(name)

    def create(self) -> bool:
        """Make the cluster; give False, and do nothing, where it exists.

        Raise `ClusterError` when the folder holds another version's data or PostgreSQL refuses.
        """
        with self._locked():
            return self._create()

    def start(self) -> bool:
        """Start the server, making the cluster first if need be; give False when it runs already.

        Raise `ClusterError` when it does not come up, with what the server said last.
        """
        with self._locked():
            if self.status().running:
                return False
            self._create()
            forget_stranger(self.data_dir)
            for attempt in range(1, _STARTS + 1):
                port = self._choose_port()
                if self._start(port):
                    break
                # Somebody may have taken the port between our look and the start.
                if attempt == _STARTS or _is_free(port):
                    raise ClusterError("the server does not start.", where=self.log, remedy=_tail(self.log))
            self._greet()
            return True

    def stop(self) -> bool:
        """Stop the server, ending its connections; give False when it does not run.

        The data stay. Raise `ClusterError` when it has not ended after a minute.
        """
        with self._locked():
            return read_status(self.data_dir).end(_SECONDS)

    def status(self) -> Status:
        """Return whether the server runs, with which process and on which port."""
        return read_status(self.data_dir)

    def remove(self) -> None:
        """Stop the server and delete the folder with all data. Raise `ClusterError` like `stop`."""
        self.stop()
        shutil.rmtree(self.directory)

    def superuser_url(self, database: str = "postgres") -> str:
        """Return the URL of a database as superuser; raise `ClusterError` before the first start."""
        return self._url(SUPERUSER, database)

    def owner_url(self, database: str = "postgres") -> str:
        """Return the URL as role ``postgres``, which exists once the platform is installed.

        Raise `ClusterError` before the first start.
        """
        return self._url(OWNER, database)

    def password(self, role: str) -> str:
        """Return the password kept for the superuser or for role ``postgres``.

        Raise `ClusterError` when there is none: before `create`, or for any other role.
        """
        return self._kept(f"password.{role}")

    def _url(self, role: str, database: str) -> str:
        # Neither name nor password has a character that a URL would have to escape.
        return f"postgresql://{role}:{self.password(role)}@{_HOST}:{self._kept('port')}/{database}"

    def _kept(self, name: str) -> str:
        try:
            return (self.directory / name).read_text(encoding="ascii").strip()
        except FileNotFoundError as error:
            raise ClusterError(
                f"there is no {name}.", where=self.directory, remedy="Start the server first (`make up`)."
            ) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one process at a time make, start or stop this cluster."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "lock").open("w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _create(self) -> bool:
        version = self.data_dir / "PG_VERSION"
        if version.exists():
            found = version.read_text(encoding="ascii").strip()
            if found != str(self.major):
                raise ClusterError(
                    f"these are data of PostgreSQL {found}, not {self.major}.",
                    where=self.data_dir,
                    remedy="Choose the other version, or delete the folder.",
                )
            return False
        self.account.require_reach(self.directory)
        for role in (SUPERUSER, OWNER):
            _write_private(self.directory / f"password.{role}", secrets.token_urlsafe(24))
        self._initdb()
        return True

    def _initdb(self) -> None:
        """Make the data in a folder that gets its name only when it is complete."""
        unfinished = self.directory / "data.new"
        password = self.directory / "password.initdb"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        _write_private(password, self.password(SUPERUSER))
        self.account.give(unfinished)
        self.account.give(password)
        options = ["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", _LOCALE]
        options += [] if self.durable else ["--no-sync"]
        self._run("initdb", "--pgdata", unfinished, "--username", SUPERUSER, "--pwfile", password, *options)
        password.unlink()
        with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("include 'local.conf'\n")
        (unfinished / "pg_hba.conf").write_text(_HBA, encoding="ascii")
        unfinished.rename(self.data_dir)

    def _start(self, port: int) -> bool:
        (self.directory / "port").write_text(f"{port}\n", encoding="ascii")
        conf = self.data_dir / "local.conf"
        lines = {**_SETTINGS, **({} if self.durable else _FOR_TESTS), **self.settings, "port": str(port)}
        text = "".join(f"{name} = {_quoted(value)}\n" for name, value in lines.items())
        conf.write_text(text, encoding="utf-8")
        self.log.touch(mode=0o600)
        for path in (self.data_dir, conf, self.log):
            self.account.give(path)
        command = ["start", "--wait", "--silent", "--timeout", str(_SECONDS)]
        places = ("--pgdata", self.data_dir, "--log", self.log)
        if not is_plain(self.directory):
            # pg_ctl writes them into a command of a shell; from here their names alone do.
            places = ("--pgdata", Path(self.data_dir.name), "--log", Path(self.log.name))
        return self._run_code("pg_ctl", *command, *places) == 0

    def _choose_port(self) -> int:
        """The port asked for, else the one of the last start if it is still free, else any."""
        if self.port is not None:
            if not _is_free(self.port):
                raise ClusterError(f"port {self.port} is taken.", where=_HOST, remedy="Choose another.")
            return self.port
        remembered = self.directory / "port"
        if remembered.exists() and _is_free(port := int(remembered.read_text(encoding="ascii"))):
            return port
        with socket.socket() as probe:
            probe.bind((_HOST, 0))
            free: int = probe.getsockname()[1]
            return free

    def _greet(self) -> None:
        """Connect once, so that a start that succeeded means a server that answers us."""
        # 0.3 s that telling a status or a URL need not cost.
        import psycopg  # noqa: PLC0415

        from localdb.connection import connect  # noqa: PLC0415

        try:
            connect(self.superuser_url(), timeout=_SECONDS).close()
        except psycopg.OperationalError as error:
            raise ClusterError(
                f"the server runs but refuses {SUPERUSER}: {error}",
                where=self.directory,
                remedy="If its password file was lost, delete this folder: its data are sample data.",
            ) from error

    def _run(self, program: str, *arguments: str | Path) -> None:
        if self._run_code(program, *arguments):
            log = self.directory / "command.log"
            raise ClusterError(f"{program} failed.", where=log, remedy=_tail(log))

    def _run_code(self, program: str, *arguments: str | Path) -> int:
        bindir = self.account.bindir(self.server, self.directory)
        return self.account.run([bindir / program, *arguments], self.directory / "command.log", self.directory)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
        return True


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _tail(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "It said last:\n" + "\n".join(f"  {line}" for line in lines[-12:])


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, from its first byte on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text + "\n")
