"""What needs consent is tried with it, and a program that takes none from its stack's settings is not said to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from supaschema.database.settings import Settings
from supaschema.review import from_snapshot
from supaschema.review.from_snapshot import Asked
from supaschema.review.model import StackReport
from supaschema.review.throwaway import Throwaway
from supaschema.review.trial import UP, Scratch, Wanted
from supaschema.review.trial_result import Attempt, Trial
from tests.unit.test_review_markdown import HOLDS, POLICY, change, stack, step

REFUSED = stack(change("jobs", step("select 1", HOLDS, POLICY), step("select 2", HOLDS)))
STACK = Throwaway("staging", Path(), {})


def tried(monkeypatch: pytest.MonkeyPatch, again: StackReport, *, passes: bool) -> tuple[Wanted, Trial]:
    """Return what a trial of what needs consent was asked, and what it told, where a preview afterwards says that."""
    asked: list[Wanted] = []

    def deploy(_stack: Throwaway, _scratch: Scratch, wanted: Wanted) -> Trial:
        asked.append(wanted)
        return Trial(attempts=(Attempt(what=UP, passed=passes, seconds=1),), access=None, not_tried=(), consented=True)

    monkeypatch.setattr(from_snapshot, "tried", deploy)
    monkeypatch.setattr(from_snapshot, "_ask", lambda _stack: again)
    scratch = Scratch(Settings("postgresql://nobody@localhost/none"))
    told = from_snapshot._tried(STACK, scratch, Asked(Path(), "staging", None), REFUSED)
    return asked[0], told


def test_each_hazard_of_a_resource_is_consented_to_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted, told = tried(monkeypatch, REFUSED, passes=True)
    assert wanted.consents == ({"hazard": "TAKES_DATA_OUT_OF_USE", "resource": "jobs"},)
    assert told.passed
    assert told.consented


def test_where_consents_do_not_reach_the_provider_nothing_was_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    _, told = tried(monkeypatch, REFUSED, passes=False)
    assert told.attempts == ()
    assert "does not take from the stack's supaschema:allowHazards" in told.not_tried[0]


def test_what_fails_with_its_consents_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    _, told = tried(monkeypatch, stack(change("jobs", step("select 1", POLICY))), passes=False)
    assert not told.passed
