"""The command writes a report in the form that is asked for, and its exit code says whether it stands."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from supaschema.command import report
from supaschema.command.outcome import Exit
from supaschema.database.connect import Database
from supaschema.database.settings import Settings
from supaschema.review import gather
from supaschema.review.model import StackReport
from tests.unit.test_review_markdown import HOLDS, POLICY, change, stack, step

NOWHERE = Database(Settings("postgresql://nobody@localhost/none"))
STANDS, REFUSED = stack(change("jobs", step("select 1", POLICY))), stack(change("jobs", step("select 1", HOLDS)))


def written(file: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str, found: StackReport = STANDS) -> Exit:
    asked = argparse.ArgumentParser()
    report.arguments(asked)
    monkeypatch.setattr(gather, "of_stacks", lambda stacks, _more: (found,) * len(stacks))
    return report.run(asked.parse_args(["--output", str(file), *arguments]), NOWHERE)


@pytest.mark.parametrize(
    ("form", "begins"), [("markdown", "### Schema of"), ("html", "<!DOCTYPE html>\n<html"), ("json", "{\n")]
)
def test_it_is_written_as_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, begins: str) -> None:
    file = tmp_path / "report"
    assert written(file, monkeypatch, "--stack", "staging", "--format", form) is Exit.DONE
    assert file.read_text(encoding="utf-8").startswith(begins)


def test_what_is_refused_is_a_finding_and_a_stack_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report"
    assert written(file, monkeypatch, "--stack", "a", "--stack", "b", "--stack", "a", found=REFUSED) is Exit.FINDINGS
    assert file.read_text(encoding="utf-8").startswith("### Schema of 2 stacks\n")
