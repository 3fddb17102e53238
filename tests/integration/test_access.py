"""Who may do what with the connector system: everybody tries everything, compared with what was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.access import discovered
from tests.access.page import render
from tests.access.people import SERVICE, SURVEYED
from tests.access.planted import plant
from tests.access.survey import Survey, survey
from tests.access.wanted import PRIVILEGES, WANTED
from tests.fixtures.postgres import Database
from tests.fixtures.roles import with_monitor

PAGE = Path(__file__).resolve().parents[2] / "docs" / "access.md"


@pytest.fixture(scope="module")
def tried(provisioned_variant: Database) -> Survey:
    """What came of all trials, under either variant of the default privileges."""
    with provisioned_variant.connect_superuser() as connection:
        plant(connection)
    with with_monitor(provisioned_variant), provisioned_variant.connect() as connection:
        connection.prepare_threshold = None
        return survey(connection)


def test_access_is_what_was_asked_for(tried: Survey) -> None:
    assert {(subject, verb) for subject, verbs in tried.lines.items() for verb in verbs} == {
        (subject, verb) for subject, verbs in WANTED.items() for verb in verbs
    }
    assert [
        f"{session.name}, {subject}, {verb}: {word}, not {WANTED[subject][verb].of(session)}"
        for subject, verbs in tried.lines.items()
        for verb, words in verbs.items()
        for session, word in zip(SURVEYED, words, strict=True)
        if word is not WANTED[subject][verb].of(session)
    ] == []


def test_nobody_but_the_services_is_told_a_secret(tried: Survey) -> None:
    assert list(tried.told) == [SERVICE.name], tried.told


def test_everything_there_is_was_tried(tried: Survey) -> None:
    assert tried.untried == ()


@pytest.mark.usefixtures("tried")
def test_no_privilege_is_left_over(provisioned_variant: Database) -> None:
    with provisioned_variant.connect() as connection:
        held = discovered.privileges(connection)
    assert {held_by for held_by in held if held_by[0] != "public.jobs"} == {
        (relation, "authenticated", privilege) for relation, names in PRIVILEGES.items() for privilege in names
    }


def test_the_page_says_what_came_of_it(tried: Survey, pytestconfig: pytest.Config) -> None:
    page = render(tried.lines)
    if pytestconfig.getoption("--write-docs"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page
