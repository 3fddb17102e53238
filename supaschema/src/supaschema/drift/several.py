"""The sweep of several databases in one process: each has its time, and none stops the others."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import Enum

import psycopg

from supaschema.core.errors import ConnectionRefused, PreconditionError, SupaschemaError
from supaschema.database.connect import Database
from supaschema.database.dsn import without_place
from supaschema.database.out_of_reach import cause
from supaschema.database.server_errors import server_error
from supaschema.database.settings import Settings
from supaschema.drift import accepted
from supaschema.drift.databases import Listed
from supaschema.drift.model import Result, Topic
from supaschema.drift.rules import Rule
from supaschema.drift.since import Since, since
from supaschema.drift.sweep import Policy, swept
from supaschema.engine.diff import Kinds
from supaschema.ledger import integrity
from supaschema.review.words import number


class State(Enum):
    """How a database is."""

    CLEAN = "clean"
    DRIFT = "drift"
    UNTOLD = "could not tell"


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one database.

    Attributes:
        name: By which it is listed.
        result: What the sweep found; None: it did not come to an end.
        why: Why it did not.
        since: What became of what an earlier sweep found.
        turned: Whether it could be told then and cannot now, or could not and can.

    """

    name: str
    result: Result | None = None
    why: str = ""
    since: Since | None = None
    turned: bool = False

    @property
    def state(self) -> State:
        """How it is: what differs weighs more than what could not be told."""
        if self.result is None or (self.result.untold and not self.result.drifted):
            return State.UNTOLD
        return State.DRIFT if self.result.drifted else State.CLEAN

    @property
    def summary(self) -> str:
        """How it is, in a few words."""
        if self.result is None:
            return f"{self.state.value}: {self.why}"
        result = self.result
        told = [f"{len(result.of(topic))} {topic.value}" for topic in Topic if result.of(topic)]
        about = ", ".join(told) or f"{number(result.managed, 'managed object')} of {', '.join(result.stacks)}"
        count = f" {len([item for topic in Topic for item in result.of(topic)])}" if self.state is State.DRIFT else ""
        return f"{self.state.value}{count}: {about}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is done at once, and how many seconds each database has."""

    at_once: int = 4
    seconds: float = 30.0


@dataclass(slots=True)
class _Look:
    """One sweep, in a thread that nobody waits for longer than it may take."""

    listed: Listed
    found: Told | None = None
    ended: threading.Event = field(default_factory=threading.Event)


def sweep_all(listed: Sequence[Listed], kinds: Kinds, rules: tuple[Rule, ...], limits: Limits) -> tuple[Told, ...]:
    """Return what is told of each database, in the order of the list; raises nothing for what one of them does."""
    looks, turns = [_Look(each) for each in listed], ThreadPoolExecutor(limits.at_once)
    try:
        return tuple(turns.map(lambda look: _within(look, kinds, rules, limits.seconds), looks))
    finally:
        turns.shutdown(wait=False, cancel_futures=True)
        # Where somebody breaks it off, no turn waits for a database any more: the process would end after these only.
        for look in looks:
            look.ended.set()


def compared(found: Collection[Told], before: Mapping[str, Result | None]) -> tuple[Told, ...]:
    """Return the same, each with what became of what was found before, by the names of the lists.

    Where nothing could be told before, or another database had the name, all that is found is new.
    """

    def one(told: Told) -> Told:
        turned = told.name in before and (before[told.name] is None) != (told.result is None)
        if told.result is None:
            return replace(told, turned=turned or told.name not in before)
        nothing = replace(told.result, findings=())
        try:
            return replace(told, since=since(before.get(told.name) or nothing, told.result), turned=turned)
        except PreconditionError:
            return replace(told, since=since(nothing, told.result))

    return tuple(map(one, found))


def _within(look: _Look, kinds: Kinds, rules: tuple[Rule, ...], seconds: float) -> Told:
    listed = look.listed
    if listed.url is None:
        return Told(listed.name, why=listed.why)
    database = Database(Settings(database_url=listed.url))
    _apart(lambda: _run(look, database, kinds, rules))
    if not look.ended.wait(seconds):
        # Of a server that answers nothing, neither is done in time: nobody waits for that.
        _apart(lambda: _abandoned(database))
    return look.found or Told(listed.name, why=f"it took longer than {seconds:g} s")


def _apart(do: Callable[[], None]) -> None:
    threading.Thread(target=do, daemon=True).start()


def _run(look: _Look, database: Database, kinds: Kinds, rules: tuple[Rule, ...]) -> None:
    name, url = look.listed.name, look.listed.url or ""
    try:
        look.found = _swept(look.listed, database, kinds, rules)
    except ConnectionRefused as error:
        look.found = Told(name, why=cause(error.what))
    except SupaschemaError as error:
        look.found = Told(name, why=without_place(error.what, url).rstrip("."))
    except psycopg.Error as error:
        look.found = Told(name, why=without_place(server_error(error).what, url).rstrip("."))
    except Exception as error:  # noqa: BLE001 - whatever it is, the other databases are swept
        look.found = Told(name, why=f"the sweep itself failed ({type(error).__name__})")
    finally:
        look.ended.set()
        with contextlib.suppress(Exception):
            database.close()


def _swept(listed: Listed, database: Database, kinds: Kinds, rules: tuple[Rule, ...]) -> Told:
    known = accepted.read(listed.accepted) if listed.accepted else {}
    with database.connection() as connection:
        integrity.require(connection)
    return Told(listed.name, swept(database, kinds, Policy(rules=rules, accepted=known)))


def _abandoned(database: Database) -> None:
    with contextlib.suppress(Exception):
        database.cancel()
    with contextlib.suppress(Exception):
        database.close()
