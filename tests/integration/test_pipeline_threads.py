"""Operations run side by side: none waits for what another will only give when the first has gone on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from supaschema.database.connect import POOL_SIZE
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.engine.pipeline import Pipeline
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database

SECONDS = 10


@pytest.fixture
def pipeline(database: Database) -> Iterator[Pipeline]:
    """A pipeline on the test's database."""
    made = Pipeline(Managed(Settings(database_url=database.url)), KINDS)
    yield made
    made.close()


def test_one_that_waits_for_a_connection_keeps_nobody_from_ending(pipeline: Pipeline) -> None:
    with ExitStack() as busy:
        for _ in range(POOL_SIZE):
            busy.enter_context(pipeline.database.connection())
        reader = threading.Thread(target=pipeline.state.ledger)
        reader.start()
        reader.join(0.5)
        assert reader.is_alive()
        # Whoever has a connection notes what it did before it gives it back.
        free = pipeline.state._loading.acquire(timeout=1)
        if free:
            pipeline.state._loading.release()
    reader.join(SECONDS)
    assert free
    assert not reader.is_alive()


def test_nobody_begins_with_what_was_read_before_the_writers_turn(pipeline: Pipeline) -> None:
    pipeline.state.ledger()
    threads = [threading.Thread(target=pipeline.begin) for _ in range(2)]
    with pipeline.state._loading:
        for thread in threads:
            thread.start()
            thread.join(0.5)
        # One has the turn and marks what was read as old; the other must not go on before that.
        waiting = [thread.is_alive() for thread in threads]
    for thread in threads:
        thread.join(SECONDS)
    assert waiting == [True, True]
    assert pipeline.state._loaded is False
