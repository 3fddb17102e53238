"""A report whose rows are made up: what it counts is said by the statistics of the real database, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from supaschema.core.plan_record import Holding, PlanRecord, Risk, Size, Step
from supaschema.review.model import StackReport
from supaschema.review.words import number


def by_statistics(report: StackReport, tables: Mapping[str, Size]) -> StackReport:
    """Return a report that counts no row which was made up, and has how large relations are where the rows are real.

    Args:
        report: Of a scratch database.
        tables: The statistics of the database that it stands for.

    """
    changes = tuple(
        change if change.plan is None else msgspec.structs.replace(change, plan=_plan(change.plan, tables))
        for change in report.changes
    )
    return msgspec.structs.replace(report, changes=changes)


def _plan(plan: PlanRecord, tables: Mapping[str, Size]) -> PlanRecord:
    sizes = {name: tables.get(name, size) for name, size in plan.relations.items()}
    steps = tuple(_step(step, tables) for step in plan.steps)
    # Of what is asked of rows the number that was found is one of these rows.
    notes = tuple(note for note in plan.notes if not any(reason in note for reason in plan.asked))
    return msgspec.structs.replace(plan, relations=sizes, steps=steps, notes=notes)


def _step(step: Step, tables: Mapping[str, Size]) -> Step:
    return msgspec.structs.replace(step, hazards=tuple(_risk(risk, tables) for risk in step.hazards))


def _risk(risk: Risk, tables: Mapping[str, Size]) -> Risk:
    if risk.held is None:
        return risk
    return msgspec.structs.replace(risk, sentence=_sentence(risk.held, tables.get(risk.held.relation)))


def _sentence(held: Holding, size: Size | None) -> str:
    rows = size.rows if size is not None else 0
    if held.unit == "row" and rows > 0:
        return f"{held.holder} holds about {number(rows, 'row')}: {held.consequence}"
    # Values of a column, and files of a bucket, are some of those rows or all.
    most = f", in up to about {number(rows, 'row')}" if held.unit == "value" and rows > 0 else ""
    return f"{held.holder} may hold {held.unit}s{most}: {held.consequence}"
