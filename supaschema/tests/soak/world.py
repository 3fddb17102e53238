"""A small database as a value: items that name each other by keys, which stay what they are through every rename."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What an item is, by the name that the engine has for it where it has one."""

    SCHEMA = "schema"
    EXTENSION = "extension"
    ENUM = "enum_type"
    DOMAIN = "domain"
    COMPOSITE = "composite_type"
    ATTRIBUTE = "composite_attribute"
    RANGE = "range_type"
    SEQUENCE = "sequence"
    TABLE = "table"
    COLUMN = "column"
    CONSTRAINT = "constraint"
    INDEX = "index"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized_view"
    OUTPUT = "output"
    FUNCTION = "function"
    TRIGGER = "trigger"
    POLICY = "policy"
    PUBLICATION = "publication"
    STATEMENT = "statement"


PUBLIC = "public"
"""The schema that every database has; what the platform says of it is left as it is."""
WITHIN = (Kind.COLUMN, Kind.ATTRIBUTE, Kind.OUTPUT)
"""What is made with what it belongs to."""
TYPES = (Kind.ENUM, Kind.DOMAIN, Kind.COMPOSITE, Kind.RANGE)
VIEWS = (Kind.VIEW, Kind.MATERIALIZED_VIEW)
IN_SCHEMA = (*TYPES, *VIEWS, Kind.SEQUENCE, Kind.TABLE, Kind.FUNCTION)
"""What has a name of its own in a schema."""
ON_RELATION = (Kind.CONSTRAINT, Kind.INDEX, Kind.TRIGGER, Kind.POLICY)


@dataclass(frozen=True, slots=True)
class Item:
    """Something that a statement makes. In its texts `{key}` stands for what another item is called.

    Attributes:
        key: What stays the same.
        kind: What it is.
        flavor: Which maker made it, and can make it again.
        name: What it is called.
        parent: The key of its schema, or of what it is on or belongs to.
        head: A text that it is nothing without, as `type` and `tail` are.
        type: Its type, or what it returns.
        tail: What comes last.
        parts: Texts of which each may go with what it names, but not the last one.
        option: A text that may go with what it names.
        beside: Keys of what it needs and no text of it names.

    """

    key: str
    kind: Kind
    flavor: str
    name: str = ""
    parent: str = ""
    head: str = ""
    type: str = ""
    tail: str = ""
    parts: tuple[str, ...] = ()
    option: str = ""
    beside: tuple[str, ...] = ()

    @property
    def fixed(self) -> tuple[str, ...]:
        """The texts that it is nothing without."""
        named = (f"{{{key}}}" for key in (self.parent, *self.beside) if key)
        return (self.head, self.type, self.tail, *named)

    @property
    def named(self) -> frozenset[str]:
        """The keys of all that it names."""
        texts = (*self.fixed, *self.parts, self.option)
        return frozenset().union(*map(mentions, texts)) - {self.key}


def mentions(text: str) -> frozenset[str]:
    """Return the keys that a text names."""
    fields = (name for _, name, _, _ in string.Formatter().parse(text) if name)
    return frozenset(name.partition("__")[0] for name in fields)


@dataclass(frozen=True, slots=True)
class World:
    """All items of a database.

    Attributes:
        items: In the order in which they were thought of.
        number: Of the next item; none is used twice.

    """

    items: tuple[Item, ...] = ()
    number: int = 0

    def __getitem__(self, key: str) -> Item:
        return next(item for item in self.items if item.key == key)

    def __contains__(self, key: object) -> bool:
        return any(item.key == key for item in self.items)

    def of(self, *kinds: Kind) -> list[Item]:
        """Return the items of some kinds."""
        return [item for item in self.items if item.kind in kinds]

    def made_by(self, *flavors: str) -> list[Item]:
        """Return the items of some makers."""
        return [item for item in self.items if item.flavor in flavors]

    def beneath(self, key: str, *kinds: Kind) -> list[Item]:
        """Return the items of some kinds whose parent an item is."""
        return [item for item in self.of(*kinds) if item.parent == key]

    def key(self, letter: str) -> str:
        """Return a key for the next item."""
        return f"{letter}{self.number}"

    def adding(self, item: Item) -> World:
        """Return it with one item more."""
        return World((*self.items, item), self.number + 1)

    def replacing(self, item: Item) -> World:
        """Return it with an item in the place of the one of its key."""
        return dataclasses.replace(self, items=tuple(item if it.key == item.key else it for it in self.items))

    def owner(self, key: str) -> str:
        """Return the key of what is made by a statement of its own: the item's, or its parent's."""
        item = self[key]
        return item.parent if item.kind in WITHIN else key

    def needs(self, key: str) -> frozenset[str]:
        """Return the keys of what must exist before an item that is made by a statement of its own."""
        own = [self[key], *self.beneath(key, *WITHIN)]
        return frozenset(self.owner(it) for item in own for it in item.named) - {key}

    def apart_from(self, key: str) -> World:
        """Return what needs neither an item nor anything that needs it: it may name all of that."""
        bound, before = {self.owner(key)}, 0
        while len(bound) > before:
            before = len(bound)
            bound |= {item.key for item in self.items if item.kind not in WITHIN and self.needs(item.key) & bound}
        left = (item for item in self.items if self.owner(item.key) not in bound)
        return dataclasses.replace(self, items=tuple(left))

    def without(self, key: str) -> World:
        """Return it without an item and all that is nothing without it."""
        return self._less({key}, frozenset(), frozenset())

    def without_expressions(self, keys: Collection[str]) -> World:
        """Return it without what takes some columns for more than what they are called."""
        plain = (text for key in keys for text in (f"{{{key}}}", f"a.{{{key}}}", f"b.{{{key}}}"))
        return self._less(set(keys), frozenset(plain), frozenset(keys))

    def _less(self, gone: set[str], spared: frozenset[str], kept: frozenset[str]) -> World:
        items, before = self.items, -1
        while before != len(gone):
            before = len(gone)
            left = {item.key: _left(item, gone, spared, kept) for item in items}
            gone |= {key for key, item in left.items() if item is None}
            items = tuple(item for item in left.values() if item is not None)
            held = {item.parent for item in items if item.kind in WITHIN}
            gone |= {it.key for it in items if it.kind in (*VIEWS, Kind.COMPOSITE) and it.key not in held}
        return dataclasses.replace(self, items=items)

    def ordered(self) -> Iterator[Item]:
        """Yield what is made by a statement of its own, in an order in which that can be done."""
        waiting, done = [item for item in self.items if item.kind not in WITHIN], set[str]()
        while waiting:
            item = next(it for it in waiting if self.needs(it.key) <= done)
            waiting.remove(item)
            done.add(item.key)
            yield item


def _left(item: Item, gone: Collection[str], spared: frozenset[str], kept: frozenset[str]) -> Item | None:
    def is_hit(text: str) -> bool:
        return text not in spared and not mentions(text).isdisjoint(gone)

    if (item.key in gone and item.key not in kept) or any(map(is_hit, item.fixed)):
        return None
    parts = tuple(part for part in item.parts if not is_hit(part))
    if item.parts and not parts:
        return None
    return dataclasses.replace(item, parts=parts, option="" if is_hit(item.option) else item.option)
