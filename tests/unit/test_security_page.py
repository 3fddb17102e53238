"""The threat model names tests and pages that there are."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| **")]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))))
def test_each_file_that_it_names_holds_tests(name):
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))

    assert any(isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in ast.walk(tree))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: re.sub(r"\W+", " ", row.split("**")[1]))
def test_each_attacker_is_tried_by_a_test(row):
    *_, tried = (cell.strip() for cell in row.strip("|").split("|"))

    assert re.findall(r"`tests/[\w/]+\.py`", tried)


def test_each_page_that_it_links_is_there():
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).resolve().exists(), target
