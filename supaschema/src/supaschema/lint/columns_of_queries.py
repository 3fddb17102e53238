"""Whether a query's columns are those that it names, or those that a relation happens to have when it is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from supaschema.core.sqltext import unquoted

_TOKEN = re.compile(
    r"""(?P<gap>\s+|--[^\n]*|/\*.*?\*/)|(?P<text>[eE]?'(?:[^']|'')*')|(?P<name>"(?:[^"]|"")+"|[^\W\d][\w$]*)|(?P<other>.)""",
    re.DOTALL,
)
_SETS = frozenset({"union", "intersect", "except"})
_AFTER_FROM = frozenset({"where", "group", "having", "window", "order", "limit", "offset", "fetch", "for"})
_IN_FROM = frozenset(
    {"as", "on", "using", "cross", "inner", "left", "right", "full", "outer", "natural", "join", "tablesample"}
)
_BEFORE_ITEM = frozenset({"from", "join", ",", "only", "lateral", "("})
_BEFORE_STAR = frozenset({"select", "distinct", "all", ",", ")"})
_AFTER_STAR = frozenset({"", "from", ",", ")", ";"})


@dataclass(slots=True)
class _Item:
    """What a query reads from.

    Attributes:
        alias: What it goes by.
        relation: The relation that decides over its columns; None: they are named.
        end: Where it ends, its alias aside.

    """

    alias: str
    relation: str | None
    end: int


@dataclass(slots=True)
class _Level:
    """What stands between two parentheses.

    Attributes:
        clause: `select`, `from` or `rest`; empty: no query so far.
        cte: The name that the query gets by `with`.
        is_item: Whether another query reads from it.
        is_query: Whether there is a query in it; else what it holds is a join, or an expression.
        stars: What each `*` of its select list is of; empty: of all.
        items: What it reads from.
        relation: A relation that decides over the columns of what was read so far.

    """

    clause: str = ""
    cte: str = ""
    is_item: bool = False
    is_query: bool = False
    stars: list[str] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    relation: str | None = None

    def settle(self) -> None:
        """Take a query's end: what its stars stand for is known."""
        for star in self.stars:
            read = (item.relation for item in self.items if star in ("", item.alias) and item.relation)
            self.relation = self.relation or next(read, None)
        self.stars, self.items = [], []


def relation_of_star(query: str) -> str | None:
    """Return the relation whose columns a query takes as they are, by `*`; None: its columns are its own.

    A star over a subquery or a WITH query is as good as that one's columns. What no schema stands before is taken for a
    WITH query: other relations are not found by a bare name.
    """
    parts = [found[0] for found in _TOKEN.finditer(query) if found.lastgroup != "gap"]
    levels, ctes = [_Level()], dict[str, str | None]()
    for at, part in enumerate(parts):
        level, word = levels[-1], part.lower()
        if part == "(":
            levels.append(_opened(parts, at, level))
        elif part == ")" and len(levels) > 1:
            _close(levels, ctes, at)
        elif word == "select" or word in _SETS:
            level.settle()
            level.clause, level.is_query = ("select", True) if word == "select" else ("", level.is_query)
        elif level.clause:
            _read(parts, at, level, ctes)
    levels[0].settle()
    return levels[0].relation


def _opened(parts: Sequence[str], at: int, level: _Level) -> _Level:
    before = [part.lower() for part in parts[max(at - 4, 0) : at]]
    while before and before[-1] in ("materialized", "not"):
        before.pop()
    if before[-1:] == ["as"] and not level.clause:
        return _Level(cte=unquoted(before[-2]) if before[1:] else "")
    is_item = level.clause == "from" and bool(before) and before[-1] in _BEFORE_ITEM
    return _Level(is_item=is_item, clause="from" if is_item else "")


def _close(levels: list[_Level], ctes: dict[str, str | None], at: int) -> None:
    level = levels.pop()
    if level.is_item and not level.is_query:
        # A join in parentheses: what is in it is read outside.
        levels[-1].items += level.items
        return
    level.settle()
    if level.cte:
        ctes[level.cte] = level.relation
    elif level.is_item:
        levels[-1].items.append(_Item("", level.relation, at))
    elif not levels[-1].clause:
        levels[-1].relation = levels[-1].relation or level.relation


def _read(parts: Sequence[str], at: int, level: _Level, ctes: dict[str, str | None]) -> None:
    part = parts[at].lower()
    before = parts[at - 1].lower() if at else ""
    after = parts[at + 1].lower() if at + 1 < len(parts) else ""
    if level.clause == "select":
        if part == "*" and after in _AFTER_STAR and (before in _BEFORE_STAR or before == "."):
            level.stars.append(unquoted(parts[at - 2]) if before == "." else "")
        level.clause = "from" if part == "from" and before != "distinct" else "select"
    elif level.clause == "from" and part in _AFTER_FROM:
        level.clause = "rest"
    elif level.clause == "from" and _is_name(part) and part not in _IN_FROM:
        _read_item(parts, at, level, ctes)


def _read_item(parts: Sequence[str], at: int, level: _Level, ctes: dict[str, str | None]) -> None:
    name, before, after = unquoted(parts[at]), parts[at - 1].lower(), parts[at + 1 : at + 4]
    if before in _BEFORE_ITEM and name not in ("only", "lateral"):
        if after[:1] == ["."]:
            is_call = after[2:] == ["("]
            level.items.append(_Item(unquoted(after[1]), None if is_call else f"{name}.{unquoted(after[1])}", at + 2))
        elif after[:1] != ["("]:
            level.items.append(_Item(name, ctes.get(name), at))
    elif level.items and level.items[-1].end == at - 1 - (before == "as"):
        level.items[-1].alias = name


def _is_name(part: str) -> bool:
    return bool(part) and (part[0] == '"' or part[0].isalpha() or part[0] == "_")
