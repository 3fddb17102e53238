"""What is the server's and not one database's: only what is declared here, and what belongs to that, is looked at."""

from __future__ import annotations

from collections.abc import Container

from supaschema.core.model import Definition, ObjectId
from supaschema.engine.diff import Kinds
from supaschema.engine.snapshot import Snapshot


def kept(snapshot: Snapshot, declared: Container[ObjectId], kinds: Kinds) -> Snapshot:
    """Return a snapshot without what is the server's, is not declared here and has to do with nothing that is.

    Args:
        snapshot: What was read.
        declared: What the ledger has.
        kinds: The registry.

    """

    def counts(id: ObjectId, item: Definition) -> bool:
        kind = kinds[id.kind]
        return (
            not kind.of_server
            or id in declared
            or any(it in declared for it in (*kind.parents(id), *kind.references(id, item)))
        )

    return Snapshot({id: item for id, item in snapshot.facts.items() if counts(id, item)}, snapshot.addresses)
