"""From two readings to what the one shall become, and what cannot be told of it. Names no kind."""

from __future__ import annotations

from dataclasses import dataclass

from supaschema.comparison.model import Lone, Side, Untold
from supaschema.comparison.reading import Reading
from supaschema.comparison.scope import Scope
from supaschema.core.model import ObjectId
from supaschema.engine.intent import Intent, anchors_of
from supaschema.portable.model import NotModelled

URN = "urn:pulumi:diff::supaschema::supaschema:index:ObjectSet::diff"
"""Under which a plan that is applied enters what it changes, until it is done."""
NAME = "diff"


@dataclass(frozen=True)
class Compared:
    """What the source shall become, and what no plan says.

    Attributes:
        intent: Every object as the target has it; None: it is dropped.
        is_same: Whether every object is already as the intent has it.
        lone: What no kind models, and only one side has, or each has in another way.
        untold: Of what it cannot be told whether it differs.

    """

    intent: Intent
    is_same: bool
    lone: tuple[Lone, ...]
    untold: tuple[Untold, ...]


def compared(source: Reading, target: Reading, scope: Scope) -> Compared:
    """Return what makes the source like the target, one intent for all of it: one graph, one plan.

    Both are facts, as the catalog has them. So nothing is lost that no declaration can say.

    Args:
        source: What is there.
        target: What shall be there.
        scope: Which objects are compared.

    """
    hidden = {name for name in source.not_read | target.not_read if scope.has_kind(name)}
    unknown = {id: why for id, why in {**source.untold, **target.untold}.items() if scope.has(id)}

    whole = scope.whole_kinds() - hidden if not unknown else frozenset[str]()

    def counts(id: ObjectId) -> bool:
        return id.kind in whole or (scope.has(id) and id.kind not in hidden and id not in unknown)

    wanted = {id: definition for id, definition in target.facts.items() if counts(id)}
    gone = dict.fromkeys(id for id in source.facts if id not in wanted and counts(id))
    desired = {**gone, **wanted}
    # Nothing of it is to stay in the ledger.
    intent = Intent(URN, desired, wanted, tuple(desired), anchors_of((*desired, *source.facts)))
    untold = [Untold(name=str(id), why=why) for id, why in sorted(unknown.items())]
    untold += [Untold(name=f"every {name.replace('_', ' ')}", why=_HIDDEN) for name in sorted(hidden)]
    others = [item for item in dict.fromkeys((*source.others, *target.others)) if scope.names(item)]
    lone = []
    for item in others:
        side, why = _beside(item, source, target)
        lone += [Lone(name=str(item), side=side)] if side else []
        untold += [Untold(name=str(item), why=why)] if why else []
    is_same = all(source.facts.get(id) == it for id, it in desired.items())
    return Compared(intent, is_same, tuple(lone), tuple(untold))


def _beside(item: NotModelled, source: Reading, target: Reading) -> tuple[Side | None, str]:
    """Return on which side something is that no kind models, if it differs; and why it is not known whether it does."""
    if item not in target.others:
        return Side.FROM, ""
    if item not in source.others:
        return Side.TO, ""
    old, new = source.others[item], target.others[item]
    if old is None or new is None:
        return None, _UNKNOWN
    if old == new:
        return None, ""
    return (Side.BOTH, "") if source.major == target.major else (None, _OTHER_VERSION)


_HIDDEN = "the role that reads one of the two is not shown them."
_UNKNOWN = "both have it, no kind models it, and nothing tells whether it is the same."
_OTHER_VERSION = (
    "both have it, no kind models it, and their servers, of different versions, tell it in different words."
)
