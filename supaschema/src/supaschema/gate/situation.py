"""What a server says of itself before a deployment. No row is read but the ledger's and the platform's migrations."""

from __future__ import annotations

from typing import LiteralString

import msgspec

from supaschema.core.model import ObjectId
from supaschema.core.sqltext import compose
from supaschema.database.connect import Connection
from supaschema.database.trust import BY_DEPLOYING
from supaschema.ledger import identity

LONG_SECONDS = 60
"""From how long on a transaction of others is told: as long as one that only reads may be idle with us."""


class Session(msgspec.Struct, frozen=True):
    """A transaction of others that has been open for long; what it runs is not read, for it may hold anything."""

    process: int
    role: str
    application: str
    state: str
    seconds: int


class Prepared(msgspec.Struct, frozen=True):
    """A prepared transaction: it holds its locks until somebody ends it."""

    name: str
    owner: str
    seconds: int


class Standby(msgspec.Struct, frozen=True):
    """A server that follows this one."""

    name: str
    state: str
    lag_seconds: float | None
    """None: nothing to say, or not told to this role."""


class Slot(msgspec.Struct, frozen=True):
    """A replication slot that nobody reads: the server keeps all that is written since."""

    name: str
    kept_bytes: int


class Migration(msgspec.Struct, frozen=True):
    """A migration of the platform's own ledger, written after the last deployment: when it was applied is told nowhere.

    One that was written before and applied after is not found.
    """

    version: str
    name: str
    statements: tuple[str, ...]


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """A database as it is now.

    Attributes:
        major: The server's version, such as 17.
        is_standby: Whether it takes no writes, for it follows another server.
        reads_only: Whether transactions are read-only unless they say otherwise.
        may_create: Whether the role may make schemas in the database; the first deployment makes the ledger's.
        has_ledger: Whether there is a ledger.
        may_record: Whether the role may write the ledger.
        is_told_all: Whether the role is told what others do.
        free_connections: How many more there may be, of those that are not kept for superusers.
        database_bytes: The size of the database.
        age: How many transactions ago the oldest one began that the database still remembers.
        freeze_age: At which age autovacuum begins to run whatever is in its way.
        sessions: Transactions of others that have been open for `LONG_SECONDS`.
        prepared: Prepared transactions of this database.
        standbys: Servers that follow this one.
        slots: Replication slots that nobody reads.
        last: When the last statement was run by a deployment, as a migration's version is written; None: not known.
        objects: What the ledger holds.
        migrations: Those of the platform that were written after `last`.

    """

    major: int
    is_standby: bool
    reads_only: bool
    may_create: bool
    has_ledger: bool
    may_record: bool
    is_told_all: bool
    free_connections: int
    database_bytes: int
    age: int
    freeze_age: int
    sessions: tuple[Session, ...]
    prepared: tuple[Prepared, ...]
    standbys: tuple[Standby, ...]
    slots: tuple[Slot, ...]
    last: str | None = None
    objects: tuple[ObjectId, ...] = ()
    migrations: tuple[Migration, ...] = ()


def read(connection: Connection, long_seconds: int = LONG_SECONDS) -> Situation:
    """Return how a database is, with the transactions of others that have been open so long. Nothing is written."""
    row = connection.execute(_SERVER, {"long": long_seconds}).fetchone()
    assert row is not None
    found = msgspec.convert(row[0], Situation)
    if not found.has_ledger:
        return found
    entries = connection.execute(compose(_ENTRIES, identity.relation(connection))).fetchone()
    assert entries is not None
    last, objects = entries
    return msgspec.structs.replace(
        found,
        last=last,
        objects=tuple(ObjectId.from_key(key) for key in objects),
        migrations=_migrations(connection, last) if last is not None else (),
    )


def _migrations(connection: Connection, last: str) -> tuple[Migration, ...]:
    readable = connection.execute(_MIGRATIONS_READABLE).fetchone()
    if readable is None or not readable[0]:
        return ()
    rows = connection.execute(_MIGRATIONS, [last]).fetchall()
    return tuple(Migration(version, name or "", tuple(statements or ())) for version, name, statements in rows)


# What a role is not told of others' sessions is null there, not absent.
_SERVER: LiteralString = """
    select pg_catalog.jsonb_build_object(
      'major', pg_catalog.current_setting('server_version_num')::integer / 10000,
      'is_standby', pg_catalog.pg_is_in_recovery(),
      'reads_only', pg_catalog.current_setting('default_transaction_read_only')::boolean,
      'may_create', pg_catalog.has_database_privilege(d.oid, 'CREATE'),
      'has_ledger', ledger.oid is not null,
      'may_record', coalesce(pg_catalog.has_table_privilege(ledger.oid, 'INSERT'), false),
      'is_told_all', pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'),
      'free_connections', least(
        pg_catalog.current_setting('max_connections')::integer
          - pg_catalog.current_setting('superuser_reserved_connections')::integer
          - coalesce(pg_catalog.current_setting('reserved_connections', true)::integer, 0)
          - (select pg_catalog.count(*) from pg_catalog.pg_stat_activity a
              where a.datid is not null and a.usesysid is not null
                and coalesce(a.backend_type, 'client backend') = 'client backend'),
        (select case when r.rolconnlimit < 0 then 1000000 else r.rolconnlimit - (
                  select pg_catalog.count(*) from pg_catalog.pg_stat_activity a where a.usesysid = r.oid) end
           from pg_catalog.pg_roles r where r.rolname = current_user),
        case when d.datconnlimit < 0 then 1000000 else d.datconnlimit - (
          select pg_catalog.count(*) from pg_catalog.pg_stat_activity a where a.datid = d.oid) end),
      'database_bytes', pg_catalog.pg_database_size(d.oid),
      'age', pg_catalog.age(d.datfrozenxid),
      'freeze_age', pg_catalog.current_setting('autovacuum_freeze_max_age')::integer,
      'sessions', coalesce((
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                 'process', a.pid, 'role', a.usename, 'application', a.application_name,
                 'state', coalesce(a.state, 'not told'), 'seconds',
                 extract(epoch from pg_catalog.clock_timestamp() - a.xact_start)::integer) order by a.xact_start, a.pid)
          from pg_catalog.pg_stat_activity a
         where a.datid = d.oid and a.usesysid is not null and a.pid <> pg_catalog.pg_backend_pid()
           and a.xact_start < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => %(long)s)), '[]'),
      'prepared', coalesce((
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                 'name', p.gid, 'owner', p.owner, 'seconds',
                 extract(epoch from pg_catalog.clock_timestamp() - p.prepared)::integer) order by p.prepared, p.gid)
          from pg_catalog.pg_prepared_xacts p where p.database = d.datname), '[]'),
      'standbys', coalesce((
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                 'name', coalesce(r.application_name, ''), 'state', coalesce(r.state, 'not told'),
                 'lag_seconds', extract(epoch from r.replay_lag)) order by r.pid)
          from pg_catalog.pg_stat_replication r), '[]'),
      'slots', coalesce((
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                 'name', s.slot_name, 'kept_bytes', pg_catalog.pg_wal_lsn_diff(
                   case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_replay_lsn()
                        else pg_catalog.pg_current_wal_lsn() end, s.restart_lsn)::bigint) order by s.slot_name)
          from pg_catalog.pg_replication_slots s where not s.active and s.restart_lsn is not null), '[]'))
      from pg_catalog.pg_database d
      left join (
        select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'supaschema' and c.relname = 'objects') as ledger on true
     where d.datname = pg_catalog.current_database()
"""
_ENTRIES: LiteralString = """
    select pg_catalog.to_char(pg_catalog.max(o.recorded_at) at time zone 'UTC', 'YYYYMMDDHH24MISS'),
           coalesce(pg_catalog.array_agg(o.object order by o.object), '{{}}')
      from {} o
"""
# Who made a table of this name themselves may say anything in it, and put something else in its place.
_MIGRATIONS_READABLE: LiteralString = (
    "with recursive"
    + BY_DEPLOYING
    + """
    select pg_catalog.has_schema_privilege(n.oid, 'USAGE') and pg_catalog.has_table_privilege(c.oid, 'SELECT')
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'supabase_migrations' and c.relname = 'schema_migrations' and c.relkind = 'r'
       and not c.relrowsecurity
       and c.relowner in (select t.oid from trusted_owners t) and n.nspowner in (select t.oid from trusted_owners t)
       and (select pg_catalog.count(*) from pg_catalog.pg_attribute a
             where a.attrelid = c.oid and not a.attisdropped
               and (a.attname, a.atttypid) in (('version', 25), ('name', 25), ('statements', 1009))) = 3
"""
)
# The CLI names a migration by the time at which it was written, as fourteen digits.
_MIGRATIONS: LiteralString = """
    select m.version, m.name, m.statements from supabase_migrations.schema_migrations m
     where m.version collate "C" > %s order by m.version
"""
