"""Keys and checks on a column whose values a plan changes: the server holds every row against them again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from supaschema.core.model import ObjectId, Precondition
from supaschema.kinds import constraint_rows, index_rows
from supaschema.kinds.base import Context
from supaschema.kinds.constraint_definition import Constraint
from supaschema.kinds.index_definition import Index


def held_again(id: ObjectId, context: Context) -> Iterator[Precondition]:
    """Yield what must hold of the new values; what the plan itself drops or makes is told of by itself."""
    word = re.compile(rf"(?<!\w){re.escape(id.name[2])}(?!\w)")
    for other in context.live_of(id.name[:2]):
        item = context.live[other]
        if other in context.becoming:
            continue
        if isinstance(item, Constraint) and any(map(word.search, (*item.columns, item.expression or ""))):
            yield from constraint_rows.preconditions(other, item, context) if item.type in "cpu" else ()
        elif isinstance(item, Index) and item.unique and any(word.search(key.expression) for key in item.keys):
            yield from index_rows.rows_against(other, item, context)
