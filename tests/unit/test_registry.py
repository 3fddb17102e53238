"""What the registry promises to those who use it from several threads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

INFRA = Path(__file__).resolve().parents[2] / "infra"
RUNS = 3
"""Fresh processes: without the registry's preparation most of them crash (5 of 6 when it was tried)."""

# Every class for the first time, by sixteen threads at once that are interrupted as often as can be.
_RACE = """
import sys, threading
import msgspec
from supaschema.registry import KINDS, RESOURCES

def read(kind, barrier):
    barrier.wait()
    try:
        msgspec.convert(dict.fromkeys(kind.__struct_encode_fields__, {"a": [1]}), kind)
    except msgspec.ValidationError:
        pass

sys.setswitchinterval(1e-6)
for kind in [*(kind.definition for kind in KINDS.values()), *(item.declaration for item in RESOURCES.values())]:
    barrier = threading.Barrier(16)
    threads = [threading.Thread(target=read, args=(kind, barrier)) for _ in range(16)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
"""


@pytest.mark.parametrize("run", range(RUNS))
def test_values_are_read_by_many_threads_at_once(run: int) -> None:
    done = subprocess.run([sys.executable, "-c", _RACE], cwd=INFRA, check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
