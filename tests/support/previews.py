"""Previews that are to be refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from supaschema.core.errors import SupaschemaError
from supaschema.declarations import Declaration
from tests.fixtures.postgres import Database
from tests.support.catalog import dump
from tests.support.objects import Objects


def refused(database: Database, objects: Objects, declared: Mapping[str, Sequence[Declaration]]) -> list[str]:
    """Preview each of some programs; return those whose last declaration is not refused with the words."""
    before, found = dump(database), []
    for words, (*first, last) in declared.items():
        for item in first:
            objects.declare(item)
            assert objects.preview(item).statements
        objects.declare(last)
        try:
            objects.preview(last)
            found.append(f"{words}: it is not")
        except SupaschemaError as error:
            found += [] if words in str(error) and "supaschema_trial" not in str(error) else [f"{words}: {error}"]
        for item in (*first, last):
            objects.forget(item)
    assert dump(database) == before
    return found
