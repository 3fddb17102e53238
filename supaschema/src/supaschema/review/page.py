"""A report as one page that needs no network: it folds, is searched and printed, in dark and light, narrow and wide."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from supaschema.core.plan_record import Step
from supaschema.review import verdicts
from supaschema.review.answers import answers, overwritten
from supaschema.review.details import NOT_PLANNED, around, by_phase, own_steps, sql_of
from supaschema.review.drawing import drawing
from supaschema.review.elements import Markup, element, folded, joined, phrase, sentence
from supaschema.review.model import Change, Report, StackReport, Verdict
from supaschema.review.phrases import Code, Phrase, listed
from supaschema.review.problems import Told, told
from supaschema.review.properties import properties
from supaschema.review.several import Alike, groups, rows
from supaschema.review.verdicts import SIGNS
from supaschema.review.words import number

_FOLDER = Path(__file__).parent
_SHOWN = 12
"""Lines of an answer that are shown at once; more are folded."""


def page(report: Report) -> str:
    """Return the page; the same report gives the same one."""
    style, script = ((_FOLDER / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    # Only these two run or are applied, whatever a name should hold.
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    title = ", ".join(stack.stack for stack in report.stacks)
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", f"Schema of {title}"),
        element("style", Markup(style)),
    )
    several = [_table(report)] if len(report.stacks) > 1 else []
    body = element(
        "body",
        *several,
        element("main", *(_group(alike, place) for place, alike in enumerate(groups(report)))),
        element("script", Markup(script)),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _hash(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def _table(report: Report) -> Markup:
    titles = ("stack", "what comes of it", "resources that change", "unchanged", "statements")
    found = (
        element(
            "tr",
            element("td", element("code", row.stack.stack)),
            element("td", f"{SIGNS[row.stack.verdict]} ", phrase(verdicts.title(row.stack.verdict))),
            *(element("td", f"{count:,}") for count in (row.resources, row.unchanged, row.statements)),
        )
        for row in rows(report)
    )
    head = element("thead", element("tr", *(element("th", title) for title in titles)))
    table = element("table", head, element("tbody", *found))
    return element("header", element("h1", f"Schema of {number(len(report.stacks), 'stack')}"), _scrolling(table))


def _group(alike: Alike, place: int) -> Markup:
    stack = alike.stack
    name = listed([(Code(name),) for name in alike.names], " and ")
    verdict = (
        f"{SIGNS[stack.verdict]} ",
        element("strong", phrase(verdicts.title(stack.verdict))),
        phrase(verdicts.rest(stack)),
    )
    return element(
        "article",
        element("h1", "Schema of ", phrase(name)),
        element("p", *verdict, class_=f"verdict {_class_of(stack.verdict)}"),
        *_problems(stack),
        *_drift(stack),
        *_answers(stack),
        drawing(stack, place),
        *_consent(stack),
        *(_as_in(first, changes) for first, changes in alike.as_in.items()),
        *_changes(alike.own, stack.times),
    )


def _class_of(verdict: Verdict) -> str:
    """Return the class of what comes of a change, for which `page.css` has a rule."""
    return verdict.value.replace(" ", "-")


def _problems(stack: StackReport) -> Iterator[Markup]:
    if stack.verdict is Verdict.FAILS:
        yield element("ul", *(element("li", *_problem(told(problem))) for problem in stack.problems))


def _problem(problem: Told) -> Iterator[str]:
    if problem.name:
        yield from (f"{problem.type} ", element("code", problem.name), ": ")
    yield problem.short
    if problem.whole:
        yield folded("All that was said", element("pre", problem.whole))


def _drift(stack: StackReport) -> Iterator[Markup]:
    found = overwritten(stack)
    if found:
        title = element("h2", "It overwrites what was changed since the last deployment, behind the program's back")
        yield element("section", title, element("ul", *_items(found)), class_="drift")


def _items(phrases: Iterable[Phrase]) -> Iterator[Markup]:
    return (element("li", phrase(each)) for each in phrases)


def _answers(stack: StackReport) -> Iterator[Markup]:
    if not stack.changes:
        if stack.verdict is Verdict.FAILS:
            yield element("p", phrase(verdicts.UNANSWERED))
        return
    found = (element("div", element("dt", each.question), element("dd", *_said(each.lines))) for each in answers(stack))
    yield element("dl", *found, class_="answers")


def _said(lines: Sequence[Phrase]) -> Iterator[Markup]:
    found = [element("p", phrase(each)) for each in dict.fromkeys(lines)]
    left = len(found) - _SHOWN
    # To say that one more is folded would take as much room.
    yield from found if left <= 1 else found[:_SHOWN]
    if left > 1:
        yield folded(f"{left} more", *found[_SHOWN:])


def _consent(stack: StackReport) -> Iterator[Markup]:
    seen = dict.fromkeys((risk.hazard, change.name) for change, risk in stack.risks() if risk.refused)
    if seen:
        consents = (f"- {{hazard: {hazard}, resource: {msgspec.json.encode(name).decode()}}}" for hazard, name in seen)
        yield element("h2", "To consent")
        yield element("p", sentence("Add to `supaschema:allowHazards` of the stack:"))
        yield element("pre", "\n".join(consents))


def _as_in(first: str, changes: Sequence[Change]) -> Markup:
    names = listed([(f"{change.operation.sign} {change.type} ", Code(change.name)) for change in changes])
    return element("p", "As in ", element("code", first), ": ", phrase(names))


def _changes(changes: Sequence[Change], times: Mapping[str, float]) -> Iterator[Markup]:
    if not changes:
        return
    yield element("h2", f"{number(len(changes), 'resource')}, one by one")
    yield element("section", _TOOLS, *(_change(change, times) for change in changes))


_TOOLS = Markup(
    '<p class="tools" hidden><input type="search" aria-label="Find in the resources" '
    'placeholder="Find a name, or a word of the SQL"><output></output>'
    '<button type="button" value="open">Unfold all</button><button type="button" value="fold">Fold all</button></p>'
)
"""Shown by the script, without which it would do nothing."""


def _change(change: Change, times: Mapping[str, float]) -> Markup:
    counted = number(len(change.steps), "statement") if change.plan else "not planned"
    summary = (f"{change.operation.sign} {change.type} ", element("code", change.name), f": {counted} ")
    refused = {risk.hazard for risk in change.risks if risk.refused}
    tags = (
        joined((element("span", hazard, class_="tag refused" if hazard in refused else "tag"), " "))
        for hazard in sorted({risk.hazard for risk in change.risks})
    )
    return element("details", element("summary", *summary, *tags), *_body(change, times), class_="change")


def _body(change: Change, times: Mapping[str, float]) -> Iterator[Markup]:
    if change.plan is None:
        yield element("p", NOT_PLANNED)
        return
    for item in change.plan.differences:
        if not item.aside:
            yield properties(item)
    risks = (
        element("li", *(["🛑 "] if risk.refused else []), element("code", risk.hazard), f": {risk.sentence}")
        for risk in change.risks
    )
    found = [*risks, *(element("li", note) for note in change.plan.notes)]
    if found:
        yield element("ul", *found)
    for title, steps in by_phase(own_steps(change.steps)):
        yield element("h3", title)
        yield _sql(steps, times)
    beside = around(change.steps)
    if beside:
        yield folded(f"All {number(len(change.steps), 'statement')} as they run: {beside}", _sql(change.steps, times))


def _sql(steps: Sequence[Step], times: Mapping[str, float]) -> Markup:
    return element("pre", sql_of(steps, times))


def _scrolling(table: Markup) -> Markup:
    return element("div", table, class_="scroll")
