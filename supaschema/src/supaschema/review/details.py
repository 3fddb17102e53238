"""One resource of a report: what differs by property, its hazards, its SQL by phase."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from supaschema.core.model import Mode
from supaschema.core.plan_record import PlanRecord, Step
from supaschema.core.printable import line
from supaschema.review.differences import lines_of
from supaschema.review.markup import block, code, folded, inline_html, prose
from supaschema.review.model import Change
from supaschema.review.words import duration, number

MODES = {
    Mode.ALONE.value: "-- outside of a transaction",
    Mode.BATCHES.value: "-- in batches, a transaction each",
    Mode.OWN_TRANSACTION.value: "-- a transaction begins here",
}
PHASES = {
    "copy": "Beforehand",
    "structure": "Structure",
    "access": "Access",
    "references": "References to other tables",
    "values": "Values",
    "tidy": "Tidying up, afterwards",
}
NOT_PLANNED = "It is not planned: it is another provider's, its preview failed, or it declares what is not known yet."
_SHOWN = 40
"""So many lines of differences are shown at once; more are folded."""


def details(change: Change, times: Mapping[str, float]) -> str:
    """Return a resource that changes, folded under its name; `times` are those of `StackReport`."""
    counted = number(len(change.steps), "statement") if change.plan else "not planned"
    hazards = sorted({risk.hazard for risk in change.risks})
    named = f", {html.escape(', '.join(hazards))}" if hazards else ""
    summary = f"{change.operation.sign} {html.escape(line(change.type))} {inline_html(change.name)}: {counted}{named}"
    return folded(summary, "\n\n".join(_body(change, times)))


def _body(change: Change, times: Mapping[str, float]) -> Iterator[str]:
    if change.plan is None:
        yield NOT_PLANNED
        return
    yield from _differences(change.plan)
    risks = [f"- {'🛑 ' if risk.refused else ''}{code(risk.hazard)}: {prose(risk.sentence)}" for risk in change.risks]
    if risks:
        yield "\n".join(risks)
    for title, steps in by_phase(own_steps(change.steps)):
        yield f"{title}:\n\n{_block(steps, times)}"
    beside = around(change.steps)
    if beside:
        yield folded(f"All {number(len(change.steps), 'statement')} as they run: {beside}", _block(change.steps, times))
    if change.plan.notes:
        yield "\n".join(f"- {prose(note)}" for note in change.plan.notes)


def _differences(plan: PlanRecord) -> Iterator[str]:
    found = [text for item in plan.differences if not item.aside for text in lines_of(item)]
    if found:
        text = block("\n".join(found), "diff")
        yield text if len(found) <= _SHOWN else folded(f"Before and after: {number(len(found), 'line')}", text)


def own_steps(steps: Sequence[Step]) -> list[Step]:
    """Return the statements that say what is changed, without those that are around them."""
    return [step for step in steps if not step.aside and not step.upkeep]


def around(steps: Sequence[Step]) -> str:
    """Return in words how many statements are around those that change something; nothing where none are."""
    kept, beside = sum(step.upkeep for step in steps), sum(step.aside for step in steps)
    parts = [f"{kept} of the archive"] if kept else []
    parts += [f"{beside} for what depends on it"] if beside else []
    return ", ".join(parts)


def by_phase(steps: Sequence[Step]) -> Iterator[tuple[str, list[Step]]]:
    """Yield statements with what they are for; a rename, which comes before all else, is one of the structure."""
    for phase, group in groupby(steps, lambda step: step.phase or "structure"):
        yield PHASES.get(phase, phase), list(group)


def sql_of(steps: Sequence[Step], times: Mapping[str, float]) -> str:
    """Return statements as a text, each with how long it took where that was measured."""
    return "\n".join("\n".join((*filter(None, [MODES.get(step.mode)]), _statement(step, times))) for step in steps)


def _statement(step: Step, times: Mapping[str, float]) -> str:
    seconds = times.get(step.sql)
    return f"{step.sql};" if seconds is None else f"{step.sql}; -- {duration(seconds)}"


def _block(steps: Sequence[Step], times: Mapping[str, float]) -> str:
    return block(sql_of(steps, times), "sql")
