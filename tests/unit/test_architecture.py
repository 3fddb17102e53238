"""The page on the architecture speaks of what is there."""

import re
from pathlib import Path

import pytest

from supaschema.registry import KINDS, RESOURCES
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


def test_a_kind_is_where_the_page_says_that_one_is_added():
    for resource in RESOURCES.values():
        module = type(resource).__module__
        assert module.startswith("supaschema.resources."), module
    for kind in KINDS.values():
        assert type(kind).__module__ == f"supaschema.kinds.{kind.name}"
        assert (ROOT / "tests" / "unit" / f"test_kind_{kind.name}.py").exists()
    declared = {resource.declaration.__module__ for resource in RESOURCES.values()}
    assert all(module.startswith("supaschema.declarations.") for module in declared)
