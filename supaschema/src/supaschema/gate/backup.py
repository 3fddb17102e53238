"""A backup of what a change touches, before its first statement: those tables with all rows, and the whole structure.

The rows are a file of `pg_dump`'s custom format, for `pg_restore`; the structure is a snapshot's file, out of which
`supaschema scratch` makes the database that they can be restored into.
"""

from __future__ import annotations

import datetime
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

from supaschema.core import programs
from supaschema.core.errors import SupaschemaError
from supaschema.database import dump
from supaschema.database.connect import Connection, Database
from supaschema.database.dsn import masked
from supaschema.database.settings import URL_VARIABLE, Settings
from supaschema.gate.findings import Finding, Weight
from supaschema.portable.model import save
from supaschema.portable.take import taken
from supaschema.registry import KINDS

NAME_VARIABLE = "SUPASCHEMA_BACKUP_NAME"
"""What the command that takes a file is told of its name."""
_ODD = re.compile(r"[^\w.-]+")
Relation = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a backup goes: a folder, a command that gets each file on its standard input, or both."""

    folder: Path | None = None
    command: str | None = None


def of_tool(major: int, *, is_needed: bool) -> Iterator[Finding]:
    """Yield what is to be said of the `pg_dump` on PATH; it stops a deployment that needs it."""
    weight = Weight.STOP if is_needed else Weight.NOTE
    remedy = f"Put that of PostgreSQL {major} or newer first on PATH."
    found = dump.major_version()
    if found is None:
        yield Finding(weight, "There is no pg_dump on PATH: no backup can be made (--backup).", remedy)
    elif found < major:
        what = f"The pg_dump on PATH is of PostgreSQL {found}, older than the server ({major}): it dumps nothing of it."
        yield Finding(weight, what, remedy)


def existing(connection: Connection, names: Sequence[str]) -> tuple[Relation, ...]:
    """Return those of some relations (`schema.name`) that are tables or sequences, with the partitions they have."""
    return tuple((schema, name) for schema, name in connection.execute(_EXISTING, [list(names)]).fetchall())


def made(database: Database, stack: str, relations: Sequence[Relation], place: Place) -> tuple[str, ...]:
    """Back up relations and the structure of all; return where the files are.

    Args:
        database: The database.
        stack: The stack's name, for the names of the files.
        relations: The relations with their rows.
        place: Where the files go.

    Raises:
        SupaschemaError: One could not be made, or the command failed.

    """
    now = datetime.datetime.now(datetime.UTC)
    name = f"{_ODD.sub('_', stack)}-{now:%Y%m%dT%H%M%SZ}"
    with _folder(place) as folder:
        rows, structure = folder / f"{name}.dump", folder / f"{name}.json.gz"
        save(taken(database, KINDS), structure)
        try:
            dump.dump(database.settings, relations, rows)
        except BaseException:
            structure.unlink(missing_ok=True)
            raise
        if place.command is not None:
            for file in (rows, structure):
                _handed(place.command, file, database.settings)
        return (rows.name, structure.name) if place.folder is None else (str(rows), str(structure))


@contextmanager
def _folder(place: Place) -> Iterator[Path]:
    if place.folder is None:
        with tempfile.TemporaryDirectory(prefix="supaschema-backup-") as found:
            yield Path(found)
        return
    try:
        place.folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        what = f"there is no such folder for the backup, and it cannot be made: {error.strerror}."
        raise SupaschemaError(what, where=str(place.folder)) from None
    yield place.folder


def _handed(command: str, file: Path, settings: Settings) -> None:
    environment = {key: value for key, value in os.environ.items() if key != URL_VARIABLE}
    done = programs.run(
        ["sh", "-c", 'exec <"$1" && eval "$2"', "sh", str(file), command],
        environment={**environment, NAME_VARIABLE: file.name},
    )
    if done.returncode != 0:
        said = masked(programs.last_words(done.stderr or done.stdout), settings)
        raise SupaschemaError(f"the command that takes the backup ended with {done.returncode}: {said}")


# A name with a dot in it may be read in two ways, and then both are backed up.
_EXISTING: LiteralString = """
    with recursive named as (
      select c.oid
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where n.nspname || '.' || c.relname = any (%s::text[]) and c.relkind in ('r', 'p', 'S')
       union
      select i.inhrelid from named join pg_catalog.pg_inherits i on i.inhparent = named.oid
    )
    select n.nspname::text, c.relname::text
      from named
      join pg_catalog.pg_class c on c.oid = named.oid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'S')
     order by 1, 2
"""
