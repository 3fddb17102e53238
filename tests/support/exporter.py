"""Run the exporter as `scripts/exporter.sh` does, and read what it serves."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Set as AbstractSet
from pathlib import Path

from psycopg import conninfo

from tests.unit.test_monitoring import METRICS

EXPORTER = shutil.which("prometheus-sql-exporter") or shutil.which("sql_exporter")
"""The exporter's program, where it is installed."""

_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "exporter.sh"
_SAMPLE = re.compile(r"^(sql_connector\w*\{.*\}) (\S+)$", re.MULTILINE)
_PAUSE = 0.1
_LOOKS = 200


def exported(url: str) -> dict[str, str]:
    """Return every sample that the exporter serves once it has asked all its questions, by series.

    Args:
        url: The connection string that it asks with.

    Raises:
        AssertionError: It served less than every metric; what it said is in the message.

    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    parts = conninfo.conninfo_to_dict(url)
    as_url = "postgresql://{user}:{password}@{host}:{port}/{dbname}?sslmode=disable".format(**parts)
    process = subprocess.Popen(
        [_SCRIPT, "-web.listen-address", address],
        env={**os.environ, "SUPASCHEMA_MONITOR_URL": as_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        served = _served(address, set(METRICS))
    finally:
        process.terminate()
        said = process.communicate(timeout=20)[0].decode()
    assert metrics(served) == set(METRICS), said
    return served


def metrics(served: AbstractSet[str] | dict[str, str]) -> set[str]:
    """Return the metrics' names of series."""
    return {series.partition("{")[0] for series in served} & set(METRICS)


def _served(address: str, wanted: set[str]) -> dict[str, str]:
    served: dict[str, str] = {}
    for _ in range(_LOOKS):
        time.sleep(_PAUSE)
        try:
            with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as answer:
                served = dict(_SAMPLE.findall(answer.read().decode()))
        except OSError:
            continue
        if metrics(served) == wanted:
            break
    return served
