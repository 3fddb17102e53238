"""A deployment that ends between its last statement and its record: nothing that went stays in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from supaschema.core.errors import ApplyError
from supaschema.core.model import Hazard
from supaschema.database.settings import Consent, Settings
from supaschema.declarations import Column, TablePatch
from supaschema.engine.pipeline import Pipeline
from supaschema.provider.operations import Operations, PartiallyApplied
from supaschema.registry import RESOURCES
from tests.fixtures.postgres import Database
from tests.support.catalog import column

URN = "urn:pulumi:test::objects::supaschema:index:TablePatch::it"
RESOURCE = RESOURCES["supaschema:index:TablePatch"]
OURS = TablePatch(table="users", columns=(Column(name="ours", type="text"),)).to_inputs()
OTHER = TablePatch(table="users", columns=(Column(name="other", type="text"),)).to_inputs()
NAMES = "select object::jsonb ->> 3 from supaschema.objects where object like '[\"column\"%%' order by 1"


@contextmanager
def deployment(database: Database) -> Iterator[Operations]:
    """A provider's process."""
    consents = tuple(Consent(hazard) for hazard in Hazard if hazard.needs_consent)
    verbs = Operations(Settings(database_url=database.url, consents=consents))
    verbs.running_a_program()
    yield verbs
    verbs.pipeline.close()


@pytest.fixture
def olds(database: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the state holds after a deployment whose update was broken off before its record."""
    with deployment(database) as verbs:
        olds = verbs.create(RESOURCE, URN, OURS).outputs
        with monkeypatch.context() as broken:
            broken.setattr(Pipeline, "_record", broken_off)
            with pytest.raises(PartiallyApplied):
                verbs.update(RESOURCE, URN, olds, OTHER)
    return olds


def broken_off(*_: object) -> None:
    raise ApplyError("broken off.")


def test_a_column_that_others_make_under_the_name_of_one_that_went_is_not_dropped(
    database: Database, olds: dict[str, Any]
) -> None:
    with database.connect() as connection, deployment(database) as verbs:
        assert column(connection, NAMES) == ["other"]
        connection.execute("alter table public.users add column ours text")

        verbs.update(RESOURCE, URN, olds, OTHER)

        assert column(connection, "select attname from pg_attribute where attname in ('ours', 'other') order by 1") == [
            "other",
            "ours",
        ]


def test_the_next_run_completes_the_record(database: Database, olds: dict[str, Any]) -> None:
    with database.connect() as connection, deployment(database) as verbs:
        assert verbs.diff(RESOURCE, URN, olds, OURS, OTHER, id="public.users").changed

        made = verbs.update(RESOURCE, URN, olds, OTHER)

        assert column(connection, "select declared_hash from supaschema.objects where declared_hash is null") == []
        assert not verbs.diff(RESOURCE, URN, made.outputs, OTHER, OTHER, id="public.users").changed
