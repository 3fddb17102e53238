"""Canonical texts: the server is asked how it writes a text, so that like is compared with like.

Everything happens in temporary objects of a transaction that is rolled back. No lock but ACCESS SHARE is taken on any
table, and no policy or table is touched.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import Enum
from typing import assert_never

import psycopg
from psycopg import errors, sql

from supaschema.core.errors import DeclarationError
from supaschema.core.secret_texts import Secrets
from supaschema.core.sqltext import compose, ident, literal, raw_sql
from supaschema.database.commands import run_one
from supaschema.database.connect import Connection
from supaschema.database.server_errors import PARSERS, said
from supaschema.engine import strange_literals
from supaschema.engine.retyped import Retyped, on_twins
from supaschema.kinds.base import SqlField, SqlFieldKind
from supaschema.kinds.query_columns import GIVEN

SqlFields = Mapping[str, SqlField]

_VIEW = ident("pg_temp", "supaschema_spelling")

_READINGS = 4
"""How often a text is read again at most, until the server prints it as it read it."""

# What the text names is not there (yet), or this role may not try: it cannot be told.
_NOT_THERE = (
    errors.UndefinedColumn,
    errors.UndefinedTable,
    errors.UndefinedFunction,
    errors.UndefinedObject,
    errors.InvalidSchemaName,
    errors.InsufficientPrivilege,
    errors.ReadOnlySqlTransaction,
)
_READS_LABEL = "enum_in"
"""The server's function that refuses what is no label of an enum type."""


class Texts(Enum):
    """Where texts are from, and so what it means that the server does not accept one."""

    DECLARED = "declared"
    """It is to be mended; but what is no label of an enum type may be one by then."""
    ALONE = "alone"
    """It is to be mended: nothing else is changed in the same run."""
    RECORDED = "recorded"
    """Nobody declares it now: it means nothing any more."""


def canonicalize(
    connection: Connection,
    wanted: Iterable[SqlFields],
    secrets: Secrets | None = None,
    early: Collection[int] = (),
    texts: Texts = Texts.DECLARED,
    *,
    changing: Retyped | None = None,
) -> list[str | None]:
    """Return each group of texts as the server writes them.

    Args:
        connection: In autocommit mode, search_path empty.
        wanted: Groups of texts; a group belongs to one object.
        secrets: What the server says of a text that holds one is not repeated.
        early: Positions of the groups that may be right only when the plan has changed what they name.
        texts: Where they are from. A recorded one that the server does not accept any more is None too.
        changing: Where columns have other types by then.

    Returns:
        One text per group, equal for two exactly if the server sees the same in them; None where a text names what is
        not there, or not yet as it names it, or where reading it could run code of others.

    Raises:
        DeclarationError: A text is no valid SQL.
        psycopg.OperationalError: The server could not look at it.

    """
    secrets, given = secrets or Secrets(), tuple(wanted)
    strange = strange_literals.running(connection, (field for group in given for field in group.values()))
    with connection.transaction(force_rollback=True):
        connection.execute("set local lock_timeout = '1s'; set local check_function_bodies = off")
        pairs = zip(given, on_twins(connection, given, changing or {}), strict=True)
        return [
            None
            if strange.intersection(group.values())
            else _canonical_by_then(connection, group, twin, secrets)
            or _canonical(connection, group, secrets, early=place in early, texts=texts)
            for place, (group, twin) in enumerate(pairs)
        ]


def _canonical_by_then(connection: Connection, group: SqlFields, twin: SqlFields, secrets: Secrets) -> str | None:
    # What cannot be read over other types is another text by then, or refused for what it is now.
    return None if twin == group else _canonical(connection, twin, secrets, early=True, texts=Texts.RECORDED)


def _canonical(
    connection: Connection, sql_fields: SqlFields, secrets: Secrets, *, early: bool, texts: Texts
) -> str | None:
    try:
        with connection.transaction(force_rollback=True):
            return "\n".join(_parts(connection, sql_fields))
    except _NOT_THERE:
        return None
    except psycopg.Error as error:
        if texts is Texts.RECORDED:
            if isinstance(error, psycopg.OperationalError):
                # Not the text: a lock, a limit or the connection.
                raise
            return None
        if texts is Texts.DECLARED and error.diag.source_function == _READS_LABEL:
            return None
        if early and (error.sqlstate or "").startswith("42") and error.diag.source_function not in PARSERS:
            return None
        message = said(
            error, reads_rows=False, is_secret=any(secrets.holds(field.text) for field in sql_fields.values())
        )
        text = "; ".join(field.text for field in sql_fields.values())
        raise DeclarationError(f"the server refuses: {message}", remedy=f"Mend the SQL: {text}") from None


def _parts(connection: Connection, sql_fields: SqlFields) -> Iterable[str]:
    columns: dict[str, SqlField] = {}
    others: list[Callable[[], str]] = []
    for name, field in sql_fields.items():
        match field.kind:
            case SqlFieldKind.EXPRESSION | SqlFieldKind.TYPE:
                columns[name] = field
            case SqlFieldKind.QUERY:
                others.append(functools.partial(_canonical_view, connection, raw_sql(field.text)))
            case SqlFieldKind.FUNCTION | SqlFieldKind.PROCEDURE:
                routine = functools.partial(_printed_routine, word=raw_sql(field.kind.value))
                others.append(functools.partial(_read_again, connection, routine, field.text))
            case SqlFieldKind.DOMAIN_CHECK:
                assert field.type is not None
                printed = functools.partial(_printed_check, type=field.type)
                others.append(functools.partial(_read_again, connection, printed, field.text))
            case SqlFieldKind.LOCALE:
                assert field.type is not None
                others.append(functools.partial(_printed_locale, connection, field.text, field.type))
            case _:
                # One that nobody reads would look the same as any other.
                assert_never(field.kind)
    if columns:
        yield _canonical_view(connection, _expressions(columns))
    yield from (canonical() for canonical in others)


def _expressions(sql_fields: SqlFields) -> sql.Composed:
    items = [compose("{} as {}", _item(field), ident(name)) for name, field in sql_fields.items()]
    relations = {(field.relation, field.row_names) for field in sql_fields.values() if field.relation is not None}
    query = sql.SQL("select ") + sql.SQL(", ").join(items)
    for relation, row_names in relations:
        assert relation is not None
        aliases = [compose("{} as {}", ident(*relation), ident(alias)) for alias in row_names]
        query += sql.SQL(" from ") + (sql.SQL(", ").join(aliases) if aliases else ident(*relation))
    return query


def _item(field: SqlField) -> sql.Composed:
    if field.kind is SqlFieldKind.TYPE:
        return compose("null::{}", raw_sql(field.text))
    item = compose("({})", raw_sql(field.text))
    return compose("{}::{}", item, raw_sql(field.type)) if field.type is not None else item


def _canonical_view(connection: Connection, query: sql.Composable) -> str:
    # What the server prints it may print in yet another way once it has read that: `v in ('x')` of a varchar does.
    text, columns = _printed_view(connection, query)
    for _ in range(_READINGS):
        try:
            with connection.transaction():
                again, _ = _printed_view(connection, raw_sql(text))
        except psycopg.Error:
            break
        if again == text:
            break
        text = again
    return text + columns


def _printed_view(connection: Connection, query: sql.Composable) -> tuple[str, str]:
    run_one(connection, compose("create temporary view {} as {}", ident("supaschema_spelling"), query))
    row = connection.execute(
        f"""
        select pg_catalog.pg_get_viewdef(c.oid), (
                 select {GIVEN}
                   from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0)
          from pg_catalog.pg_class c
         where c.relname = 'supaschema_spelling' and c.relnamespace = pg_catalog.pg_my_temp_schema()
        """
    ).fetchone()
    connection.execute(compose("drop view {}", _VIEW))
    assert row is not None
    return str(row[0]), str(row[1])


def _read_again(connection: Connection, printed: Callable[[Connection, str], str], declared: str) -> str:
    # What is printed may be printed in yet another way once it has been read so, as a query is: a default `-1::int` is.
    text = printed(connection, declared)
    for _ in range(_READINGS):
        try:
            with connection.transaction():
                again = printed(connection, text)
        except psycopg.Error:
            break
        if again == text:
            break
        text = again
    return text


def _printed_routine(connection: Connection, text: str, *, word: sql.Composable) -> str:
    run_one(connection, compose("create {} {}{} language plpgsql as 'begin end'", word, _VIEW, raw_sql(text)))
    row = connection.execute(
        """
        select '(' || pg_catalog.pg_get_function_arguments(p.oid) || ')'
               || coalesce(' returns ' || pg_catalog.pg_get_function_result(p.oid), ''),
               p.oid::pg_catalog.regprocedure::text
          from pg_catalog.pg_proc p
         where p.proname = 'supaschema_spelling' and p.pronamespace = pg_catalog.pg_my_temp_schema()
        """
    ).fetchone()
    assert row is not None
    connection.execute(compose("drop {} {}", word, raw_sql(str(row[1]))))
    return str(row[0])


def _printed_check(connection: Connection, text: str, *, type: str) -> str:
    # Of a domain that nothing is of: VALUE is known in its checks alone.
    run_one(connection, compose("create domain {} as {} check ({})", _VIEW, raw_sql(type), raw_sql(text)))
    row = connection.execute(
        """
        select pg_catalog.pg_get_expr(k.conbin, 0)
          from pg_catalog.pg_type t
          join pg_catalog.pg_constraint k on k.contypid = t.oid
         where t.typname = 'supaschema_spelling' and t.typnamespace = pg_catalog.pg_my_temp_schema()
        """
    ).fetchone()
    assert row is not None
    connection.execute(compose("drop domain {}", _VIEW))
    return str(row[0])


def _printed_locale(connection: Connection, text: str, provider: str) -> str:
    # Which column of the catalog has it is told by the server's version.
    made = compose("create collation {} (provider = {}, locale = {})", _VIEW, raw_sql(provider), literal(text))
    run_one(connection, made)
    row = connection.execute(
        """
        select coalesce(j.said ->> 'colllocale', j.said ->> 'colliculocale')
          from pg_catalog.pg_collation l
         cross join lateral (select pg_catalog.to_jsonb(l) as said) j
         where l.collname = 'supaschema_spelling' and l.collnamespace = pg_catalog.pg_my_temp_schema()
        """
    ).fetchone()
    assert row is not None
    connection.execute(compose("drop collation {}", _VIEW))
    return str(row[0])
