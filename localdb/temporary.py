"""Servers for tests: in memory where there is enough, else in the temporary folder; gone when their owner is."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from localdb.cluster import Cluster
from localdb.postmaster import read_status
from localdb.servers import find

_PREFIX = "supaschema-pg-"
_SECONDS = 60
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it, closed to others
"""Linux's file system in memory. Tests make and drop databases, hundreds of files each, which takes a disk's time."""
ENOUGH = 8 * 1024**3
"""Bytes that must be free, as files and as memory, for a server to go there."""


@contextmanager
def temporary_cluster(major: int, settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """Start a server of that version, and delete it with its data on leaving.

    What an earlier owner left behind because it was killed is deleted first. Raise `ServerMissing`
    where that version is not installed, and `ClusterError` where it does not start.
    """
    server = find(major)
    remove_abandoned()
    directory = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place()))
    directory.chmod(0o711)  # the account that runs the server may be another
    with _owned(directory):
        cluster = Cluster(server, directory, durable=False, settings=settings or {})
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.remove()


def place() -> Path:
    """Return the folder for new servers: in memory where there is enough, unless TMPDIR names another."""
    elsewhere = Path(tempfile.gettempdir())
    if os.environ.get("TMPDIR") or not os.access(MEMORY, os.W_OK):
        return elsewhere
    return MEMORY if min(shutil.disk_usage(MEMORY).free, _available()) >= ENOUGH else elsewhere


def _available() -> int:
    """Return the bytes of memory that are free or can be freed at once; 0 where the system does not say."""
    try:
        lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        return int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return 0


def remove_abandoned() -> int:
    """Stop and delete the temporary servers whose owner is dead; give their number."""
    removed = 0
    places = {Path(tempfile.gettempdir()), MEMORY}
    for owner in (owner for place in places for owner in place.glob(f"{_PREFIX}*/owner")):
        try:
            with owner.open("rb+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                read_status(owner.parent / "data").end(_SECONDS)
                shutil.rmtree(owner.parent)
        except OSError:  # it has an owner, belongs to another user, or somebody else deletes it now
            continue
        removed += 1
    return removed


@contextmanager
def _owned(directory: Path) -> Iterator[None]:
    """Hold a lock on the folder's file `owner`: the system drops it when this process ends."""
    unlocked = directory / "owner.new"
    with unlocked.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        unlocked.rename(directory / "owner")
        yield
