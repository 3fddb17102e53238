"""Databases of the corpus, rebuilt from a snapshot: their facts are the same, but for what is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from harness.cases import Case
from harness.dose import dosed
from harness.sides import Maker
from localdb import platform
from supaschema.core.model import Definition, ObjectId
from supaschema.database.connect import Database
from supaschema.database.settings import Settings
from supaschema.portable.model import SnapshotFile
from supaschema.portable.rebuild import Rebuilt, rebuilt, settings_for
from supaschema.portable.take import taken
from supaschema.registry import DEFINITIONS, KINDS

WHOLE = (
    "aggregate/comes_and_goes",
    "aggregate/ordered_set",
    "collation/comes_and_goes",
    "collation/comes_under_everything",
    "column/generated_expression",
    "column/of_a_domain_with_a_check",
    "column/serial_comes_with_its_table",
    "composite/comes_and_goes",
    "composite/of_other_types",
    "constraint/exclusion_deferrable",
    "domain/comes_and_goes",
    "domain/check_not_validated",
    "default_privileges/come_and_go",
    "default_privileges/closed_functions",
    "dependents/function_argument_names_under_everything",
    "dependents/generated_expression_under_everything",
    "dependents/materialized_view_filled_and_granted",
    "dependents/rule_disabled_under_type",
    "dependents/statistics_stay",
    "extension/comes_under_everything",
    "function/of_an_extension",
    "function/overloaded",
    "grants/handed_on",
    "index/operator_class_parameter",
    "materialized_view/comes_with_all_it_has",
    "policy/tables_read_each_other",
    "procedure/comes_and_goes",
    "publication/columns_and_rows_change",
    "range/comes_and_goes",
    "range/of_other_types",
    "schema/quoted_name",
    "sequence/owned_comes_with_its_table",
    "sequence/with_every_option",
    "table/partitions_of_partitions",
    "table/reference_each_other",
    "trigger/constraint",
)
"""Of which nothing is left."""
LEFT = {
    "grants/default_privileges": {"conversion app.plain"},
}
"""By case, some of what is named."""
ALIKE = {
    "constraint/check_spelled_in_other_words": "constraint app.notes.known",
    "view/spelled_in_other_words": "view app.v",
}


@contextmanager
def connected(settings: Settings) -> Iterator[Database]:
    database = Database(settings)
    try:
        yield database
    finally:
        database.close()


def there_and_again(maker: Maker, case: str, side: str) -> tuple[SnapshotFile, Rebuilt, SnapshotFile]:
    """Return the snapshot of a case's side, what came of its rebuild, and the snapshot of that."""
    names = ("snapshot_of_case", "scratch_of_case")
    try:
        made = maker.side(Case(case), side, names[0])
        made.engine.close()
        with connected(Settings(made.url)) as database:
            first = taken(database, KINDS)
        with psycopg.connect(maker.server.superuser_url, autocommit=True) as connection:
            parts = map(sql.Identifier, (names[1], platform.OWNER, maker.template))
            connection.execute(sql.SQL("create database {} owner {} template {}").format(*parts))
        with connected(settings_for(platform.database_url(made.url, names[1]))) as database:
            found = rebuilt(database, first, KINDS)
            return first, found, taken(database, KINDS)
    finally:
        for name in names:
            platform.drop_database(maker.server.superuser_url, name)


def differing(one: SnapshotFile, other: SnapshotFile) -> set[str]:
    def facts(of: SnapshotFile) -> dict[ObjectId, Definition]:
        return dict(of.objects(DEFINITIONS))

    first, second = facts(one), facts(other)
    return {str(id) for id in {*first, *second} if first.get(id) != second.get(id)}


@pytest.mark.parametrize("case", dosed(WHOLE, one_of=3))
def test_a_schema_comes_back_whole(maker: Maker, case: str) -> None:
    first, found, again = there_and_again(maker, case, "b")

    assert (found.failures, found.alike) == ((), ())
    assert found.objects == found.of
    assert again.facts == first.facts
    assert again.fingerprint == first.fingerprint


@pytest.mark.parametrize(("case", "named"), LEFT.items(), ids=LEFT)
def test_what_does_not_come_back_is_named(maker: Maker, case: str, named: set[str]) -> None:
    first, found, again = there_and_again(maker, case, "b")

    names = {item.name for item in found.failures}
    assert names >= named
    assert differing(first, again) <= names


@pytest.mark.parametrize(("case", "name"), ALIKE.items(), ids=ALIKE)
def test_what_the_server_writes_otherwise_is_told_apart(maker: Maker, case: str, name: str) -> None:
    first, found, again = there_and_again(maker, case, "a")

    assert found.failures == ()
    assert name in found.alike
    assert differing(first, again) == set(found.alike)
