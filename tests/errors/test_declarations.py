"""A program that declares what cannot be is refused by `pulumi preview`, before anything is done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from localdb import platform
from tests.errors.case import Case
from tests.errors.cases import DECLARED, REFUSED
from tests.fixtures.postgres import Database, Server, create
from tests.support.catalog import dump, one
from tests.support.diagnostics import errors, errors_of
from tests.support.pulumi import Stack, object_stack, said
from tests.support.survey import schema


@pytest.fixture(scope="module")
def place(server: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Database]]:
    """A stack and its database, for programs that change nothing."""
    database = create(server, "errors_1", template)
    yield object_stack(tmp_path_factory.mktemp("errors") / "project", database.url), database
    platform.drop_database(server.superuser_url, database.name)


@pytest.mark.parametrize("case", DECLARED, ids=lambda case: case.title)
def test_a_preview_refuses_it(place: tuple[Stack, Database], case: Case) -> None:
    stack, database = place
    before = dump(database)
    stack.declare(*case.declared)

    done = stack.run("up", "--yes", ok=False)

    case.ends(done)
    assert "Updating" not in said(done)
    assert dump(database) == before


@pytest.mark.parametrize("case", [case for case in REFUSED if "'s file" in case.title], ids=lambda case: case.title)
def test_a_preview_reads_the_files_already(place: tuple[Stack, Database], case: Case) -> None:
    stack, database = place
    before = dump(database)
    stack.declare(*case.declared)

    done = stack.run("up", "--yes", ok=False)

    assert "Updating" not in said(done)
    (message,) = errors(done)
    for part in (case.what, case.where, case.remedy):
        assert part in message
    assert dump(database) == before


def test_what_the_server_refuses_is_told_of_each_resource_and_leaves_nothing(
    objects: Stack, database: Database
) -> None:
    """One program of all of them: the engine is told to go on, so that each is tried."""
    before = schema(database)
    objects.declare(*(item for case in REFUSED for item in case.declared))

    done = objects.up("--continue-on-error", ok=False)

    assert "Traceback" not in said(done)
    told = errors_of(done)
    assert told.keys() == {case.name for case in REFUSED}
    for case in REFUSED:
        assert len(told[case.name]) == 1, told[case.name]
        case.told(told[case.name][0])
    assert schema(database) == before
    with database.connect_superuser() as watcher:
        assert one(watcher, "select count(*) from supaschema.objects") == 0
