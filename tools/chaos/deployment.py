"""A deployment in a process of its own: what the engine asks of the provider, in its order, without the engine.

It tells the process that started it what was made, as the engine writes its state, and the moment that it was to tell.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from typing import Any

import msgspec

from supaschema.core.errors import SupaschemaError
from supaschema.core.model import Hazard
from supaschema.database.settings import Consent, Settings
from supaschema.provider.operations import Operations, parse
from supaschema.provider.results import CreateResult, PartiallyApplied
from supaschema.registry import RESOURCES
from tests.support.declared import urn
from tests.support.pulumi import Declared
from tools.chaos.moment import Exchanges, Moment


@dataclass(frozen=True, slots=True)
class Made:
    """A resource of the stack's state."""

    token: str
    urn: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    partial: bool = False


State = Mapping[str, Made]
"""What the engine knows, by the name of the resource."""


@dataclass(frozen=True, slots=True)
class Task:
    """A deployment: `declared` is what the program declares; None: there is none, all of the stack is destroyed."""

    url: str
    state: State
    declared: tuple[Declared, ...] | None
    moment: Moment | None = None
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Wrote:
    """A resource's state as it is now; None: it is gone."""

    name: str
    made: Made | None


@dataclass(frozen=True, slots=True)
class Reached:
    """The moment has come; the deployment waits for an answer."""

    place: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The deployment is over, with what went wrong."""

    failures: tuple[str, ...]
    changed: int
    exchanges: int
    in_transaction: int


def run(pipe: Pipe, task: Task) -> None:
    """Run a deployment, and tell of it."""
    speaking = threading.Lock()

    def tell(said: object) -> None:
        with speaking:
            pipe.send(said)

    def reached(place: str) -> None:
        tell(Reached(place))
        pipe.recv()

    exchanges = Exchanges(task.moment, reached)
    exchanges.watch()
    consents = tuple(Consent(hazard) for hazard in Hazard if hazard.needs_consent)
    verbs = Operations(Settings(database_url=task.url, consents=consents, lock_wait_ms=90_000))
    signal.signal(signal.SIGINT, lambda *_: threading.Thread(target=verbs.pipeline.database.cancel).start())
    engine = _Engine(verbs, task, tell)
    failures = engine.run()
    tell(Ended(failures, engine.changed, exchanges.total, exchanges.in_transaction))
    verbs.pipeline.close()


class _Engine:
    def __init__(self, verbs: Operations, task: Task, tell: Any) -> None:
        self._verbs, self._task, self._tell = verbs, task, tell
        self._failures: list[str] = []
        self.changed = 0

    def run(self) -> tuple[str, ...]:
        declared = self._task.declared
        if declared is not None:
            self._verbs.running_a_program()
            self._declare(declared)
            self._in_waves(declared)
        kept = {item.name for item in declared or ()}
        gone = [name for name in self._task.state if name not in kept]
        if not self._failures:
            # What was made last goes first, as the engine has it.
            self._together([lambda name=name: self._delete(name) for name in reversed(gone)], one_by_one=True)
        return tuple(self._failures)

    def _declare(self, declared: Sequence[Declared]) -> None:
        for item in declared:
            self._verbs.declaring()
            resource = RESOURCES[_token(item)]
            problems = list(self._verbs.declared_twice(resource, urn(item), parse(resource, _inputs(item))))
            assert not problems, problems

    def _in_waves(self, declared: Sequence[Declared]) -> None:
        left, done = list(declared), set[str]()
        while left and not self._failures:
            wave = [item for item in left if done.issuperset(item.after)]
            left = [item for item in left if item not in wave]
            self._together([lambda item=item: self._deploy(item) for item in wave])
            done.update(item.name for item in wave)

    def _together(self, works: Iterable[Any], *, one_by_one: bool = False) -> None:
        with ThreadPoolExecutor(1 if one_by_one else self._task.threads) as pool:
            list(pool.map(self._attempt, works))

    def _attempt(self, work: Any) -> None:
        if self._failures:
            return
        try:
            work()
        except PartiallyApplied as error:
            self._failures.append(str(error.reason))
        except SupaschemaError as error:
            self._failures.append(str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            self._failures.append(f"{type(error).__name__}: {error}")

    def _deploy(self, item: Declared) -> None:
        resource, own, news = RESOURCES[_token(item)], self._task.state.get(item.name), _inputs(item)
        try:
            if own is None:
                made = self._verbs.create(resource, urn(item), news)
            else:
                found = self._verbs.diff(resource, own.urn, own.outputs, own.inputs, news, id=own.id)
                if not found.changed and not own.partial:
                    return
                made = self._verbs.update(resource, own.urn, own.outputs, news)
        except PartiallyApplied as error:
            self._write(item, error.made, error.inputs, partial=True)
            raise
        self._write(item, made, news)

    def _write(self, item: Declared, made: CreateResult, inputs: dict[str, Any], *, partial: bool = False) -> None:
        self.changed += 1
        self._tell(Wrote(item.name, Made(_token(item), urn(item), made.id, inputs, made.outputs, partial)))

    def _delete(self, name: str) -> None:
        own = self._task.state[name]
        self._verbs.delete(RESOURCES[own.token], own.urn, own.outputs)
        self.changed += 1
        self._tell(Wrote(name, None))


def _token(item: Declared) -> str:
    return f"supaschema:index:{type(item.declaration).__name__}"


def _inputs(item: Declared) -> dict[str, Any]:
    # As they come through the engine: what JSON has.
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(item.declaration.to_inputs()))
    return found
