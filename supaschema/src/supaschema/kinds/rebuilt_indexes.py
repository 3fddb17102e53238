"""The indexes that the server rebuilds with a column whose type changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from supaschema.core.model import Hazard, HazardNote, ObjectId, Statement
from supaschema.core.sqltext import relation_name
from supaschema.kinds.base import Context
from supaschema.kinds.column_definition import Column
from supaschema.kinds.constraint import Constraint
from supaschema.kinds.index_definition import Index
from supaschema.kinds.index_options import changed_statistics
from supaschema.kinds.rewrites import reorders


def rebuilt_indexes(id: ObjectId, old: Column, new: Column, context: Context) -> tuple[HazardNote, ...]:
    """Return what is to be said of them where the rows stay as they are, and are in another order from then on."""
    if old.collation == new.collation and not reorders(old.type, new.type):
        return ()
    word = _word(id)
    names = sorted(
        other.name[2]
        for other, item in context.live.items()
        if other.name[:2] == id.name[:2] and isinstance(item, Index | Constraint) and _is_index_of(item, word)
    )
    if not names or ObjectId("table", id.name[:2]) not in context.occupied:
        return ()
    sentence = (
        f"Changing {id.name[2]} rebuilds {', '.join(names)} and reads all of {relation_name(id.name)}; nobody reads "
        "or writes it meanwhile."
    )
    return (HazardNote(Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK, sentence),)


def _is_index_of(item: Index | Constraint, word: re.Pattern[str]) -> bool:
    keys = [key.expression for key in item.keys]
    columns = () if isinstance(item, Index) or item.type not in "pux" else item.columns
    return any(word.search(text) for text in (*keys, *columns))


def statistics_again(id: ObjectId, context: Context) -> Iterator[Statement]:
    """Yield what sets the statistics targets of a column's indexes, which the server forgets as it rebuilds them."""
    word, gone = _word(id), context.dropped | context.aside.keys()
    for other, item in sorted(context.live.items(), key=lambda entry: entry[0]):
        if isinstance(item, Index) and item.statistics and other.name[:2] == id.name[:2] and other not in gone:
            texts = (*(key.expression for key in item.keys), item.where or "")
            yield from changed_statistics(other, {}, item) if any(map(word.search, texts)) else ()


def _word(id: ObjectId) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(id.name[2])}(?!\w)")
