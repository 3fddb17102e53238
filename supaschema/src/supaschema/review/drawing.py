"""The relations that a change concerns, drawn: what changes on the left, what it locks or refers to on the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from supaschema.core.plan_record import Difference, Named
from supaschema.review.elements import Markup, element, joined
from supaschema.review.lock_words import OWN_SCHEMAS
from supaschema.review.model import StackReport
from supaschema.review.objects import Touched, touched

_MOST = 12
"""So many boxes of a side are drawn; of more it is told how many there are."""
_ROWS = 4
_WIDTH, _GAP, _ROW, _PAD = 380, 140, 18, 10
_LETTERS = 44
_OF_RELATIONS = frozenset(
    (
        *("table", "column", "not_null", "constraint", "index", "statistics", "backfill", "trigger", "rule"),
        "sequence",
        *("view", "view_column", "materialized_view"),
        *("row_security", "policy", "table_grants", "column_grants"),
    )
)
"""Kinds whose names begin with a relation's."""


@dataclass(slots=True)
class _Box:
    name: str
    rows: list[str] = field(default_factory=list)
    top: int = 0

    @property
    def height(self) -> int:
        return 2 * _PAD + _ROW * (1 + len(self.rows))


def drawing(stack: StackReport, number: int = 0) -> Markup:
    """Return the drawing, the page's of this number; empty where no relation is concerned."""
    changed = _changed(stack)
    reasons: dict[tuple[str, str], str] = {}
    for one, other, why in _edges(stack):
        if one in changed:
            # The lock that comes with a reference is no news.
            reasons.setdefault((one, other), why)
    edges = [(*pair, why) for pair, why in reasons.items()]
    others = dict.fromkeys(other for _, other, _ in edges if other not in changed)
    if not changed:
        return Markup("")
    left = [_Box(name, _rows(items)) for name, items in changed.items()][:_MOST]
    right = [_Box(name) for name in others][:_MOST]
    gap = _GAP
    if not edges:
        # With nothing between them they take half the room side by side.
        left, right, gap = left[::2], left[1::2], _PAD
    drawn = {box.name: (box, 0) for box in _placed(left)}
    drawn |= {box.name: (box, _WIDTH + gap) for box in _placed(right)}
    tip = f"tip-{number}"
    parts = [_path(drawn[one], drawn[other], why, tip) for one, other, why in edges if {one, other} <= drawn.keys()]
    parts += [_box(box, x, changes=box.name in changed) for box, x in drawn.values()]
    height = max((box.top + box.height for box, _ in drawn.values()), default=0) + 2
    width = (2 * _WIDTH + gap if right else _WIDTH) + 2
    size = {"width": str(width), "viewBox": f"-1 -1 {width} {height}", "class_": "wide" if right else "narrow"}
    image = element("svg", _arrow(tip), *parts, role="img", aria_label=_LABEL, **size)
    left_out = max(0, len(changed) - _MOST) + max(0, len(others) - _MOST)
    more = f" {left_out} more are not drawn." if left_out else ""
    caption = f"{_CAPTION if edges else _ALONE}{more}"
    return element("figure", element("div", image, class_="scroll"), element("figcaption", caption))


_LABEL = "Relations that change, and those that they refer to, lock or are read by"
_CAPTION = (
    "On the left what changes, on the right what is locked or referred to with it, as far as this change says it."
)
_ALONE = "What changes; nothing else is locked or referred to with it."


def _arrow(id: str) -> Markup:
    shape = element("path", class_="head", d="M0 0 L8 4 L0 8 z")
    sizes = {"viewBox": "0 0 8 8", "refX": "7", "refY": "4", "markerWidth": "8", "markerHeight": "8"}
    return element("defs", element("marker", shape, id=id, orient="auto", **sizes))


def _changed(stack: StackReport) -> dict[str, list[Touched]]:
    found: dict[str, list[Touched]] = {}
    for change in stack.changes:
        for each in touched(change, stack.changes):
            name = _relation(each.object)
            if name is not None:
                found.setdefault(name, []).append(each)
    return found


def _relation(object: Named) -> str | None:
    return ".".join(object.name[:2]) if object.kind in _OF_RELATIONS and len(object.name) > 1 else None


def _edges(stack: StackReport) -> Iterator[tuple[str, str, str]]:
    for change in stack.changes:
        for item in change.plan.differences if change.plan else ():
            yield from _references(item)
        for step in change.steps:
            own = _relation(step.about) if step.about is not None else None
            # The library's own are in nobody's way.
            others = (lock.relation for lock in step.locks if lock.relation.partition(".")[0] not in OWN_SCHEMAS)
            if own is not None and not step.aside:
                yield from ((own, other, "locks") for other in others if other != own)
        changing = [name for each in touched(change) if (name := _relation(each.object)) is not None]
        aside = (
            [_relation(item.object) for item in change.plan.differences if item.aside and not item.eased]
            if change.plan
            else []
        )
        # What stands aside may stand on any of them: with one alone it is certain.
        if len(set(changing)) == 1:
            yield from ((changing[0], name, "recreated") for name in aside if name not in (None, changing[0]))


def _references(item: Difference) -> Iterator[tuple[str, str, str]]:
    own = _relation(item.object)
    for side in (item.new, item.old):
        other = (side or {}).get("references")
        if own is not None and isinstance(other, str) and other not in ("", own):
            yield own, other, "refers to"


def _rows(items: Sequence[Touched]) -> list[str]:
    told = [f"{each.kind} {each.object.name[-1]}: {each.happening.value}" for each in items]
    return told if len(told) <= _ROWS else [*told[: _ROWS - 1], f"and {len(told) - _ROWS + 1} more"]


def _placed(boxes: list[_Box]) -> list[_Box]:
    top = 0
    for box in boxes:
        box.top = top
        top += box.height + _PAD
    return boxes


def _box(box: _Box, x: int, *, changes: bool) -> Markup:
    rectangle = element(
        "rect",
        x=str(x),
        y=str(box.top),
        width=str(_WIDTH),
        height=str(box.height),
        rx="6",
        **({"class_": "changes"} if changes else {}),
    )
    lines = [(box.name, "name"), *((row, "quiet") for row in box.rows)]
    texts = (
        element("text", _cut(words), x=str(x + _PAD), y=str(box.top + _PAD + _ROW * place + 13), class_=style)
        for place, (words, style) in enumerate(lines)
    )
    return element("g", element("title", box.name), rectangle, joined(texts))


def _path(start: tuple[_Box, int], end: tuple[_Box, int], why: str, tip: str) -> Markup:
    (one, _), (other, x) = start, end
    y, to = one.top + one.height // 2, other.top + other.height // 2
    bow = _WIDTH + _GAP // 2
    if x == 0:
        # Both are on the left: around on the right side.
        shape = f"M{_WIDTH} {y} C{bow} {y} {bow} {to} {_WIDTH} {to}"
    else:
        shape = f"M{_WIDTH} {y} C{bow} {y} {bow} {to} {x} {to}"
    line = element("path", d=shape, marker_end=f"url(#{tip})")
    # Before its end, where no other one ends.
    place = (
        {"x": str(x - 14), "y": str(to - 6), "text_anchor": "end"} if x else {"x": str(bow), "y": str((y + to) // 2)}
    )
    label = element("text", why, class_="quiet", **place)
    return element("g", line, label)


def _cut(words: str) -> str:
    return words if len(words) <= _LETTERS else f"{words[: _LETTERS - 1]}…"
