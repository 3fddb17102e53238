"""The page of the matrix: a row for each server, replaced when it is tried again."""

from localdb.platform import DefaultPrivileges
from tests.matrix import LEGS, Leg, Outcome, page

NEW = Leg(18, DefaultPrivileges.OPT_IN)
OLD = Leg(15, DefaultPrivileges.LEGACY)


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| 1")]


def test_a_row_takes_the_place_of_an_earlier_one_and_leaves_the_others():
    first = page("", [Outcome(NEW, 7, 1, 0, 60, "abc"), Outcome(OLD, 8, 0, 0, 90, "abc")])

    second = page(first, [Outcome(NEW, 8, 0, 0, 30, "def")])

    assert rows(first) == ["| 15 | legacy | 8 | 0 | 0 | 1.5 | abc |", "| 18 | opt_in | 7 | 1 | 0 | 1.0 | abc |"]
    assert rows(second) == ["| 15 | legacy | 8 | 0 | 0 | 1.5 | abc |", "| 18 | opt_in | 8 | 0 | 0 | 0.5 | def |"]
    assert second.count("The last of them on") == 1


def test_every_server_has_a_row_of_its_own():
    written = page("", [Outcome(leg, 1, 0, 0, 60, "abc") for leg in LEGS])

    assert len(set(rows(written))) == len(rows(written)) == len(LEGS)
