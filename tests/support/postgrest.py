"""Send a request's body to the database as PostgREST does: JSON, arguments by name, columns by their types.

A value that is no JSON for its column, an argument that the function has not, or a column that is not there fails here
as it fails the application.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from psycopg import sql
from psycopg.rows import dict_row

from tests.support.sessions import Connection

Row = dict[str, Any]

_ARGUMENTS: LiteralString = """
    select argument.name, format_type(argument.type, null)
      from pg_proc as p
      cross join lateral unnest(p.proargnames[:p.pronargs], p.proargtypes::oid[]) as argument (name, type)
     where p.pronamespace = 'public'::regnamespace and p.proname = %s
"""
_COLUMNS: LiteralString = """
    select attname, format_type(atttypid, atttypmod) from pg_attribute
     where attrelid = format('public.%%I', %s::text)::regclass and attnum > 0 and not attisdropped
"""


def rpc(connection: Connection, function: str, **arguments: object) -> list[Row]:
    """Call a function of schema public by the names of its arguments; give its rows."""
    types = _types(connection, _ARGUMENTS, function, arguments)
    call = sql.SQL("select result.* from {source}, lateral public.{function}({arguments}) as result").format(
        source=_record(types) if arguments else sql.SQL("(select) as body"),
        function=sql.Identifier(function),
        arguments=sql.SQL(", ").join(sql.SQL("{0} => body.{0}").format(sql.Identifier(name)) for name in arguments),
    )
    return _rows(connection, call, [_body(arguments)] if arguments else [])


def insert(
    connection: Connection,
    table: str,
    rows: Mapping[str, object] | Sequence[Mapping[str, object]],
    *,
    on_conflict: str | None = None,
    merge: bool = False,
    returning: str = "",
) -> list[Row]:
    """Insert rows; those that conflict on these columns are left out, or merged. Give what is asked to be returned.

    Without `returning` the request is one with `Prefer: return=minimal`, and gives nothing.
    """
    many = [rows] if isinstance(rows, Mapping) else list(rows)
    names = list(many[0])
    columns = _names(names)
    query = sql.SQL("insert into public.{table} ({columns}) select {columns} from {source}").format(
        table=sql.Identifier(table),
        columns=columns,
        source=_record(_types(connection, _COLUMNS, table, names), many=True),
    )
    if on_conflict:
        changes = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in names)
        action = sql.SQL("update set {}").format(changes) if merge else sql.SQL("nothing")
        query += sql.SQL(" on conflict ({}) do {}").format(_names(on_conflict.split(",")), action)
    return _rows(connection, query + _returning(returning), [_body(many)])


def update(
    connection: Connection, table: str, change: Mapping[str, object], *, returning: str = "", **equal: object
) -> list[Row]:
    """Change the rows whose columns equal what is given; give what is asked to be returned."""
    query = sql.SQL("update public.{table} as changed set {changes} from {source} where {where}").format(
        table=sql.Identifier(table),
        changes=sql.SQL(", ").join(sql.SQL("{0} = body.{0}").format(sql.Identifier(name)) for name in change),
        source=_record(_types(connection, _COLUMNS, table, change)),
        where=_equal(equal),
    )
    returned = sql.SQL(" returning {}").format(
        sql.SQL(", ").join(sql.Identifier("changed", name) for name in returning.split(","))
    )
    return _rows(connection, query + (returned if returning else sql.SQL("")), [_body(change), *equal.values()])


def select(connection: Connection, table: str, columns: str, **equal: object) -> list[Row]:
    """Read columns of the rows whose columns equal what is given."""
    query = sql.SQL("select {} from public.{} as changed where {}").format(
        _names(columns.split(",")), sql.Identifier(table), _equal(equal)
    )
    return _rows(connection, query, [*equal.values()])


def _types(connection: Connection, query: LiteralString, owner: str, names: Any) -> dict[str, str]:
    known = {str(name): str(kind) for name, kind in connection.execute(query, [owner]).fetchall()}
    return {name: known[name] for name in names}


def _record(types: Mapping[str, str], *, many: bool = False) -> sql.Composed:
    columns = (sql.SQL("{} {}").format(sql.Identifier(name), _type(kind)) for name, kind in types.items())
    return sql.SQL("{}(%s::json) as body ({})").format(
        sql.SQL("json_to_recordset" if many else "json_to_record"), sql.SQL(", ").join(columns)
    )


def _type(name: Any) -> sql.SQL:
    # The server's own spelling of a type.
    return sql.SQL(name)


def _names(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _equal(equal: Mapping[str, object]) -> sql.Composable:
    if not equal:
        return sql.SQL("true")
    return sql.SQL(" and ").join(sql.SQL("{} = %s").format(sql.Identifier("changed", name)) for name in equal)


def _returning(columns: str) -> sql.Composable:
    return sql.SQL(" returning {}").format(_names(columns.split(","))) if columns else sql.SQL("")


def _rows(connection: Connection, query: sql.Composed, parameters: Sequence[object]) -> list[Row]:
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


def _body(value: object) -> str:
    # As a client's JSON: ids and dates are texts.
    return json.dumps(value, default=str)
