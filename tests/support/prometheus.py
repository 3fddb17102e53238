"""A Prometheus of its own that knows one day, and what Grafana would ask it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROMETHEUS = shutil.which("prometheus") and shutil.which("promtool")
"""Whether it is installed."""

STEP = 120
"""Seconds between the values of an answer: what Grafana chooses for a day and a panel of some 600 pixels."""

_SAMPLED = 60
_LOOKS, _PAUSE = 200, 0.1


@contextmanager
def prometheus(folder: Path, states: Sequence[Mapping[str, str]], begin: int, seconds: int) -> Iterator[str]:
    """Serve these states, one after another, and return the address.

    Args:
        folder: An empty one.
        states: What was exported at a time: samples by their series.
        begin: When the first began (Unix time).
        seconds: How long each lasted.

    """
    told, blocks, configuration = folder / "metrics", folder / "blocks", folder / "prometheus.yml"
    told.write_text(_open_metrics(states, begin, seconds), encoding="utf-8")
    configuration.write_text("{}\n", encoding="ascii")
    made = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(told), str(blocks)]
    subprocess.run(made, capture_output=True, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [
        "prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={blocks}",
        "--storage.tsdb.retention.time=30d", f"--web.listen-address={address}", "--log.level=error",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(f"http://{address}/-/ready")
            yield f"http://{address}"
        finally:
            process.terminate()


def series(address: str, expression: str, begin: int, end: int) -> list[dict[str, Any]]:
    """Return what Prometheus answers for a span of time: series with their labels and values."""
    asked = urllib.parse.urlencode({"query": expression, "start": begin, "end": end, "step": STEP})
    with urllib.request.urlopen(f"{address}/api/v1/query_range?{asked}", timeout=20) as answer:  # noqa: S310 - http
        told = json.load(answer)
    assert told["data"]["resultType"] == "matrix", told
    found: list[dict[str, Any]] = told["data"]["result"]
    return found


def _open_metrics(states: Sequence[Mapping[str, str]], begin: int, seconds: int) -> str:
    lines = []
    for name in sorted(set().union(*states)):
        for number, state in enumerate(states):
            first = begin + number * seconds
            if name in state:
                lines += [f"{name} {state[name]} {at}" for at in range(first, first + seconds, _SAMPLED)]
    return "\n".join([*lines, "# EOF", ""])


def _wait(address: str) -> None:
    for _ in range(_LOOKS):
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - it is http
                return
        except OSError:
            time.sleep(_PAUSE)
    raise AssertionError(address)
