"""Collations whose provider has other rules by now than those by which indexes were built. No ledger records it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import LiteralString

from supaschema.core.model import ObjectId
from supaschema.database.connect import Connection
from supaschema.drift.model import Level, Topic
from supaschema.drift.naming import finding
from supaschema.drift.subject import Subject


@dataclass(frozen=True, slots=True)
class Version:
    """A collation that something is ordered by, or the database's own.

    Attributes:
        name: Its name with its schema; of the database's own that of the database.
        recorded: The version that the catalog has: by that, indexes were built.
        actual: The version that its provider has.
        refresh: What has the catalog take the one for the other.

    """

    name: str
    recorded: str
    actual: str
    refresh: str


def read(connection: Connection) -> tuple[Version, ...]:
    """Return those whose versions differ, in one query."""
    return tuple(Version(*map(str, row)) for row in connection.execute(_DIFFERING))


def subjects(versions: tuple[Version, ...]) -> Iterator[Subject]:
    """Yield them, each with what puts it right. They fail no sweep: nobody did anything."""
    for version in versions:
        id = ObjectId("collation version", (version.name,))
        why = f"indexes by it may be corrupt: reindex them, then {version.refresh}"
        said = {"recorded": version.recorded, "actual": version.actual}
        found = finding(Topic.UNMANAGED, id, why, definition=said)
        yield Subject(replace(found, level=Level.REPORT), id)


# The server's own collations too, where something stands on them.
_DIFFERING: LiteralString = """
    select pg_catalog.concat_ws('.', n.nspname, l.collname), l.collversion, v.actual,
           pg_catalog.format('alter collation %I.%I refresh version', n.nspname, l.collname)
      from pg_catalog.pg_collation l
      join pg_catalog.pg_namespace n on n.oid = l.collnamespace
      join pg_catalog.pg_database b on b.datname = pg_catalog.current_database()
     cross join lateral (select pg_catalog.pg_collation_actual_version(l.oid) as actual) v
     where l.collversion is not null and l.collencoding in (-1, b.encoding) and v.actual <> l.collversion
       and exists (select from pg_catalog.pg_depend d
                    where d.refclassid = 'pg_catalog.pg_collation'::pg_catalog.regclass and d.refobjid = l.oid)
    union all
    select b.datname, b.datcollversion, v.actual,
           pg_catalog.format('alter database %I refresh collation version', b.datname)
      from pg_catalog.pg_database b
     cross join lateral (select pg_catalog.pg_database_collation_actual_version(b.oid) as actual) v
     where b.datname = pg_catalog.current_database() and v.actual <> b.datcollversion
     order by 1
"""
