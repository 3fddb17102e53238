"""A side as it is compared: its facts, and what is there besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import LiteralString

from supaschema.core.model import Facts, ObjectId
from supaschema.core.secret_texts import MASK, differing_texts
from supaschema.engine.pipeline import Pipeline
from supaschema.engine.visibility import Visibility
from supaschema.portable.codec import built
from supaschema.portable.fingerprints import fingerprints
from supaschema.portable.model import NotModelled, SnapshotFile
from supaschema.portable.names import require_whole
from supaschema.portable.not_modelled import not_modelled
from supaschema.registry import DEFINITIONS, KINDS

_EXTENSION = "extension"
_EXTENSIONS: LiteralString = "select extname::text from pg_catalog.pg_extension where extname <> 'plpgsql'"
_THE_SERVERS_OWN = ("plpgsql",)
_NOT_SHOWN = "its server does not show to the role that reads it what it says."


@dataclass(frozen=True)
class Reading:
    """What a side holds.

    Attributes:
        facts: Every object that a kind models.
        others: What no kind models, each with what tells whether another one is the same; None: nothing tells.
        major: The version of its server.
        not_read: Kinds of which the role that read is not shown the objects.
        untold: Objects that are there and of which not all is known, each with the reason.

    """

    facts: Facts
    others: Mapping[NotModelled, str | None]
    major: int
    not_read: frozenset[str] = frozenset()
    untold: Mapping[ObjectId, str] = field(default_factory=dict)


def of_database(pipeline: Pipeline) -> Reading:
    """Return what the database of a pipeline holds; nothing is written. What is secret there the pipeline knows then.

    Raises:
        ConnectionRefused: It cannot be reached.
        OwnershipError: It is a copy whose ledger speaks of another database.

    """
    state = pipeline.state
    facts = state.everything()
    with pipeline.database.connection() as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        others = not_modelled(connection, state.addresses().values())
        ways = state.reader.visibilities(connection)
        found: dict[NotModelled, str | None] = dict(fingerprints(connection, others))
        found |= {NotModelled(sort=_EXTENSION, name=str(name)): "" for (name,) in connection.execute(_EXTENSIONS)}
    for id, definition in facts.items():
        # Of nearly every kind all is told.
        if (told := KINDS[id.kind].told(definition)) is not definition:
            pipeline.secrets.add(differing_texts(built(definition), built(told)))
    hidden = frozenset(name for name, way in ways.items() if way is Visibility.HIDDEN)
    untold = {id: _NOT_SHOWN for id, definition in facts.items() if KINDS[id.kind].is_untold(definition)}
    return Reading(facts, found, pipeline.database.server.major, hidden, untold)


def of_snapshot(snapshot: SnapshotFile) -> Reading:
    """Return what a snapshot's file holds.

    Raises:
        SupaschemaError: A fact in it is none of this version's.

    """
    facts = snapshot.objects(DEFINITIONS)
    require_whole(facts, KINDS)
    others: dict[NotModelled, str | None] = {
        item: snapshot.not_modelled_hashes.get(str(item)) for item in snapshot.not_modelled
    }
    names = (each.name for each in snapshot.server.extensions if each.name not in _THE_SERVERS_OWN)
    others |= {NotModelled(sort=_EXTENSION, name=name): "" for name in names}
    why = "a text of it may be a secret, and the snapshot does not have it."
    untold = {id: why for id, definition in facts.items() if _holds(built(definition), MASK)}
    untold |= {id: _NOT_SHOWN for id, definition in facts.items() if KINDS[id.kind].is_untold(definition)}
    return Reading(facts, others, snapshot.server.major, frozenset(snapshot.not_read), untold)


def _holds(value: object, text: str) -> bool:
    match value:
        case str():
            return text in value
        case dict():
            return any(_holds(item, text) for item in value.values())
        case list() | tuple():
            return any(_holds(item, text) for item in value)
    return False
