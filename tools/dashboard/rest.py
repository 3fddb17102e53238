"""The part of PostgREST that the page asks for: rows of tables and views, and functions, each in one transaction.

Not more: a filter is `eq` or `in`, columns are plain names, and a function gives one value or none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from localdb.connection import Connection, connect
from tests.support.sessions import as_user
from tools.dashboard.exchange import Answer, Query, Refusal, Request

_PREFIX = "/rest/v1/"
_CALLED = "rpc/"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_ORDER = re.compile(r"([a-z_][a-z0-9_]{0,62})(?:\.(asc|desc))?(?:\.(nullsfirst|nullslast))?")
_FILTER = re.compile(r"eq\.(.*)|in\.\(([\w,]+)\)", re.DOTALL)
_WORDS: Mapping[str | None, LiteralString] = {
    None: "",
    "asc": " asc",
    "desc": " desc",
    "nullsfirst": " nulls first",
    "nullslast": " nulls last",
}
_FUNCTION: LiteralString = """
    select argument.name, format_type(argument.type, null), p.prorettype = 'void'::regtype
      from pg_catalog.pg_proc as p
      left join lateral unnest(p.proargnames[:p.pronargs], p.proargtypes::oid[]) as argument (name, type) on true
     where p.pronamespace = 'public'::regnamespace and p.proname = %s and not p.proretset
"""
_FORBIDDEN = "42501"
_STATUSES = {_FORBIDDEN: 403, "42883": 404, "42P01": 404, "P0001": 400}
"""PostgREST's status for an error's code; of other codes the class decides."""
_REFUSED, _FAILED, _UNREACHABLE = 403, 500, 503
_CLASSES = {
    **dict.fromkeys(("0L", "0P", "28"), _REFUSED),
    **dict.fromkeys(("40", "54", "55", "57", "P0"), _FAILED),
    **dict.fromkeys(("08", "53"), _UNREACHABLE),
}


def is_asked(path: str) -> bool:
    """Return whether a path is one of this API's."""
    return path.startswith(_PREFIX)


def answer(url: str, request: Request, role: str, claims: Mapping[str, Any]) -> Answer:
    """Answer a request in a transaction of its own, as that role and with the claims of its token.

    Raise:
        Refusal: The database refuses, or the request is none that is known here.

    """
    asked = request.path.removeprefix(_PREFIX)
    try:
        with connect(url, autocommit=True) as connection, as_user(connection, role, claims):
            if asked.startswith(_CALLED) and request.method == "POST":
                return _call(connection, asked.removeprefix(_CALLED), request.document())
            if request.method == "GET":
                return _rows(connection, asked, request.query)
    except psycopg.Error as error:
        raise _refusal(error, role) from None
    raise Refusal(405, "PGRST117", f"Unsupported HTTP method: {request.method}")


def _rows(connection: Connection, relation: str, query: Query) -> Answer:
    columns: sql.Composable = sql.SQL("*")
    order: sql.Composable = sql.SQL("")
    limit: sql.Composable = sql.SQL("")
    among: dict[str, list[str]] = {}
    for name, value in query:
        match name:
            case "select":
                columns = sql.SQL(", ").join(_name(column) for column in value.split(","))
            case "order":
                order = sql.SQL(" order by ") + sql.SQL(", ").join(_sorted(part) for part in value.split(","))
            case "limit":
                limit = sql.SQL(" limit {}").format(sql.Literal(_whole(value)))
            case _:
                among[name] = _values(name, value)
    # Literals without a type take the column's, and its index is used.
    where = sql.SQL(" and ").join(
        sql.SQL("{} in ({})").format(_name(name), sql.SQL(", ").join(map(sql.Literal, values)))
        for name, values in among.items()
    )
    rows = sql.SQL("select {} from public.{} where {}{}{}").format(
        columns, _name(relation), where if among else sql.SQL("true"), order, limit
    )
    whole = sql.SQL("select coalesce(json_agg(found), '[]')::text from ({}) as found").format(rows)
    connection.execute("set transaction read only")
    (text,) = connection.execute(whole).fetchone() or ("[]",)
    return Answer(200, str(text).encode())


def _call(connection: Connection, function: str, arguments: Mapping[str, Any]) -> Answer:
    known = connection.execute(_FUNCTION, [function]).fetchall()
    types = {str(name): str(kind) for name, kind, _ in known if name is not None}
    if not known or not set(arguments) <= set(types):
        named = ", ".join(sorted(arguments))
        what = f"Could not find the function public.{function}({named}) in the schema cache"
        raise Refusal(404, "PGRST202", what)
    source: sql.Composable = sql.SQL("(select) as body")
    if arguments:
        # The server's own spelling of a type.
        columns = (sql.SQL("{} ").format(sql.Identifier(name)) + _spelled(types[name]) for name in arguments)
        source = sql.SQL("json_to_record(%s::json) as body ({})").format(sql.SQL(", ").join(columns))
    passed = (sql.SQL("{0} => body.{0}").format(sql.Identifier(name)) for name in arguments)
    call = sql.SQL("select public.{}({}) as result from {}").format(_name(function), sql.SQL(", ").join(passed), source)
    query = sql.SQL("select to_json(called.result)::text from ({}) as called").format(call)
    void = bool(known[0][2])
    found = connection.execute(call if void else query, [json.dumps(arguments)] if arguments else []).fetchone()
    return Answer(204) if void else Answer(200, str((found or ("null",))[0]).encode())


def _spelled(kind: Any) -> sql.SQL:
    return sql.SQL(kind)


def _name(text: str) -> sql.Identifier:
    if not _NAME.fullmatch(text):
        raise Refusal(400, "PGRST100", f"not understood here: {text}")
    return sql.Identifier(text)


def _sorted(text: str) -> sql.Composed:
    read = _ORDER.fullmatch(text)
    if read is None:
        raise Refusal(400, "PGRST100", f"not understood here: order={text}")
    name, direction, nulls = read.groups()
    return sql.Identifier(name) + sql.SQL(_WORDS[direction]) + sql.SQL(_WORDS[nulls])


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise Refusal(400, "PGRST100", f"not understood here: limit={text}")
    return int(text)


def _values(name: str, text: str) -> list[str]:
    read = _FILTER.fullmatch(text)
    if read is None:
        raise Refusal(400, "PGRST100", f"not understood here: {name}={text}")
    one, several = read.groups()
    return [one] if several is None else several.split(",")


def _refusal(error: psycopg.Error, role: str) -> Refusal:
    code = error.sqlstate or "08000"
    status = _STATUSES.get(code) or _CLASSES.get(code[:2], 400)
    if (code, role) == (_FORBIDDEN, "anon"):
        # Who signs in may be allowed it.
        status = 401
    told = error.diag
    message = told.message_primary or "the database cannot be asked"
    return Refusal(status, code, message, told.message_hint, told.message_detail)
