"""What a foreign key that changes does from then on to rows, when those go that they refer to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from supaschema.core.plan_record import Difference
from supaschema.review.model import StackReport
from supaschema.review.phrases import Code, Phrase, listed


def followed(stack: StackReport) -> Iterator[Phrase]:
    """Yield a sentence for each key of a table that is there, where it does otherwise than before."""
    for change in stack.changes:
        every = change.plan.differences if change.plan is not None else ()
        made = {item.object.name for item in every if item.old is None}
        for item in every:
            old, new = item.old or {}, item.new or {}
            is_key = item.object.kind == "constraint" and "references" in new and item.object.name[:2] not in made
            if is_key and not item.aside and old.get("on_delete") != new.get("on_delete"):
                yield _sentence(item, new)


def _sentence(item: Difference, key: dict[str, Any]) -> Phrase:
    own, other = Code(".".join(item.object.name[:2])), Code(str(key["references"]))
    action = str(key.get("on_delete") or "")
    if action == "CASCADE":
        return ("Rows of ", own, " go with those of ", other, " that they refer to, from then on.")
    if action in ("SET NULL", "SET DEFAULT"):
        columns = listed([(Code(name),) for name in key.get("on_delete_columns") or key.get("columns", ())])
        becomes = "becomes NULL" if action == "SET NULL" else "gets its default"
        return ("Where rows of ", other, " go, ", *columns, " of ", own, f" {becomes}, from then on.")
    return ("Rows of ", other, " cannot go while rows of ", own, " refer to them, from then on.")
