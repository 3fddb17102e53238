"""Objects that a session plants under the names of the server's own, and who their code ran as.

The names are read out of the SQL that is deployed: every word of it that is also a type, relation, function or operator
of `pg_catalog`, or a relation of anybody's. What is planted says by a notice that it ran, and as whom: a notice is
heard whatever becomes of the transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString, cast

from psycopg import Error, errors, sql

from tests.support.catalog import column
from tests.support.sessions import Connection

# What is deployed, as the server spells it: bodies, queries, conditions, defaults, whoever they are of.
_TEXTS: LiteralString = """
    select pg_get_functiondef(p.oid)
      from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
     where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and p.prokind in ('f', 'p')
       and not exists (select from pg_depend as d
                        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    union all
    select pg_get_viewdef(c.oid)
      from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
     where c.relkind in ('v', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    union all
    select concat(pg_get_expr(polqual, polrelid), ' ', pg_get_expr(polwithcheck, polrelid)) from pg_policy
    union all
    select pg_get_expr(adbin, adrelid) from pg_attrdef
    union all
    select pg_get_constraintdef(oid) from pg_constraint where contype = 'c'
    union all
    select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    union all
    select pg_get_indexdef(indexrelid) from pg_index where indexprs is not null or indpred is not null
"""
# A domain takes neither a pseudo-type nor a name that the grammar keeps for itself.
_TYPES: LiteralString = """
    select typname::text from pg_type
     where typnamespace = 'pg_catalog'::regnamespace and typname = any(%s) and typtype in ('b', 'r', 'm', 'e', 'c')
     order by 1
"""
_RELATIONS: LiteralString = """
    select distinct on (c.relname) n.nspname::text, c.relname::text, array(
             select array[a.attname::text, format_type(a.atttypid, a.atttypmod)]
               from pg_attribute as a
              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum)
      from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm') and n.nspname !~ '^pg_(temp|toast)' and c.relname = any(%s)
     order by c.relname, n.nspname <> 'pg_catalog'
"""
_FUNCTIONS: LiteralString = """
    select distinct proname::text, pg_get_function_identity_arguments(oid), pg_get_function_result(oid)
      from pg_proc
     where pronamespace = 'pg_catalog'::regnamespace and proname = any(%s) and prokind <> 'p'
     order by 1, 2
"""
_OPERATORS: LiteralString = """
    select oprname::text, coalesce(nullif(oprleft, 0)::regtype::text, ''), oprright::regtype::text,
           oprresult::regtype::text
      from pg_operator
     where oprnamespace = 'pg_catalog'::regnamespace and oprname = any(%s) and oprright <> 0
     order by 1, 2, 3
"""
_WORD = re.compile(r"[a-z_][a-z0-9_$]*", re.IGNORECASE)
_SIGN = re.compile(r"[-+*/<>=~!@#%^&|`?]+")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_SPRUNG = re.compile(r"sprung: (?P<name>.+) as (?P<user>.+)")


@dataclass(frozen=True, slots=True)
class Routine:
    """A function or operator of the server's: its name, its arguments (an operator's: two types) and its result."""

    name: str
    arguments: tuple[str, ...]
    result: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation: its schema, its name, and its columns with their types."""

    schema: str
    name: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Names:
    """The server's own names, and relations' of anybody's, that the SQL of a database mentions."""

    types: tuple[str, ...]
    relations: tuple[Relation, ...]
    functions: tuple[Routine, ...]
    operators: tuple[Routine, ...]


@dataclass(frozen=True, slots=True)
class Sprung:
    """Something planted that ran."""

    name: str
    user: str


def texts(connection: Connection) -> list[str]:
    """Return the SQL of a database that is somebody's own, not the server's."""
    return [str(text) for text in column(connection, _TEXTS) if text is not None]


def mentioned(connection: Connection, more: Iterable[str] = ()) -> Names:
    """Return the names that the SQL of a database mentions. `more`: SQL that runs against it and is not kept in it."""
    plain = [_COMMENT.sub(" ", text) for text in (*texts(connection), *more)]
    words = sorted({word.lower() for text in plain for word in _WORD.findall(text)})
    signs = sorted({sign for text in plain for sign in _SIGN.findall(text)})
    relations = cast("list[tuple[str, str, list[list[str]]]]", connection.execute(_RELATIONS, [words]).fetchall())
    functions = cast("list[tuple[str, str, str]]", connection.execute(_FUNCTIONS, [words]).fetchall())
    operators = cast("list[tuple[str, str, str, str]]", connection.execute(_OPERATORS, [signs]).fetchall())
    return Names(
        types=tuple(str(name) for name in column(connection, _TYPES, words)),
        relations=tuple(
            Relation(schema, name, tuple((column, type) for column, type in columns))
            for schema, name, columns in relations
        ),
        functions=tuple(Routine(name, (arguments,), result) for name, arguments, result in functions),
        operators=tuple(Routine(name, (left, right), result) for name, left, right, result in operators),
    )


def plant_spy(connection: Connection) -> None:
    """Make the session's own function that says who it runs as."""
    connection.execute(
        """
        create function pg_temp.supaschema_spy(what pg_catalog.text, value pg_catalog.anyelement)
        returns pg_catalog.bool language plpgsql stable as
        $$ begin raise notice 'sprung: % as %', what, current_user; return true; end $$
        """
    )


def plant_type(connection: Connection, name: str) -> None:
    """Make a temporary domain of a type's name, over the type, whose check tells."""
    connection.execute(
        sql.SQL("create domain {} as {} check (pg_temp.supaschema_spy({}, value))").format(
            sql.Identifier("pg_temp", name), sql.Identifier("pg_catalog", name), sql.Literal(f"type {name}")
        )
    )


def plant_relation(connection: Connection, relation: Relation) -> None:
    """Make a temporary view of a relation's name that tells: of its rows, or of none where they may not be read."""
    view = sql.Identifier("pg_temp", relation.name)
    tells = sql.SQL("pg_temp.supaschema_spy({}, 1)").format(sql.Literal(f"relation {relation.name}"))
    # No view shows a column of a pseudo-type.
    columns = sql.SQL(", ").join(
        sql.SQL("{}" if type != "anyarray" else "null::text as {}").format(sql.Identifier(column))
        for column, type in relation.columns
    )
    nulls = sql.SQL(", ").join(sql.SQL("null::text as {}").format(sql.Identifier(name)) for name, _ in relation.columns)
    source = sql.SQL(" from {}").format(sql.Identifier(relation.schema, relation.name))
    statement = sql.SQL("create temp view {} as select {}{} where {}")
    try:
        connection.execute(statement.format(view, columns, source, tells))
    except errors.InsufficientPrivilege:
        connection.execute(statement.format(view, nulls, sql.SQL(""), tells))


def plant_routines(connection: Connection, schema: str, names: Names) -> tuple[int, int]:
    """Make functions and operators of these names and arguments in a schema; return how many of each could be made."""
    functions = [
        sql.SQL("create function {}({}) returns {} language plpgsql as {}").format(
            sql.Identifier(schema, function.name),
            sql.SQL(function.arguments[0]),
            sql.SQL(function.result),
            sql.Literal(_body(f"function {function.name}", function.result)),
        )
        for function in names.functions
    ]
    operators = [
        statement for number, one in enumerate(names.operators) for statement in _operator(schema, number, one)
    ]
    return _made(connection, functions), _made(connection, operators) // 2


def _body(what: str, result: str) -> str:
    end = "return" if result.startswith(("SETOF", "TABLE")) else "return null"
    return f"begin raise notice 'sprung: % as %', $x${what}$x$, current_user; {end}; end"


def _operator(schema: str, number: int, operator: Routine) -> Iterator[sql.Composed]:
    function = sql.Identifier(schema, f"supaschema_operator_{number}")
    types = sql.SQL(", ").join(sql.SQL(type) for type in operator.arguments if type)
    body = sql.Literal(_body(f"operator {operator.name}", operator.result))
    yield sql.SQL("create function {}({}) returns {} language plpgsql as {}").format(
        function, types, sql.SQL(operator.result), body
    )
    sides = zip(("leftarg", "rightarg"), operator.arguments, strict=True)
    yield sql.SQL("create operator {}.{} (function = {}, {})").format(
        sql.Identifier(schema),
        sql.SQL(operator.name),
        function,
        sql.SQL(", ").join(sql.SQL(f"{side} = {type}") for side, type in sides if type),
    )


def _made(connection: Connection, statements: Sequence[sql.Composed]) -> int:
    made = 0
    for statement in statements:
        # Pseudo-types are the server's alone to take and to give.
        try:
            connection.execute(statement)
            made += 1
        except Error:
            pass
    return made


@contextmanager
def listening(connection: Connection) -> Iterator[set[Sprung]]:
    """Return what sprang in a session while the block ran."""
    heard: set[Sprung] = set()

    def hear(notice: errors.Diagnostic) -> None:
        if match := _SPRUNG.fullmatch(notice.message_primary or ""):
            heard.add(Sprung(match["name"], match["user"]))

    connection.add_notice_handler(hear)
    try:
        yield heard
    finally:
        connection.remove_notice_handler(hear)
