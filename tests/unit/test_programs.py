"""A program that is not there is missed in a sentence, and of one that fails the last words are told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from supaschema.core.errors import SupaschemaError
from supaschema.core.programs import last_words, run, run_watched
from supaschema.portable import state
from supaschema.review import preview

PRINTS = "import os, sys; print(os.getcwd(), os.environ.get('GIVEN'), sys.stdin.read())"


def test_it_runs_where_and_with_what_it_is_told(tmp_path: Path) -> None:
    done = run([sys.executable, "-c", PRINTS], folder=tmp_path, environment={"GIVEN": "a"}, stdin="b")

    assert done.stdout == f"{tmp_path} a b\n"


def test_the_cli_of_pulumi_is_missed_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for asked in (state.exported, preview.run, preview.database_of):
        with pytest.raises(SupaschemaError, match="there is no pulumi on PATH"):
            asked("staging")


def test_the_last_words_are_told() -> None:
    said = "\n".join(str(place) for place in range(30)) + "\n"

    assert last_words(said).startswith("10 11 ")
    assert last_words(said, "\n").endswith("\n28\n29")


WAITS = "import signal, sys, time; signal.signal(signal.SIGINT, lambda *_: sys.exit(7)); print(1); time.sleep({})"


def test_a_program_is_asked_to_end_once_it_is_enough() -> None:
    asked: list[int] = []

    def is_enough() -> bool:
        asked.append(1)
        return len(asked) > 5

    assert run_watched([sys.executable, "-c", WAITS.format(60)], is_enough, 0.2) == 7
    assert len(asked) == 6
    assert run_watched([sys.executable, "-c", WAITS.format(0)], lambda: False, 0.01) == 0
    with pytest.raises(SupaschemaError, match="there is no nowhere on PATH"):
        run_watched(["nowhere"], lambda: True, 1)


def test_a_program_that_cannot_be_watched_any_more_is_asked_to_end(tmp_path: Path) -> None:
    ready, told = tmp_path / "ready", tmp_path / "told"
    program = (
        "import pathlib, signal, sys, time;"
        f"signal.signal(signal.SIGINT, lambda *_: (pathlib.Path({str(told)!r}).touch(), sys.exit(7)));"
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(20)"
    )

    def is_enough() -> bool:
        if ready.exists():
            raise ArithmeticError
        return False

    with pytest.raises(ArithmeticError):
        run_watched([sys.executable, "-c", program], is_enough, 0.1)
    assert told.exists()
