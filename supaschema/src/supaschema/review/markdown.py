"""A report as Markdown, for a comment on a pull request: seven answers first, then each object, folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from supaschema.core.printable import line
from supaschema.review import verdicts
from supaschema.review.answers import Answer, answers, overwritten
from supaschema.review.details import details
from supaschema.review.markup import block, code, folded, prose
from supaschema.review.model import Change, Problem, Report, StackReport, Verdict
from supaschema.review.phrases import Code, Phrase, at_most, listed, marked, shortened
from supaschema.review.problems import told
from supaschema.review.several import Alike, groups, rows
from supaschema.review.verdicts import SIGNS
from supaschema.review.words import number

LIMIT = 65_000
"""Characters that a comment may have (GitHub takes 65,536)."""
FIRST_SCREEN = 25
"""Lines that a reader sees without scrolling."""
_MOST = 5
"""How many things of a kind the first screen names, where there is room."""
_LONGEST = (2_000, 200)
"""Characters that one of them has; so many where with the first the screen would fill half of the comment."""
_NAMED = 20
_SAID = 4_000
"""Characters of what was said in full."""
_FOLDED = re.compile(r"(<details>)(?:(?!<details>).)*?</details>", re.DOTALL)
_SAID_OF_ROOM = 2
"""Lines of the first screen by which it is said that there is no room for all."""
_NOT_ALL = "✂ There is no room for all of it: what is left out is named at the end."
_LEFT_OUT = "Left out here, for the comment would be too long; the report as JSON (`--format json`) has it in full: "


def markdown(report: Report, limit: int = LIMIT) -> str:
    """Return the report; the same one gives the same text.

    Args:
        report: What changes.
        limit: The most characters. What is too long leaves out details, the longest first, and says so.

    """
    if len(report.stacks) == 1:
        (alike,) = groups(report)
        return _group(alike, limit)
    table = "\n".join(_table(report))[:limit]
    found = list(groups(report))
    room = (limit - len(table)) // max(1, len(found)) - 2
    return "\n\n".join((table, *(_group(alike, room) for alike in found)))[:limit]


def _table(report: Report) -> Iterator[str]:
    yield f"### Schema of {number(len(report.stacks), 'stack')}"
    yield ""
    yield "| stack | what comes of it | resources that change | statements |"
    yield "|---|---|---|---|"
    for row in rows(report):
        # A bar ends a cell, within code too.
        name = code(row.stack.stack).replace("|", "\\|")
        comes = f"{SIGNS[row.stack.verdict]} {_marked(verdicts.title(row.stack.verdict))}"
        yield f"| {name} | {comes} | {row.resources:,} | {row.statements:,} |"


@dataclass(frozen=True, slots=True)
class _Detail:
    """What is folded below the first screen, and what it is called where there is no room for it."""

    name: Phrase
    text: str


def _group(alike: Alike, limit: int) -> str:
    # Found once for all that is written of them: of many changes they take long.
    told_of = answers(alike.stack) if alike.stack.changes else ()
    head = _head(alike, told_of, limit // 2, FIRST_SCREEN)
    as_before = [_as_in(name, changes) for name, changes in alike.as_in.items()]
    own = [_Detail(_name(change), details(change, alike.stack.times)) for change in alike.own]
    found = [*_in_full(told_of, head), *own]
    text = _joined(head, *as_before, *(each.text for each in found))
    if len(text) <= limit:
        return text
    if _height(head) > FIRST_SCREEN - _SAID_OF_ROOM:
        head = _head(alike, told_of, limit // 2, FIRST_SCREEN - _SAID_OF_ROOM)
        found = [*_in_full(told_of, head), *own]
    head = f"{head}\n\n{_NOT_ALL}"
    # The shortest first: so as many as possible are there.
    left = limit - len(_joined(head, *as_before)) - len(_left_out(found)) - 4
    kept: set[int] = set()
    for place in sorted(range(len(found)), key=lambda at: (len(found[at].text), at)):
        left -= len(found[place].text) + 2
        if left < 0:
            break
        kept.add(place)
    missing = [each for place, each in enumerate(found) if place not in kept]
    shown = [each.text for place, each in enumerate(found) if place in kept]
    return _joined(head, *as_before, *shown, _left_out(missing))[:limit]


def _in_full(found: Sequence[Answer], head: str) -> Iterator[_Detail]:
    # The answers that the first screen has shortened, and those to what was not tried, which it only counts.
    for answer in found:
        lines = [_marked(phrase) for phrase in dict.fromkeys(answer.lines)]
        if any(each not in head for each in lines):
            listing = "\n".join(f"- {each}" for each in lines)
            yield _Detail(
                (answer.question.rstrip("?"),), folded(f"{answer.question} {number(len(lines), 'line')}", listing)
            )


def _as_in(name: str, changes: Sequence[Change]) -> str:
    return f"As in {code(name)}: {_named(map(_name, changes))}"


def _joined(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def _left_out(found: Sequence[_Detail]) -> str:
    return _LEFT_OUT + _named(each.name for each in found)


def _named(names: Iterable[Phrase]) -> str:
    return _marked(listed(at_most(names, _NAMED, "more")))


def _name(change: Change) -> Phrase:
    return (f"{change.operation.sign} {change.type} ", Code(change.name[:_SHORT]))


_SHORT = 80


def _head(alike: Alike, found: Sequence[Answer], limit: int, screen: int) -> str:
    # With fewer things named where it would not fit into a screen, and each shorter where it would fill the comment.
    text = ""
    for longest in _LONGEST:
        for most in range(_MOST, 0, -1):
            text = _head_with(alike, found, most, longest)
            if _height(text) <= screen and len(text) <= limit:
                return text
        if len(text) <= limit:
            return text
    return text


def _height(text: str) -> int:
    shown = _FOLDED.sub(r"\1", text)
    return sum(1 + row.count("<br>") for row in shown.split("\n"))


def _head_with(alike: Alike, found: Sequence[Answer], most: int, longest: int) -> str:
    stack = alike.stack
    lines = [
        f"### Schema of {' and '.join(map(code, alike.names))}",
        "",
        f"{SIGNS[stack.verdict]} **{_marked(verdicts.title(stack.verdict))}**{_marked(verdicts.rest(stack))}",
    ]
    if stack.verdict is Verdict.FAILS:
        lines += ["", *_problems(stack.problems, most)]
        lines += [] if found else ["", _marked(verdicts.UNANSWERED)]
    drift = at_most(overwritten(stack), most, "more")
    if drift:
        lines += ["", "⚠ **It overwrites what was changed since the last deployment, behind the program's back:**"]
        lines += ["", *(f"- {_marked(shortened(phrase, longest))}" for phrase in drift)]
    if found:
        shown = (
            (each.question, (shortened(phrase, longest) for phrase in at_most(each.lines, most, "more, below")))
            for each in found
        )
        lines += ["", *(f"- **{question}** {'<br>'.join(map(_marked, said))}" for question, said in shown)]
    return "\n".join((*lines, *_consent(stack, most)))


def _problems(problems: Sequence[Problem], most: int) -> Iterator[str]:
    for problem in map(told, problems[:most]):
        of = f"{problem.type} {code(problem.name)}: " if problem.name else ""
        yield f"- {of}{prose(problem.short)}"
    if len(problems) > most:
        yield f"- and {len(problems) - most} more"
    wholes = [problem.whole for problem in map(told, problems[:most]) if problem.whole]
    if wholes:
        yield ""
        yield folded("All that was said", "\n\n".join(block(whole[:_SAID]) for whole in wholes))


def _consent(stack: StackReport, most: int) -> Iterator[str]:
    seen = dict.fromkeys((risk.hazard, change.name) for change, risk in stack.risks() if risk.refused)
    if not seen:
        return
    consents = [f"- {{hazard: {hazard}, resource: {_yaml(name)}}}" for hazard, name in seen]
    block = "\n".join(("```yaml", *consents, "```"))
    said = "To consent, add to `supaschema:allowHazards` of the stack"
    yield ""
    yield f"{said}:\n\n{block}" if len(consents) <= most else folded(f"{said} ({len(consents)} lines)", block)


def _yaml(name: str) -> str:
    # Names of resources may be any text; within a block of code nothing of it is markup.
    return line(msgspec.json.encode(name).decode()).replace("`", "\\u0060")


def _marked(phrase: Phrase) -> str:
    return marked(phrase, prose, code)
