"""The JSON Schemas that are published are those of the values, and an older report is a report still."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from supaschema.review.schema import schemas
from tests.support.golden import golden

OLDEST = Path(__file__).parent / "golden" / "review" / "version_1.json"
"""A report as the first programs that read version 1 know it: what they read is never taken away."""


@pytest.mark.parametrize("path", schemas(), ids=lambda path: path.name)
def test_a_schema_is_as_the_values_are(path: Path) -> None:
    golden(path, schemas()[path])
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


def test_a_report_of_the_first_readers_is_one_still() -> None:
    (report, _) = (json.loads(path.read_text(encoding="utf-8")) for path in schemas())
    jsonschema.validate(json.loads(OLDEST.read_text(encoding="utf-8")), report)


@pytest.mark.parametrize(
    "odd", [{"version": 2, "stacks": []}, {"version": 1, "stacks": [{"stack": "s"}]}, {"version": 1, "stacks": "none"}]
)
def test_what_is_no_report_is_refused(odd: object) -> None:
    (report, _) = (json.loads(path.read_text(encoding="utf-8")) for path in schemas())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(odd, report)
