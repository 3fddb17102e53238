"""Rounds with the real engine: `pulumi up` and `pulumi destroy`, cut off, cancelled, and run again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import LiteralString

from psycopg import errors

from supaschema.core.model import Hazard
from tests.support.processes import alive, providers, until
from tests.support.pulumi import Declared, Stack, environment, object_stack, said
from tests.support.sessions import Connection
from tools.chaos.copies import Copies, Picture, differences
from tools.chaos.cuts import WEIGHTS, Cut, Victim, cut
from tools.chaos.proxy import Proxy
from tools.chaos.rounds import LONGEST, Round, through
from tools.chaos.scenario import FIRST, LIVED, SECOND

_SECONDS = 240.0
_SETTINGS = {"lock_wait": "90s", "allow_hazards": [hazard.value for hazard in Hazard if hazard.needs_consent]}
_STATEMENTS: LiteralString = "select count(*) from supaschema.history"
_UP = ("up", "--yes", "--skip-preview", "--suppress-outputs")
_DESTROY = ("destroy", "--yes", "--skip-preview")


@dataclass(frozen=True, slots=True)
class _Command:
    """A run of the CLI to try: from which project and database, to what."""

    name: str
    template: str
    arguments: tuple[str, ...]
    declared: tuple[Declared, ...]
    wanted: Picture
    statements: int


@dataclass(frozen=True, slots=True)
class _Cutting:
    """What happens to a run: a kind of cut, on which database, after how many statements."""

    kind: Cut
    name: str
    after: int
    dice: random.Random


class RealRounds:
    """Rounds of the CLI on one server."""

    def __init__(self, made: Copies, proxy: Proxy, folder: Path) -> None:
        """Take the server, the proxy before it, and a folder for projects; prepare those that rounds begin with."""
        self._made = made
        self._proxy = proxy
        self._folder = folder
        self._commands = self._prepared()

    def play(self, number: int, dice: random.Random, kind: Cut | None = None) -> Round:
        """Play a round at a moment that dice choose."""
        command = dice.choice(self._commands)
        chosen = kind or dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        after, written = dice.randrange(command.statements + 1), dice.choice(["true", "false"])
        with self._made.copy(command.template) as name:
            stack = self._project(command, name).having(PULUMI_SKIP_CHECKPOINTS=written)
            place, seconds = self._cut_off(stack, command.arguments, _Cutting(chosen, name, after, dice))
            self._proxy.speak()
            late = chosen is Cut.BLACK_HOLE and place != "-" and seconds > LONGEST
            problems = [f"a black hole was noticed after {seconds:.0f} s"] if late else []
            stack.run("cancel", "--yes", ok=None)
            again = stack.run(*command.arguments, ok=None)
            if again.returncode != 0:
                problems.append(f"the same command failed: {said(again)}")
            self._proxy.forget()
            problems += differences(command.wanted, self._made.picture(name))
            if command.arguments == _UP and not problems and not stack.clean():
                problems.append("another preview is not clean")
            shutil.rmtree(stack.directory)
        told = f"after {after} statements, {'no ' if written == 'true' else ''}checkpoints"
        return Round(number, command.name, chosen, "pulumi", place, told, seconds, tuple(problems))

    def _cut_off(self, stack: Stack, arguments: tuple[str, ...], cutting: _Cutting) -> tuple[str, float]:
        kind, name, after, dice = cutting.kind, cutting.name, cutting.after, cutting.dice
        with self._made.watch(name) as watcher, stack.started(*arguments) as run:
            goal, started = _statements(watcher) + after, set[int]()

            def so_far() -> bool:
                started.update(providers(run.pid))
                return run.poll() is not None or (bool(started) and _statements(watcher) >= goal)

            assert until(so_far, _SECONDS), "it does not get anywhere"
            time.sleep(dice.random() / 10)
            reached = run.poll() is None and bool(started)
            at = time.monotonic()
            if reached:
                self._do(kind, run.pid, max(started), name, dice)
            run.communicate(timeout=_SECONDS)
            seconds = time.monotonic() - at if reached else 0.0
        assert until(lambda: not any(map(alive, started)), _SECONDS), "a provider outlives its engine"
        return ("between steps" if reached else "-"), seconds

    def _do(self, kind: Cut, engine: int, provider: int, name: str, dice: random.Random) -> None:
        if kind is Cut.ENGINE_KILLED:
            os.kill(engine, signal.SIGKILL)
        elif kind is Cut.INTERRUPTED:
            os.kill(engine, signal.SIGINT)
        elif kind is not Cut.PROVIDER_KILLED or alive(provider):
            cut(kind, Victim(provider, name, self._made, self._proxy), dice)

    def _project(self, command: _Command, name: str) -> Stack:
        directory = self._folder / name
        shutil.copytree(self._folder / command.template, directory, symlinks=True)
        stack = Stack(directory, "test", environment(directory / "state", through(self._made, self._proxy, name)))
        stack.declare(*command.declared, **_SETTINGS)
        return stack

    def _prepared(self) -> list[_Command]:
        self._made.make("real_found", "found")
        found = object_stack(self._folder / "real_found", self._made.url("real_found"))
        first = self._next(found, "real_found", "real_first", FIRST)
        with self._made.watch("real_first") as connection:
            connection.execute(LIVED)
        self._next(first, "real_first", "real_second", SECOND)
        return [
            self._command("the first up", "real_found", _UP, FIRST),
            self._command("an up that changes", "real_first", _UP, SECOND),
            self._command("destroy", "real_second", _DESTROY, SECOND),
        ]

    def _next(self, stack: Stack, template: str, name: str, declared: tuple[Declared, ...]) -> Stack:
        self._made.make(name, template)
        directory = self._folder / name
        shutil.copytree(stack.directory, directory, symlinks=True)
        following = replace(
            stack, directory=directory, environment=environment(directory / "state", self._made.url(name))
        )
        following.declare(*declared, **_SETTINGS)
        following.run(*_UP)
        return following

    def _command(
        self, name: str, template: str, arguments: tuple[str, ...], declared: tuple[Declared, ...]
    ) -> _Command:
        with self._made.copy(template) as copy:
            command = _Command(name, template, arguments, declared, {}, 0)
            with self._made.watch(copy) as watcher:
                before = _statements(watcher)
                self._project(command, copy).run(*arguments)
                statements = _statements(watcher) - before
            return replace(command, wanted=self._made.picture(copy), statements=statements)


def _statements(watcher: Connection) -> int:
    try:
        row = watcher.execute(_STATEMENTS).fetchone()
    except (errors.UndefinedTable, errors.InvalidSchemaName):
        return 0
    return int(str(row[0])) if row else 0
