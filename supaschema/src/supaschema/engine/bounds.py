"""Which rows partitions take: tried beside the others of their table, on temporary twins. Names no kind.

The server alone tells what a bound means, and whether two of them overlap.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql

from supaschema.core.errors import ApplyError, DependencyError
from supaschema.core.model import Definition, Delta, Fact, Facts, ObjectId, Plan, Precondition
from supaschema.core.secret_texts import Secrets
from supaschema.core.sqltext import Name, compose, ident, raw_sql, relation_name
from supaschema.database.commands import run_one
from supaschema.database.connect import Connection, Server
from supaschema.database.server_errors import server_error
from supaschema.engine.diff import Kinds
from supaschema.engine.twins import TWIN, twins

_MOST = 1000
"""Twins that one run makes of a table's partitions: of many new ones each meets only the nearest others."""
_FEWEST = 10

_PARTITIONED = "p"
_DEFAULT = "default"
_OF_TWIN = re.compile(r"satisfies_hash_partition\('\d+'::oid")
_NUMBERED = re.compile(rf"{TWIN[1]}(?:_(\d+))?")
_MISSING = ("3F000", "42703", "42704", "42883", "42P01")
"""What a bound names may be made by then."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """A table that is live, and whose rows partitions are to take.

    Attributes:
        kind: What it is, as pg_class.relkind has it.
        key: How it is partitioned; None: it is not.
        number: Its oid.
        bounds: Those of its partitions, by name.

    """

    kind: str
    key: str | None
    number: int
    bounds: Mapping[Name, str]


@dataclass(frozen=True, slots=True)
class _Coming:
    """What becomes a partition: of which table, and of which of its rows; whether it is there already."""

    id: ObjectId
    whole: Name
    bound: str
    exists: bool


class Bounds:
    """Looks at the partitions of one run's plans. For several threads: a count that is lost only tries more."""

    def __init__(self, kinds: Kinds, secrets: Secrets) -> None:
        """Take the registry of kinds, and what no message holds."""
        self._kinds = kinds
        self._secrets = secrets
        self._tries: Counter[Name] = Counter()

    def look(
        self,
        connection: Connection,
        plan: Plan,
        server: Server,
        declared: Callable[[], Iterable[Fact]],
        changing: Collection[str],
    ) -> tuple[Precondition, ...]:
        """Refuse a partition that cannot be, and return which rows must not be there for it.

        Args:
            connection: In autocommit mode.
            plan: The plan.
            server: The server, as the first connection found it.
            declared: Gives what the resources of the run declare.
            changing: Names of what other plans change.

        Raises:
            DependencyError: What is to be the partition's table is not partitioned.
            ApplyError: The server refuses the bound.

        """
        coming = [it for it in map(self._coming, plan.deltas) if it is not None]
        if not coming:
            return ()
        facts: dict[ObjectId, Definition] = {fact.id: fact.definition for fact in declared()}
        facts |= {delta.id: delta.new for delta in plan.deltas if delta.new is not None}
        going = {delta.id.name for delta in plan.deltas if delta.new is None}
        there = _wholes(connection, {it.whole for it in coming})
        found: list[Precondition] = []
        for it in coming:
            whole = there.get(it.whole)
            if whole is not None and it.whole[-1] in changing:
                continue
            self._require_partitioned(it, whole, facts)
            beside = {**dict(self._declared(it, facts)), **(_live(whole, changing) if whole is not None else {})}
            others = {name: bound for name, bound in beside.items() if name not in {*going, it.id.name}}
            twin = self._twin(it.whole, whole, facts, server)
            found += self._tried(connection, it, whole, twin, others, as_it_is=_stays_else(it, plan))
        return tuple(found)

    def _coming(self, delta: Delta) -> _Coming | None:
        kind = self._kinds[delta.id.kind]
        share = None if delta.new is None else kind.share(delta.new)
        if share is None or (delta.old is not None and kind.share(delta.old) == share):
            return None
        return _Coming(delta.id, *share, exists=delta.old is not None)

    def _declared(self, it: _Coming, facts: Facts) -> Iterator[tuple[Name, str]]:
        # The nearest first: they were declared last.
        for id, definition in reversed(list(facts.items())):
            share = self._kinds[id.kind].share(definition)
            if share is not None and share[0] == it.whole and id != it.id:
                yield id.name, share[1]

    def _require_partitioned(self, it: _Coming, whole: _Whole | None, facts: Facts) -> None:
        if whole is not None:
            is_partitioned = whole.kind == _PARTITIONED
        else:
            own = [(id, item) for id, item in facts.items() if id.name == it.whole and self._kinds[id.kind].holds_rows]
            is_partitioned = not own or any(self._kinds[id.kind].is_partitioned(item) for id, item in own)
        if not is_partitioned:
            raise DependencyError(
                f"it cannot be a partition of {relation_name(it.whole)}, which is not partitioned.",
                where=str(it.id),
                remedy="Name a table that is declared with partitionBy: one that exists without is not made so.",
            )

    def _twin(self, name: Name, whole: _Whole | None, facts: Facts, server: Server) -> Sequence[sql.Composable]:
        if whole is not None:
            key = raw_sql(whole.key or "")
            like = compose("like {} including constraints including generated", ident(*name))
            return (compose("create temporary table {} ({}) partition by {}", ident(TWIN[1]), like, key),)
        made = tuple(Delta(id, None, item) for id, item in facts.items() if id.name[:2] == name)
        found = next(twins(Plan(made), server, self._kinds, {}, ()), None)
        return () if found is None else (*found.likes, *found.statements)

    def _tried(
        self,
        connection: Connection,
        it: _Coming,
        whole: _Whole | None,
        twin: Sequence[sql.Composable],
        beside: Mapping[Name, str],
        *,
        as_it_is: bool,
    ) -> tuple[Precondition, ...]:
        self._tries[it.whole] += 1
        others = list(beside.items())[: max(_FEWEST, _MOST // self._tries[it.whole])]
        first = [*twin, *(_partition(place, bound) for place, (_, bound) in enumerate(others, 1))]
        with connection.transaction(force_rollback=True):
            try:
                with connection.transaction(), connection.pipeline():
                    for statement in (*_LIMITS, *first):
                        run_one(connection, sql.Composed([statement]))
            except psycopg.Error:
                # What its table is to be, or what is there, cannot be made like this: nothing is told of it.
                return ()
            *rest, last = _attached(it) if as_it_is else (_partition(0, it.bound),)
            try:
                with connection.transaction():
                    for statement in (*rest, last):
                        run_one(connection, sql.Composed([statement]))
            except psycopg.Error as error:
                if (error.sqlstate or "").startswith(_MISSING):
                    return ()
                raise self._refusal(error, last.as_string(), it, [name for name, _ in others]) from None
            row = connection.execute(_TAKEN, [f"pg_temp.{TWIN[1]}_0"]).fetchone()
        return tuple(_rows(it, whole, row[0])) if row is not None and row[0] and whole is not None else ()

    def _refusal(self, error: psycopg.Error, text: str, it: _Coming, others: Sequence[Name]) -> ApplyError:
        names = (it.id.name, *others)

        def real(told: str) -> str:
            return _NUMBERED.sub(lambda twin: (names[int(twin[1])] if twin[1] else it.whole)[-1], told)

        is_secret = self._secrets.holds(text)
        told = server_error(error, self._secrets.masked(text), reads_rows=False, is_secret=is_secret)
        return ApplyError(real(told.what), where=str(it.id), remedy=real(told.remedy))


_LIMITS = (sql.SQL("set local lock_timeout = '1s'"), sql.SQL("set local statement_timeout = '5s'"))


def _partition(place: int, bound: str) -> sql.Composed:
    name = ident(f"{TWIN[1]}_{place}")
    return compose("create temporary table {} partition of {} {}", name, ident(TWIN[1]), raw_sql(bound))


def _stays_else(it: _Coming, plan: Plan) -> bool:
    """Return whether a table is there and nothing else of it changes: the server tells then whether it fits."""
    return it.exists and [delta.id for delta in plan.deltas if delta.id.name[:2] == it.id.name] == [it.id]


def _attached(it: _Coming) -> tuple[sql.Composed, ...]:
    name = ident(f"{TWIN[1]}_0")
    like = "create temporary table {} (like {} including constraints including generated)"
    attach = "alter table {} attach partition {} {}"
    return compose(like, name, ident(*it.id.name)), compose(attach, ident(TWIN[1]), name, raw_sql(it.bound))


def _rows(it: _Coming, whole: _Whole, taken: str) -> Iterator[Precondition]:
    """Yield which rows must not be there: such as the bound does not admit, or such as the default partition has."""
    admits = raw_sql(_OF_TWIN.sub(f"satisfies_hash_partition('{whole.number}'::oid", taken))
    if it.exists:
        reason = (
            f"rows of {relation_name(it.id.name)} are none that it takes as a partition of {relation_name(it.whole)}"
        )
        yield Precondition(reason, compose("select * from {} where not ({})", ident(*it.id.name), admits))
    for name, bound in whole.bounds.items():
        if bound.lower() == _DEFAULT and name != it.id.name:
            reason = (
                f"rows of the default partition {relation_name(name)} are those of the new {relation_name(it.id.name)}"
            )
            yield Precondition(reason, compose("select * from {} where {}", ident(*name), admits))


def _live(whole: _Whole, changing: Collection[str]) -> dict[Name, str]:
    return {name: bound for name, bound in reversed(list(whole.bounds.items())) if name[1] not in changing}


def _wholes(connection: Connection, names: Collection[Name]) -> dict[Name, _Whole]:
    asked = [list(part) for part in zip(*names, strict=True)]
    found: dict[Name, _Whole] = {}
    for schema, name, kind, number, key, partitions in connection.execute(_WHOLES, asked):
        bounds: dict[Name, str] = {(within, partition): bound for within, partition, bound in partitions or ()}
        found[schema, name] = _Whole(kind, key, number, bounds)
    return found


_TAKEN: LiteralString = "select pg_catalog.pg_get_partition_constraintdef(%s::pg_catalog.regclass)"

_WHOLES: LiteralString = """
    select n.nspname, c.relname, c.relkind::text, c.oid::bigint, pg_catalog.pg_get_partkeydef(c.oid), (
             select jsonb_agg(jsonb_build_array(pn.nspname, p.relname, pg_catalog.pg_get_expr(p.relpartbound, p.oid))
                              order by p.oid)
               from pg_catalog.pg_inherits i
               join pg_catalog.pg_class p on p.oid = i.inhrelid and p.relispartition
               join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
              where i.inhparent = c.oid and not i.inhdetachpending)
      from unnest(%s::text[], %s::text[]) as asked(schema, name)
      join pg_catalog.pg_namespace n on n.nspname = asked.schema
      join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = asked.name
"""
