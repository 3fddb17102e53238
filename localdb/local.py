"""The server of the stack `local`: which version, and where its data are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from localdb.cluster import Cluster
from localdb.errors import LocalDatabaseError
from localdb.servers import find

DATABASE = "postgres"
"""The database of the stack, named as on a Supabase project."""

_PROJECT = Path(__file__).resolve().parent.parent
_MAJOR = "17"


def local_cluster(environ: Mapping[str, str] = os.environ) -> Cluster:
    """Return the server of the stack `local`, which need not exist yet.

    ``SUPASCHEMA_LOCAL_PG`` chooses the major version (17) and ``SUPASCHEMA_LOCAL_DIR`` the folder
    (`.local` of the project). Raise `LocalDatabaseError` for a version that is none, and
    `ServerMissing` for one that is not installed.
    """
    wanted = environ.get("SUPASCHEMA_LOCAL_PG") or _MAJOR
    if not wanted.isdecimal():
        raise LocalDatabaseError("not a major version.", where=f"SUPASCHEMA_LOCAL_PG={wanted}")
    folder = Path(environ.get("SUPASCHEMA_LOCAL_DIR") or _PROJECT / ".local")
    return Cluster(find(int(wanted), environ), folder.resolve() / f"postgres-{wanted}")
