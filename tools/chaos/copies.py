"""Databases to deploy to: copies of ones that were prepared once, and what is in them afterwards."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import LiteralString

import psycopg
from psycopg import sql

from localdb.cluster import Cluster
from localdb.temporary import temporary_cluster
from tests.support.processes import until
from tests.support.sessions import Connection
from tools.chaos.scenario import FOUND, ROLES

_SECONDS = 90
_OURS: LiteralString = """
    select pid from pg_stat_activity where datname = current_database() and application_name = 'supaschema'
"""
_TABLES: LiteralString = """
    select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')
       and (n.nspname, c.relname) <> ('supaschema', 'history')
     order by 1, 2
"""
# When something was kept or recorded, and how often a resource was made, is another matter each time.
_VOLATILE = ["recorded_at", "kept_at", "completed_at", "generation", "database_oid", "rows"]
_NOTHING_KEPT: LiteralString = """
    do $$ begin
      if to_regclass('supaschema_archive.columns') is not null then
        delete from supaschema_archive.columns c where not exists (
          select from supaschema_archive.column_values v
           where v.relation = c.relation and v.column_values ? c.column_name);
        delete from supaschema_archive.column_values where column_values = '{}';
      end if;
    end $$
"""
_LEFT: LiteralString = """
    select 'invalid index ' || indexrelid::regclass from pg_index where not indisvalid
    union all select 'constraint not valid ' || conname from pg_constraint where not convalidated
    union all select 'advisory lock of ' || l.pid from pg_locks l join pg_database d on d.oid = l.database
               where l.locktype = 'advisory' and d.datname = current_database()
    union all select 'prepared transaction ' || gid from pg_prepared_xacts
"""

Picture = Mapping[str, str]
"""What a database holds: its schema as `pg_dump` writes it, the rows of each table, and what should not be there."""


@dataclass(slots=True)
class Copies:
    """A server of its own, and the databases on it."""

    cluster: Cluster
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, name: str) -> str:
        """Return the URL of a database."""
        return self.cluster.superuser_url(name)

    def make(self, name: str, template: str | None = None) -> str:
        """Make a database, empty or as a copy whose ledger speaks of the copy; return its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            copied = sql.SQL("create database {} template {}")
            connection.execute(copied.format(sql.Identifier(name), sql.Identifier(template or "template1")))
        with self.watch(name) as inside:
            # A sequence of a copy would forget in a crash what it gave before the first checkpoint.
            inside.execute("checkpoint")
            if inside.execute("select to_regclass('supaschema.identity')").fetchone() != (None,):
                inside.execute(
                    "update supaschema.identity set database_oid ="
                    " (select oid from pg_database where datname = current_database())"
                )
        return self.url(name)

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """Make a copy, give its name, and drop it."""
        name = f"copy_{next(self._numbers)}"
        self.make(name, template)
        yield name
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    def watch(self, name: str) -> Connection:
        """Open a connection that looks at a database; the caller closes it."""
        return psycopg.connect(self.url(name), autocommit=True, application_name="watch")

    def crash(self) -> None:
        """Stop the server at once, as if its machine had no power, and start it again."""
        process = self.cluster.status().pid
        assert process is not None
        os.kill(process, signal.SIGQUIT)
        assert until(lambda: not self.cluster.status().running, _SECONDS)
        self.cluster.start()

    def picture(self, name: str) -> Picture:
        """Return what a database holds once nobody of ours is at it any more."""
        with self.watch(name) as connection:
            assert until(lambda: not connection.execute(_OURS).fetchall(), _SECONDS), "sessions stay"
            found = {"schema": self._dump(name), "left": "\n".join(str(row[0]) for row in connection.execute(_LEFT))}
            # That values of a column were looked for, and none were found, may stay.
            connection.execute(_NOTHING_KEPT)
            for schema, table in connection.execute(_TABLES).fetchall():
                query = sql.SQL("select (to_jsonb(t) - %s::text[])::text from {} t order by 1")
                rows = connection.execute(query.format(sql.Identifier(str(schema), str(table))), [_VOLATILE])
                found[f"rows of {schema}.{table}"] = "\n".join(str(row[0]) for row in rows)
        return found

    def _dump(self, name: str) -> str:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        command = [str(self.cluster.tool("pg_dump")), "--schema-only", "--restrict-key=same", self.url(name)]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout


def differences(wanted: Picture, found: Picture) -> list[str]:
    """Return in which lines two pictures differ."""
    told: list[str] = []
    for part in sorted(wanted.keys() | found.keys()):
        before, after = wanted.get(part, "").splitlines(), found.get(part, "").splitlines()
        if before != after:
            lines = [f"- {line}" for line in before if line not in after]
            lines += [f"+ {line}" for line in after if line not in before]
            told.append("\n    ".join([f"{part}:", *(lines[:6] or ["in another order"])]))
    return told


@contextmanager
def copies(major: int) -> Iterator[Copies]:
    """Start a server with the database `found`, as it is before the stack."""
    # What was committed outlives a crash of the server, if not of the machine.
    settings = {"max_connections": "60", "synchronous_commit": "on"}
    with temporary_cluster(major, settings) as cluster:
        made = Copies(cluster)
        with psycopg.connect(made.make("found"), autocommit=True) as connection:
            connection.execute(ROLES)
            connection.execute(FOUND)
        yield made
