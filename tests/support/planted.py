"""Secrets that a test plants, and every place in which one is found again."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from psycopg import conninfo, sql

from tests.fixtures.postgres import Database
from tests.support.pulumi import SECONDS, Stack
from tests.support.sessions import Connection

_PARTS = ("Zq-amber", "onyx-7", "jäspis", "topaz-9", "garnet")
PASSWORD = "{}:{}/{}@{}%{}".format(*_PARTS)
"""What is between its parts must be percent-encoded in a URL; where it is not, a part is taken for something else."""
KEY = "sb_secret_planted-Key~77"
OWNER = "planted_owner"
TALKATIVE = ("-v=11", "--logtostderr", "--logflow")
"""The engine, its plugins and the program say all that they can say."""
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Planted:
    """Secrets by name. What is found is told by name too."""

    secrets: dict[str, str] = field(repr=False)

    def inside(self, text: str) -> list[str]:
        """Return the secrets that a text holds, however they are written there."""
        return self._inside(text.encode())

    def files(self, folder: Path) -> list[str]:
        """Return the files under a folder that hold a secret; what is only linked there is not the folder's own."""
        found = {file: self._inside(file.read_bytes()) for file in _files(folder)}
        return [f"{file.relative_to(folder)}: {name}" for file, names in found.items() for name in names]

    def _inside(self, data: bytes) -> list[str]:
        return [name for name, secret in self.secrets.items() if any(form in data for form in _forms(secret))]


PLANTED = Planted({"password": PASSWORD, "key": KEY, **{f"the password's {part}": part for part in _PARTS}})


def url_of(database: Database, password: str = PASSWORD, *, port: int | None = None) -> str:
    """Return a database's URL as the owner with the planted password."""
    parts = conninfo.conninfo_to_dict(database.url)
    place = f"{parts['host']}:{port or parts['port']}/{parts['dbname']}"
    return f"postgresql://{OWNER}:{quote(password, safe='')}@{place}"


def typed(stack: Stack, key: str, value: str) -> None:
    """Set a secret of a stack as its operator does: typed in, for an argument would be seen by all."""
    command = ["pulumi", "config", "set", "--secret", key, "--stack", stack.name]
    environment = dict(stack.environment)
    subprocess.run(command, cwd=stack.directory, env=environment, input=value, text=True, check=True, timeout=SECONDS)


@contextmanager
def looking(*looks: Callable[[], str]) -> Iterator[set[str]]:
    """Look again and again until the block ends; give all that was seen."""
    seen: set[str] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen.update(look() for look in looks)
            time.sleep(_PAUSE)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def command_lines() -> str:
    """Return the command lines of all processes, as `ps` shows them to everybody."""
    return "\n".join(_command_line(process) for process in Path("/proc").glob("[0-9]*"))


def ledger_texts(connection: Connection) -> str:
    """Return all rows of the ledger as text; nothing where there is none. Take a superuser's connection."""
    tables = connection.execute("select tablename from pg_tables where schemaname = 'supaschema'").fetchall()
    query = "select coalesce(string_agg(t::text, e'\\n'), '') from {} t"
    names = [sql.Identifier("supaschema", str(table)) for (table,) in tables]
    return "".join(str(connection.execute(sql.SQL(query).format(name)).fetchone()) for name in names)


def _command_line(process: Path) -> str:
    try:
        return (process / "cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""


def _files(folder: Path) -> Iterator[Path]:
    for directory, _, names in os.walk(folder):
        for name in names:
            file = Path(directory) / name
            if file.is_file() and not file.is_symlink():
                yield file


def _forms(secret: str) -> set[bytes]:
    encoded = quote(secret, safe="")
    texts = {secret, encoded, encoded.lower(), json.dumps(secret)[1:-1], repr(secret)[1:-1]}
    return {text.encode() for text in texts} | {base64.b64encode(secret.encode()).rstrip(b"=")}
