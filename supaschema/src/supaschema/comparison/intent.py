"""From two readings to what the one shall become, and what cannot be told of it. Names no kind."""

from __future__ import annotations

from collections.abc import Iterator
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
        lone: What no kind models, and only one side has, or each has in another way.
        untold: Of what it cannot be told whether it differs.

    """

    intent: Intent
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

    def counts(id: ObjectId) -> bool:
        return scope.has(id) and id.kind not in hidden and id not in unknown

    wanted = {id: definition for id, definition in target.facts.items() if counts(id)}
    gone = dict.fromkeys(id for id in source.facts if counts(id) and id not in wanted)
    desired = {**gone, **wanted}
    # Nothing of it is to stay in the ledger.
    intent = Intent(URN, desired, wanted, tuple(desired), anchors_of((*desired, *source.facts)))
    untold = [Untold(name=str(id), why=why) for id, why in sorted(unknown.items())]
    untold += [Untold(name=f"every {name.replace('_', ' ')}", why=_HIDDEN) for name in sorted(hidden)]
    others = [item for item in dict.fromkeys((*source.others, *target.others)) if scope.names(item)]
    for item in others:
        if item in source.others and item in target.others and None in (source.others[item], target.others[item]):
            untold.append(Untold(name=_name(item), why=_UNKNOWN))
    return Compared(intent, tuple(_lone(others, source, target)), tuple(untold))


def _lone(others: list[NotModelled], source: Reading, target: Reading) -> Iterator[Lone]:
    for item in others:
        old, new = source.others.get(item), target.others.get(item)
        if item not in target.others:
            yield Lone(name=_name(item), side=Side.FROM)
        elif item not in source.others:
            yield Lone(name=_name(item), side=Side.TO)
        elif None not in (old, new) and old != new:
            yield Lone(name=_name(item), side=Side.BOTH)


def _name(item: NotModelled) -> str:
    return f"{item.sort} {item.name}"


_HIDDEN = "the role that reads one of the two is not shown them."
_UNKNOWN = "both have it, no kind models it, and nothing tells whether it is the same."
