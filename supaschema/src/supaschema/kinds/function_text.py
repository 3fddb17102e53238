"""The SQL by which a function or a procedure is made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, count

from psycopg import sql

from supaschema.core.model import ObjectId
from supaschema.core.sqltext import compose, ident, literal, raw_sql
from supaschema.core.type_names import split_list
from supaschema.kinds.function_definition import Argument, Function

# Settings that hold a list of names: the catalog quotes each, and each is given as a literal of its own.
_NAME_LISTS = {"search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries"}

_SET = re.compile(r"\s*(setof|table)\b", re.IGNORECASE)
_USUAL_COST = 100.0
_USUAL_ROWS = 1000.0


def making(id: ObjectId, new: Function, *, replace: bool) -> sql.Composable:
    """Return the statement that makes a function or a procedure, or replaces it in place."""
    if new.text is not None:
        return raw_sql(new.text)
    is_function = new.returns != ""
    head = compose(
        "create {}{} {}{}\nlanguage {}{}{}{}",
        sql.SQL("or replace " if replace else ""),
        sql.SQL("function" if is_function else "procedure"),
        ident(*id.name[:2]),
        raw_sql(signature(new)),
        raw_sql(new.language),
        raw_sql(f" {new.volatility}" if is_function else ""),
        sql.SQL(" strict" if new.strict else ""),
        sql.SQL(" security definer" if new.security_definer else ""),
    )
    # In one order, whatever the program's runtime makes of a mapping; the search path first.
    names = sorted(new.settings, key=lambda name: (name != "search_path", name))
    settings = [compose("\nset {} to {}", ident(*name.split(".")), _value(name, new.settings[name])) for name in names]
    quote = raw_sql(_quote(new.body))
    return (
        head
        + sql.SQL("").join(_planning(new))
        + sql.Composed(settings)
        + compose("\nas {}{}{}", quote, raw_sql(new.body), quote)
    )


def gives_set(returns: str) -> bool:
    """Return whether a `returns` clause is of a function that gives several rows."""
    return _SET.match(returns) is not None


def usual_planning(returns: str) -> dict[str, object]:
    """Return what the server takes where a function of SQL or PL/pgSQL tells the planner nothing."""
    rows = _USUAL_ROWS if gives_set(returns) else 0.0
    return {"parallel": "unsafe", "leakproof": False, "cost": _USUAL_COST, "rows": rows, "support": ""}


def _planning(new: Function) -> Iterable[sql.Composable]:
    # What is usual is left out: the server takes it, for a function that is replaced too.
    if new.parallel not in (None, "unsafe"):
        yield compose(" parallel {}", raw_sql(new.parallel))
    if new.leakproof:
        yield sql.SQL(" leakproof")
    if new.cost not in (None, _USUAL_COST):
        yield compose(" cost {}", literal(new.cost))
    if new.rows not in (None, 0.0, _USUAL_ROWS):
        yield compose(" rows {}", literal(new.rows))
    if new.support:
        yield compose(" support {}", ident(*new.support.split(".", 1)))


def _value(name: str, value: str) -> sql.Composable:
    if name not in _NAME_LISTS:
        return literal(value)
    # The grammar takes no empty quoted name, so names are given as strings, as pg_dump does.
    names = [item[1:-1].replace('""', '"') if item.startswith('"') else item for item in split_list(value)]
    return sql.SQL(", ").join(literal(item) for item in names or [""])


def _quote(body: str) -> str:
    # Also no beginning of it at the body's end, where the closing quote would complete it.
    tags = chain(["body"], (f"body_{number}" for number in count(1)))
    return next(f"${tag}$" for tag in tags if f"${tag}" not in body)


def signature(function: Function) -> str:
    """Return arguments and result, as they are declared or as the server prints them."""
    if function.signature is not None:
        return function.signature
    arguments = sql.SQL(", ").join(_argument(argument) for argument in function.arguments)
    result = compose(" returns {}", raw_sql(function.returns)) if function.returns else sql.SQL("")
    return compose("({}){}", arguments, result).as_string()


def _argument(argument: Argument) -> sql.Composed:
    parts = [ident(argument.name)] if argument.name else []
    default = [compose("default {}", raw_sql(argument.default))] if argument.default is not None else []
    return sql.SQL(" ").join([*parts, raw_sql(argument.type), *default])
