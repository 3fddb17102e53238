"""A rehearsal shows what it says, leaves nothing, and ends at the first thing that is not as it should be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg
import pytest

from tests.fixtures.postgres import Database
from tests.support.clone import fresh_clone
from tests.support.pulumi import ROOT
from tools.rehearsal.__main__ import main
from tools.rehearsal.environment import environment
from tools.rehearsal.proofs import Outcome, RehearsalError, Standing, nobody_refused

SMALL = ["--documents", "200"]
SHOWN = (
    "staging  deployed: ",
    "prod     deployed: ",
    "staging  changed: sync logs are kept for 31 days; 1 statement by postgres",
    "prod     changed: sync logs are kept for 181 days; 1 statement by postgres",
    "staging  rolled back: the dumps before and after are equal",
    "prod     protected: destroy is refused, nothing went",
    "prod     rolled back: the dumps before and after are equal",
    "rehearsed in ",
)


def files() -> str:
    """Return what git says of the tree's files, changed contents included."""
    commands = (("git", "status", "--short"), ("git", "diff", "HEAD"))
    asked = (subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True) for command in commands)
    return "".join(done.stdout for done in asked)


@pytest.mark.long
def test_staging_then_prod_then_back(capsys: pytest.CaptureFixture[str]) -> None:
    before = files()
    assert main(SMALL) == Outcome.DONE
    said = capsys.readouterr().out
    places = [said.find(line) for line in SHOWN]
    assert -1 not in places, said
    assert places == sorted(places)
    assert files() == before


@pytest.mark.long
@pytest.mark.parametrize(
    ("old", "new", "outcome", "why"),
    [
        ("syncLogs: 30", "syncLogs: 0", Outcome.FAILED, "Give a whole number of days"),
        (
            "supaschema:allowHazards: []",
            "supaschema:protect: true\n  supaschema:allowHazards: [{hazard: INDEX_BUILD}]",
            Outcome.DIFFERENT,
            "A protected stack takes no consents",
        ),
    ],
)
def test_what_fails_in_staging_never_meets_prod(
    capsys: pytest.CaptureFixture[str], old: str, new: str, outcome: Outcome, why: str
) -> None:
    with fresh_clone(ROOT) as tree:
        settings = tree.project / "Pulumi.staging.yaml"
        text = settings.read_text(encoding="utf-8")
        assert old in text
        settings.write_text(text.replace(old, new), encoding="utf-8")
        assert main(SMALL, tree.project) == outcome
    told = capsys.readouterr()
    assert "error: staging: `pulumi up` ended with" in told.err
    assert why in told.err
    assert "prod     deployed" not in told.out


@pytest.mark.long
def test_what_is_no_longer_as_deployed_does_not_pass() -> None:
    with fresh_clone(ROOT, durable=False) as clone:
        (clone.project / ".venv").symlink_to(ROOT / ".venv")
        clone.cluster.start()
        with environment(clone, "staging", 200) as staging:
            staging.deploy()
            with staging.database.connect() as connection:
                connection.execute("drop table connector_webhook_events cascade")
            for proof in (staging.validate, staging.compare):
                with pytest.raises(RehearsalError) as refused:
                    proof()
                assert refused.value.outcome is Outcome.DIFFERENT


def test_rows_and_schemas_that_differ_are_named(database: Database) -> None:
    before = Standing.of(database)
    before.require_rows(before, "now")
    before.require_dump(before, "now")
    with database.connect() as connection:
        connection.execute("delete from jobs where id = (select id from jobs limit 1)")
        connection.execute("alter table jobs add column odd integer")
    after = Standing.of(database)
    with pytest.raises(RehearsalError, match=r"now the numbers of rows differ: public\.jobs: \d+, now \d+\.") as rows:
        before.require_rows(after, "now")
    with pytest.raises(RehearsalError, match=r"now the dumps differ:(.|\n)*\+\s+odd integer") as dumps:
        before.require_dump(after, "now")
    assert rows.value.outcome is dumps.value.outcome is Outcome.DIFFERENT


def test_who_is_kept_waiting_objects(database: Database) -> None:
    with pytest.raises(RehearsalError, match=r"during the night: admin_writes objects after .* lock") as refused:
        close_for_a_while(database)
    assert refused.value.outcome is Outcome.DIFFERENT


def close_for_a_while(database: Database) -> None:
    """Lock a table while everybody is at work."""
    with nobody_refused(database, "during the night"), database.connect() as connection, connection.transaction():
        connection.execute("lock table connector_configs")
        connection.execute("select pg_sleep(1.5)")


def test_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o711)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with fresh_clone(ROOT) as clone:
        assert (clone.project / "Pulumi.yaml").exists()
        clone.cluster.start()
        url = clone.cluster.superuser_url()
        psycopg.connect(url).close()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
