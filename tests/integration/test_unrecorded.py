"""A deployment that ends between its last statement and its record: nothing that went stays in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from supaschema.core.errors import ApplyError
from supaschema.core.model import Hazard, Statement
from supaschema.database.settings import Consent, Settings
from supaschema.declarations import Column, Index, TablePatch
from supaschema.engine.execute import Executor
from supaschema.engine.pipeline import Pipeline
from supaschema.provider.operations import Operations
from supaschema.provider.results import PartiallyApplied
from supaschema.registry import RESOURCES
from tests.fixtures.postgres import Database
from tests.support.catalog import column

URN = "urn:pulumi:test::objects::supaschema:index:TablePatch::it"
RESOURCE = RESOURCES["supaschema:index:TablePatch"]
OURS = TablePatch(table="users", columns=(Column(name="ours", type="text"),)).to_inputs()
OTHER = TablePatch(table="users", columns=(Column(name="other", type="text"),)).to_inputs()
LIKE = "select relname from pg_class where relkind = 'i' and relname like 'by_role%%'"
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


def test_an_index_whose_successor_serves_is_dropped_by_the_next_run(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource, urn = RESOURCES["supaschema:index:Index"], "urn:pulumi:test::objects::supaschema:index:Index::it"
    before = Index(name="by_role", table="users", keys=("role",)).to_inputs()
    after = Index(name="by_role", table="users", keys=("role", "id")).to_inputs()
    run_alone = Executor._run_alone

    def all_but_drops(executor: Executor, statement: Statement) -> None:
        if statement.text.startswith("drop index"):
            broken_off()
        run_alone(executor, statement)

    with deployment(database) as verbs:
        made = verbs.create(resource, urn, before)
        with monkeypatch.context() as broken:
            broken.setattr(Executor, "_run_alone", all_but_drops)
            with pytest.raises(PartiallyApplied):
                verbs.update(resource, urn, made.outputs, after)

    with database.connect() as connection, deployment(database) as verbs:
        assert len(column(connection, LIKE)) == 2
        assert verbs.diff(resource, urn, made.outputs, before, after, id=made.id).changed

        updated = verbs.update(resource, urn, made.outputs, after)

        assert column(connection, LIKE) == ["by_role"]
        assert not verbs.diff(resource, urn, updated.outputs, after, after, id=made.id).changed


def test_the_next_run_completes_the_record(database: Database, olds: dict[str, Any]) -> None:
    with database.connect() as connection, deployment(database) as verbs:
        assert verbs.diff(RESOURCE, URN, olds, OURS, OTHER, id="public.users").changed

        made = verbs.update(RESOURCE, URN, olds, OTHER)

        assert column(connection, "select declared_hash from supaschema.objects where declared_hash is null") == []
        assert not verbs.diff(RESOURCE, URN, made.outputs, OTHER, OTHER, id="public.users").changed
