"""A report as a page: what comes of a change is marked, whatever it is."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

import supaschema.review
from supaschema.review.model import Change, Operation, Origin, Problem, Report, StackReport, Verdict
from supaschema.review.page import page
from supaschema.review.trial_result import Attempt, Trial
from tests.unit.test_review_markdown import HOLDS, POLICY, change, stack, step, urn

CSS = (Path(supaschema.review.__file__).parent / "page.css").read_text(encoding="utf-8")
APPLIES = stack(change("jobs", step("select 1", POLICY)))
FAILED = Trial(attempts=(Attempt(what="pulumi up", passed=False, seconds=1),), access=None, not_tried=())
STALE = Origin(fingerprint="a", taken_at="2026-01-01T00:00:00Z", changed_by="2026-01-02T00:00:00Z")
REPORTS = {
    Verdict.FAILS: stack(problems=(Problem(urn=None, message="no such table"),)),
    Verdict.TRIAL_FAILED: msgspec.structs.replace(APPLIES, trial=FAILED),
    Verdict.STALE: msgspec.structs.replace(APPLIES, origin=STALE),
    Verdict.REFUSED: stack(change("jobs", step("select 1", HOLDS))),
    Verdict.UNKNOWN: stack(Change(urn=urn("jobs"), operation=Operation.CREATE, plan=None)),
    Verdict.APPLIES: APPLIES,
    Verdict.EMPTY: stack(),
}


def color(report: StackReport) -> str:
    """Return the colour of the mark."""
    (classes,) = re.findall(r'<p class="(verdict [^"]*)">', page(Report(stacks=(report,))))
    _, own = classes.split(" ")
    (rule,) = re.findall(rf"\.verdict\.{own}\b[^{{}}]*{{ border-color: var\(--(\w+)\); }}", CSS)
    return str(rule)


@pytest.mark.parametrize("verdict", Verdict, ids=lambda verdict: verdict.value)
def test_what_comes_of_a_change_has_a_rule_of_its_own(verdict: Verdict) -> None:
    report = REPORTS[verdict]
    assert report.verdict is verdict
    assert color(report)


def test_a_trial_that_failed_looks_as_a_preview_that_fails() -> None:
    assert color(REPORTS[Verdict.TRIAL_FAILED]) == color(REPORTS[Verdict.FAILS])
