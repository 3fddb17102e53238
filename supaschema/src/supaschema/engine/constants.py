"""Texts that name constants of a type whose constants change in the same run. Names no kind.

The server knows a type as it is: a text that says the later name of a label is no SQL to it yet, and one that says a
label which goes still is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping

from supaschema.core.errors import DependencyError
from supaschema.core.model import Delta, Desired, Facts
from supaschema.core.secret_texts import Secrets
from supaschema.core.sqltext import Name, relation_name
from supaschema.database.connect import Connection
from supaschema.engine.diff import Kinds
from supaschema.engine.elaborate import Texts, canonicalize
from supaschema.engine.intent import Anchors
from supaschema.kinds.base import Context, SqlField
from supaschema.kinds.constants import Constants, constants_in, says_only, with_former

ByType = Mapping[Name, Constants]


def changing(
    desired: Desired, coming: Facts, context: Context, elsewhere: Callable[[Anchors], Facts], kinds: Kinds
) -> ByType:
    """Return the types whose constants change, by name.

    Args:
        desired: What the plan is to make.
        coming: What other resources of the run declare.
        context: What the plan is made against.
        elsewhere: Reads what is live of others.
        kinds: The registry of kinds.

    """
    found: dict[Name, Constants] = {}
    for id, new in {**coming, **desired}.items():
        if new is None or not kinds[id.kind].has_constants:
            continue
        old = context.live.get(id) or elsewhere(frozenset({id.name[:2]})).get(id)
        if old is not None:
            # What others declare, too, may be as it was before a rename.
            changes = kinds[id.kind].constants(old, kinds[id.kind].resolve(id, new, old, context))
            if changes.any:
                found[id.name[:2]] = changes
    return found


def said_as_before(
    connection: Connection, pairs: Iterable[tuple[SqlField, SqlField]], types: ByType, secrets: Secrets
) -> list[bool]:
    """Return of each pair of a declared and a live text whether they differ in the names of constants at most.

    The declared text is read with the former names. A literal may be no constant of the type, so what the server makes
    of it must say the former names as such only.
    """
    former = _former(types)
    given = [(with_former(left.text, former), left, right) for left, right in pairs]
    asked = [(dataclasses.replace(left, text=text), right) for text, left, right in given if text is not None]
    groups = [{"text": field} for both in asked for field in both]
    spelled = iter(canonicalize(connection, groups, secrets, texts=Texts.RECORDED) if groups else ())
    names = {name: {*changes.renamed.values()} for name, changes in types.items()}
    found = []
    for text, _, _ in given:
        left, right = (None, None) if text is None else (next(spelled), next(spelled))
        found.append(left is not None and left == right and says_only(left, names))
    return found


def require_kept(
    connection: Connection, deltas: Iterable[Delta], types: ByType, kinds: Kinds, secrets: Secrets
) -> None:
    """Refuse a new text that names a constant which goes, as the server reads it while that is still there.

    Raises:
        DependencyError: Naming the object, the type and the constant.

    """
    going = {name: it.gone for name, it in types.items() if it.gone}
    if not going:
        return
    new = [(delta.id, delta.new) for delta in deltas if delta.new is not None]
    fields = [(id, field) for id, wanted in new for field in kinds[id.kind].sql_fields(id, wanted).values()]
    texts = canonicalize(connection, ({"text": field} for _, field in fields), secrets, texts=Texts.RECORDED)
    for (id, _), text in zip(fields, texts, strict=True):
        for name, gone in going.items():
            for label in sorted(gone & constants_in(text or "", name)):
                raise DependencyError(
                    f"{id} names label '{label}' of type {relation_name(name)}, which goes.",
                    where=str(id),
                    remedy="Nothing was changed. Declare it without that label.",
                )


def _former(types: ByType) -> dict[str, str]:
    # What has another name in one type may be what it was in another: then nobody knows which one is meant.
    found: dict[str, set[str]] = {}
    for changes in types.values():
        for later, former in changes.renamed.items():
            found.setdefault(later, set()).add(former)
    return {later: former for later, names in found.items() if len(names) == 1 for former in names}
