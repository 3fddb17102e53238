"""One resource of a report: what differs by property, its SQL by phase, its hazards."""

from __future__ import annotations

import difflib
import html
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from supaschema.core.model import Mode, Phase
from supaschema.core.plan_record import Difference, Step
from supaschema.core.printable import line
from supaschema.review.markup import block, code, folded, inline_html, prose
from supaschema.review.model import Change
from supaschema.review.words import number

_MODES = {
    Mode.ALONE.value: "-- outside of a transaction",
    Mode.BATCHES.value: "-- in batches, a transaction each",
    Mode.OWN_TRANSACTION.value: "-- a transaction begins here",
}
_PHASES = {
    "copy": "Values are copied, beforehand",
    "structure": "Structure",
    "access": "Access",
    "values": "Values",
    "tidy": "Tidying up, afterwards",
}
_MECHANICS = {Phase.COPY.name.lower(), Phase.TIDY.name.lower()}
"""Phases whose statements say how it is done, not what is done."""


def details(change: Change) -> str:
    """Return a resource that changes, folded under its name."""
    counted = number(len(change.steps), "statement") if change.plan else "not planned"
    hazards = sorted({risk.hazard for risk in change.risks})
    named = f", {html.escape(', '.join(hazards))}" if hazards else ""
    summary = f"{change.operation.sign} {html.escape(line(change.type))} {inline_html(change.name)}: {counted}{named}"
    return folded(summary, "\n\n".join(_body(change)))


def _body(change: Change) -> Iterator[str]:
    if change.plan is None:
        yield "It is not planned: it is another provider's, its preview failed, or it declares what is not known yet."
        return
    differences = "\n".join(text for item in change.plan.differences for text in _difference(item))
    if differences:
        yield block(differences, "diff")
    risks = [f"- {'🛑 ' if risk.refused else ''}{code(risk.hazard)}: {prose(risk.sentence)}" for risk in change.risks]
    if risks:
        yield "\n".join(risks)
    for phase, steps in groupby(change.steps, lambda step: step.phase):
        yield _phase(phase or "", list(steps))
    if change.plan.notes:
        yield "\n".join(f"- {prose(note)}" for note in change.plan.notes)


def _phase(phase: str, steps: list[Step]) -> str:
    text = block("\n".join(_statement(step) for step in steps), "sql")
    title = _PHASES.get(phase) or prose(phase)
    return folded(title, text) if phase in _MECHANICS else f"{title}:\n\n{text}"


def _statement(step: Step) -> str:
    return "\n".join((*filter(None, [_MODES.get(step.mode)]), f"{step.sql};"))


def _difference(item: Difference) -> Iterator[str]:
    # One line, whatever the name holds: another would be read as a property of what it is to be.
    name = line(f"{item.object.kind.replace('_', ' ')} {'.'.join(item.object.name)}")
    old, new = item.old, item.new
    if old is None or new is None:
        sign, only = ("+", new) if old is None else ("-", old)
        yield f"{sign} {name}"
        for key, value in (only or {}).items():
            yield from (f"{sign}   {text}" for text in _lines(key, value))
        return
    yield f"  {name}"
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield from _changed(_lines(key, old.get(key)), _lines(key, new.get(key)))


def _changed(old: list[str], new: list[str]) -> Iterator[str]:
    for text in difflib.ndiff(old, new):
        if not text.startswith("?"):
            yield f"{text[0]}   {text[2:]}"


def _lines(key: str, value: Any) -> list[str]:
    if value in (None, "", [], {}):
        return []
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    first, *others = text.split("\n")
    return [f"{key}: {first}", *(f"  {each}" for each in others)]
