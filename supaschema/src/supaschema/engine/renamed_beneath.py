"""What is recreated for a change of a column that gets another name in the same plan. Names no kind."""

from __future__ import annotations

from collections.abc import Iterable

from supaschema.core.errors import DependencyError
from supaschema.core.model import Delta, Desired
from supaschema.core.renames import renamed_words
from supaschema.engine.diff import texts
from supaschema.engine.renames import Renames


def require_known_texts(deltas: Iterable[Delta], desired: Desired, renames: Renames) -> None:
    """Refuse to recreate what names a column by the name that it had: only the server knows its text with the new one.

    Args:
        deltas: What the plan does.
        desired: What is wanted; what else changes is recreated as it is.
        renames: What the plan renames before.

    Raises:
        DependencyError: Naming the object and the column.

    """
    parts = [it for it in renames.pairs if it.is_ours and it.is_spoken and renames.kinds[it.old.kind].parents(it.old)]
    for delta in deltas if parts else ():
        if delta.new is None or delta.id in desired:
            continue
        text = " ".join(texts(renames.kinds[delta.id.kind], delta.id, delta.new).values())
        for pair in parts:
            # What belongs to the same table is known by its new names.
            own = pair.new.name[:2] == delta.id.name[:2]
            if not own and renamed_words(text, {pair.old.name[-1]: pair.new.name[-1]}) != text:
                raise DependencyError(
                    f"it would be recreated for a change of {pair.new}, and names that by its former name, "
                    f"{pair.old.name[-1]}.",
                    where=str(delta.id),
                    remedy=f"Nothing was changed. Deploy the other name in one deployment, and what else changes of "
                    f"{pair.new} in another one.",
                )
