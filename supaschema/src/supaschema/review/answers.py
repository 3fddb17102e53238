"""The seven questions of a reviewer, answered in sentences; how they are marked up is the format's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from supaschema.core.model import Hazard, Mode
from supaschema.core.plan_record import Difference, Risk, Step
from supaschema.review import openings, trial_answers
from supaschema.review.followed_keys import followed
from supaschema.review.lock_words import lock_lines
from supaschema.review.model import Change, Operation, StackReport
from supaschema.review.objects import Happening, Touched, aside, dotted, drifted, eased, touched
from supaschema.review.phrases import Code, Phrase, listed
from supaschema.review.words import number

_NAMED = 12
"""How many objects are named; of more, it is told how many of each kind there are."""
_SHORT_SQL = 200
"""A statement of so many characters is shown with the answer."""
_SHORT_RULE = 300
_PHASES = {
    "copy": "beforehand",
    "structure": "of structure",
    "access": "of access",
    "references": "of references",
    "values": "of values",
}
_HOLDING = ("table", "column", "bucket", "materialized_view")
_LOSING = (Hazard.DELETES_DATA.value, Hazard.TAKES_DATA_OUT_OF_USE.value)
_REWRITES = Hazard.REWRITES_TABLE
_NOTHING_LOST: Phrase = ("Nothing is removed, taken out of use or rewritten.",)
_UNTOUCHED: Phrase = ("Nobody: grants, policies, and the rights that functions and views run with, stay as they are.",)
_CLOSED: Phrase = (
    "Nobody: new tables are closed to all but their owner; ",
    "grants, policies, and the rights that functions and views run with, stay as they are.",
)
_GONE: Phrase = ("Nobody: what is dropped was open to nobody but its owner.",)
_NOT_TRIED: Phrase = ("No: it was planned against the live catalog, and not run.",)
_EASED = "Not dropped, but without what it has of it while that changes: "
_ENDED: Phrase = ("Not known of what is not named here: the preview ended before it.",)
_UNKNOWN: tuple[Phrase, ...] = (("Not known: there is no plan.",),)


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and what is to be said to it, a line each."""

    question: str
    lines: tuple[Phrase, ...]


def answers(stack: StackReport) -> tuple[Answer, ...]:
    """Return the answers to all seven, in their order."""
    unplanned = tuple(change for change in stack.changes if change.is_unplanned)
    nothing = len(unplanned) == len(stack.changes)
    unknown = _UNKNOWN if nothing else _unknown(unplanned) if unplanned else ()
    if stack.problems and not nothing:
        # Where it failed the preview did not go on.
        unknown = (_ENDED,)
    every = (
        ("What changes?", _changes(stack)),
        ("Which SQL?", _sql(stack)),
        ("Which locks?", lock_lines(stack)),
        ("Who gains or loses access?", (stack.trial and trial_answers.access(stack.trial)) or _access(stack)),
        ("What happens to data?", _data(stack)),
        ("Can it be undone?", ((stack.trial and trial_answers.undone(stack.trial)) or _undo(stack),)),
    )
    # Of what is not planned an answer would be a guess.
    told = (
        Answer(
            question,
            lines if place == 0 and not stack.problems else unknown if nothing and place else (*lines, *unknown),
        )
        for place, (question, lines) in enumerate(every)
    )
    tried = (_NOT_TRIED,) if stack.trial is None else trial_answers.tried(stack.trial)
    return (*told, Answer("Has it been tried?", tried))


def overwritten(stack: StackReport) -> tuple[Phrase, ...]:
    """Return what somebody else changed since the last deployment and this overwrites, a line each."""
    return tuple(_drift(item) for change in stack.changes for item in drifted(change))


def _drift(item: Difference) -> Phrase:
    # What a deployment left there and somebody dropped comes back; what nobody declared goes.
    done = "was dropped" if item.old is None else "was added" if item.new is None else "was changed"
    return (f"{item.object.kind.replace('_', ' ')} ", Code(dotted(item.object)), f" {done}")


def _unknown(unplanned: Sequence[Change]) -> tuple[Phrase, ...]:
    names = listed([(Code(change.name),) for change in unplanned[:3]])
    more = f" and {len(unplanned) - 3} more" if len(unplanned) > 3 else ""
    return (("Not known of ", *names, f"{more}: there is no plan of it."),)


def _changes(stack: StackReport) -> tuple[Phrase, ...]:
    named = [(change, touched(change, stack.changes)) for change in stack.changes]
    few = sum(max(1, len(objects)) for _, objects in named) <= _NAMED
    # What goes with another resource's object is told there.
    lines = tuple(_one(*each) for each in named if each[1] or not _differs(each[0])) if few else (_counted(named),)
    return (*lines, *_meanwhile(stack), *_said(stack, Hazard.CORRECTNESS, Hazard.HAS_UNTRACKABLE_DEPENDENCIES))


def _meanwhile(stack: StackReport) -> Iterator[Phrase]:
    for said, of in (("Dropped and recreated around it, with the same definition: ", aside), (_EASED, eased)):
        found = dict.fromkeys((object.kind, dotted(object)) for change in stack.changes for object in of(change))
        if found:
            yield (said, *listed([(f"{kind.replace('_', ' ')} ", Code(name)) for kind, name in found]))


def _differs(change: Change) -> bool:
    return change.plan is not None and any(not item.aside for item in change.plan.differences)


def _one(change: Change, objects: Sequence[Touched]) -> Phrase:
    if not objects:
        said = f"is {_SAID[change.operation]}" if change.plan is None else "is entered in the ledger, and not changed"
        return (f"{change.type} ", Code(change.name), f" {said}")
    told = listed([each.phrase for each in objects])
    replaced = "replaces " if change.operation is Operation.REPLACE else ""
    # A resource that is called as its only object is says nothing more.
    alone = len(objects) == 1 and not replaced and change.name in _called(objects[0])
    return told if alone else (*told, f" ({replaced}resource ", Code(change.name), ")")


def _called(touched: Touched) -> tuple[str, ...]:
    name = touched.object.name
    return (name[-1], ".".join(name[:2]), dotted(touched.object), f"{touched.kind} {dotted(touched.object)}")


_SAID = {
    Operation.CREATE: "new",
    Operation.UPDATE: "changed",
    Operation.DELETE: "deleted",
    Operation.REPLACE: "replaced",
    Operation.IMPORT: "imported",
}


def _counted(named: Sequence[tuple[Change, Sequence[Touched]]]) -> Phrase:
    counts: Counter[tuple[str, str]] = Counter()
    for change, objects in named:
        counts.update((each.happening.value, each.kind) for each in objects)
        if not objects and change.plan is None:
            counts[_SAID[change.operation], change.type] += 1
    told = ", ".join(
        f"{number(count, kind)} {'is' if count == 1 else 'are'} {happening}"
        for (happening, kind), count in counts.most_common(_NAMED)
    )
    return (f"{number(len(named), 'resource')}: {told}.",)


def _sql(stack: StackReport) -> tuple[Phrase, ...]:
    steps = [step for change in stack.changes for step in change.steps]
    if not steps:
        return (("None.",),)
    own = [step for step in steps if not step.aside and not step.upkeep]
    if len(steps) == 1 and len(steps[0].sql) <= _SHORT_SQL and "\n" not in steps[0].sql:
        outside = ", outside of a transaction" if steps[0].mode == Mode.ALONE.value else ""
        return ((Code(steps[0].sql), outside),)
    phases = Counter(_PHASES.get(step.phase or "structure", "of tidying up") for step in own)
    # Where there is nothing else, one number says it.
    plain = len(phases) == 1 and len(own) == len(steps)
    parts = [] if plain else [f"{count} {phase}" for phase, count in phases.items()]
    kept, beside = sum(step.upkeep for step in steps), sum(step.aside for step in steps)
    parts += [f"{kept} of the archive"] if kept else []
    parts += [f"{beside} for what depends on it"] if beside else []
    alone = sum(step.mode == Mode.ALONE.value for step in steps)
    batches = sum(step.mode == Mode.BATCHES.value for step in steps)
    apart = [f"{alone} outside of a transaction"] if alone else []
    apart += [f"{batches} in batches"] if batches else []
    told = "; ".join(filter(None, (", ".join(parts), " and ".join(apart))))
    return ((f"{number(len(steps), 'statement')}{f' ({told})' if told else ''}: below, resource by resource.",),)


def _access(stack: StackReport) -> tuple[Phrase, ...]:
    gone = _gone_along(stack)
    lost = _lost_with(gone, _dropped_columns(stack))
    said = (*_said_of_access(stack), *_rules(stack), *lost, *openings.opened(stack))
    return said or ((_GONE,) if gone else (_CLOSED,) if _makes_tables(stack) else (_UNTOUCHED,))


def _said_of_access(stack: StackReport) -> tuple[Phrase, ...]:
    # Of what is new it is told as a whole.
    new = openings.made(stack)
    every = (step for change in stack.changes for step in change.steps if not openings.concerns(step, new))
    told = {risk for step in every for risk in step.hazards}
    found = (risk for _, risk in stack.risks(Hazard.AUTHZ_UPDATE) if risk in told)
    return tuple(dict.fromkeys((risk.sentence,) for risk in found))


def _gone_along(stack: StackReport) -> list[Difference]:
    """Return the grants and policies that go with what is dropped; of others that go there is a sentence."""
    every = [item for change in stack.changes if change.plan for item in change.plan.differences if item.new is None]
    access = [item for item in every if item.object.kind.endswith(("grants", "policy"))]
    dropped = {item.object.name for item in every if item not in access}
    return [item for item in access if not dropped.isdisjoint((item.object.name, item.object.name[:2]))]


def _makes_tables(stack: StackReport) -> bool:
    every = (item for change in stack.changes if change.plan for item in change.plan.differences)
    return any(item.old is None and item.object.kind == "table" for item in every)


def _dropped_columns(stack: StackReport) -> list[str]:
    """Return the names of the columns that tables lose which themselves stay."""
    every = [item for change in stack.changes if change.plan for item in change.plan.differences if item.new is None]
    tables = {item.object.name for item in every if item.object.kind == "table"}
    columns = (item.object for item in every if item.object.kind == "column" and not item.aside)
    return [dotted(column) for column in columns if column.name[:2] not in tables]


def _lost_with(gone: Iterable[Difference], columns: Sequence[str]) -> Iterator[Phrase]:
    """Yield what roles could do with each object that is dropped, those with policies first.

    A column has grants of its own, and the whole table's, which no plan has, for they stay.
    """
    lost: dict[str, dict[str, list[str]]] = {name: {} for name in columns}
    for item in sorted(gone, key=lambda it: it.object.kind != "policy"):
        old = item.old or {}
        if item.object.kind == "policy":
            roles = lost.setdefault(".".join(item.object.name[:2]), {})
            for role in old.get("roles", ()):
                roles.setdefault(role, []).append(old["command"])
        else:
            roles = lost.setdefault(dotted(item.object), {})
            for entry in old.get("entries", ()):
                roles.setdefault(entry["grantee"], []).extend(entry["privileges"])
    for name, roles in lost.items():
        told = [(Code(role), f" ({', '.join(dict.fromkeys(words))})") for role, words in roles.items()]
        whole = "whoever is granted the whole table" if name in columns else ""
        if told or whole:
            both = " and by " if told and whole else ""
            yield ("Lost with ", Code(name), ", which is dropped: by ", *listed(told), both, whole)


def _rules(stack: StackReport) -> Iterator[Phrase]:
    # A policy's rows before and after: whether that is more or fewer, no plan can tell.
    for change in stack.changes:
        for item in change.plan.differences if change.plan else ():
            for key in ("using", "check"):
                old, new = ((side or {}).get(key) for side in (item.old, item.new))
                told = isinstance(old, str) and isinstance(new, str) and len(old) + len(new) <= _SHORT_RULE
                if item.object.kind == "policy" and not item.aside and old != new and told:
                    name = Code(item.object.name[-1])
                    yield ("policy ", name, f": {key} was ", Code(str(old)), ", becomes ", Code(str(new)))


def _data(stack: StackReport) -> tuple[Phrase, ...]:
    steps = [step for change in stack.changes for step in change.steps]
    tables = dict.fromkeys(lock.relation for step in steps if fills(step) for lock in step.locks)
    filled: tuple[Phrase, ...] = (
        (("Back-fills write to rows of ", *listed([(Code(name),) for name in tables]), "."),) if tables else ()
    )
    lost = _said(stack, Hazard.DELETES_DATA, Hazard.TAKES_DATA_OUT_OF_USE, Hazard.REWRITES_TABLE)
    asked = dict.fromkeys(text for change in stack.changes if change.plan for text in change.plan.asked)
    refused = ((f"It is refused if, when it is deployed, {text}.",) for text in asked)
    return (*((*filled, *lost, *_empty(stack)) or (_NOTHING_LOST,)), *followed(stack), *refused)


def _empty(stack: StackReport) -> Iterator[Phrase]:
    gone: list[Phrase] = []
    for change in stack.changes:
        told = any(risk.hazard in _LOSING for risk in change.risks)
        gone += [
            (f"{each.kind} ", Code(dotted(each.object)))
            for each in touched(change, stack.changes)
            if not told and each.happening is Happening.DROPPED and each.object.kind in _HOLDING
        ]
    if len(gone) > _NAMED:
        yield (f"{len(gone)} objects are dropped that hold nothing which would be lost.",)
    elif gone:
        yield ("Dropped, and holds nothing that would be lost: ", *listed(gone), ".")


def _said(stack: StackReport, *hazards: Hazard) -> tuple[Phrase, ...]:
    # What concerns objects that are there before those that nobody uses yet.
    found: list[tuple[Change, Risk]] = sorted(
        stack.risks(*hazards), key=lambda each: each[0].operation is Operation.CREATE
    )
    return tuple(dict.fromkeys((risk.sentence,) for _, risk in found))


def fills(step: Step) -> bool:
    """Return whether a statement is a back-fill, which writes over values."""
    return step.about is not None and step.about.kind == "backfill" and step.mode == Mode.BATCHES.value


def _undo(stack: StackReport) -> Phrase:
    if not any(change.steps for change in stack.changes):
        return ("There is nothing to undo.",)
    if any(fills(step) for change in stack.changes for step in change.steps):
        return ("Not in full: values that a back-fill writes over are kept nowhere.",)
    for hazard, said in _UNDONE.items():
        if any(True for change, _ in stack.risks(hazard) if hazard is not _REWRITES or _rewrites_what_stays(change)):
            return (said,)
    if any(_gains_label(change) for change in stack.changes):
        return (_LABELS,)
    return _undo_of([each for change in stack.changes for each in touched(change)])


def _rewrites_what_stays(change: Change) -> bool:
    # A column that is new goes again without a rewrite.
    made = {item.object for item in (change.plan.differences if change.plan is not None else ()) if item.old is None}
    return any(
        step.about not in made for step in change.steps if any(_REWRITES.value == it.hazard for it in step.hazards)
    )


def _undo_of(every: Iterable[Touched]) -> Phrase:
    found = tuple(every)
    happening = {(each.happening, each.object.kind) for each in found}
    if not happening.isdisjoint((Happening.MADE, kind) for kind in ("table", "column")):
        return _NEW
    if (Happening.MADE, "composite_attribute") in happening and (Happening.MADE, "composite_type") not in happening:
        return _ATTRIBUTES
    given_up = (
        (way, kind)
        for way in (Happening.CHANGED, Happening.DROPPED)
        for kind in ("constraint", "not_null", "domain_check")
    )
    admits = any(each.object.kind == "domain" and _ADMITS_NULL in each.properties for each in found)
    if admits or not happening.isdisjoint(given_up):
        return (_RULES,)
    return ("Yes, by deploying the previous program.",)


def _gains_label(change: Change) -> bool:
    found = change.plan.differences if change.plan is not None else ()
    return any(
        set((item.new or {}).get("labels", ())) - set((item.old or {}).get("labels", ()))
        for item in found
        if item.object.kind == "enum_type" and item.old
    )


_ADMITS_NULL = ("not null", "true", "false")
_NEW: Phrase = (
    "Yes, by deploying the previous program. What is new then goes to the archive with its values; once it holds any, ",
    "that needs consent to ",
    Code(Hazard.TAKES_DATA_OUT_OF_USE.name),
    ".",
)
_ATTRIBUTES: Phrase = (
    "Yes, by deploying the previous program. New attributes then go and their values are lost; once there are any, ",
    "that needs consent to ",
    Code(Hazard.DELETES_DATA.name),
    ".",
)
_RULES = "Yes, by deploying the previous program, as long as no row holds what the former constraints refuse."
_LABELS = (
    "Yes, by deploying the previous program, as long as no row holds a new label; that rewrites each table with "
    "columns of the type."
)
_UNDONE = {
    Hazard.DELETES_DATA: "Not in full: deploying the previous program brings the objects back, and not the data.",
    Hazard.TAKES_DATA_OUT_OF_USE: "Yes, by deploying the previous program: what goes out of use is in the archive, "
    "and comes back.",
    Hazard.REWRITES_TABLE: "Yes, by deploying the previous program, as long as all values fit: the table is rewritten "
    "again, which needs consent again.",
}
