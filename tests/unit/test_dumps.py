"""A process that holds secrets writes none of its memory to a file."""

import subprocess
import sys

import pytest

_PR_GET_DUMPABLE = 3
_PROGRAM = f"""
import ctypes, resource
from supaschema.core.core_dumps import disable_core_dumps

disable_core_dumps()
disable_core_dumps()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl({_PR_GET_DUMPABLE}, 0, 0, 0, 0))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's prctl")
def test_neither_a_file_nor_a_program_gets_it():
    done = subprocess.run([sys.executable, "-c", _PROGRAM], check=True, capture_output=True, text=True)

    assert done.stdout == "(0, 0) 0\n"
