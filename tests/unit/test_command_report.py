"""The command writes a report in the form that is asked for, and its exit code says whether it stands."""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path

import pytest

from supaschema.command import report
from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from supaschema.core.errors import SupaschemaError
from supaschema.database.connect import Database
from supaschema.database.settings import Settings
from supaschema.review import gather
from supaschema.review.model import Report, StackReport
from tests.unit.test_review_markdown import HOLDS, POLICY, change, stack, step

NOWHERE = Database(Settings("postgresql://nobody@localhost/none"))
STANDS, REFUSED = stack(change("jobs", step("select 1", POLICY))), stack(change("jobs", step("select 1", HOLDS)))

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "report.sh"


def written(file: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str, found: StackReport = STANDS) -> Exit:
    asked = argparse.ArgumentParser()
    report.arguments(asked)
    monkeypatch.setattr(gather, "of_stacks", lambda stacks, _more: (found,) * len(stacks))
    return report.run(asked.parse_args(["--output", str(file), *arguments]), NOWHERE)


@pytest.mark.parametrize(
    ("form", "begins"), [("markdown", "### Schema of"), ("html", "<!DOCTYPE html>\n<html"), ("json", "{\n")]
)
def test_it_is_written_as_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, begins: str) -> None:
    file = tmp_path / "report"
    assert written(file, monkeypatch, "--stack", "staging", "--format", form) is Exit.DONE
    assert file.read_text(encoding="utf-8").startswith(begins)


def test_what_is_refused_is_a_finding_and_a_stack_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "report"
    assert written(file, monkeypatch, "--stack", "a", "--stack", "b", "--stack", "a", found=REFUSED) is Exit.FINDINGS
    assert file.read_text(encoding="utf-8").startswith("### Schema of 2 stacks\n")


def test_where_it_cannot_be_written_is_found_out_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = argparse.ArgumentParser()
    report.arguments(asked)
    monkeypatch.setattr(gather, "of_stacks", lambda *_: pytest.fail("the work was begun"))
    for odd, why in ((tmp_path / "none" / "report.md", "there is no folder"), (tmp_path, "cannot be written")):
        with pytest.raises(SupaschemaError, match=why):
            report.run(asked.parse_args(["--stack", "staging", "--output", str(odd)]), NOWHERE)


def made(file: Path) -> Path:
    file.write_text(Report(stacks=(STANDS,)).json(), encoding="utf-8")
    return file


def test_of_several_reports_one_that_cannot_be_read_takes_no_other_away(tmp_path: Path) -> None:
    good, bad, output = made(tmp_path / "good.json"), tmp_path / "bad.json", tmp_path / "out.md"
    bad.write_text("[" * 100_000, encoding="utf-8")
    assert main(["report", "--from", str(bad), "--from", str(good), "--output", str(output)]) == Exit.FINDINGS
    told = output.read_text(encoding="utf-8")
    assert "### Schema of 2 stacks" in told
    assert "This report cannot be read: " in told
    assert "<code>jobs</code>" in told


def test_alone_it_is_a_failure_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--from", str(tmp_path / "none.json")]) == Exit.FAILED
    assert "cannot be read: No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "a", "--snapshot", "b"),
        ("--from", "a", "--refresh"),
        ("--from", "a", "--earlier", "b"),
        ("--from", "a", "--scratch", "postgresql://localhost/b"),
        ("--stack", "a", "--earlier", "b"),
        ("--stack", "a", "--scratch", "postgresql://localhost/b"),
        ("--stack", "a", "--validate", "true"),
        ("--stack", "a", "--rows", "5"),
        ("--stack", "a", "--rows", "0"),
        ("--stack", "a", "--snap", "b"),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_together_is_refused(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["report", *arguments])
    assert refused.value.code == Exit.FAILED
    assert arguments[2] in capsys.readouterr().err


def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    # A stack that is nowhere, and a database that nobody answers for.
    given = {"STACK": "nowhere", "SUPASCHEMA_SCRATCH_URL": "postgresql://nobody@localhost:1/none"}
    environment = {**os.environ, **given}
    environment.pop("SUPASCHEMA_DATABASE_URL", None)
    return subprocess.run([SCRIPT, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_the_script_reads_reports_without_a_stack_however_they_are_named(tmp_path: Path) -> None:
    file = made(tmp_path / "report.json")
    for arguments in (("--from", str(file)), (f"--from={file}",)):
        done = ran(*arguments)
        assert done.returncode == 0, done.stderr
        assert "<code>jobs</code>" in done.stdout


def test_the_script_tries_a_snapshot_without_a_stack_however_it_is_named(tmp_path: Path) -> None:
    for arguments in (("--snapshot", "none.gz"), (f"--snapshot={tmp_path}/none.gz",)):
        done = ran(*arguments)
        assert done.returncode == 1
        assert "localhost" in done.stderr
        assert "port 1" in done.stderr
