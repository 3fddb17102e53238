"""Which resources of a run make what others refer to. Names no kind."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from supaschema.core.model import Definition, Fact, Facts, ObjectId
from supaschema.core.named_in_texts import words
from supaschema.core.sqltext import Name
from supaschema.engine.diff import Kinds
from supaschema.engine.named_schemas import schemas_named, text_of
from supaschema.engine.requirements import ReferredTo, collations_needed, keys, normal, types_needed, wholes_needed
from supaschema.kinds.base import Family


class Declared:
    """What the resources of a run declare, as far as it has told. For several threads.

    It is looked at only once somebody asks: most runs change nothing.
    """

    def __init__(self, kinds: Kinds) -> None:
        """Begin with nothing told."""
        self._kinds = kinds
        self._lock = threading.Lock()
        self._facts: dict[str, Sequence[Fact]] = {}
        self._unread: list[str] = []
        self._relations: dict[Name, set[str]] = {}
        self._keys: dict[ReferredTo, set[str]] = {}
        self._types: dict[ObjectId, Definition] = {}
        self._about: dict[Name, dict[ObjectId, Definition]] = {}
        self._bringing: dict[str, set[str]] = {}
        self._wholes: dict[ObjectId, set[str]] = {}
        self._roles: dict[str, set[str]] = {}
        self._parts: dict[Name, dict[str, set[str]]] = {}

    def declare(self, urn: str, facts: Sequence[Fact]) -> None:
        """Take what a resource declares."""
        with self._lock:
            self._facts[urn] = facts
            self._unread.append(urn)

    def makers(self, urn: str) -> frozenset[str]:
        """Return the other resources that make a relation, a type, a key, a role or a whole that its objects need.

        And those that bring objects, which nobody declares, into a schema that its texts name; and those that make what
        its texts name, such as a column, on a relation that another resource, or nobody, makes.
        """
        with self._lock:
            self._read()
            found: set[str] = set()
            for fact in self._facts.get(urn, ()):
                for others in (*self._needed(fact), *self._named_beside(urn, fact)):
                    found |= others if urn not in others else set()
            return frozenset(found)

    def is_made_elsewhere(self, urn: str, key: ReferredTo) -> bool:
        """Return whether another resource declares a key."""
        with self._lock:
            self._read()
            return bool(self._keys.get(normal(key), set()) - {urn})

    def about(self, table: Name) -> Facts:
        """Return a table that a resource declares, with all that belongs to it, and the tables that inherit from it."""
        with self._lock:
            self._read()
            return dict(self._about.get(table, {}))

    def types(self) -> Facts:
        """Return the types that resources declare, with all that belongs to them."""
        with self._lock:
            self._read()
            return dict(self._types)

    def facts(self) -> list[Fact]:
        """Return what the resources declare, in the order in which they told."""
        with self._lock:
            return [fact for facts in self._facts.values() for fact in facts]

    def _needed(self, fact: Fact) -> Iterator[set[str]]:
        kind = self._kinds[fact.id.kind]
        first = (*kind.needs(fact.id, fact.definition), *kind.follows(fact.definition))
        yield from (self._relations.get(name, set()) for name in first)
        yield from (self._relations.get(name, set()) for name in types_needed(fact.id, fact.definition, self._kinds))
        key = kind.needs_key(fact.definition)
        if key is not None:
            yield self._keys.get(normal(key), set())
        others = (
            *kind.parents(fact.id),
            *wholes_needed(fact.id, fact.definition, self._kinds),
            *collations_needed(fact.id, fact.definition, self._kinds),
        )
        yield from (self._wholes.get(id, set()) for id in others)
        yield from (self._roles.get(name, set()) for name in kind.roles(fact.id, fact.definition, ()))
        if self._bringing:
            yield from (self._bringing.get(schema, set()) for schema in schemas_named(fact.definition))

    def _named_beside(self, urn: str, fact: Fact) -> Iterator[set[str]]:
        # Whoever makes the relation comes before all that others declare on it.
        relation = fact.id.name[:2]
        if self._is_on_relation(fact.id) and urn not in self._relations.get(relation, ()):
            parts = self._parts.get(relation, {})
            yield from (parts[word] for word in parts.keys() & words(text_of(fact.definition)))

    def _is_on_relation(self, id: ObjectId) -> bool:
        return self._kinds[id.kind].family is Family.RELATION and bool(id.name[2:])

    def _read(self) -> None:
        for urn in self._unread:
            facts = self._facts[urn]
            for fact in facts:
                kind = self._kinds[fact.id.kind]
                self._read_whole(urn, fact)
                if (schema := kind.brings_into(fact.definition)) is not None:
                    self._bringing.setdefault(schema, set()).add(urn)
                if kind.family is Family.TYPE:
                    self._types[fact.id] = fact.definition
                if kind.family in (Family.RELATION, Family.TYPE) and not fact.id.name[2:] and not kind.parents(fact.id):
                    for made in (fact.id, *kind.brings(fact.id, fact.definition)):
                        self._relations.setdefault(made.name[:2], set()).add(urn)
                self._read_part(urn, fact.id)
                for table in (fact.id.name[:2], *kind.inherits_from(fact.definition)):
                    self._about.setdefault(table, {})[fact.id] = fact.definition
            for key in keys({fact.id: fact.definition for fact in facts}):
                self._keys.setdefault(key, set()).add(urn)
        self._unread.clear()

    def _read_whole(self, urn: str, fact: Fact) -> None:
        kind = self._kinds[fact.id.kind]
        if kind.family in (Family.DATABASE, Family.COLLATION) and not kind.parents(fact.id):
            self._wholes.setdefault(fact.id, set()).add(urn)
            if kind.of_server:
                self._roles.setdefault(fact.id.name[0], set()).add(urn)

    def _read_part(self, urn: str, id: ObjectId) -> None:
        if self._is_on_relation(id):
            self._parts.setdefault(id.name[:2], {}).setdefault(id.name[-1], set()).add(urn)
