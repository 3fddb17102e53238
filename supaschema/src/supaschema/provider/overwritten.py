"""What somebody else changed since a resource was deployed, and a plan of it overwrites."""

from __future__ import annotations

from supaschema.core.model import Definition, Delta, ObjectId, Plan
from supaschema.engine.diff import same_by_canonical_text
from supaschema.engine.intent import Intent
from supaschema.engine.leftovers import leftovers
from supaschema.engine.pipeline import Pipeline
from supaschema.ledger.state import Entry
from supaschema.registry import KINDS

_same = same_by_canonical_text(KINDS, {})


def overwritten(pipeline: Pipeline, plan: Plan, intent: Intent) -> frozenset[ObjectId]:
    """Return the objects of a resource that are not as its last deployment left them.

    Of what the ledger does not tell how the deployment left it, nothing is said: of what holds a secret, and of what
    another major version of the server wrote down.
    """
    recorded, major = pipeline.state.recorded, pipeline.database.server.major
    entries = recorded.of(intent.urn)
    renamed = {rename.new for rename in intent.renames}
    own = [delta for delta in plan.deltas if delta.id in intent.desired and delta.id not in renamed]
    left = leftovers(intent.declared, [delta.id for delta in own], recorded.owners)
    if not entries:
        return frozenset()
    return frozenset(
        delta.id
        for delta in own
        if delta.id not in left
        and _is_changed(delta, plan.vanishing.get(delta.id, delta.old), entries.get(delta.id), major)
    )


def _is_changed(delta: Delta, live: Definition | None, entry: Entry | None, major: int) -> bool:
    if entry is None:
        # What the resource speaks for as a whole, and nobody declared.
        return delta.new is None
    left = entry.spelling
    if left is None or entry.is_sealed or entry.server_major != major:
        return False
    return live is None or not _same(delta.id, left, live)
