"""What a run must not change, or must have announced: rows, files of tables, locks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from psycopg import sql

from supaschema.core.model import Facts, ObjectId, Plan
from supaschema.core.sqltext import compose, ident, literal, raw_sql
from supaschema.kinds.column import Column

Connection = psycopg.Connection[tuple[object, ...]]
Values = Mapping[tuple[str, ...], list[tuple[str | None, ...]]]
"""Sorted rows by table, each value as text."""

Shared = Mapping[tuple[str, ...], Mapping[str, tuple[str, str]]]
"""Of each table that both sides have, the columns that both have, each with its type on either side."""


def shared_columns(source: Facts, target: Facts) -> Shared:
    """Return the columns whose values must be the same afterwards; generated ones may be computed anew."""
    found: dict[tuple[str, ...], dict[str, tuple[str, str]]] = {}
    for id, old in source.items():
        new = target.get(id)
        if isinstance(old, Column) and isinstance(new, Column) and (old.generated or new.generated) is None:
            found.setdefault(id.name[:2], {})[id.name[2]] = (old.type, new.type)
    return found


def values(
    connection: Connection, columns: Shared, *, converted: bool, called: Callable[[ObjectId], ObjectId] = lambda id: id
) -> Values:
    """Return the rows of tables as sorted texts.

    Args:
        connection: As superuser, whom no policy keeps from a row.
        columns: Of which tables and columns.
        converted: Whether to give each value as it is in the other side's type; where that does not exist yet, as it
            is: nothing here converts to it.
        called: Tells what a table or a column is called now, that will have another name.

    """
    others = {new for types in columns.values() for old, new in types.values() if old != new} if converted else set()
    there = _existing(connection, others)
    found = {}
    for table, types in columns.items():
        names = {name: called(ObjectId("column", (*table, name))).name for name in types}
        items = [
            _as_text(names[name][2], new if old != new and new in there else None) for name, (old, new) in types.items()
        ]
        query = compose("select {} from {}", sql.SQL(", ").join(items), ident(*called(ObjectId("table", table)).name))
        rows = (tuple(None if item is None else str(item) for item in row) for row in connection.execute(query))
        found[table] = sorted(rows, key=repr)
    return found


def _existing(connection: Connection, types: set[str]) -> set[str]:
    query = "select type from unnest(%s::text[]) type where pg_catalog.to_regtype(type) is not null"
    return {str(type) for (type,) in connection.execute(query, [list(types)])}


def _as_text(name: str, type: str | None) -> sql.Composable:
    return compose("{}::{}::text", ident(name), raw_sql(type)) if type else compose("{}::text", ident(name))


def restarted_sequences(connection: Connection, source: Facts, target: Facts) -> list[str]:
    """Return the columns that became an identity whose next value is one that is there already."""
    found = []
    for id, new in target.items():
        old = source.get(id)
        if not (isinstance(new, Column) and new.identity and isinstance(old, Column) and not old.identity):
            continue
        table = ident(*id.name[:2])
        query = compose(
            "select pg_catalog.nextval(pg_catalog.pg_get_serial_sequence({}, {})) <= max({}) from {}",
            *(literal(table.as_string()), literal(id.name[2]), ident(id.name[2]), table),
        )
        row = connection.execute(query).fetchone()
        if row and row[0]:
            found.append(f"{id}: the next value is there already")
    return found


def files(connection: Connection) -> dict[int, tuple[str, int]]:
    """Return of each table its name and the number of the file that holds it, by OID."""
    return {int(str(oid)): (str(name), int(str(file))) for oid, name, file in connection.execute(_FILES)}


_OURS: LiteralString = """
    n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'corpus_watch', 'supaschema', 'supaschema_archive')
"""
_FILES: LiteralString = f"""
    select c.oid, n.nspname || '.' || c.relname, pg_relation_filenode(c.oid)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') and {_OURS}
"""


def rewrites(before: Mapping[int, tuple[str, int]], after: Mapping[int, tuple[str, int]], plan: Plan) -> list[str]:
    """Return where tables were rewritten and nothing said so, or the other way round."""
    # Renames come first: from then on a table has the name that it has in the end.
    there = {after[oid][0] for oid in before if oid in after}
    done = {after[oid][0] for oid, (_, file) in before.items() if oid in after and after[oid][1] != file}
    said = {lock.relation for item in plan.statements for lock in item.locks if lock.rewrites} & there
    return [
        *(f"{name} was rewritten and no lock says so" for name in sorted(done - said)),
        *(f"{name} was not rewritten and a lock says so" for name in sorted(said - done)),
    ]


_WATCH: LiteralString = f"""
    create schema corpus_watch;
    grant usage on schema corpus_watch to public;
    create table corpus_watch.relations as
      select c.oid, n.nspname || '.' || c.relname as name
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where {_OURS} and (c.relkind in ('r', 'p', 'v', 'm')
          -- One that a column owns is locked with its table, for which whoever draws from it waits already.
          or c.relkind = 'S' and not exists (
             select from pg_depend d
              where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')));
    grant select on corpus_watch.relations to public;
    create table corpus_watch.ran
      (number bigint generated always as identity primary key, statements json not null);
    create function corpus_watch.note() returns trigger language plpgsql security definer as $$ begin
      insert into corpus_watch.ran (statements) select json_agg(m.statement order by m.id) from made m;
      return null;
    end $$;
"""


_TRIGGER = """
    create trigger corpus_watch after insert on supaschema.history referencing new table as made
      for each statement execute function corpus_watch.note();
"""


def watch(connection: Connection) -> None:
    """Have the server note which statements are written to the history together."""
    connection.execute(_WATCH)
    connection.execute(_TRIGGER)


@contextmanager
def unwatched(connection: Connection) -> Iterator[None]:
    """Take the watch off for a while: an engine that reads the ledger anew trusts none with a trigger."""
    connection.execute("drop trigger corpus_watch on supaschema.history")
    yield
    connection.execute(_TRIGGER)


def watched(connection: Connection) -> set[str]:
    """Return the names of the relations that were there when `watch` was called."""
    return {str(name) for (name,) in connection.execute("select name from corpus_watch.relations")}


def ran(connection: Connection) -> list[str]:
    """Return the statements that were run since `watch`, in order."""
    rows = connection.execute("select json_array_elements_text(statements) from corpus_watch.ran order by number")
    return [str(text) for (text,) in rows]
