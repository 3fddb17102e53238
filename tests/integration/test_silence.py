"""A line that is cut without a word, by what acknowledges all that is sent: noticed, and nobody is kept out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import conninfo

from supaschema.core.errors import ApplyError, ConnectionRefused
from supaschema.database import attention, connect
from supaschema.database.settings import Settings
from supaschema.declarations import Column, TablePatch
from supaschema.engine import execute
from supaschema.ledger import pulse
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.objects import managed
from tests.support.pausing import pausing
from tests.support.relay import Line, relaying

PAUSED = TablePatch(table="jobs", columns=(Column(name="paused", type="text"),))
OTHER = TablePatch(table="jobs", columns=(Column(name="other", type="text"),))


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """A line, and less patience than deployments have: a twelfth of it."""
    monkeypatch.setattr(attention, "SILENCE_SECONDS", 0.7)
    monkeypatch.setattr(attention, "ANSWER_SECONDS", 2)
    monkeypatch.setattr(pulse, "SILENT_SECONDS", 2)
    monkeypatch.setattr(pulse, "BEAT_SECONDS", 0.4)
    monkeypatch.setattr(connect, "LOOK_SECONDS", 0.5)
    monkeypatch.setattr(execute, "BETWEEN_STATEMENTS_MS", 2_000)
    made = Line()
    yield made
    made.end()


@pytest.fixture
def far(database: Database, line: Line) -> Iterator[str]:
    """The URL of the database at the other end of the line."""
    port = int(str(conninfo.conninfo_to_dict(database.url)["port"]))
    with relaying(port, line.link) as relay:
        yield conninfo.make_conninfo(database.url, port=relay, connect_timeout=2)


def test_a_session_that_nobody_works_for_is_given_up_and_one_that_works_is_not(far: str, line: Line) -> None:
    settings = Settings(database_url=far)
    with connect.connect(settings) as cut, connect.connect(settings) as whole, ThreadPoolExecutor() as pool:
        line.cut(0)
        at_work = pool.submit(whole.execute, "select pg_sleep(3)")

        with pytest.raises(psycopg.OperationalError, match="the server works at nothing for this session"):
            cut.execute("select")

        assert at_work.result().fetchone() is not None
        assert cut.closed


def test_a_server_out_of_reach_is_given_up_in_half_a_minute() -> None:
    asked = attention.QUESTIONS * attention.ANSWER_SECONDS

    assert attention.SILENCE_SECONDS + asked < 30


@pytest.mark.long
def test_what_was_cut_off_keeps_nobody_out(far: str, line: Line, database: Database) -> None:
    with database.connect_superuser() as platform, managed(far) as gone, ThreadPoolExecutor() as pool:
        gone.begin()
        with pausing(platform) as pause:
            change = pool.submit(gone.apply, PAUSED)
            pause.reached()
            line.cut()
            pause.end()
            with pytest.raises(ApplyError, match="the connection was lost: no answer for"):
                change.result(timeout=20)
        began = time.monotonic()
        with managed(database.url, lock_wait_ms=20_000) as other:
            other.begin()
            other.apply(OTHER)

        assert time.monotonic() - began < 10
        assert one(platform, "select count(*) from pg_attribute where attname = 'paused'") == 0
        with pytest.raises(ConnectionRefused, match="cannot be reached"):
            gone.preview(PAUSED)


def test_who_gives_up_does_not_wait_for_those_who_go_on_trying(far: str, line: Line) -> None:
    gone = connect.Database(Settings(database_url=conninfo.make_conninfo(far, connect_timeout=6)))
    # The first look and one session get through; for another one a thread of the pool tries to connect.
    line.cut(2)
    with gone.connection(), ThreadPoolExecutor() as pool:
        line.cut()
        asking = pool.submit(lambda: gone.connection().__enter__())
        time.sleep(1)
        began = time.monotonic()
        gone.close()

        assert time.monotonic() - began < 3
        assert asking.exception(timeout=20) is not None


@pytest.mark.long
def test_who_waits_for_a_session_is_told_with_those_who_have_one(
    far: str, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "POOL_SIZE", 1)
    monkeypatch.setattr(connect, "LOOK_SECONDS", 10)
    gone = connect.Database(Settings(database_url=conninfo.make_conninfo(far, connect_timeout=10)))
    with ThreadPoolExecutor() as pool, gone.connection() as held:
        line.cut()
        began = time.monotonic()
        asking = pool.submit(lambda: gone.connection().__enter__())

        with pytest.raises(psycopg.OperationalError, match="no answer for"):
            held.execute("select")
        with pytest.raises(ConnectionRefused, match="cannot be reached"):
            asking.result(timeout=30)
        # The other has found the server out of reach by then, and no new session has to find that once more.
        assert time.monotonic() - began < 11
        gone.close()
