"""Sentences of a report before anybody marks them up: words, and names that are shown as code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A name."""

    text: str


Phrase = tuple[str | Code, ...]
"""Both hold what a database or a program says: neither is markup."""


def marked(phrase: Phrase, prose: Callable[[str], str], code: Callable[[str], str]) -> str:
    """Return a phrase in a markup, by what it makes of words and of names."""
    return "".join(code(part.text) if isinstance(part, Code) else prose(part) for part in phrase)


def listed(phrases: Iterable[Phrase], between: str = ", ") -> Phrase:
    """Return several phrases as one."""
    parts: list[str | Code] = []
    for phrase in phrases:
        parts += [between, *phrase] if parts else phrase
    return tuple(parts)


def at_most(phrases: Iterable[Phrase], most: int, more: str) -> tuple[Phrase, ...]:
    """Return the first of some phrases, each once, and how many more there are."""
    found: Sequence[Phrase] = list(dict.fromkeys(phrases))
    left = len(found) - most
    # One that is left out takes as much room as to say so.
    return tuple(found) if left <= 1 else (*found[:most], (f"and {left} {more}",))


def shortened(phrase: Phrase, longest: int) -> Phrase:
    """Return a phrase of at most so many characters, and a sign where something of it is left out."""
    kept: list[str | Code] = []
    left = longest
    for part in phrase:
        text = part.text if isinstance(part, Code) else part
        if len(text) > left:
            cut = f"{text[:left]}…"
            return (*kept, Code(cut) if isinstance(part, Code) else cut)
        kept.append(part)
        left -= len(text)
    return phrase
