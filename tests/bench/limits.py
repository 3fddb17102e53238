"""What the webhook limit bears: calls a second by many connections, over many connectors and over one."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.crowd import CONNECTOR, Crowd

SECONDS = 3
CONNECTIONS = (1, 8, 32)
MANY = r"""
\set n random(1, 1000)
select allowed from public.check_webhook_rate_limit(md5('connector:' || :n)::uuid, 100, 60);
"""
ONE = f"select allowed from public.check_webhook_rate_limit('{CONNECTOR}', 100, 60);"


def measure(crowd: Crowd) -> None:
    """Print the calls a second, as `pgbench` counts them: each call a transaction of its own, as service_role."""
    sys.stdout.write(f"webhook limit, calls a second ({SECONDS} s each)\n")
    for name, script in (("1,000 connectors", MANY), ("one connector", ONE)):
        for connections in CONNECTIONS:
            done, latency = _calls(crowd, script, connections)
            sys.stdout.write(f"  {name:<18}{connections:>4} connections {done:>9.0f} calls/s {latency:>8.2f} ms each\n")


def _calls(crowd: Crowd, script: str, connections: int) -> tuple[float, float]:
    """Let `pgbench` call; give calls a second, and the average time of one in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "call.sql"
        file.write_text(script, encoding="utf-8")
        command = [str(crowd.binaries / "pgbench"), "--no-vacuum", "--protocol=prepared", f"--file={file}"]
        more = [f"--client={connections}", f"--jobs={min(connections, 2)}", f"--time={SECONDS}", crowd.url]
        environment = {"PGOPTIONS": "-c role=service_role", "PATH": "/usr/bin:/bin"}
        done = subprocess.run([*command, *more], capture_output=True, text=True, check=True, env=environment)
    return _number(done.stdout, r"tps = ([0-9.]+)"), _number(done.stdout, r"latency average = ([0-9.]+)")


def _number(text: str, pattern: str) -> float:
    found = re.search(pattern, text)
    assert found is not None, text
    return float(found[1])
