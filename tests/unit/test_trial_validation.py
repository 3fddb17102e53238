"""A validation that fails is a trial that failed, unless it was of a database that could not be rebuilt in full."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from supaschema.database.settings import Settings
from supaschema.review.throwaway import Throwaway
from supaschema.review.trial import Scratch, Wanted, validation
from supaschema.review.trial_answers import VALIDATED

SETTINGS = Settings("postgresql://nobody@localhost/none")


@pytest.fixture
def stack(tmp_path: Path) -> Throwaway:
    """A stack whose settings are asked of a command of that name."""
    command = tmp_path / "pulumi"
    command.write_text("#!/bin/sh\necho some settings\n", encoding="utf-8")
    command.chmod(0o700)
    return Throwaway("staging", tmp_path, {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"})


def validated(stack: Throwaway, command: str, *left_out: str) -> tuple[list[tuple[str, bool, str]], list[str]]:
    not_tried: list[str] = []
    scratch = Scratch(SETTINGS, left_out=frozenset(left_out))
    made = validation(stack, scratch, Wanted(validation=("sh", "-c", command)), not_tried)
    return [(each.what, each.passed, each.said) for each in made], not_tried


def test_it_is_given_the_settings_and_what_it_says_is_told(stack: Throwaway) -> None:
    assert validated(stack, "grep -q settings") == ([(VALIDATED, True, "")], [])
    assert validated(stack, "cat; exit 2") == ([(VALIDATED, False, "some settings")], [])


def test_of_a_database_that_is_not_whole_it_says_nothing_of_the_change(stack: Throwaway) -> None:
    assert validated(stack, "true", "type mood") == ([(VALIDATED, True, "")], [])
    made, not_tried = validated(stack, "echo no mood; exit 2", "type mood")
    assert made == []
    assert not_tried == ["the project's own validation, for not all could be rebuilt; it said: no mood"]
