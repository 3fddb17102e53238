"""A round: a copy, a deployment, a cut in the middle of it, the same deployment again; then the copy is looked at."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.context import ForkServerContext

import psycopg
from psycopg import conninfo

from tests.support.pulumi import Declared
from tools.chaos.copies import Copies, Picture, copies, differences
from tools.chaos.cuts import WEIGHTS, Cut, Victim, cut
from tools.chaos.deployment import Ended, Made, Reached, State, Task, Wrote, run
from tools.chaos.moment import Moment, Side
from tools.chaos.proxy import Proxy, proxied
from tools.chaos.scenario import FIRST, LIVED, SECOND

LONGEST = 30.0
"""Seconds within which a black hole is to be noticed."""
_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Command:
    """A deployment to try: from which database and state, to what."""

    name: str
    template: str
    state: State
    declared: tuple[Declared, ...] | None
    wanted: Picture
    exchanges: int
    in_transaction: int


@dataclass(frozen=True, slots=True)
class Ran:
    """What a deployment came to."""

    state: State
    ended: Ended | None
    place: str = ""
    seconds: float = 0.0
    """From the moment to the end."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round was, and what was wrong with it."""

    number: int
    command: str
    cut: Cut
    by: str
    place: str
    moment: str
    seconds: float
    problems: tuple[str, ...] = ()


class Rounds:
    """Rounds on one server."""

    def __init__(self, made: Copies, proxy: Proxy, processes: ForkServerContext) -> None:
        """Take the server and the proxy before it; prepare the databases that rounds begin with."""
        self.made = made
        self.proxy = proxy
        self._processes = processes
        self.commands = self._prepared()

    def play(self, number: int, dice: random.Random, kind: Cut | None = None) -> Round:
        """Play a round at a moment that dice choose."""
        command = dice.choice(self.commands)
        chosen = kind or dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        within = dice.random() < 0.7
        moment = Moment(
            1 + dice.randrange(command.in_transaction if within else command.exchanges), dice.choice(list(Side)), within
        )
        threads = dice.choice([1, 4])
        with self.made.copy(command.template) as name:
            first = Task(self._through(name), command.state, command.declared, moment, threads)
            ran = self._run(first, name, chosen, dice)
            self.proxy.speak()
            problems = self._late(chosen, ran)
            if ran.ended is None or ran.ended.failures:
                ran = replace(ran, state=self._again(first, ran, name, problems))
            self.proxy.forget()
            problems += differences(command.wanted, self.made.picture(name))
            if command.declared is not None and not problems:
                problems += self._changes(first, ran.state, name)
        told = f"{moment.number}{' in transactions' if within else ''}, {moment.side.value}, {threads} at a time"
        return Round(number, command.name, chosen, "driver", ran.place or "-", told, ran.seconds, tuple(problems))

    def _again(self, task: Task, ran: Ran, name: str, problems: list[str]) -> State:
        again = self._run(replace(task, url=self._through(name), state=ran.state, moment=None), name, None, None)
        if again.ended is None or again.ended.failures:
            told = ran.ended.failures if ran.ended else ()
            problems.append(f"the same command failed: {again.ended and again.ended.failures}, at first: {told}")
        return again.state

    def _changes(self, task: Task, state: State, name: str) -> list[str]:
        last = self._run(replace(task, state=state, moment=None), name, None, None)
        if last.ended is None or last.ended.failures or last.ended.changed:
            return [f"another run is not clean: {last.ended}"]
        return []

    @staticmethod
    def _late(kind: Cut, ran: Ran) -> list[str]:
        late = kind is Cut.BLACK_HOLE and ran.place and ran.seconds > LONGEST
        return [f"a black hole was noticed after {ran.seconds:.0f} s"] if late else []

    def _run(self, task: Task, name: str, kind: Cut | None, dice: random.Random | None) -> Ran:
        ours, theirs = self._processes.Pipe()
        process = self._processes.Process(target=run, args=(theirs, task))
        process.start()
        theirs.close()
        state, ended, place, at = dict(task.state), None, "", 0.0
        deadline = time.monotonic() + _SECONDS
        try:
            while ours.poll(max(0.0, deadline - time.monotonic())):
                said = ours.recv()
                if isinstance(said, Wrote):
                    _write(state, said)
                elif isinstance(said, Reached):
                    place, at = said.place, time.monotonic()
                    assert kind is not None
                    assert dice is not None
                    assert process.pid is not None
                    cut(kind, Victim(process.pid, name, self.made, self.proxy), dice)
                    ours.send(None)
                else:
                    ended = said
                    break
        except (EOFError, OSError):
            pass
        seconds = time.monotonic() - at if at else 0.0
        # A process that was cut off closes its connections for a while, and holds nothing.
        process.join(timeout=_SECONDS)
        if process.is_alive():
            process.kill()
            ended = Ended(("it did not end",), 0, 0, 0)
        if kind is Cut.ENGINE_KILLED and place:
            state = dict(task.state)
        return Ran(state, ended, place, seconds)

    def _through(self, name: str) -> str:
        return through(self.made, self.proxy, name)

    def _prepared(self) -> list[Command]:
        nothing: State = {}
        self.made.make("first", "found")
        first = self._whole("first", nothing, FIRST).state
        with psycopg.connect(self.made.url("first"), autocommit=True) as connection:
            connection.execute(LIVED)
        self.made.make("second", "first")
        second = self._whole("second", first, SECOND).state
        return [
            self._command("the first up", "found", nothing, FIRST),
            self._command("an up that changes", "first", first, SECOND),
            self._command("the way back", "second", second, FIRST),
            self._command("destroy", "second", second, None),
        ]

    def _command(self, name: str, template: str, state: State, declared: tuple[Declared, ...] | None) -> Command:
        with self.made.copy(template) as copy:
            ended = self._whole(copy, state, declared).ended
            assert ended is not None
            wanted = self.made.picture(copy)
        return Command(name, template, state, declared, wanted, ended.exchanges, ended.in_transaction)

    def _whole(self, name: str, state: State, declared: tuple[Declared, ...] | None) -> Ran:
        ran = self._run(Task(self.made.url(name), state, declared), name, None, None)
        assert ran.ended is not None, "it was not to be killed"
        assert not ran.ended.failures, ran.ended.failures
        return ran


def through(made: Copies, proxy: Proxy, name: str) -> str:
    """Return the URL of a database as a deployment reaches it: by the proxy."""
    return conninfo.make_conninfo(made.url(name), port=proxy.port, connect_timeout=10)


def _write(state: dict[str, Made], wrote: Wrote) -> None:
    if wrote.made is None:
        del state[wrote.name]
    else:
        state[wrote.name] = wrote.made


@contextmanager
def rounds(major: int) -> Iterator[Rounds]:
    """Start a server, a proxy before it, and what deployments are forked from: it has imported all they need."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tools.chaos.deployment"])
    with copies(major) as made:
        port = made.cluster.status().port
        assert port is not None
        with proxied(port) as proxy:
            yield Rounds(made, proxy, processes)
