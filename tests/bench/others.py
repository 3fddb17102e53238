"""What it costs to compare two databases, next to what else compares them: in one run, on this machine.

    make bench-others        (scripts/bench-others.sh installs the others; 10, 100 and 500 tables unless told)

Three comparisons of databases with so many tables of 8 columns, 2 indexes, 2 foreign keys and 2 policies each: an
empty one with a full one (create), two full ones (no change), a full one with one of which a tenth of the tables differ
in four ways (change). Each tool prints the SQL that makes the first like the second. Printed for each: seconds on the
clock, seconds of CPU without the server's, megabytes at most, and the lines of SQL; `pg_dump --schema-only` of one full
database besides.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import conninfo, sql

from localdb.temporary import temporary_cluster

TABLES = (10, 100, 500)
_RUNS = 3
_SCHEMA = """
create table public.organizations (id uuid primary key);
create table public.users (id uuid primary key);
do $$
begin
    for number in 1..{count} loop
        execute format($table$
            create table public.measured_%1$s (
                id uuid primary key default gen_random_uuid(),
                org_id uuid not null references public.organizations on delete cascade,
                owner_id uuid references public.users,
                title text not null default '',
                size bigint default 0,
                settings jsonb default '{{}}',
                made_at timestamptz default now(),
                is_open boolean not null default true
            );
            create index measured_%1$s_org on public.measured_%1$s (org_id, made_at desc);
            create index measured_%1$s_open on public.measured_%1$s (owner_id) where is_open;
            alter table public.measured_%1$s enable row level security;
            create policy "read" on public.measured_%1$s for select using (is_open);
            create policy "insert" on public.measured_%1$s for insert with check (size < 100)
        $table$, number);
    end loop;
end $$;
"""
_CHANGE = """
do $$
begin
    for number in 1..{tenth} loop
        execute format($table$
            alter table public.measured_%1$s add column note text;
            alter table public.measured_%1$s alter column size set default 1;
            drop index public.measured_%1$s_open;
            alter policy "read" on public.measured_%1$s using (is_open and size > 0)
        $table$, number);
    end loop;
end $$;
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: seconds on the clock and of CPU, megabytes at most, and the lines that it printed."""

    wall: float
    cpu: float
    megabytes: float
    lines: int


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that compares two databases: its name, and its command with the places of the two URLs."""

    name: str
    command: tuple[str, ...]

    def called(self, old: str, new: str) -> list[str]:
        """Return the command for two databases."""
        return [part.format(old=old, new=new) for part in self.command]


def cost(command: list[str], home: Path) -> Cost:
    """Run a command with a home of its own, and return what it cost.

    Raises:
        RuntimeError: It failed. A tool says by its exit code, too, that two databases differ: 2, or 3.

    """
    # Without compiled files each start would compile the programs again, ours and those of others.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env = {**kept, "HOME": str(home), "SUPABASE_TELEMETRY_DISABLED": "1", "PYTHONPATH": ""}
    began = time.perf_counter()
    with (home / "said").open("w+b") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, cwd=home, env=env)
        _, status, usage = os.wait4(process.pid, 0)
        wall, code = time.perf_counter() - began, os.waitstatus_to_exitcode(status)
        process.returncode = code
        said.seek(0)
        text = said.read().decode()
    if code not in {0, 2, 3}:
        raise RuntimeError(f"{command[0]} ended with {code}:\n{text[-2000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text.count("\n"))


def tools(asked: argparse.Namespace) -> Iterator[Tool]:
    """Yield our own comparison, and those that were named."""
    yield Tool("supaschema diff", (sys.executable, "-m", "supaschema", "diff", "{old}", "{new}", "--sql"))
    if asked.supabase:
        diff = ("db", "diff", "--from", "{old}", "--to", "{new}", "--use-pg-delta", "--agent", "no")
        yield Tool("supabase db diff", (asked.supabase, *diff))
    if asked.migra:
        yield Tool("migra", (asked.migra, "--unsafe", "{old}", "{new}"))
    if asked.results:
        yield Tool("results dbdiff", (asked.results, "dbdiff", "{old}", "{new}"))


def made(superuser_url: str, count: int) -> dict[str, str]:
    """Make four databases, empty, full, the same again, and changed, and return their URLs."""
    full = _SCHEMA.format(count=count)
    scripts = {"empty": "", "full": full, "same": full, "changed": full + _CHANGE.format(tenth=max(count // 10, 1))}
    urls = {}
    for name, script in scripts.items():
        with psycopg.connect(superuser_url, autocommit=True) as connection:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(f"{name}_{count}")))
        urls[name] = conninfo.make_conninfo(superuser_url, dbname=f"{name}_{count}")
        if script:
            with psycopg.connect(urls[name], autocommit=True) as connection:
                connection.execute(script.encode())
    return {name: _as_url(url) for name, url in urls.items()}


def _as_url(dsn: str) -> str:
    # Not every tool takes keywords and values.
    parts = conninfo.conninfo_to_dict(dsn)
    return f"postgresql://{parts['user']}:{parts['password']}@{parts['host']}:{parts['port']}/{parts['dbname']}"


def _with_owner(superuser_url: str) -> str:
    """Make the role that the Supabase CLI acts as, and return the URL as that one."""
    password = conninfo.conninfo_to_dict(superuser_url)["password"]
    made = sql.SQL("create role postgres superuser login password {}").format(sql.Literal(password))
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(made)
    return conninfo.make_conninfo(superuser_url, user="postgres")


def measured(superuser_url: str, binaries: Path, count: int, asked: argparse.Namespace, home: Path) -> Iterator[str]:
    """Yield a row for each comparison by each tool: the cheapest of some runs, in which the tools take turns."""
    urls = made(superuser_url, count)
    dump = min(
        (cost([str(binaries / "pg_dump"), "--schema-only", urls["full"]], home) for _ in range(_RUNS)), key=_wall
    )
    yield _row(count, "of one alone", "pg_dump", dump)
    for what, old, new in (
        ("create", "empty", "full"),
        ("no change", "full", "same"),
        ("change", "full", "changed"),
    ):
        every = list(tools(asked))
        rounds = [[cost(tool.called(urls[old], urls[new]), home) for tool in every] for _ in range(_RUNS)]
        for tool, runs in zip(every, zip(*rounds, strict=True), strict=True):
            yield _row(count, what, tool.name, min(runs, key=_wall))


def _wall(cost: Cost) -> float:
    return cost.wall


def _row(count: int, what: str, tool: str, cost: Cost) -> str:
    return f"{count:>6} {what:<14} {tool:<18} {cost.wall:8.2f} {cost.cpu:8.2f} {cost.megabytes:7.0f} {cost.lines:7}"


def main() -> int:
    """Measure, and print a row as soon as it is known."""
    parser = argparse.ArgumentParser(prog="bench-others", description=__doc__)
    for tool in ("supabase", "migra", "results"):
        parser.add_argument(f"--{tool}", help="the path of its command; without it, it is left out")
    parser.add_argument("tables", nargs="*", type=int, default=TABLES, help="numbers of tables (10 100 500)")
    asked = parser.parse_args()
    sys.stdout.write(f"{'tables':>6} {'':<14} {'':<18} {'wall s':>8} {'CPU s':>8} {'MB':>7} {'lines':>7}\n")
    with temporary_cluster(17) as cluster, tempfile.TemporaryDirectory(prefix="supaschema-bench-") as home:
        url = _with_owner(cluster.superuser_url())
        for count in asked.tables:
            for row in measured(url, cluster.bindir, count, asked, Path(home)):
                sys.stdout.write(f"{row}\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
