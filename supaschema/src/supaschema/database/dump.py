"""`pg_dump`: its version, and the rows of some tables in a file. No command line has a secret.

It is told where to connect by libpq's variables, in an environment that has little else: they are read by whoever may
read the process itself, and a command line by everybody.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from psycopg import pq

from supaschema.core import programs
from supaschema.core.errors import SupaschemaError
from supaschema.core.quoted import in_quotes
from supaschema.database.dsn import masked, parameters_of
from supaschema.database.environment import KEPT
from supaschema.database.settings import Settings

_PROGRAM = "pg_dump"
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_NEEDED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")
_SECRETS = ("sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret")
"""Secret parameters that libpq reads from no variable."""
_OWNER_ONLY = 0o600


def major_version() -> int | None:
    """Return the major version of the `pg_dump` on PATH; None: there is none."""
    try:
        done = programs.run([_PROGRAM, "--version"])
    except SupaschemaError:
        return None
    found = _VERSION.search(done.stdout)
    return int(found[1]) if found else None


def dump(settings: Settings, relations: Sequence[tuple[str, str]], path: Path) -> None:
    """Write tables and sequences, with all rows, to a file of `pg_dump`'s custom format that only its owner reads.

    Args:
        settings: They name the database.
        relations: Schema and name of each.
        path: A file that does not exist.

    Raises:
        SupaschemaError: The file cannot be made, or not all could be dumped; then there is no file.

    """
    environment = _environment(settings)
    tables = [f"--table={_pattern(*relation)}" for relation in relations]
    limit = f"--lock-wait-timeout={settings.lock_wait_ms}"
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
    except OSError as error:
        raise SupaschemaError(f"the backup cannot be written: {error.strerror}.", where=str(path)) from None
    try:
        _run(["--format=custom", "--no-password", limit, f"--file={path}", *tables], environment, settings)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _run(arguments: Sequence[str], environment: Mapping[str, str], settings: Settings) -> None:
    done = programs.run([_PROGRAM, *arguments], environment=environment)
    if done.returncode != 0:
        raise SupaschemaError(f"{_PROGRAM} failed: {masked(programs.last_words(done.stderr), settings)}")


def _pattern(schema: str, name: str) -> str:
    # Within quotes no character of a pattern means anything.
    return ".".join(map(in_quotes, (schema, name)))


def _environment(settings: Settings) -> dict[str, str]:
    parameters = parameters_of(settings.database_url)
    if untold := [name for name in _SECRETS if parameters.get(name)]:
        what = f"databaseUrl has the parameter {untold[0]}, which {_PROGRAM} takes from a command line alone."
        raise SupaschemaError(what, remedy="Make the backup by hand, and deploy without --backup.")
    own = {name: os.environ[name] for name in (*_NEEDED, *KEPT) if name in os.environ}
    told: dict[str, Any] = {"application_name": "supaschema", "client_encoding": "UTF8", **parameters}
    named = {option.keyword.decode(): option.envvar.decode() for option in pq.Conninfo.get_defaults() if option.envvar}
    return {**own, **{named[key]: str(value) for key, value in told.items() if key in named}}
