"""The engine goes from any database of the corpus to its twin and back, and ends where a direct way would."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from harness.cases import CORPUS, Case, Direction, Unsolved, cases, unsolved
from harness.run import Way, faults, faults_of_nothing, faults_of_refusal
from harness.sides import Maker, Side, pipeline
from tests.fixtures.postgres import Server, create

CASES = cases()
UNSOLVED = unsolved()

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def maker(server: Server) -> Maker:
    """Makes databases that hold the platform and what a file adds."""
    template = create(server, "template_corpus")
    with pipeline(template.url) as engine:
        untouched = engine.everything()
    return Maker(server, template.name, template.url, untouched)


@pytest.fixture(scope="module")
def sides(request: pytest.FixtureRequest, maker: Maker) -> Iterator[dict[str, Side]]:
    """The two databases of a case; both directions share them, for each changes but one."""
    case: Case = request.param
    if maker.server.major < case.since:
        pytest.skip(f"its SQL needs PostgreSQL {case.since}")
    number = next(_numbers)
    names = {side: f"corpus_{number}_{side}" for side in "ab"}
    made = {side: maker.side(case, side, name) for side, name in names.items()}
    yield made
    for side in made.values():
        side.engine.close()
    for name in names.values():
        maker.drop(name)


def _faults(case: Case, direction: Direction, way: Way) -> list[str]:
    refusal = case.refusal(direction)
    if refusal is not None:
        return faults_of_refusal(way, refusal)
    return faults_of_nothing(way) if case.unchanged(direction) else faults(way)


def _known(case: Case, direction: Direction, major: int) -> Unsolved | None:
    return next((item for item in UNSOLVED if item.concerns(case, direction, major)), None)


@pytest.mark.parametrize("sides", CASES, indirect=True, ids=lambda case: case.name)
@pytest.mark.parametrize("direction", Direction, ids=lambda direction: direction.value)
def test_the_way_ends_where_a_direct_one_does(request, sides, direction, maker):
    case = request.node.callspec.params["sides"]
    known = _known(case, direction, maker.server.major)
    if known is not None:
        request.applymarker(pytest.mark.xfail(strict=True, reason=known.reason))
    way = Way(sides[direction.source], sides[direction.target], maker.server.binaries)

    found = _faults(case, direction, way)

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
