"""Databases to compare with, made from files: copies of an empty one, which are gone afterwards."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from supaschema.core.errors import DeclarationError, PreconditionError, SupaschemaError
from supaschema.core.sqltext import compose, ident
from supaschema.database.connect import connect
from supaschema.database.server_errors import said
from supaschema.database.settings import Settings
from supaschema.portable import ground
from supaschema.portable.rebuild import settings_for

_SHOWN = 20
# What pg_dump writes for psql alone. Another command of psql is a syntax error, and told as that.
_FOR_PSQL = re.compile(r"^\\(?:un)?restrict \S+$", re.MULTILINE)


@contextmanager
def copy_of(empty: Settings) -> Iterator[Settings]:
    """Make a copy of an empty database on its server, and drop it afterwards.

    Args:
        empty: They name the database.

    Raises:
        PreconditionError: It is not empty, or cannot be copied.

    """
    name = f"supaschema_diff_{secrets.token_hex(8)}"
    _copy(empty, name)
    try:
        yield settings_for(make_conninfo(empty.database_url, dbname=name))
    finally:
        with connect(empty) as connection:
            connection.execute(compose("drop database if exists {} with (force)", ident(name)))


def _copy(empty: Settings, name: str) -> None:
    with connect(empty) as connection:
        own = connection.info.dbname
        found = ground.contents(connection)
        if found:
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            what = f"the scratch database is not empty; it has {', '.join(found[:_SHOWN])}{more}."
            raise PreconditionError(what, where=own, remedy="Nothing was changed. Name an empty one.")
        try:
            connection.execute(compose("create database {} template {}", ident(name), ident(own)))
        except psycopg.Error as error:
            what = f"the scratch database cannot be copied: {said(error, reads_rows=False)}."
            remedy = "Let its role create databases, and let nobody else be connected to it."
            raise PreconditionError(what, where=own, remedy=remedy) from None


def run_files(settings: Settings, files: Iterable[Path]) -> None:
    """Run files of SQL, each in one transaction, in a database that is made for it.

    Raises:
        DeclarationError: A file cannot be read.
        SupaschemaError: The server refuses one, with the line at which it does.

    """
    with connect(settings) as connection:
        # As a session has them that nobody has given limits.
        connection.execute("set search_path to default; set statement_timeout to default")
        for file in files:
            text = _text(file)
            try:
                connection.execute(text.encode())
            except psycopg.Error as error:
                where = f"{file}{_line(text, error)}"
                raise SupaschemaError(f"the server refuses it: {said(error, reads_rows=False)}.", where=where) from None


def _text(file: Path) -> str:
    try:
        return _FOR_PSQL.sub("", file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeError):
        raise DeclarationError("it cannot be read as text.", where=str(file)) from None


def _line(text: str, error: psycopg.Error) -> str:
    position = error.diag.statement_position
    return f", line {text.count(chr(10), 0, int(position)) + 1}" if position else ""
