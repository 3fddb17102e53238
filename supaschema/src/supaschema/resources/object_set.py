"""ObjectSet: several declarations as one resource. It delegates to the resources of its members."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from supaschema.core.errors import DeclarationError
from supaschema.core.model import Fact, Facts, ObjectId
from supaschema.core.printable import dotted
from supaschema.core.renames import Rename
from supaschema.declarations import Declaration, ObjectSet
from supaschema.declarations.object_set import keyed
from supaschema.resources.base import Elsewhere, Resource

_OBJECTS = "objects"
_WHOLE_SCHEMA = "schema:"
_SEPARATOR = re.compile(r"\s*[;\n]\s*")
_BY_ANCHOR = dict[tuple[str, ...], dict[ObjectId, Any]]


class ObjectSetResource(Resource[ObjectSet]):
    """Sets of objects."""

    declaration = ObjectSet
    options = ("handedOver",)

    def __init__(self, members: Sequence[Resource[Any]]) -> None:
        """Take the resources that a member may be of, in the order in which members are read."""
        self._resources = {resource.declaration.__name__: resource for resource in members}
        self._places = {name: place for place, name in enumerate(self._resources)}

    def parsed(self, inputs: Mapping[str, Any]) -> ObjectSet:
        """Return the set; its members in the order of the registry, then of their names."""
        members = inputs.get(_OBJECTS)
        if not isinstance(members, Mapping):
            message = f"Object of type `object` is missing - at `$.{_OBJECTS}`"
            raise msgspec.ValidationError(message)
        rest = msgspec.convert({**inputs, _OBJECTS: []}, ObjectSet)
        found = {key: self._member(key, item) for key, item in members.items()}
        order = sorted(found, key=lambda key: (self._places[_class_of(key)], key))
        return msgspec.structs.replace(rest, objects=tuple(found[key] for key in order))

    def _member(self, key: str, inputs: Any) -> Declaration:
        resource = self._resources.get(_class_of(key))
        place = f'$.{_OBJECTS}["{key}"]'
        if resource is None:
            what = f"A member's name begins with one of {', '.join(self._resources)}"
            message = f"{what} - at `{place}`"
            raise msgspec.ValidationError(message)
        try:
            member: Declaration = resource.parsed(inputs)
        except msgspec.ValidationError as error:
            text, _, inner = str(error).partition(" - at ")
            message = f"{text} - at `{place}{inner.strip('`').removeprefix('$')}`"
            raise msgspec.ValidationError(message) from None
        return member

    def parts(self, declared: ObjectSet) -> Iterable[tuple[Resource[Any], Declaration]]:
        """Return the members, each with its resource."""
        return [(self._of(item), item) for item in declared.objects]

    def option_inputs(self, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the names of the members, which may come and go without a statement, and the options of each."""
        members = {
            key: self._resources[_class_of(key)].option_inputs(item) for key, item in inputs.get(_OBJECTS, {}).items()
        }
        return {**super().option_inputs(inputs), _OBJECTS: members}

    def hands_over(self, declared: ObjectSet, id: ObjectId) -> bool:
        """Return whether the object is of a relation or routine that the set says it hands over."""
        return ".".join(id.name[:2]) in declared.handed_over

    def identify(self, declared: ObjectSet) -> str:
        """Return a word that all sets have in common: a set stays the same one whatever its members are."""
        return _OBJECTS

    def imported(self, id: str, live: Facts) -> ObjectSet | None:
        """Return the declarations of live objects.

        Args:
            id: `schema:NAME` for everything in a schema; else the members, each as its class and the id by which it
                is imported alone, with semicolons or line breaks between: `Table public.jobs; View public.recent`.
            live: All facts.

        """
        grouped = _by_anchor(live)
        if id.startswith(_WHOLE_SCHEMA):
            objects = tuple(self._whole_schema(id.removeprefix(_WHOLE_SCHEMA).strip(), grouped))
            return ObjectSet(objects=objects) if objects else None
        found = []
        for name in filter(None, _SEPARATOR.split(id.strip())):
            resource = self._resources.get(_class_of(name))
            one = None if resource is None else resource.imported(name.partition(" ")[2].strip(), live)
            if one is None:
                return None
            found.append(one)
        return ObjectSet(objects=tuple(found)) if found else None

    def _whole_schema(self, schema: str, grouped: _BY_ANCHOR) -> Iterator[Declaration]:
        # What one declaration carries, such as a table's indexes, makes none of its own.
        own = {anchor: facts for anchor, facts in grouped.items() if anchor[0] == schema}
        covered: set[ObjectId] = set()
        for resource in self._resources.values():
            for facts in own.values():
                for id in facts:
                    if id.kind != resource.principal or id in covered:
                        continue
                    one = resource.imported(dotted(id.kind, id.name), facts)
                    if one is not None:
                        covered |= {fact.id for fact in resource.facts(one)}
                        yield one

    def problems(self, declared: ObjectSet) -> Iterable[DeclarationError]:
        """Return the problems of each member, and objects that two members declare."""
        owners: dict[ObjectId, str] = {}
        for key, item in keyed(declared.objects).items():
            resource = self._of(item)
            for problem in resource.problems(item):
                problem.field = f'{_OBJECTS}["{key}"]{f".{problem.field}" if problem.field else ""}'
                yield problem
            for fact in resource.facts(item):
                owner = owners.setdefault(fact.id, key)
                if owner != key:
                    what = f'{fact.id} is declared by "{owner}" too.'
                    remedy = "Remove one of the two: an object has one owner."
                    yield DeclarationError(what, field=f'{_OBJECTS}["{key}"]', remedy=remedy)
                    break

    def facts(self, declared: ObjectSet) -> tuple[Fact, ...]:
        """Return the facts of all members."""
        return tuple(fact for item in declared.objects for fact in self._of(item).facts(item))

    def anchors(self, declared: ObjectSet) -> frozenset[tuple[str, ...]]:
        """Return the anchors of all members."""
        return frozenset(anchor for item in declared.objects for anchor in self._of(item).anchors(item))

    def beside(self, declared: ObjectSet, everything: Callable[[], Facts]) -> frozenset[tuple[str, ...]]:
        """Return those of all members."""
        return frozenset(anchor for item in declared.objects for anchor in self._of(item).beside(item, everything))

    def renames(self, declared: ObjectSet) -> tuple[Rename, ...]:
        """Return those of all objects."""
        return tuple(rename for item in declared.objects for rename in self._of(item).renames(item))

    def exclusive_objects(self, declared: ObjectSet, live: Facts) -> Iterable[ObjectId]:
        """Return what the members speak for as a whole, but for what other members declare."""
        grouped = _by_anchor(live)
        found = [id for item in declared.objects for id in self._exclusive(item, grouped)]
        return dict.fromkeys(found)

    def merged(self, declared: ObjectSet, live: Facts, elsewhere: Elsewhere) -> frozenset[ObjectId]:
        """Return what becomes another table's of all members."""
        return frozenset(id for item in declared.objects for id in self._of(item).merged(item, live, elsewhere))

    def _exclusive(self, item: Declaration, grouped: _BY_ANCHOR) -> Iterable[ObjectId]:
        resource = self._of(item)
        return resource.exclusive_objects(item, _facts_of(resource, item, grouped))

    def lift(self, facts: Facts, declared: ObjectSet) -> Mapping[str, Any]:
        """Return each member as the facts have it; one that they do not have is left out."""
        grouped = _by_anchor(facts)
        found = {}
        for key, item in keyed(declared.objects).items():
            resource = self._of(item)
            own = _facts_of(resource, item, grouped)
            if any(fact.id in own for fact in resource.facts(item)):
                found[key] = resource.lift(own, item)
        return {_OBJECTS: {key: inputs for key, inputs in found.items() if inputs}}

    def _of(self, item: Declaration) -> Resource[Any]:
        return self._resources[type(item).__name__]


def _class_of(key: str) -> str:
    return key.partition(" ")[0]


def _by_anchor(facts: Facts) -> _BY_ANCHOR:
    grouped: _BY_ANCHOR = {}
    for id, definition in facts.items():
        grouped.setdefault(id.name[:2], {})[id] = definition
    return grouped


def _facts_of(resource: Resource[Any], item: Declaration, grouped: _BY_ANCHOR) -> Facts:
    # Of its own relations and routines only: with all facts for each, a set would take the square of its size.
    def everything() -> Facts:
        return {id: definition for facts in grouped.values() for id, definition in facts.items()}

    anchors = sorted(resource.anchors(item) | resource.beside(item, everything))
    if len(anchors) == 1:
        return grouped.get(anchors[0], {})
    return {id: definition for anchor in anchors for id, definition in grouped.get(anchor, {}).items()}
