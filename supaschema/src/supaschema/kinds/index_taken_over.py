"""Indexes that a constraint of their name takes over as they are (PostgreSQL documentation, "ALTER TABLE")."""

from __future__ import annotations

from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.constraint_definition import Constraint
from supaschema.kinds.index_definition import Index
from supaschema.kinds.index_keys import Key
from supaschema.kinds.partitions import is_partitioned


def is_taken_over(id: ObjectId, context: Context) -> bool:
    """Return whether an index goes while a constraint of its name comes that it serves; `id` is either's."""
    old = context.live.get(ObjectId("index", id.name))
    new = context.becoming.get(ObjectId("constraint", id.name))
    if not (isinstance(old, Index) and isinstance(new, Constraint)) or is_partitioned(id, context):
        return False
    return _is_plain(old) and _fits(old, new)


def _is_plain(index: Index) -> bool:
    own = index.unique and index.valid and index.where is None and index.method == "btree" and not index.attached_to
    return own and all(key == Key(expression=key.expression, usual_opclass=key.usual_opclass) for key in index.keys)


def _fits(index: Index, new: Constraint) -> bool:
    kept = new.options is None or new.options == (index.options or {})
    same = index.include == (new.include or ()) and index.nulls_distinct == new.nulls_distinct
    return new.type in "pu" and not new.period and same and kept and index.key_columns() == new.columns
