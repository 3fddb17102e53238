"""A report that anybody wrote is refused in a sentence where its values make no sense, and nothing fails over it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from supaschema.core.errors import SupaschemaError
from supaschema.review.markdown import markdown
from supaschema.review.model import Report
from supaschema.review.page import page
from supaschema.review.reading import read
from tests.unit.test_review_markdown import HOLDS, change, stack, step


def deep(levels: int) -> str:
    return '{"a": ' * levels + "1" + "}" * levels


def report(file: Path, old: str, new: str) -> Path:
    """Write a report with a text of its JSON put for another."""
    text = Report(stacks=(stack(change("jobs", step("select 1", HOLDS))),)).json()
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"ACCESS EXCLUSIVE"', '"NO SUCH MODE"', "NO SUCH MODE"),
        ('"urn:pulumi:', '"urn:odd:', "is no URN of Pulumi"),
        ('"as it was"', deep(500), "nested too deep"),
        ('"as it was"', deep(100_000), "nested too deep"),
        ('"version": 1', f'"odd": {deep(100_000)}, "version": 1', "nested too deep"),
    ],
    ids=["mode", "urn", "deep", "deeper", "deep elsewhere"],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    with pytest.raises(SupaschemaError, match=why):
        read(report(tmp_path / "report.json", old, new))


def test_an_object_without_a_name_is_refused(tmp_path: Path) -> None:
    whole: dict[str, Any] = json.loads(Report(stacks=(stack(change("jobs", step("select 1"))),)).json())
    whole["stacks"][0]["changes"][0]["plan"]["differences"][0]["object"]["name"] = []
    file = tmp_path / "report.json"
    file.write_text(json.dumps(whole), encoding="utf-8")

    with pytest.raises(SupaschemaError, match="has no name"):
        read(file)


def test_a_value_of_some_levels_is_read_and_told(tmp_path: Path) -> None:
    found = read(report(tmp_path / "report.json", '"as it was"', deep(50)))

    assert "jobs" in markdown(found)
    assert "jobs" in page(found)
