"""The page of the matrix: a row for each server and its tests, replaced when they are tried again."""

import pytest

from localdb.platform import DefaultPrivileges
from tools.matrix import Leg, Outcome, main, page, paths

OLD, NEW = Leg(15, DefaultPrivileges.LEGACY), Leg(18, DefaultPrivileges.OPT_IN)
STACK, ALL = ("stack",), ("errors", "stack")


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| 1")]


def test_a_row_takes_the_place_of_an_earlier_one_of_the_same_server_and_tests():
    text = ""
    for outcome in (
        Outcome(NEW, STACK, 7, 1, 0, 60, "abc"),
        Outcome(OLD, STACK, 8, 0, 0, 90, "abc"),
        Outcome(NEW, ALL, 9, 0, 0, 90, "abc"),
        Outcome(NEW, STACK, 8, 0, 0, 30, "def"),
    ):
        text = page(text, outcome)

    assert rows(text) == [
        "| 15 | legacy | stack | 8 | 0 | 0 | 1.5 | abc |",
        "| 18 | opt_in | errors, stack | 9 | 0 | 0 | 1.5 | abc |",
        "| 18 | opt_in | stack | 8 | 0 | 0 | 0.5 | def |",
    ]
    assert text.count("The last of them on") == 1


def test_a_folder_that_there_is_not_is_told(capsys):
    with pytest.raises(SystemExit):
        main(["--only", "stack,stacks"])

    assert "there is no stacks; there are integration, services, errors, stack" in capsys.readouterr().err


def test_the_attacks_are_the_tests_of_the_threat_model():
    named = paths("attacks")

    assert "tests/integration/test_shadows.py" in named
    assert len(named) > 20
