"""What the engine's work costs next to plain tools: ratios, taken in one run on this machine.

    make bench        (or: python -m tests.bench.speed [TABLES ...]; 10, 100 and 500 tables unless told)

Three parts, on a temporary server of its own:

- the connector stack with nothing to change, `preview` and `up`, next to a program without resources;
- so many tables of 8 columns, 2 indexes, 2 foreign keys and 2 policies each: created and changed next to as many
  resources of a provider that does nothing and `psql -f` of the statements that the ledger says were run; previewed
  unchanged next to those resources, refreshed next to `pg_dump --schema-only`;
- the same tables as one set: next to `psql -f`, or three times `pg_dump`, and a program without resources; and what a
  set costs whose provider does nothing.

CPU is that of the engine, the program and the provider together; the server's is in the wall times only.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psycopg
from psycopg import sql

from localdb import platform
from localdb.temporary import temporary_cluster
from supaschema.declarations import (
    Column,
    ForeignKey,
    Grant,
    InlineAccess,
    InlineIndex,
    InlinePolicy,
    ObjectSet,
    OnDelete,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Table,
)
from tests.bench.costs import Cost, least_of_pulumi, of_program, of_pulumi
from tests.bench.idle_provider import idle_stack
from tests.support.pulumi import Declared, Stack, connector_stack, object_stack

TABLES = (10, 100, 500)
UP = ("up", "--yes", "--skip-preview", "--suppress-outputs")
PREVIEW = ("preview", "--expect-no-changes")
REFRESH = ("refresh", "--yes", "--skip-preview")

_IDLE_SET = "  a set that does nothing"
_OWN_ROWS = "owner_id = (select auth.uid())"
_ACCESS = InlineAccess(
    policies=(
        InlinePolicy(name="read", command=PolicyCommand.SELECT, to=("authenticated",), using=_OWN_ROWS),
        InlinePolicy(name="insert", command=PolicyCommand.INSERT, to=("authenticated",), check=_OWN_ROWS),
    ),
    grants=(Grant(to="authenticated", privileges=(Privilege.SELECT, Privilege.INSERT)),),
)
_COLUMNS = (
    Column(name="id", type="uuid", nullable=False, default="gen_random_uuid()"),
    Column(name="org_id", type="uuid", nullable=False),
    Column(name="owner_id", type="uuid"),
    Column(name="title", type="text", nullable=False, default="''"),
    Column(name="size", type="bigint", default="0"),
    Column(name="settings", type="jsonb", default="'{}'"),
    Column(name="made_at", type="timestamptz", default="now()"),
    Column(name="is_open", type="boolean", default="true", nullable=False),
)


def table(number: int) -> Table:
    """Return a table of 8 columns, 2 indexes, 2 foreign keys and 2 policies."""
    name = f"measured_{number}"
    return Table(
        name=name,
        columns=_COLUMNS,
        primary_key=PrimaryKey(columns=("id",)),
        foreign_keys=(
            ForeignKey(columns=("org_id",), references="organizations", on_delete=OnDelete.CASCADE),
            ForeignKey(columns=("owner_id",), references="users"),
        ),
        indexes=(
            InlineIndex(name=f"{name}_org", keys=("org_id", "made_at desc")),
            InlineIndex(name=f"{name}_open", keys=("owner_id",), where="is_open"),
        ),
        access=_ACCESS,
    )


def changed(number: int) -> Table:
    """Return the same table with one column more."""
    return msgspec.structs.replace(table(number), columns=(*_COLUMNS, Column(name="note", type="text")))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the report: what was done, what it cost, and the plain tool's cost for the same."""

    what: str
    ours: Cost
    tool: str
    plain: Cost

    def __str__(self) -> str:
        """Return the row as text."""
        ours, plain = self.ours, self.plain
        return (
            f"{self.what:<34} {ours.wall:7.2f} {ours.cpu:7.2f} {ours.provider_cpu:8.2f} {ours.provider_mb:7.0f}   "
            f"{self.tool:<14} {plain.wall:6.2f} {plain.cpu:6.2f}   "
            f"{ours.wall / plain.wall:6.1f} {ours.cpu / plain.cpu:6.1f}"
        )


HEADING = (
    f"{'':<34} {'wall s':>7} {'CPU s':>7} {'provider':>8} {'its MB':>7}   "
    f"{'next to':<14} {'wall s':>6} {'CPU s':>6}   {'x wall':>6} {'x CPU':>6}"
)


@dataclass(frozen=True, slots=True)
class Bench:
    """A running server, and a folder for projects."""

    superuser_url: str
    password: str
    binaries: Path
    directory: Path

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """Make a database with platform and baseline, and drop it afterwards; give its URL as role `postgres`."""
        url = platform.create_database(
            self.superuser_url,
            name,
            variant=platform.DefaultPrivileges.OPT_IN,
            template=None,
            postgres_password=self.password,
        )
        try:
            platform.install_baseline(url)
            yield url
        finally:
            platform.drop_database(self.superuser_url, name)

    def psql(self, url: str, statements: Sequence[str]) -> Cost:
        """Run statements with `psql -f`, and give the cost."""
        file = self.directory / "statements.sql"
        file.write_text("".join(f"{statement};\n" for statement in statements), encoding="utf-8")
        return of_program([self.binaries / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file, url])

    def dump(self, url: str) -> Cost:
        """Run `pg_dump --schema-only`, and give the cost."""
        return of_program([self.binaries / "pg_dump", "--schema-only", url])


def connector_lines(bench: Bench) -> Iterator[Line]:
    """Measure the connector stack without changes next to a program without resources, and one with a provider only."""
    with bench.database("connectors") as url:
        stack, empty = connector_stack(bench.directory / "connectors", url), _empty(bench, url)
        idle = object_stack(bench.directory / "idle", url)
        idle.declare()
        for each in (stack, empty, idle):
            each.up()
        for verb in (PREVIEW, (*UP, "--expect-no-changes")):
            plain, alone, ours = least_of_pulumi((empty, idle, stack), *verb)
            yield Line(f"provider alone, no change: {verb[0]}", alone, "empty program", plain)
            yield Line(f"connector stack, no change: {verb[0]}", ours, "empty program", plain)


def table_lines(bench: Bench, count: int) -> Iterator[Line]:
    """Measure so many tables next to psql and pg_dump."""
    with bench.database(f"ours_{count}") as url, bench.database(f"plain_{count}") as plain_url:
        stack, idle = (
            object_stack(bench.directory / f"tables_{count}", url),
            idle_stack(bench.directory / f"idle_{count}"),
        )
        for what, make in (("create", table), ("change", changed)):
            for each in (stack, idle):
                each.declare(*(Declared(f"t{number}", make(number)) for number in range(count)))
            before = _last(url)
            ours, nothing = of_pulumi(stack, *UP), of_pulumi(idle, *UP)
            plain = _sum(nothing, bench.psql(plain_url, _statements(url, before)))
            yield Line(f"{count} tables: {what}", ours, "idle + psql", plain)
            if make is table:
                yield Line(f"{count} tables: preview", of_pulumi(stack, *PREVIEW), "idle", of_pulumi(idle, *PREVIEW))
                yield Line(f"{count} tables: refresh", of_pulumi(stack, *REFRESH), "pg_dump", bench.dump(url))


def set_lines(bench: Bench, count: int) -> Iterator[Line]:
    """Measure so many tables as one resource; next to the plain tool and a program without resources together."""
    with bench.database(f"set_{count}") as url, bench.database(f"plain_set_{count}") as plain_url:
        stack, empty = object_stack(bench.directory / f"set_{count}", url), _empty(bench, url, f"empty_{count}")
        idle = idle_stack(bench.directory / f"idle_set_{count}")
        for what, make in (("create", table), ("change", changed)):
            for each in (stack, idle):
                each.declare(Declared("all", ObjectSet(objects=tuple(map(make, range(count))))))
            before = _last(url)
            ours, nothing = of_pulumi(stack, *UP), of_pulumi(empty, *UP)
            plain = _sum(nothing, bench.psql(plain_url, _statements(url, before)))
            yield Line(f"a set of {count} tables: {what}", ours, "empty + psql", plain)
            yield Line(f"{_IDLE_SET}: {what}", of_pulumi(idle, *UP), "empty + psql", plain)
            if make is table:
                ours, nothing = of_pulumi(stack, *PREVIEW), of_pulumi(empty, *PREVIEW)
                plain = _sum(nothing, *(bench.dump(url) for _ in range(3)))
                yield Line(f"a set of {count} tables: preview", ours, "empty + 3 dumps", plain)
                yield Line(f"{_IDLE_SET}: preview", of_pulumi(idle, *PREVIEW), "empty + 3 dumps", plain)


def _sum(*costs: Cost) -> Cost:
    return Cost(sum(cost.wall for cost in costs), sum(cost.cpu for cost in costs))


def _empty(bench: Bench, url: str, name: str = "empty") -> Stack:
    stack = object_stack(bench.directory / name, url)
    (stack.directory / "program" / "__main__.py").write_text("import pulumi\n", encoding="utf-8")
    return stack


def _last(url: str) -> int:
    with psycopg.connect(url) as connection:
        if connection.execute("select to_regclass('supaschema.history')").fetchone() == (None,):
            return 0
        row = connection.execute("select coalesce(max(id), 0) from supaschema.history").fetchone()
    assert row is not None
    return int(row[0])


def _statements(url: str, after: int) -> list[str]:
    query = sql.SQL("select statement from supaschema.history where id > %s order by id")
    with psycopg.connect(url) as connection:
        return [str(statement) for (statement,) in connection.execute(query, [after])]


def main(arguments: Sequence[str]) -> int:
    """Measure, and print a row as soon as it is known."""
    counts = [int(argument) for argument in arguments] or list(TABLES)
    settings = {"shared_buffers": "128MB"}
    with temporary_cluster(17, settings) as cluster, tempfile.TemporaryDirectory(prefix="supaschema-bench-") as folder:
        url, password = cluster.superuser_url(), cluster.password(platform.OWNER)
        platform.install_roles(url, password)
        bench = Bench(url, password, cluster.bindir, Path(folder))
        sys.stdout.write(f"{HEADING}\n")
        for lines in (
            connector_lines(bench),
            *(table_lines(bench, count) for count in counts),
            *(set_lines(bench, count) for count in counts),
        ):
            for line in lines:
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
