"""Which locks each statement of a plan takes, against those that it announces, and what nobody finds meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg
import pytest

from supaschema.core.model import LockMode, Mode, Plan, Statement
from supaschema.database.fired import hold_own
from supaschema.engine.execute import Executor
from supaschema.engine.pace import is_waited_for

_MODES = {mode.value.title().replace(" ", "") + "Lock": mode for mode in LockMode}
# Relations that were there before the plan, by the name that they had then and the one that they have now. Whoever
# reads a relation's definition takes ACCESS SHARE: it stands in nobody's way but that of a writer of DDL.
_HELD: LiteralString = """
    select distinct r.name, coalesce(n.nspname || '.' || c.relname, r.name), l.mode
      from pg_catalog.pg_locks l
      join corpus_watch.relations r on r.oid = l.relation
      left join pg_catalog.pg_class c on c.oid = l.relation
      left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation' and l.granted
       and l.mode <> 'AccessShareLock'
"""
_VIEWS: LiteralString = """
    select n.nspname || '.' || c.relname
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('v', 'm')
"""
Held = Mapping[tuple[str, str], frozenset[LockMode]]
"""By a relation's name before the plan and now, the modes in which it is locked."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The locks that a transaction held before a statement, or a batch of it, and after it."""

    text: str
    before: Held
    after: Held


@dataclass(slots=True)
class Log:
    """What was taken since the look at it began, and the views that there were when each statement ran by itself."""

    taken: list[Taken] = field(default_factory=list)
    found: list[tuple[str, frozenset[str]]] = field(default_factory=list)


@contextmanager
def logged() -> Iterator[Log]:
    """Note the locks of each statement and batch that runs in a transaction; outside of one nothing is held then."""
    log = Log()
    run = Executor._execute
    running: list[Statement] = []

    def execute_one(executor: Executor, statement: Statement) -> float:
        if statement.mode is Mode.ALONE:
            log.found.append((statement.text, _views(executor._connection)))
            return run(executor, statement)
        connection = executor._connection
        before = _held(connection)
        seconds = run(executor, statement)
        log.taken.append(Taken(statement.text, before, _held(connection)))
        return seconds

    def hold(connection: Any, statement: Statement) -> None:
        running[:] = [statement]
        hold_own(connection, statement)

    def end(connection: Any) -> bool:
        log.taken.append(Taken(running[0].text, {}, _held(connection)))
        log.found.append((running[0].text, _views(connection)))
        return is_waited_for(connection)

    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(Executor, "_execute", execute_one)
        patching.setattr("supaschema.engine.execute.hold_own", hold)
        patching.setattr("supaschema.engine.execute.is_waited_for", end)
        yield log


def _views(connection: psycopg.Connection[Any]) -> frozenset[str]:
    return frozenset(str(name) for (name,) in connection.execute(_VIEWS))


def away(log: Log, views: Collection[str]) -> list[str]:
    """Return which views, of those that are there before and afterwards, nobody finds while a statement runs."""
    return [
        f"{name} is not there during {' '.join(text.split())[:100]}"
        for name in sorted(views)
        for text in [next((text for text, found in log.found if name not in found), None)]
        if text is not None
    ]


def _held(connection: psycopg.Connection[Any]) -> Held:
    found: dict[tuple[str, str], set[LockMode]] = {}
    for former, name, mode in connection.execute(_HELD):
        found.setdefault((former, name), set()).add(_MODES[mode])
    return {names: frozenset(modes) for names, modes in found.items()}


def locks(plan: Plan, log: Log, relations: Iterable[str]) -> list[str]:
    """Return where a statement took another lock than it announces, or announces one that it did not take.

    Args:
        plan: What was run.
        log: What was noted meanwhile.
        relations: The names of those that were there before the plan.

    """
    said: dict[str, list[Statement]] = {}
    for statement in plan.statements:
        said.setdefault(statement.text, []).append(statement)
    known = set(relations)
    found = (line for taken in log.taken for line in _other(taken, said.get(taken.text, ()), known))
    return list(dict.fromkeys(found))


def _other(taken: Taken, statements: Sequence[Statement], known: set[str]) -> Iterator[str]:
    announced = _strongest((lock.relation, lock.mode) for statement in statements for lock in statement.locks)
    named = {name for names in taken.after for name in names}
    for names in sorted({*taken.after, *((name, name) for name in announced.keys() & known - named)}):
        held = _max(taken.before.get(names, frozenset()))
        gained = _max(taken.after.get(names, frozenset()) - taken.before.get(names, frozenset()))
        want = next((announced[name] for name in names if name in announced), None)
        if want is gained or (_is_within(want, held) and _is_within(gained, held)):
            continue
        yield f"{names[0]}: {_word(gained)} taken, {_word(want)} announced, by {' '.join(taken.text.split())[:100]}"


def _is_within(mode: LockMode | None, held: LockMode | None) -> bool:
    # Whoever waits for the weaker lock waits for the stronger one already.
    return mode is None or (held is not None and mode.strength <= held.strength)


def _strongest(items: Iterable[tuple[str, LockMode]]) -> dict[str, LockMode]:
    found: dict[str, LockMode] = {}
    for name, mode in items:
        if mode is not LockMode.ACCESS_SHARE and (name not in found or mode.strength > found[name].strength):
            found[name] = mode
    return found


def _max(modes: Iterable[LockMode]) -> LockMode | None:
    return max(modes, key=lambda mode: mode.strength, default=None)


def _word(mode: LockMode | None) -> str:
    return mode.value if mode else "nothing"
