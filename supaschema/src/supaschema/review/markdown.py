"""A report as Markdown, for a comment on a pull request: seven answers first, then each object, folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from supaschema.core.model import Hazard, Mode
from supaschema.core.plan_record import Size, Step, TakenLock
from supaschema.core.printable import line
from supaschema.review.details import details
from supaschema.review.markup import code, inline_html, prose
from supaschema.review.model import Change, Operation, Report, StackReport, Verdict
from supaschema.review.words import amount, duration_of, number

LIMIT = 65_000
"""Characters that a comment may have (GitHub takes 65,536)."""
_NAMED = 12
_TOLD = 5
"""How many things of a kind the first screen names."""
_NOTHING_LOST = "Nothing is removed, taken out of use or rewritten."
_OWN_SCHEMAS = ("supaschema", "supaschema_archive")
_LEFT_OUT = "Left out here, for the comment would be too long: the report as JSON (`--format json`) has it in full."

_VERDICTS = {
    Verdict.FAILS: "❌ **The preview fails**, and so would `pulumi up`.",
    Verdict.REFUSED: "🛑 **`pulumi up` refuses this**: it needs consent, see below.",
    Verdict.UNKNOWN: "❔ **Not all of it is known yet**: what is not planned below depends on what is deployed first.",
    Verdict.APPLIES: "✅ **It applies**: nothing in it needs consent.",
    Verdict.EMPTY: "⚪ **Nothing changes** in the database.",
}


def markdown(report: Report, limit: int = LIMIT) -> str:
    """Return the report; the same one gives the same text.

    Args:
        report: What changes.
        limit: The most characters. What is too long leaves out details, the longest first, and says so.

    """
    heads = [_head(stack) for stack in report.stacks]
    bodies = [[details(change) for change in stack.changes] for stack in report.stacks]
    while len(text := _whole(heads, bodies)) > limit:
        place, longest = max(
            ((place, at) for place, body in enumerate(bodies) for at in range(len(body))),
            key=lambda found: len(bodies[found[0]][found[1]]),
            default=(0, 0),
        )
        if not any(map(any, bodies)) or len(bodies[place][longest]) <= len(_LEFT_OUT) + _room(report, place, longest):
            return f"{text[: limit - len(_LEFT_OUT) - 2]}\n\n{_LEFT_OUT}"[:limit]
        change = report.stacks[place].changes[longest]
        bodies[place][longest] = f"- {change.operation.sign} {inline_html(change.name)}: {_LEFT_OUT}"
    return text


def _room(report: Report, place: int, at: int) -> int:
    change = report.stacks[place].changes[at]
    return len(f"- {change.operation.sign} {inline_html(change.name)}: ")


def _whole(heads: Sequence[str], bodies: Sequence[Sequence[str]]) -> str:
    parts = ("\n\n".join((head, *body)) for head, body in zip(heads, bodies, strict=True))
    return "\n\n".join(parts) + "\n"


def _head(stack: StackReport) -> str:
    verdict = stack.verdict
    lines = [f"### Schema of {code(stack.stack)}", "", _VERDICTS[verdict]]
    if verdict is Verdict.FAILS:
        lines += ["", *_problems(stack)]
    if stack.changes:
        lines += ["", *(f"- **{question}** {answer}" for question, answer in _answers(stack))]
    consents = list(_consents(stack))
    if consents:
        lines += ["", "To consent, add to `supaschema:allowHazards` of the stack:", "", "```yaml", *consents, "```"]
    return "\n".join(lines)


def _problems(stack: StackReport) -> Iterator[str]:
    for problem in stack.problems[:_TOLD]:
        yield f"- {prose(' '.join(problem.message.split()))}"
    if len(stack.problems) > _TOLD:
        yield f"- and {len(stack.problems) - _TOLD} more"


def _answers(stack: StackReport) -> Iterator[tuple[str, str]]:
    steps = [step for change in stack.changes for step in change.steps]
    yield "What changes?", _changes(stack.changes)
    yield "Which SQL?", _sql(stack)
    yield "Which locks?", _some(_lock(stack, name, locks) for name, locks in _others(stack)) or "None on what is there."
    yield "Who gains or loses access?", _said(stack, Hazard.AUTHZ_UPDATE) or "Nobody: nothing of it says who may what."
    lost = _said(stack, Hazard.DELETES_DATA, Hazard.TAKES_DATA_OUT_OF_USE, Hazard.REWRITES_TABLE)
    yield "What happens to data?", "<br>".join(filter(None, (_filled(steps), lost))) or _NOTHING_LOST
    yield "Can it be undone?", _undo(stack) if steps else "There is nothing to undo."
    yield "Has it been tried?", "No: it was planned against the live catalog, and not run anywhere."


def _changes(changes: Sequence[Change]) -> str:
    if len(changes) <= _NAMED:
        return " · ".join(f"{change.operation.sign} {prose(change.type)} {code(change.name)}" for change in changes)
    counted = Counter((change.operation, change.type) for change in changes)
    kinds = (f"{operation.sign} {count} {prose(type)}" for (operation, type), count in counted.most_common())
    return f"{len(changes)} resources: {' · '.join(kinds)}"


def _sql(stack: StackReport) -> str:
    steps = [step for change in stack.changes for step in change.steps]
    alone = sum(step.mode == Mode.ALONE.value for step in steps)
    batches = sum(step.mode == Mode.BATCHES.value for step in steps)
    apart = [
        *([f"{alone} outside of a transaction"] if alone else []),
        *([f"{batches} in batches"] if batches else []),
    ]
    told = ", ".join([number(len(steps), "statement"), *([" and ".join(apart)] if apart else [])])
    return f"{told}: below, object by object." if steps else "None."


def _others(stack: StackReport) -> Iterator[tuple[str, list[TakenLock]]]:
    # What is new nobody waits for, and the ledger and the archive are the library's own.
    for name, locks in stack.locks().items():
        if name in stack.sizes() and name.partition(".")[0] not in _OWN_SCHEMAS:
            yield name, locks


def _lock(stack: StackReport, name: str, locks: Sequence[TakenLock]) -> str:
    held = " and ".join(f"{lock.mode} {duration_of(lock)}" for lock in locks)
    return f"{code(name)} ({_size(stack.sizes()[name])}): {held}"


def _size(size: Size) -> str:
    rows = "rows not counted yet" if size.rows < 0 else f"about {number(size.rows, 'row')}"
    return f"{rows}, {amount(size.bytes)}, read {number(size.reads, 'time')}, {number(size.writes, 'row')} written"


def _said(stack: StackReport, *hazards: Hazard) -> str:
    # What concerns objects that are there before those that nobody uses yet.
    found = sorted(stack.risks(*hazards), key=lambda each: each[0].operation is Operation.CREATE)
    return _some(prose(risk.sentence) for _, risk in found)


def _filled(steps: Sequence[Step]) -> str:
    tables = dict.fromkeys(lock.relation for step in steps if _fills(step) for lock in step.locks)
    return f"Back-fills write to rows of {', '.join(map(code, tables))}." if tables else ""


def _fills(step: Step) -> bool:
    return step.about is not None and step.about.kind == "backfill" and step.mode == Mode.BATCHES.value


def _undo(stack: StackReport) -> str:
    if any(_fills(step) for change in stack.changes for step in change.steps):
        return "Not in full: values that a back-fill writes over are kept nowhere."
    if any(True for _ in stack.risks(Hazard.DELETES_DATA)):
        return "Not in full: deploying the program before it brings the objects back, and not the data that is deleted."
    if any(True for _ in stack.risks(Hazard.TAKES_DATA_OUT_OF_USE)):
        return "Yes, by deploying the program before it: what goes out of use is in the archive, and comes back."
    return "Yes, by deploying the program before it."


def _some(answers: Iterable[str]) -> str:
    found = list(dict.fromkeys(answers))
    more = [f"and {len(found) - _TOLD} more, below"] if len(found) > _TOLD else []
    return "<br>".join((*found[:_TOLD], *more))


def _consents(stack: StackReport) -> Iterator[str]:
    seen = dict.fromkeys((risk.hazard, change.name) for change, risk in stack.risks() if risk.refused)
    return (f"- {{hazard: {hazard}, resource: {_yaml(name)}}}" for hazard, name in seen)


def _yaml(name: str) -> str:
    # Names of resources may be any text; within a block of code nothing of it is markup.
    return line(msgspec.json.encode(name).decode()).replace("`", "\\u0060")
