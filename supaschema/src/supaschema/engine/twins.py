"""Statements on temporary twins of tables: what the server refuses there by itself, it refuses of the table too."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql

from supaschema.core.model import Definition, Delta, LockMode, ObjectId, Plan, Statement
from supaschema.core.sqltext import Name, compose, ident, raw_sql, relation_name
from supaschema.database.connect import Server
from supaschema.engine.diff import Kinds
from supaschema.engine.plan import plan
from supaschema.kinds.base import Context, Family
from supaschema.supabase.roles import of_api

TWIN = ("pg_temp", "supaschema_trial")
"""Schema and name of a twin: what the server says of it, it says of the relation."""

_VIEW = "v"


@dataclass(frozen=True, slots=True)
class Twin:
    """How a relation's part of a plan is tried.

    Attributes:
        name: The relation.
        begin: What makes its twin; empty: the statements do.
        beneath: The twins of the tables that it refers to, each by its name.
        statements: What is tried on it, in order.
        untried: The other statements, which would be done to something else.
        is_whole: Whether the twin has all that the relation has, or will have under the names of the plan.

    """

    name: Name
    begin: tuple[sql.Composable, ...]
    beneath: Mapping[str, Name]
    statements: tuple[sql.Composable, ...]
    untried: tuple[str, ...]
    is_whole: bool = True

    @property
    def likes(self) -> tuple[sql.Composable, ...]:
        """What makes the twins of the tables that it refers to."""
        like = "create temporary table {} (like {} including indexes)"
        return tuple(compose(like, ident(twin), ident(*name)) for twin, name in self.beneath.items())

    def real(self, text: str) -> str:
        """Return a text about the twin as one about the relation."""
        for twin, name in self.beneath.items():
            text = text.replace(ident(TWIN[0], twin).as_string(), ident(*name).as_string()).replace(twin, name[1])
        return real(self.name, text)


@dataclass(frozen=True, slots=True)
class Rank:
    """What a table is among those that have partitions, are one or inherit.

    Attributes:
        key: How it is partitioned; None: it is not.
        bound: Which rows it takes of the table that it is a partition of; None: it is none.
        key_above: How that one is partitioned.
        inherits: Whether it inherits from a table, as a partition does.
        heir: Schema and name of a table that inherits from it, without being a partition; None: there is none.

    """

    key: str | None
    bound: str | None
    key_above: str | None
    inherits: bool
    heir: Sequence[str] | None = None


def real(name: Name, text: str) -> str:
    """Return a text about a twin as one about what it is a twin of."""
    for twin, own in ((ident(*TWIN).as_string(), ident(*name).as_string()), (relation_name(TWIN), relation_name(name))):
        text = text.replace(twin, own)
    return text.replace(TWIN[1], name[-1])


def twins(
    planned: Plan,
    server: Server,
    kinds: Kinds,
    relations: Mapping[Name, str],
    changing: Collection[str],
    *,
    ranks: Mapping[Name, Rank] | None = None,
    former: Mapping[Name, Name] | None = None,
) -> Iterator[Twin]:
    """Return what to try of each table or view of a plan that gets something new.

    Args:
        planned: The plan.
        server: The server, as the first connection found it.
        kinds: The registry of kinds.
        relations: What each relation is that is there, as pg_class.relkind has it.
        changing: Names of what other plans make or change.
        ranks: Of those that have partitions, are one or inherit.
        former: What relations are called now that have other names by then.

    """
    parts: dict[Name, list[Delta]] = {}
    wholes = {delta.id.name: delta for delta in planned.deltas if _is_whole(delta, kinds)}
    whole_ids = {delta.id for delta in wholes.values()}
    for delta in planned.deltas:
        kind = kinds[delta.id.kind]
        belongs = kind.holds_rows or any(kinds[id.kind].holds_rows or id in whole_ids for id in kind.parents(delta.id))
        if belongs and kind.family is Family.RELATION and delta.new is not None:
            parts.setdefault(delta.id.name[:2], []).append(delta)
    renamed = {id.name[:2] for id in planned.renamed}
    for name, deltas in parts.items():
        is_new = any(delta.old is None and kinds[delta.id.kind].holds_rows for delta in deltas)
        now = (former or {}).get(name, name)
        moved, beneath = _referring(name, deltas, kinds, relations, changing, is_new=is_new)
        begin = () if is_new else _begin(now, wholes.get(name), kinds, relations, (ranks or {}).get(now))
        found = _made(moved, server, kinds) if is_new else tuple(_altered(moved, server, kinds))
        tried = tuple(item.query for item in found if _is_harmless(item))
        untried = tuple(item.text for item in found if not _is_harmless(item))
        yield Twin(name, begin, beneath, tried, untried, is_new or name in wholes or name not in renamed)


def _is_whole(delta: Delta, kinds: Kinds) -> bool:
    kind = kinds[delta.id.kind]
    makes_twin = delta.new is not None and bool(kind.dry_run(delta.id, delta.new))
    return makes_twin and kind.family is Family.RELATION and not kind.parents(delta.id)


def _begin(
    name: Name, whole: Delta | None, kinds: Kinds, relations: Mapping[Name, str], rank: Rank | None
) -> tuple[sql.Composable, ...]:
    if whole is not None and whole.new is not None:
        return kinds[whole.id.kind].dry_run(whole.id, whole.new)[:1]
    twin, own = ident(TWIN[1]), ident(*name)
    if relations.get(name) == _VIEW:
        return (compose("create temporary view {} as select * from {}", twin, own),)
    key = compose(" partition by {}", raw_sql(rank.key)) if rank is not None and rank.key else sql.SQL("")
    # Neither checks nor generated columns stand in the way of a change there, nor does a row.
    columns = compose("(like {} including defaults)", own)
    if rank is None or not rank.inherits:
        return (compose("create temporary table {} {}{}", twin, columns, key),)
    above = ident(f"{TWIN[1]}_above")
    if rank.bound is None or rank.key_above is None:
        over = compose("create temporary table {} ()", above)
        return (over, compose("create temporary table {} {} inherits ({}){}", twin, columns, above, key))
    over = compose("create temporary table {} {} partition by {}", above, columns, raw_sql(rank.key_above))
    bound = raw_sql(rank.bound)
    return (over, compose("create temporary table {} partition of {} {}{}", twin, above, bound, key))


def _referring(
    name: Name,
    deltas: list[Delta],
    kinds: Kinds,
    relations: Mapping[Name, str],
    changing: Collection[str],
    *,
    is_new: bool,
) -> tuple[list[Delta], Mapping[str, Name]]:
    """Return the deltas as ones of the twin, and the twins of the tables that they refer to.

    A temporary table refers to none but temporary ones.
    """
    moved: list[Delta] = []
    beneath: dict[Name, str] = {}
    for delta in deltas:
        assert delta.new is not None
        kind, new = kinds[delta.id.kind], delta.new
        if kind.is_inherited(new) and not is_new:
            # It comes with the change of the table that it is from.
            continue
        refers = _referred_to(delta.id, new, kinds)
        others = [id.name[:2] for id in refers if id.name[:2] != name]
        own = [id for id in refers if id.kind != delta.id.kind and id.name == name]
        if own and kind.referring(new, "") != new:
            key = kind.needs_key(new)
            if is_new:
                new = kind.referring(new, relation_name(TWIN))
            elif key is not None and _is_untouched(key[1], delta, deltas):
                twin = beneath.setdefault(name, f"{TWIN[1]}_{len(beneath) + 1}")
                new = kind.referring(new, relation_name((TWIN[0], twin)))
            else:
                continue
        elif others:
            if kind.referring(new, "") == new or not _stays(others, relations, changing):
                continue
            twin = beneath.setdefault(others[0], f"{TWIN[1]}_{len(beneath) + 1}")
            new = kind.referring(new, relation_name((TWIN[0], twin)))
        moved.append(dataclasses.replace(delta, id=_moved(delta.id), new=new))
    return moved, {twin: other for other, twin in beneath.items()}


def _referred_to(id: ObjectId, new: Definition, kinds: Kinds) -> list[ObjectId]:
    # Types and collations are where they are, for twins too.
    found = kinds[id.kind].references(id, new)
    return [other for other in found if kinds[other.kind].family not in (Family.TYPE, Family.COLLATION)]


def _is_untouched(columns: Iterable[str], delta: Delta, deltas: Iterable[Delta]) -> bool:
    names = set(columns)
    return not any(other.id.name[-1] in names for other in deltas if other is not delta)


def _stays(others: Iterable[Name], relations: Mapping[Name, str], changing: Collection[str]) -> bool:
    return all(other in relations and other[1] not in changing for other in others)


def _is_harmless(statement: Statement) -> bool:
    # A partition or a child of a table that others use would lock that one.
    prefix = f"{TWIN[0]}."
    others = (lock for lock in statement.locks if lock.relation != relation_name(TWIN))
    return TWIN[1] in statement.text and all(
        lock.mode is LockMode.ACCESS_SHARE
        or (lock.relation.startswith(prefix) and lock.relation.removeprefix(prefix) in statement.text)
        for lock in others
    )


def _moved(id: ObjectId) -> ObjectId:
    return ObjectId(id.kind, (*TWIN, *id.name[2:]))


def _made(deltas: Iterable[Delta], server: Server, kinds: Kinds) -> tuple[Statement, ...]:
    fresh = [dataclasses.replace(delta, old=None) for delta in deltas]
    return plan(
        fresh, {delta.id: delta.new for delta in fresh}, Context(server.major, of_api(server.roles)), kinds
    ).statements


def _altered(deltas: Iterable[Delta], server: Server, kinds: Kinds) -> Iterator[Statement]:
    given = list(deltas)
    fresh = {parent for delta in given for parent in kinds[delta.id.kind].parents(delta.id)}
    context = Context(server.major, of_api(server.roles), fresh=frozenset(fresh))
    rank = {name: position for position, name in enumerate(kinds)}
    for delta in sorted(given, key=lambda delta: rank[delta.id.kind]):
        kind = kinds[delta.id.kind]
        assert delta.new is not None
        if delta.old is not None and not kind.recreatable(delta.new):
            altered = kind.alter(delta.id, delta.old, delta.new, context)
            if altered is not None:
                yield from altered.statements
                continue
        if delta.old is not None:
            yield from kind.drop(delta.id, delta.old, context).statements
        yield from kind.create(delta.id, delta.new, context).statements
