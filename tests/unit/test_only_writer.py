"""Plans are run in one place: nothing else of the library writes to what is declared."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.unit.test_layers import MODULES, PACKAGE

WRITES = re.compile(
    r"\s*(insert|update|delete|merge|truncate|create|drop|alter|grant|revoke|comment|refresh|call)\b", re.IGNORECASE
)
WRITERS = {
    "comparison/scratch.py",  # the copies of a scratch database, and the files of SQL that are run in them
    "engine/execute.py",  # the plans, and the history of what was run
    "engine/elaborate.py",  # temporary objects, in a transaction that is rolled back
    "engine/trials.py",  # likewise
    "archive/contents.py",  # what a purge takes away
    "review/scratch_copy.py",  # the copy of a scratch database
    # In a database that is marked as one to throw away, in transactions that are rolled back; and the mark itself.
    *(f"review/access/tries/{name}.py" for name in ("attempts", "planting", "scratch", "sessions")),
    "portable/ground.py",  # roles and extensions, which nothing declares, in a database that was empty
    *(f"ledger/{name}.py" for name in ("identity", "journal", "renamed", "store")),
}

Assigned = Mapping[str, list[ast.expr]]


def names(tree: ast.AST) -> Assigned:
    """Return what the names of a module are given, wherever in it."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(value := getattr(node, "value", None), ast.expr):
                found.setdefault(target.id, []).append(value)
    return found


def beginnings(node: ast.expr, assigned: Assigned, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield how the text of a statement may begin, as far as the module says it."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.Name):
        for value in assigned.get(node.id, ()) if node.id not in seen else ():
            yield from beginnings(value, assigned, seen | {node.id})
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join"):
        yield from beginnings(node.func.value, assigned, seen)
    else:
        first = (getattr(node, "args", None) or getattr(node, "values", None) or [])[:1]
        sides = [getattr(node, side) for side in ("left", "body", "orelse") if hasattr(node, side)]
        for part in (*first, *sides):
            yield from beginnings(part, assigned, seen)


def writes(text: str) -> list[str]:
    """Return the writing statements that a module runs, and those of plans."""
    tree = ast.parse(text)
    assigned, found = names(tree), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            if node.func.attr in ("execute", "executemany", "copy", "stream"):
                found += [text for text in beginnings(node.args[0], assigned) if WRITES.match(text)]
        elif isinstance(node, ast.Attribute) and node.attr == "runnable":
            found.append("a plan's statement")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_who_may_write_does(path: Path):
    name = str(path.relative_to(PACKAGE))

    assert name in WRITERS or writes(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "connection.execute('insert into t values (1)')",
        "connection.execute(compose('drop table {}', name))",
        "query = sql.SQL('\\n alter table {} add column x int')\nconnection.execute(query.format(name))",
        "_QUERY: LiteralString = f'update {table} set a = 1'\nconnection.execute(_QUERY, [1])",
        "connection.execute('delete from t' + where)",
        "connection.execute(statement.runnable)",
    ],
)
def test_another_writer_would_be_found(text: str):
    assert writes(text)


def test_each_of_those_who_may_write_is_there():
    assert {str(path.relative_to(PACKAGE)) for path in MODULES} >= WRITERS
