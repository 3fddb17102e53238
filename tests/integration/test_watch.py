"""While a change is applied and for a while after it the database is watched; what passes its limit ends it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from supaschema.command import deploy
from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.core.errors import SupaschemaError
from supaschema.core.plan_record import PlanRecord, Step
from supaschema.database.connect import APPLICATION_NAME
from supaschema.database.settings import settings_from
from supaschema.gate.watch import Watch, Watcher, of_folder
from supaschema.review import gather
from supaschema.review.model import Change, Operation, Report, StackReport
from tests.fixtures.postgres import Database
from tests.support.catalog import one
from tests.support.processes import until
from tests.support.sessions import Connection

WATCHES = Path(__file__).resolve().parents[2] / "sql" / "watch"
URN = "urn:pulumi:staging::app::supaschema:index:Table::jobs"
STEP = Step(sql="select 1", mode="transaction", phase="structure", about=None, locks=(), hazards=())
PLAN = PlanRecord(urn=URN, verb="update", differences=(), steps=(STEP,), notes=(), relations={})
REPORT = StackReport(
    stack="staging",
    changes=(Change(urn=URN, operation=Operation.UPDATE, plan=PLAN),),
    problems=(),
    unchanged=0,
)
PLANTED = "select 'planted', count(*), 0 from pg_catalog.pg_class where relname = 'planted'"
DEPLOY = ("deploy", "--stack", "staging")
# Plays the CLI: what it is to do is in its environment.
ENDS_WELL = "comment on table public.planted is 'ends well'"
PULUMI = f"""#!{sys.executable}
import os, signal, sys, time, psycopg
code, word = (0, "finished") if "ends well" in os.environ["DOES"] else (7, "ended")
signal.signal(signal.SIGINT, lambda *_: (print(word, flush=True), os._exit(code)))
with psycopg.connect(os.environ["SUPASCHEMA_DATABASE_URL"], autocommit=True) as connection:
    connection.execute(os.environ["DOES"])
time.sleep(float(os.environ["TAKES"]))
"""


@pytest.fixture
def watch(database: Database) -> Iterator[Callable[..., Watcher]]:
    """Watch the test's database."""
    made: list[Watcher] = []

    def watching(*queries: str, longest_wait: int = 0) -> Watcher:
        watches = [Watch(f"{number}.sql", query) for number, query in enumerate(queries)]
        made.append(Watcher(settings_from({"databaseUrl": database.url}), watches, longest_wait))
        return made[-1]

    yield watching
    for each in made:
        each.close()


@contextmanager
def waiting(database: Database, application: str) -> Iterator[None]:
    """Hold a lock, and have somebody wait for it."""

    def wait() -> None:
        with psycopg.connect(database.url, application_name="somebody") as other:
            other.execute("select from public.users limit 1")

    asked = "select count(*) from pg_locks where not granted and relation = 'public.users'::regclass"
    with psycopg.connect(database.url, application_name=application) as holder, database.connect() as third:
        holder.execute("lock table public.users in access exclusive mode")
        thread = threading.Thread(target=wait)
        thread.start()
        try:
            assert until(lambda: one(third, asked) == 1, 30)
            yield
        finally:
            holder.rollback()
            thread.join()


@pytest.mark.parametrize(("application", "told"), [(APPLICATION_NAME, 1), ("somebody else", 0)])
def test_who_waits_for_the_deployment_is_seen(
    database: Database, watch: Callable[..., Watcher], application: str, told: int
) -> None:
    watcher = watch()
    assert not watcher.begin().over
    with waiting(database, application):
        assert watcher.stops() == ()
        found = watcher.stops()
        assert len(found) == told
        assert all("seconds that somebody has waited for the deployment's locks: " in str(each) for each in found)
    assert watcher.stops() == ()


def test_what_was_over_its_limit_before_ends_nothing(connection: Connection, watch: Callable[..., Watcher]) -> None:
    watcher = watch("select 'full', 3.25, 2 union all select 'told', 1, null", PLANTED, longest_wait=9)
    assert {str(each) for each in watcher.begin().readings.values()} >= {"full: 3.2, limit 2", "told: 1"}
    connection.execute("create table public.planted ()")
    assert watcher.stops() == ()
    assert list(map(str, watcher.stops())) == ["planted: 1, limit 0"]


def test_a_watch_writes_nothing_and_what_it_cannot_tell_is_told(watch: Callable[..., Watcher]) -> None:
    found = watch(
        "with m as (insert into public.users (id) values (gen_random_uuid()) returning id) select id, 1, 1 from m",
        "select 'a', 'b', 1",
        "select 'a', 1",
        "select * from public.nowhere",
        "select 'slow', 1, 1 from pg_sleep(60)",
        "select 'one', 1, 1; select 'two', 1, 1",
        "select 'no number', 'NaN'::numeric, 1",
        "select 'no limit', 1, 'NaN'::float8",
    ).look()
    assert "read only sql transaction" in found.unread["0.sql"]
    assert {found.unread[name] for name in ("1.sql", "2.sql", "6.sql", "7.sql")} == {
        "it does not give rows of a name, a number, and a number or NULL. Let it select name, value and limit."
    }
    assert 'relation "public.nowhere" does not exist' in found.unread["3.sql"]
    assert "statement timeout" in found.unread["4.sql"]
    assert found.unread["5.sql"].startswith("syntax error")
    assert not found.over


@pytest.mark.parametrize("may", ["select set_config('{}', 'off', false), 1, 2", "set {} = off", "commit"])
@pytest.mark.parametrize("setting", ["default_transaction_read_only", "transaction_read_only"])
def test_no_watch_makes_way_for_one_that_writes(
    connection: Connection, watch: Callable[..., Watcher], may: str, setting: str
) -> None:
    connection.execute("create table public.written (by text)")
    writing = (
        "with written as (insert into public.written values ('a watch') returning by) select by, 1, 2 from written"
    )
    watcher = watch(may.format(setting), writing)

    for _ in range(2):
        assert "read only sql transaction" in watcher.look().unread["1.sql"]

    assert one(connection, "select count(*) from public.written") == 0


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SupaschemaError, match="no such folder of watches"):
        of_folder(tmp_path / "none")


def _planted(folder: Path) -> tuple[Path, Path]:
    """Write an approved report, a watch, and a `pulumi` that plays what the environment says; return the first two."""
    (folder / "watches").mkdir()
    (folder / "watches" / "planted.sql").write_text(PLANTED, encoding="utf-8")
    approved = folder / "approved.json"
    approved.write_text(Report(stacks=(REPORT,)).json(), encoding="utf-8")
    (folder / "pulumi").write_text(PULUMI, encoding="utf-8")
    (folder / "pulumi").chmod(0o755)
    return approved, folder / "watches"


@pytest.mark.parametrize(
    ("does", "takes", "code", "told"),
    [
        ("create table public.planted ()", 60, Exit.STOPPED, ("ended\n", "It was ended. What was done is told above")),
        ("create table public.planted ()", 0, Exit.STOPPED, ("It is deployed.\nThe way back",)),
        ("select 1", 0, Exit.DONE, ("Watched for 3 s since:\n", "  planted: 0, limit 0\n")),
        ("nonsense", 0, Exit.FAILED, ("Something failed", "The way back")),
        (
            f"create table public.planted (); {ENDS_WELL}",
            60,
            Exit.STOPPED,
            ("finished\n", "It is deployed.\nThe way back"),
        ),
    ],
    ids=["while it runs", "afterwards", "never", "failed", "as it ends"],
)
def test_a_deployment_ends_where_a_limit_is_passed(
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    *,
    does: str,
    takes: float,
    code: Exit,
    told: tuple[str, ...],
) -> None:
    approved, watches = _planted(tmp_path)
    monkeypatch.setattr(gather, "of_stack", lambda _: REPORT)
    path = f"{tmp_path}:{os.environ['PATH']}"
    environment = {"SUPASCHEMA_DATABASE_URL": database.url, "PATH": path, "DOES": does, "TAKES": str(takes)}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    ended = main([*DEPLOY, "--report", str(approved), "--watches", str(watches), "--watch", "3"])

    said = capfd.readouterr().out
    assert ended == code, said
    assert all(each in said for each in told), said
    if code is Exit.STOPPED:
        assert "STOP: over its limit:\n  planted: 1, limit 0\n" in said
        assert "  supaschema deploy --stack staging --report back.json\n" in said


def test_what_the_last_look_finds_is_looked_at_once_more(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    approved, watches = _planted(tmp_path)
    monkeypatch.setattr(gather, "of_stack", lambda _: REPORT)
    # There is time for one look: the table comes before it, and stays.
    monkeypatch.setattr(deploy, "_PAUSE", 2.0)
    path = f"{tmp_path}:{os.environ['PATH']}"
    does = "create table public.planted ()"
    for name, value in {"SUPASCHEMA_DATABASE_URL": database.url, "PATH": path, "DOES": does, "TAKES": "0"}.items():
        monkeypatch.setenv(name, value)

    ended = main([*DEPLOY, "--report", str(approved), "--watches", str(watches), "--watch", "1"])

    said = capfd.readouterr().out
    assert ended == Exit.STOPPED, said
    assert "STOP: over its limit:\n  planted: 1, limit 0\nIt is deployed.\n" in said


@pytest.mark.parametrize("missing", ["report", "watches"])
def test_what_goes_wrong_before_anything_is_run_says_so(
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    missing: str,
) -> None:
    approved, watches = _planted(tmp_path)
    given = {"report": approved, "watches": watches, missing: tmp_path / "nowhere"}
    monkeypatch.setattr(gather, "of_stack", lambda _: REPORT)
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", database.url)

    ended = main([*DEPLOY, "--report", str(given["report"]), "--watches", str(given["watches"])])

    said = capfd.readouterr()
    assert ended == Exit.FINDINGS, said
    assert said.out.endswith("Nothing was run.\n")
    assert str(tmp_path / "nowhere") in said.err


def test_what_the_project_watches_can_be_read_and_is_within_its_limits(provisioned: Database) -> None:
    watcher = Watcher(settings_from({"databaseUrl": provisioned.url}), of_folder(WATCHES))
    try:
        found = watcher.begin()
    finally:
        watcher.close()
    assert not found.unread
    assert len(found.readings) > len(list(WATCHES.iterdir()))
    assert not found.over, [str(reading) for reading in found.readings.values()]
