"""A real pooler before a server: Debian's package pgbouncer."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from psycopg import conninfo

from tests.support.processes import until

_SECONDS = 20
_NOBODY = "nobody"


@contextmanager
def pooler(url: str, mode: str) -> Iterator[str]:
    """Start a pooler before a server, and give the URL that leads through it.

    Args:
        url: Of the server; its user is the only one that gets in.
        mode: `session`, `transaction` or `statement`.

    """
    with TemporaryDirectory(prefix="pooler-") as name, socket.create_server(("127.0.0.1", 0)) as chosen:
        folder, port = Path(name), chosen.getsockname()[1]
        chosen.close()
        through = conninfo.make_conninfo(url, port=port)
        process = subprocess.Popen(
            [_binary(), *_as_somebody(), _configured(folder, url, port, mode)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert until(lambda: _answers(through), _SECONDS), (folder / "log").read_text(encoding="utf-8")
            yield through
        finally:
            process.kill()
            process.wait()


def _binary() -> str:
    """Find it, or skip the test by name; it must not go unnoticed in CI."""
    found = shutil.which("pgbouncer", path=os.pathsep.join([os.environ["PATH"], "/usr/sbin"]))
    if found is None:
        assert not os.environ.get("CI") or "pgbouncer" in os.environ.get("TESTS_WITHOUT", ""), "needs pgbouncer"
        pytest.skip("needs pgbouncer (on Debian: apt-get install pgbouncer)")
    return found


def _as_somebody() -> list[str]:
    return ["-u", _NOBODY] if os.geteuid() == 0 else []


def _configured(folder: Path, url: str, port: int, mode: str) -> Path:
    server = conninfo.conninfo_to_dict(url)
    users, configuration, log = folder / "users", folder / "pgbouncer.ini", folder / "log"
    users.write_text(f'"{server["user"]}" "{server["password"]}"\n', encoding="utf-8")
    lines = [
        "[databases]",
        f"* = host={server['host']} port={server['port']}",
        "[pgbouncer]",
        "listen_addr = 127.0.0.1",
        f"listen_port = {port}",
        "unix_socket_dir =",
        "auth_type = plain",
        f"auth_file = {users}",
        f"pool_mode = {mode}",
        f"logfile = {log}",
    ]
    configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")
    log.touch()
    log.chmod(0o666)
    folder.chmod(0o711)
    for path in (users, configuration):
        path.chmod(0o644)
    return configuration


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, autocommit=True).close()
    except psycopg.OperationalError:
        return False
    return True
