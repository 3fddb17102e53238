"""A protected stack: what holds data is not deleted until somebody says so, and then all of it goes as usual."""

from __future__ import annotations

import json

import pytest

from tests.fixtures.postgres import Database
from tests.support.pulumi import Stack, said, summary
from tests.support.survey import schema

HOLD_DATA = {"Table", "TablePatch", "Bucket"}


def protected(stack: Stack) -> dict[str, set[bool]]:
    """Give, for each type of object, whether those in the state are protected."""
    found: dict[str, set[bool]] = {}
    for resource in json.loads(stack.state())["deployment"]["resources"]:
        kind = resource["type"].rpartition(":")[2]
        found.setdefault(kind, set()).add(resource.get("protect", False))
    return found


@pytest.mark.long
def test_a_protected_stack_is_destroyed_once_it_is_no_longer_protected(connectors: Stack, database: Database) -> None:
    before = schema(database)
    connectors.run("config", "set", "protect", "true")
    connectors.up()
    kinds = protected(connectors)
    assert kinds.keys() > HOLD_DATA
    assert kinds == {kind: {kind in HOLD_DATA} for kind in kinds}

    standing = schema(database)
    refused = said(connectors.run("destroy", "--yes", ok=False))
    assert "protected" in refused
    assert schema(database) == standing
    assert connectors.clean()

    connectors.run("config", "set", "protect", "false")
    assert summary(connectors.up()).keys() == {"unchanged"}
    assert protected(connectors) == {kind: {False} for kind in kinds}
    connectors.destroy()
    assert schema(database).splitlines() == before.splitlines()
