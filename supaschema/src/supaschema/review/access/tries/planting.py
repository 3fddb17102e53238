"""Plant a row of each tenant in every table that takes one, without a word of what the tables are for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, LiteralString

import psycopg
from psycopg import errors, sql

from supaschema.core.sqltext import Name, compose, ident, idents, literal, raw_sql
from supaschema.database.connect import Connection
from supaschema.review.access.model import Relation
from supaschema.review.access.tries import scratch
from supaschema.review.access.tries.values import Column, Filling, Tenant, named, row
from supaschema.supabase.platform import PLATFORM_SCHEMAS, SHARED_TABLES

_OBJECTS = ("storage", "objects")
_LEFT_OUT = frozenset({_OBJECTS, ("realtime", "messages")})
"""Files are planted bucket by bucket; messages are the platform's to make."""
_PASSES = 4
"""How often what refers to something that was not planted yet is tried again."""

_AS_USUAL: LiteralString = """
    select pg_catalog.set_config('session_replication_role', 'origin', true)
     where pg_catalog.current_setting('session_replication_role') <> 'origin'
"""
_COLUMNS: LiteralString = """
    select n.nspname::text, c.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
           pg_catalog.format_type(base.oid, null), kind.typelem <> 0 and kind.typcategory = 'A',
           case when base.typname in ('varchar', 'bpchar') and greatest(a.atttypmod, kind.typtypmod) > 4
             then greatest(a.atttypmod, kind.typtypmod) - 4 end,
           a.attnotnull and not a.atthasdef and a.attidentity = '',
           a.atthasdef and not exists (
             select from pg_catalog.pg_attrdef f
              where f.adrelid = c.oid and f.adnum = a.attnum
                and pg_catalog.pg_get_expr(f.adbin, f.adrelid) ~ 'nextval'), a.attidentity = 'a',
           array(select e.enumlabel::text from pg_catalog.pg_enum e where e.enumtypid = base.oid
                  order by e.enumsortorder),
           coalesce((select pg_catalog.string_agg(pg_catalog.pg_get_constraintdef(k.oid), ' ')
                       from pg_catalog.pg_constraint k
                      where k.contype = 'c' and ((k.conrelid = c.oid and k.conkey = array[a.attnum])
                                                 or (k.contypid <> 0 and k.contypid = a.atttypid))), '')
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       and a.attgenerated = ''
      join pg_catalog.pg_type t on t.oid = a.atttypid
      join pg_catalog.pg_type kind on kind.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
      join pg_catalog.pg_type base on base.oid = case when kind.typelem <> 0 and kind.typcategory = 'A'
                                                      then kind.typelem else kind.oid end
     where c.relkind in ('r', 'p') and not c.relispartition
       and (n.nspname !~ '^pg_' and n.nspname <> all (%(platform)s::text[])
            or (n.nspname, c.relname) in (select u.* from unnest(%(schemas)s::name[], %(tables)s::name[]) u))
     order by c.oid, a.attnum
"""


@dataclass(frozen=True, slots=True)
class Planted:
    """A table, or the files of a bucket, with the rows planted in it.

    Attributes:
        relation: The table.
        values: By tenant, the texts of its row.
        types: By column, the type that a text is cast to.
        places: By tenant, where the row is: the table's number in the catalog, and the row's place.
        fixed: Columns that no update may write.
        bucket: Of files: the bucket.
        view: The view through which the table is written to; None: it is itself.

    """

    relation: Name
    values: Mapping[Tenant, Mapping[str, str]]
    types: Mapping[str, str]
    places: Mapping[Tenant, tuple[int, str]]
    fixed: frozenset[str] = frozenset()
    bucket: str | None = None
    view: Name | None = None

    @property
    def target(self) -> Name:
        """What statements name."""
        return self.view or self.relation

    def through(self, view: Relation) -> Planted:
        """Return the same by a view: the columns that it has under their names."""
        values = {
            tenant: {name: text for name, text in each.items() if name in view.columns}
            for tenant, each in self.values.items()
        }
        return replace(self, view=view.name, values=values)


@dataclass(slots=True)
class Planting:
    """All that was planted, and what was not.

    Attributes:
        planted: By table, or by table and bucket.
        failed: The tables that no row could be planted in, with the kind of error.

    """

    planted: dict[tuple[str, ...], Planted] = field(default_factory=dict)
    failed: dict[Name, str] = field(default_factory=dict)


def columns(connection: Connection) -> Mapping[Name, tuple[Column, ...]]:
    """Return the columns of the tables that rows are planted in, and of files."""
    schemas, tables = zip(*SHARED_TABLES, strict=True)
    parameters = {"platform": list(PLATFORM_SCHEMAS), "schemas": list(schemas), "tables": list(tables)}
    found: dict[Name, list[Column]] = defaultdict(list)
    for (
        schema,
        table,
        name,
        type,
        base,
        is_array,
        length,
        required,
        settled,
        fixed,
        labels,
        checks,
    ) in connection.execute(_COLUMNS, parameters):
        column = Column(name, type, base, is_array, length, required, settled, fixed, tuple(labels) or named(checks))
        found[schema, table].append(column)
    return {name: tuple(each) for name, each in found.items()}


def plant(connection: Connection, tables: Mapping[Name, tuple[Column, ...]]) -> Planting:
    """Plant the rows. Take a connection that is in a transaction, and that no policy holds back."""
    done, waiting = Planting(), [name for name in tables if name not in _LEFT_OUT]
    disturb_nothing(connection)
    for _ in range(_PASSES):
        again = [name for name in waiting if not _plant(connection, done, name, tables[name])]
        if again == waiting:
            break
        waiting = again
    if ("storage", "buckets") in tables and _OBJECTS in tables:
        _plant_files(connection, done, tables[_OBJECTS])
    disturb_as_usual(connection)
    return done


def clear(connection: Connection) -> None:
    """Empty all tables but the platform's, in a scratch database where rows were planted and kept.

    Raises:
        PreconditionError: The database is not marked as one to throw away.

    """
    scratch.require(connection)
    tables = [ident(*name) for name in columns(connection) if name[0] not in PLATFORM_SCHEMAS]
    if tables:
        connection.execute(compose("truncate {} cascade", sql.SQL(", ").join(tables)))


def disturb_nothing(connection: Connection) -> None:
    """Let no trigger and no foreign key stand in the way until the transaction is over, where the role may."""
    try:
        with connection.transaction():
            connection.execute("set local session_replication_role = replica")
    except errors.InsufficientPrivilege:
        return


def disturb_as_usual(connection: Connection) -> None:
    """Let triggers and foreign keys do their work again."""
    # Who may not set it is refused even what it is already.
    connection.execute(_AS_USUAL)


def _plant(connection: Connection, done: Planting, name: Name, known: tuple[Column, ...]) -> bool:
    types = {column.name: column.type for column in known}
    for filling in Filling:
        values = {tenant: row(known, tenant, filling) for tenant in Tenant}
        try:
            with connection.transaction():
                places = {tenant: insert(connection, name, values[tenant], types) for tenant in Tenant}
        except psycopg.Error as error:
            done.failed.setdefault(name, type(error).__name__)
        else:
            done.failed.pop(name, None)
            fixed = frozenset(column.name for column in known if column.fixed)
            done.planted[name] = Planted(name, values, types, places, fixed)
            return True
    return False


def _plant_files(connection: Connection, done: Planting, known: tuple[Column, ...]) -> None:
    types = {column.name: column.type for column in known}
    names = connection.execute("select b.id::text from storage.buckets b order by b.id").fetchall()
    for bucket in (name for (name,) in names if name not in {tenant.id for tenant in Tenant}):
        values = {
            tenant: {"bucket_id": bucket, "name": f"{tenant.id}/file", "owner": tenant.id, "owner_id": tenant.id}
            for tenant in Tenant
        }
        values = {tenant: {key: each[key] for key in each if key in types} for tenant, each in values.items()}
        try:
            with connection.transaction():
                places = {tenant: insert(connection, _OBJECTS, values[tenant], types) for tenant in Tenant}
        except psycopg.Error as error:
            done.failed[*_OBJECTS, bucket] = type(error).__name__
        else:
            done.planted[*_OBJECTS, bucket] = Planted(_OBJECTS, values, types, places, bucket=bucket)


def insert(
    connection: Connection, relation: Name, values: Mapping[str, str], types: Mapping[str, str]
) -> tuple[int, str]:
    """Insert a row and return where it is."""
    query = compose("{} returning tableoid::bigint, ctid::text", insertion(relation, values, types))
    found: Any = connection.execute(query).fetchone()
    return (found[0], found[1])


def insertion(relation: Name, values: Mapping[str, str], types: Mapping[str, str]) -> sql.Composed:
    """Return the statement that inserts a row."""
    if not values:
        return compose("insert into {} default values", ident(*relation))
    texts = sql.SQL(", ").join(
        compose("{}::text::{}", literal(text), raw_sql(types[name])) for name, text in values.items()
    )
    template = compose("insert into {} ({}) overriding system value", ident(*relation), idents(values))
    return compose("{} values ({})", template, texts)
