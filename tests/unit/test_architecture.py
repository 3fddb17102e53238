"""The page on the architecture speaks of what is there."""

import re
from pathlib import Path
from typing import Any

import pytest

from supaschema import declarations
from supaschema.kinds.base import Kind
from supaschema.registry import KINDS, RESOURCES
from supaschema.resources.base import Resource
from tests.unit.test_layers import LAYERS, PACKAGE

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACES = (PACKAGE, ROOT)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([a-z_/]+(?:\.py|/))`", PAGE))))
def test_every_file_that_it_names_is_there(name):
    assert any((place / name).exists() for place in PLACES), name


def test_its_layers_are_those_that_imports_are_held_to():
    table = re.findall(r"^\| (`[^|]+`) \|", PAGE.partition("## The flow")[0], re.MULTILINE)
    named = [layer for row in table for layer in re.findall(r"`(\w+)`", row)]

    assert named == [layer for layer in LAYERS if layer != "__main__"]


def named(folder: Path, kind: str) -> bool:
    """Return whether a file of a folder, or of one in it, has a kind's name as a text of its own."""
    return any(f'"{kind}"' in path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda resource: resource.token)
def test_a_resource_is_where_the_page_says_that_one_is_added(resource: Resource[Any]):
    name = re.sub("(?<=.)([A-Z])", r"_\1", resource.declaration.__name__).lower()

    assert resource.declaration.__module__ == f"supaschema.declarations.{name}"
    assert resource.declaration.__name__ in declarations.__all__
    assert type(resource).__module__ == f"supaschema.resources.{name}"
    assert (ROOT / "tests" / "unit" / f"test_resource_{name}.py").exists()


COMMENTS = {"view_column"}
"""Kinds of comments alone: `make validate` leaves them out."""


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_is_where_the_page_says_that_one_is_added(kind: Kind[Any]):
    assert type(kind).__module__ == f"supaschema.kinds.{kind.name}"
    assert (ROOT / "tests" / "unit" / f"test_kind_{kind.name}.py").exists()
    if kind.declarable:
        assert named(PACKAGE / "resources", kind.name)
        assert named(ROOT / "tests" / "deployed", kind.name) == (kind.name not in COMMENTS)
