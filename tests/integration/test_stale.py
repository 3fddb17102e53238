"""A report of a snapshot is stale once the database is another than the snapshot says."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.declarations import Column, PrimaryKey, Table
from supaschema.portable.model import load
from supaschema.review.model import Origin, Report
from tests.fixtures.postgres import Database
from tests.support.reviewed import deploy
from tests.unit.test_review_markdown import POLICY, change, stack, step

NOTES = Table(
    name="notes", columns=(Column(name="id", type="integer", nullable=False),), primary_key=PrimaryKey(columns=("id",))
)
APPLIES = stack(change("jobs", step("select 1", POLICY)))


def test_a_report_is_stale_once_something_was_deployed(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", database.url)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    older, newer, made = tmp_path / "older.json.gz", tmp_path / "newer.json.gz", tmp_path / "report.json"
    assert main(["snapshot", "--output", str(older)]) == Exit.DONE
    taken = load(older)
    origin = Origin(fingerprint=taken.fingerprint, taken_at=taken.taken_at)
    made.write_text(Report(stacks=(msgspec.structs.replace(APPLIES, origin=origin),)).json(), encoding="utf-8")
    refused = ["deploy", "--stack", "staging", "--report", str(made)]
    capsys.readouterr()

    assert main(["report", "--from", str(made), "--against", str(older)]) == Exit.DONE
    assert "Ready to apply" in capsys.readouterr().out
    assert main(refused) == Exit.FINDINGS
    assert "stale" not in capsys.readouterr().out

    deploy(database.url, {"notes": NOTES})
    assert main(["snapshot", "--output", str(newer)]) == Exit.DONE
    capsys.readouterr()
    assert main(["report", "--from", str(made), "--against", str(newer), "--format", "json"]) == Exit.FINDINGS
    told = json.loads(capsys.readouterr().out)["stacks"][0]
    assert (told["verdict"], told["origin"]["changedBy"]) == ("stale", taken.taken_at)
    assert main(refused) == Exit.FINDINGS
    said = capsys.readouterr().out
    assert f"it is stale: the database has changed since its snapshot was taken ({taken.taken_at})." in said
    assert "Nothing was run. Make a report again, and read it." in said


def test_what_cannot_be_compared_is_told(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", database.url)
    snapshot, live, two = (str(tmp_path / name) for name in ("snapshot.json.gz", "live.json", "two.json"))
    assert main(["snapshot", "--output", snapshot]) == Exit.DONE
    Path(live).write_text(Report(stacks=(APPLIES,)).json(), encoding="utf-8")
    Path(two).write_text(Report(stacks=(APPLIES, APPLIES)).json(), encoding="utf-8")
    assert main(["report", "--from", live, "--against", snapshot]) == Exit.FAILED
    assert "was made of the database itself, and not of a snapshot" in capsys.readouterr().err
    assert main(["report", "--from", two, "--against", snapshot]) == Exit.FAILED
    assert "a snapshot is of one stack" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["report", "--stack", "staging", "--against", snapshot])
    assert "--against is for a trial" in capsys.readouterr().err
