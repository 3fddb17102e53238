"""What an object is now and what it is to be, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from supaschema.core.plan_record import Difference
from supaschema.review.differences import differing, lines_of_property, value_lines
from supaschema.review.elements import Markup, element, folded
from supaschema.review.objects import dotted

_SHOWN = 40


def properties(item: Difference) -> Markup:
    """Return an object with the properties that differ."""
    sign, style, said = (
        ("+", "added", "new")
        if item.old is None
        else ("-", "dropped", "dropped")
        if item.new is None
        else ("~", "", "changed")
    )
    kind = item.object.kind.replace("_", " ")
    by = element("span", " behind the program's back since the last deployment", class_="quiet") if item.drifted else ""
    title = element(
        "h3", f"{sign} {kind} ", element("code", dotted(item.object)), f" {said}", by, class_=f"object {style}".strip()
    )
    rows = list(_rows(item))
    if not rows:
        return title
    head = element("thead", element("tr", *(element("th", text) for text in ("property", "before", "after"))))
    table = element("div", element("table", head, element("tbody", *rows)), class_="scroll")
    long = sum(row.count("\n") for row in rows) > _SHOWN
    return element("section", title, folded("Before and after", table) if long else table)


def _rows(item: Difference) -> Iterator[Markup]:
    old, new = item.old or {}, item.new or {}
    for key in differing(old, new):
        yield element("tr", element("th", key.replace("_", " ")), *_sides(old.get(key), new.get(key)))


def _sides(old: Any, new: Any) -> Iterator[Markup]:
    before, after = value_lines(old), value_lines(new)
    if before and after and max(len(before), len(after)) > 1:
        # Of long texts, what differs with what is around it.
        yield element("td", element("pre", "\n".join(lines_of_property(before, after))), colspan="2")
        return
    for lines, style in ((before, "old"), (after, "new")):
        told = [element("pre", "\n".join(lines))] if lines else []
        yield element("td", *told, **({"class_": style} if told else {}))
