"""The engine goes from any database of the corpus to its twin and back, and ends where a direct way would."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from harness.cases import CORPUS, Case, Direction, Unsolved, cases, unsolved
from harness.dose import marks
from harness.run import Way, faults, faults_of_nothing, faults_of_refusal, faults_of_return
from harness.sides import Maker, Side

CASES = cases()
# Whoever goes home as well needs databases of its own.
WAYS = [
    pytest.param(
        (case, way is Direction.RETURN),
        way,
        id=f"{case.name}-{way.value}",
        marks=marks(number, one_of=6),
    )
    for number, case in enumerate(CASES)
    for way in case.directions
]
UNSOLVED = unsolved()

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Pair:
    """The two databases of a case."""

    case: Case
    sides: Mapping[str, Side]


@pytest.fixture(scope="module")
def pair(request: pytest.FixtureRequest, maker: Maker) -> Iterator[Pair]:
    """The two databases of a case; the ways there and back share them, for each changes but one."""
    case, _ = request.param
    if (lacking := maker.lacking(case)) is not None:
        pytest.skip(lacking)
    number = next(_numbers)
    names = {side: f"corpus_{number}_{side}" for side in "ab"}
    sides = {side: maker.side(case, side, name) for side, name in names.items()}
    yield Pair(case, sides)
    for side in sides.values():
        side.engine.close()
    for name in names.values():
        maker.drop(name)


def _faults(case: Case, direction: Direction, way: Way) -> list[str]:
    if direction is Direction.RETURN:
        return faults_of_return(way)
    refusal = case.refusal(direction)
    if refusal is not None:
        return faults_of_refusal(way, refusal)
    return faults_of_nothing(way) if case.unchanged(direction) else faults(way)


def _known(case: Case, direction: Direction, major: int) -> Unsolved | None:
    return next((item for item in UNSOLVED if item.concerns(case, direction, major)), None)


@pytest.mark.parametrize(("pair", "direction"), WAYS, indirect=["pair"])
def test_the_way_ends_where_a_direct_one_does(request, pair, direction, maker):
    known = _known(pair.case, direction, maker.server.major)
    if known is not None:
        request.applymarker(pytest.mark.xfail(strict=True, reason=known.reason))
    sides = pair.sides[direction.source], pair.sides[direction.target]
    way = Way(*sides, maker.server.binaries, pair.case.renames(direction))

    found = _faults(pair.case, direction, way)

    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_every_folder_of_the_corpus_is_a_case_that_says_what_it_shows():
    folders = {str(path.relative_to(CORPUS)) for path in CORPUS.glob("*/*") if path.is_dir()}

    assert folders == {case.name for case in CASES}
    for case in CASES:
        assert case.sql("a").startswith("-- "), case.name


def test_what_is_unsolved_is_a_direction_of_a_case_and_named_once_a_server():
    named = [(item.case, item.direction) for item in UNSOLVED]

    assert {case for case, _ in named} <= {case.name for case in CASES}
    assert all(item.reason for item in UNSOLVED)
    for major in (15, 17, 18):
        there = [(item.case, item.direction) for item in UNSOLVED if not item.majors or major in item.majors]
        assert len(there) == len(set(there))
