"""What a command costs: its wall time, the CPU of all its processes, and the provider's CPU and memory."""

from __future__ import annotations

import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.pulumi import Stack

PROVIDER = "supaschema.provider"
"""What tells the provider's process from the others."""
_PAUSE = 0.05
_TIMES = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: seconds on the clock, seconds of CPU in all, and of the provider's CPU and megabytes."""

    wall: float
    cpu: float
    provider_cpu: float = 0.0
    provider_mb: float = 0.0


@dataclass(slots=True)
class _Seen:
    """A process as it was last seen."""

    cpu: float
    peak: int
    provider: bool


def of_pulumi(stack: Stack, *arguments: str) -> Cost:
    """Run `pulumi ARGUMENTS` on the stack, and give what it cost.

    Raises:
        AssertionError: The run failed; all it said is in the message.

    """
    began, before = time.perf_counter(), _of_children()
    with stack.started(*arguments) as process:
        watch = _Watch(process.pid)
        stdout, stderr = process.communicate()
        seen = watch.end()
    wall, cpu = time.perf_counter() - began, _of_children() - before
    assert process.returncode == 0, f"pulumi {' '.join(arguments)}\n{stdout}\n{stderr}"
    providers = [each for each in seen if each.provider]
    return Cost(
        wall,
        cpu,
        sum(each.cpu for each in providers),
        max((each.peak for each in providers), default=0) / 1024**2,
    )


def least_of_pulumi(stacks: Sequence[Stack], *arguments: str) -> list[Cost]:
    """Run `pulumi ARGUMENTS`, which change nothing, several times on each stack, and give the cheapest run of each.

    What else the machine does only ever adds to a run; the stacks take turns, so that it adds to all of them.
    """
    rounds = [[of_pulumi(stack, *arguments) for stack in stacks] for _ in range(_TIMES)]
    return [min(runs, key=lambda cost: cost.cpu) for runs in zip(*rounds, strict=True)]


def of_program(command: Sequence[str | Path]) -> Cost:
    """Run a program that starts no others, and give what it cost.

    Raises:
        subprocess.CalledProcessError: It failed.

    """
    began, before = time.perf_counter(), _of_children()
    subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL, check=True)
    return Cost(time.perf_counter() - began, _of_children() - before)


def _of_children() -> float:
    # Of all that has ended and was waited for, and of what that had waited for: exact, where a look now and then misses
    # the end of each process.
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class _Watch:
    """Looks at a process and all that it starts, every few hundredths of a second, until told to end."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._seen: dict[int, _Seen] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> list[_Seen]:
        self._stop.set()
        self._thread.join()
        return list(self._seen.values())

    def _run(self) -> None:
        while not self._stop.wait(_PAUSE):
            try:
                family = [self._root, *self._root.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            for process in family:
                self._look(process)

    def _look(self, process: psutil.Process) -> None:
        try:
            with process.oneshot():
                times, memory = process.cpu_times(), process.memory_info().rss
                command = process.cmdline()
        except psutil.Error:  # it ended meanwhile: what was seen last stands
            return
        before = self._seen.get(process.pid)
        self._seen[process.pid] = _Seen(
            times.user + times.system, max(memory, before.peak if before else 0), PROVIDER in command
        )
