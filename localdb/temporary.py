"""Servers for tests: in the system's temporary folder, gone when their owner is."""

from __future__ import annotations

import fcntl
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


@contextmanager
def temporary_cluster(major: int, settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """Start a server of that version, and delete it with its data on leaving.

    What an earlier owner left behind because it was killed is deleted first. Raise `ServerMissing`
    where that version is not installed, and `ClusterError` where it does not start.
    """
    server = find(major)
    remove_abandoned()
    directory = Path(tempfile.mkdtemp(prefix=_PREFIX))
    directory.chmod(0o711)  # the account that runs the server may be another
    with _owned(directory):
        cluster = Cluster(server, directory, durable=False, settings=settings or {})
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.remove()


def remove_abandoned() -> int:
    """Stop and delete the temporary servers whose owner is dead; give their number."""
    removed = 0
    for owner in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/owner"):
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
