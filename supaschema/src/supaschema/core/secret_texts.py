"""Texts of declarations that are secret: known by their values, and kept out of all that is shown or recorded."""

from __future__ import annotations

import functools
import json
import re
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from supaschema.core.printable import line, lines
from supaschema.core.sql_lexis import ESCAPING, LINE_COMMENT, NAME, TAG

MASK = "[secret]"
SHORTEST = 4
"""Characters below which a text is no secret: to mask it would make every message unreadable and hide nothing."""
_NESTED = 2
"""How often one text is quoted within another at most: a default within a body, a body within a literal."""


class Secrets:
    """The secret texts that a process was given so far. Safe to use from several threads."""

    def __init__(self) -> None:
        """Know none."""
        self._adding = threading.Lock()
        self._known: frozenset[str] = frozenset()
        self._forms: tuple[str, ...] = ()

    def add(self, texts: Iterable[str]) -> None:
        """Take texts that are secret as a whole."""
        found = {text for text in texts if len(text.strip()) >= SHORTEST}
        with self._adding:
            fresh = found - self._known
            if fresh:
                self._known |= fresh
                forms = {form for text in fresh for form in _forms(text)} | {*self._forms}
                self._forms = tuple(sorted(forms, key=len, reverse=True))

    @property
    def none(self) -> bool:
        """Whether no secret is known."""
        return not self._forms

    def holds(self, text: str) -> bool:
        """Return whether a secret is in a text, however it is written there."""
        return any(form in text for form in self._forms)

    def masked(self, text: str) -> str:
        """Return a text with a mask in the place of every secret, however it is written."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return text


def differing_texts(one: Any, other: Any) -> dict[str, str]:
    """Return the texts of a definition that another one of the same form has others for."""
    match one, other:
        case str(), str() if one != other and len(one) >= SHORTEST:
            return {one: other}
        case dict(), dict():
            pairs = [(item, other.get(key)) for key, item in one.items()]
        case list(), list():
            pairs = list(zip(one, other, strict=False))
        case _:
            pairs = []
    found: dict[str, str] = {}
    for pair in pairs:
        found |= differing_texts(*pair)
    return found


def without_quoted(text: str) -> str:
    """Return SQL with a mask in the place of each text that it quotes, and without its comments.

    A quote or comment that does not end goes to the end (PostgreSQL documentation, "Lexical Structure").
    """
    parts, at = [], 0
    while (found := _quoted().search(text, at)) is not None:
        parts.append(text[at : found.start()])
        if (told := found["name"] or found["word"]) is not None:
            parts.append(told)
        else:
            parts.append(" " if found["comment"] is not None else f"'{MASK}'")
        at = found.end()
        if "\\'" in f"{found['plain']}'":
            # Where backslashes escape in every string (`standard_conforming_strings`), it ends elsewhere.
            return "".join(parts)
        if found["block"] is not None:
            at = _end_of_block(text, at)
    return "".join([*parts, text[at:]])


@functools.cache
def _quoted() -> re.Pattern[str]:
    # Compiled when it is first needed: that takes longer than the whole of a module.
    return re.compile(
        rf"""(?P<comment>{LINE_COMMENT}|(?P<block>/\*))
        | (?P<name>(?:[uU]&)?"(?:[^"]|"")*(?:"|\Z))
        | \$(?P<tag>{TAG})\$.*?(?:\$(?P=tag)\$|\Z)
        | [eE]'{ESCAPING}(?:'|\Z)
        | (?:[uU]&|[bBxXnN])?'(?P<plain>(?:[^']|'')*)(?:'|\Z)
        | (?P<word>{NAME})""",
        re.DOTALL | re.VERBOSE,
    )


_MARK = re.compile(r"/\*|\*/")


def _end_of_block(text: str, at: int) -> int:
    # Comments of this form hold others.
    depth = 1
    while depth and (mark := _MARK.search(text, at)) is not None:
        depth += 1 if mark[0] == "/*" else -1
        at = mark.end()
    return len(text) if depth else at


def _forms(text: str) -> set[str]:
    # As it is, without what a kind cuts off its ends, and as SQL, JSON, a URL, Python and a terminal write it.
    stripped = text.strip()
    forms = {text, stripped, stripped.rstrip(";").rstrip()}
    for _ in range(_NESTED):
        forms |= {write(form) for form in forms for write in _QUOTING}
    forms |= {" ".join(form.split()) for form in forms} | {quote(text, safe=""), repr(text)[1:-1]}
    forms |= {shown(form) for form in forms for shown in (line, lines)}
    return {form for form in forms if len(form.strip()) >= SHORTEST}


_QUOTING: tuple[Callable[[str], str], ...] = (
    lambda text: text.replace("'", "''"),
    lambda text: text.replace("\\", "\\\\"),
    lambda text: text.replace("'", "''").replace("\\", "\\\\"),
    lambda text: text.replace('"', '""'),
    lambda text: text.replace("%", "%%"),
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
)
