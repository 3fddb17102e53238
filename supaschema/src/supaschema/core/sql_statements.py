"""A text of several SQL statements, cut where the server's own programs cut one (src/fe_utils/psqlscan.l)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from supaschema.core.sql_lexis import ESCAPING, LINE_COMMENT, NAME, TAG

_TOKEN = re.compile(
    rf"""(?P<comment>{LINE_COMMENT})
    | (?P<block>/\*)
    | (?P<quoted>"(?:[^"]|"")*(?P<name_end>"|\Z)
        | \$(?P<tag>{TAG})\$.*?(?P<tag_end>\$(?P=tag)\$|\Z)
        | [eE]'{ESCAPING}(?P<escaping_end>'|\Z)
        | '(?:[^']|'')*(?P<plain_end>'|\Z))
    | (?P<word>{NAME})
    | (?P<mark>[;()\\])""",
    re.DOTALL | re.VERBOSE,
)
_COMMENT_MARK = re.compile(r"/\*|\*/")
_ENDS = ("name_end", "tag_end", "escaping_end", "plain_end")
_ROUTINES = re.compile(r"create (?:or replace )?(?:function|procedure)\b")


class UnfinishedError(Exception):
    """A quote or a comment does not end; the text says which."""


@dataclass(frozen=True, slots=True)
class SqlStatement:
    """A statement.

    Attributes:
        text: The statement without the semicolon, with the comments in it.
        words: Its words that stand in no quotes and comments, in lower case.
        marks: Its parentheses and backslashes that stand in none.

    """

    text: str
    words: tuple[str, ...]
    marks: str = ""

    @property
    def begins(self) -> str:
        """Its words, with a space between: what it begins with says what it is."""
        return " ".join(self.words)


def statements(text: str) -> tuple[SqlStatement, ...]:
    """Return the statements of a text; what holds nothing but comments is none.

    Raises:
        UnfinishedError: A quote or a comment does not end.

    """
    return tuple(found for found in _Cut(text).statements() if found.words or found.marks or found.text)


class _Cut:
    """Cuts one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: list[str] = []
        self._marks: list[str] = []
        self._parentheses = 0
        self._blocks = 0
        """How deep within the body of a routine in standard SQL, which has semicolons of its own."""
        self._is_empty = True

    def statements(self) -> Iterator[SqlStatement]:
        begin = 0
        for kind, found, start, end in self._tokens():
            if kind == "mark" and found == ";" and self._parentheses <= 0 and self._blocks <= 0:
                yield self._taken(begin, start)
                begin = end
            else:
                self._note(kind, found)
        yield self._taken(begin, len(self._text))

    def _note(self, kind: str, found: str) -> None:
        self._is_empty = False
        if kind == "word":
            word = found.lower()
            self._words.append(word)
            if word == "begin" and _ROUTINES.match(" ".join(self._words[:5])):
                self._blocks += 1
            elif self._blocks > 0:
                self._blocks += (word == "case") - (word == "end")
        elif kind == "mark" and found != ";":
            self._marks.append(found)
            self._parentheses += (found == "(") - (found == ")")

    def _taken(self, begin: int, end: int) -> SqlStatement:
        text = "" if self._is_empty else self._text[begin:end].strip()
        found = SqlStatement(text, tuple(self._words), "".join(self._marks))
        self._words, self._marks, self._parentheses, self._blocks, self._is_empty = [], [], 0, 0, True
        return found

    def _tokens(self) -> Iterator[tuple[str, str, int, int]]:
        at, text = 0, self._text
        while (found := _TOKEN.search(text, at)) is not None:
            if text[at : found.start()].strip():
                # A number, an operator: nothing that ends a statement, but a part of one.
                self._is_empty = False
            at = found.end()
            if found["block"] is not None:
                at = self._end_of_comment(at)
            elif found["quoted"] is not None:
                if not any(found[name] for name in _ENDS):
                    message = f"a quote that begins in line {self._line(found.start())} does not end"
                    raise UnfinishedError(message)
                yield "quoted", found[0], found.start(), at
            elif found["comment"] is None:
                yield ("mark" if found["mark"] else "word"), found[0], found.start(), at
        if text[at:].strip():
            self._is_empty = False

    def _end_of_comment(self, at: int) -> int:
        begin, depth = at, 1
        while depth and (mark := _COMMENT_MARK.search(self._text, at)) is not None:
            depth += 1 if mark[0] == "/*" else -1
            at = mark.end()
        if depth:
            message = f"a comment that begins in line {self._line(begin)} does not end"
            raise UnfinishedError(message)
        return at

    def _line(self, at: int) -> int:
        return 1 + self._text.count("\n", 0, at)
