"""The JSON Schemas of a report and of a plan record, for programs that read them: files beside this one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from supaschema.core import plan_record
from supaschema.core.plan_record import PlanRecord
from supaschema.review import model
from supaschema.review.model import Report, Verdict

FOLDER = Path(__file__).parent


def schemas() -> dict[Path, str]:
    """Return by file what it holds; a version's schema gets more properties, and loses or changes none."""
    report, plan = _schema(Report, model.VERSION), _schema(PlanRecord, plan_record.VERSION)
    # What follows from the other properties, for those who only ask for that.
    verdicts = {"enum": [verdict.value for verdict in Verdict], "description": "What would come of it."}
    report["$defs"]["StackReport"]["properties"]["verdict"] = verdicts
    return {
        FOLDER / "report.schema.json": _text(report, "A report of supaschema"),
        FOLDER / "plan_record.schema.json": _text(plan, "A plan record of supaschema"),
    }


def _schema(type: type[msgspec.Struct], version: int) -> dict[str, Any]:
    made: dict[str, Any] = msgspec.json.schema(type)
    made["$defs"][type.__name__]["properties"]["version"] = {"const": version}
    return made


def _text(schema: dict[str, Any], title: str) -> str:
    return json.dumps({"$schema": _DIALECT, "title": title, **schema}, indent=2) + "\n"


_DIALECT = "https://json-schema.org/draft/2020-12/schema"
