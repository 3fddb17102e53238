"""What a foreign key that changes does from then on to rows, when those go that they refer to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from supaschema.core.plan_record import Difference
from supaschema.review.model import StackReport
from supaschema.review.phrases import Code, Phrase, listed

_KEYS = "constraint"


def followed(stack: StackReport) -> Iterator[Phrase]:
    """Yield a sentence for each key of a table that is there and stays, where it does otherwise than before."""
    every = [item for change in stack.changes if change.plan is not None for item in change.plan.differences]
    apart = {item.object.name for item in every if None in (item.old, item.new)}
    for item in every:
        is_key = item.object.kind == _KEYS and item.object.name[:2] not in apart and not item.aside
        old, new = (side if side and "references" in side else None for side in (item.old, item.new))
        if is_key and new is not None and (old is None or old.get("on_delete") != new.get("on_delete")):
            yield _sentence(item, new)
        elif is_key and old is not None and new is None:
            own, other = Code(".".join(item.object.name[:2])), Code(str(old["references"]))
            yield ("Rows of ", own, " stay where those of ", other, " go, and may refer to none, from then on.")


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
