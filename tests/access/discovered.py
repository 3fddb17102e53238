"""What there is to try, as the catalog has it."""

from __future__ import annotations

from typing import LiteralString, cast

from tests.access.relations import Relation
from tests.support.catalog import column
from tests.support.sessions import Connection

APPLICATION = frozenset(
    {
        "public.events",
        "public.organizations",
        "public.recordings",
        "public.transcript_chunks",
        "public.update_updated_at_column",
        "public.users",
    }
)
"""What is the application's own and is left as it is. All else must be tried."""

SCHEMAS = ["public", "private"]
LEDGER = ["supaschema", "supaschema_archive"]

_RELATIONS: LiteralString = """
    select n.nspname || '.' || c.relname, array_agg(a.attname::text order by a.attnum), c.relkind = 'r'
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname = any(%s)
     group by 1, 3
     order by 1
"""
_PRIVILEGES: LiteralString = """
    select n.nspname || '.' || c.relname, case a.grantee when 0 then 'public' else a.grantee::regrole::text end,
           a.privilege_type
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      cross join lateral aclexplode(c.relacl) as a
     where n.nspname = any(%s)
"""
_NAMES: dict[str, LiteralString] = {
    "functions": """
        select n.nspname || '.' || p.proname
          from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
         where n.nspname = any(%s) order by 1
    """,
    "sequences": """
        select n.nspname || '.' || c.relname
          from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
         where c.relkind = 'S' and n.nspname = any(%s) order by 1
    """,
    "updatable": """
        select n.nspname || '.' || c.relname
          from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p', 'v', 'f') and n.nspname = any(%s)
           and pg_relation_is_updatable(c.oid, true) <> 0
         order by 1
    """,
}


def relations(connection: Connection, schemas: list[str], aside: frozenset[str] = APPLICATION) -> tuple[Relation, ...]:
    """Return every table and view of these schemas but those aside: the application's own."""
    rows = cast("list[tuple[str, list[str], bool]]", connection.execute(_RELATIONS, [schemas]).fetchall())
    return tuple(Relation(name, tuple(columns), table) for name, columns, table in rows if name not in aside)


def names(
    connection: Connection, what: str, schemas: list[str] = SCHEMAS, aside: frozenset[str] = APPLICATION
) -> list[str]:
    """Return the `functions`, `sequences` or `updatable` relations of these schemas but those aside."""
    return [str(name) for name in column(connection, _NAMES[what], schemas) if name not in aside]


def privileges(connection: Connection) -> set[tuple[str, str, str]]:
    """Return what PUBLIC and the API's roles but the services' hold on whole relations: relation, role, privilege."""
    rows = cast("list[tuple[str, str, str]]", connection.execute(_PRIVILEGES, [SCHEMAS]).fetchall())
    held_by = {"public", "anon", "authenticated"}
    return {row for row in rows if row[1] in held_by and row[0] not in APPLICATION}
