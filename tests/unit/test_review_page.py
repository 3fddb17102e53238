"""The page on reports shows first screens as reports have them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.golden import golden

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "review.md"
REPORTS = ROOT / "tests" / "integration" / "golden" / "pull_requests"
SHOWN = {
    "policy_loosened": "A policy is loosened",
    "column_read_by_a_view_dropped": "A column goes that a view reads",
    "not_null_over_nulls": "NOT NULL over rows that forbid it",
    "index_added": "An index on a large table",
    "bucket_made_public": "A bucket is made public",
}
BEGIN, END = "<!-- first screens: begin -->", "<!-- first screens: end -->"


def first_screen(name: str) -> str:
    """Return what stands before the details of a report."""
    return (REPORTS / f"{name}.markdown").read_text(encoding="utf-8").partition("\n<details>")[0].strip()


def test_the_page_has_the_first_screens_of_five_reports():
    text = PAGE.read_text(encoding="utf-8")
    shown = "\n\n".join(f"### {title}\n\n~~~markdown\n{first_screen(name)}\n~~~" for name, title in SHOWN.items())
    whole = re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n\n{shown}\n\n{END}", text, flags=re.DOTALL)

    assert BEGIN in text
    golden(PAGE, whole)
