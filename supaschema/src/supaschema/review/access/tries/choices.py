"""What rows may say that policies ask for, such as a member's role: it is planted and tried in every way; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from supaschema.core.sqltext import WORD, Name
from supaschema.review.access.model import Reading
from supaschema.review.access.tries.values import Column

_MOST = 4
_SHOWN = 2


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """A column whose values access depends on.

    Attributes:
        table: Its table.
        column: Its name.
        values: What it may say.

    """

    table: Name
    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What rows of a database may say.

    Attributes:
        every: All columns that take certain values alone.
        asked: Those whose values policies name, or the functions that these call.

    """

    every: frozenset[Choice] = frozenset()
    asked: frozenset[Choice] = frozenset()


def choices(reading: Reading, tables: Mapping[Name, tuple[Column, ...]]) -> Choices:
    """Return what rows may say."""
    words = _words(reading)
    found = {
        Choice(table, each.name, each.choices) for table, known in tables.items() for each in known if each.choices
    }
    return Choices(frozenset(found), frozenset(choice for choice in found if words.intersection(choice.values)))


def common(before: Choices, after: Choices) -> tuple[Choice, ...]:
    """Return what one of two databases asks for at least, with the values that rows of both may have."""
    there = {(each.table, each.column): each.values for each in before.every}
    asked = {(each.table, each.column) for each in before.asked | after.asked}
    found = [
        replace(each, values=tuple(value for value in each.values if value in there.get((each.table, each.column), ())))
        for each in sorted(after.every)
        if (each.table, each.column) in asked
    ]
    return tuple(each for each in found if each.values)


def number(chosen: Collection[Choice]) -> int:
    """Return how many times rows are planted."""
    return min(max((len(each.values) for each in chosen), default=1), _MOST)


def chosen_by(
    tables: Mapping[Name, tuple[Column, ...]], chosen: Collection[Choice], variant: int
) -> Mapping[Name, tuple[Column, ...]]:
    """Return the columns, those that are chosen with one value, another each time."""
    values = {(each.table, each.column): each.values[variant % len(each.values)] for each in chosen}
    return {
        table: tuple(
            replace(each, choices=(values[table, each.name],), settled=False) if (table, each.name) in values else each
            for each in known
        )
        for table, known in tables.items()
    }


def label(chosen: Collection[Choice], variant: int) -> str:
    """Return what the rows say: `people.role admin`; nothing where there is no choice."""
    shown = sorted(chosen)[:_SHOWN]
    return ", ".join(f"{each.table[1]}.{each.column} {each.values[variant % len(each.values)]}" for each in shown)


def _words(reading: Reading) -> set[str]:
    texts = [
        text for each in reading.relations.values() for policy in each.policies for text in (policy.using, policy.check)
    ]
    words = {word for text in texts for word in WORD.findall(text or "")}
    while True:
        called = [
            routine.words
            for routine in reading.routines.values()
            if routine.name in words and not routine.words <= words
        ]
        if not called:
            return words
        words = words.union(*called)
