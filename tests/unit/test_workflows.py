"""The workflows call commands of the project, give a pull request no secret, and take no action that may change."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from supaschema.command.cli import main
from supaschema.command.outcome import Exit
from tests.support.github import REPOSITORY, stand_in

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
PINNED = re.compile(r"[\w/-]+@[0-9a-f]{40}")


def jobs(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return found


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in jobs(path).values() for step in job["steps"]]


def test_there_are_workflows():
    assert {path.stem for path in WORKFLOWS} == {"preview", "comment", "deploy", "drift"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_step_is_a_command_of_the_project_or_a_pinned_action(path: Path):
    for step in steps(path):
        if "uses" in step:
            assert PINNED.fullmatch(step["uses"])
        else:
            program, first, *_ = step["run"].split()
            if program == "make":
                assert first in TARGETS
            else:
                assert os.access(ROOT / program, os.X_OK)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_checkout_leaves_its_token_behind(path: Path):
    checkouts = [step for step in steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_a_pull_request_meets_no_secret():
    (path,) = (path for path in WORKFLOWS if path.stem == "preview")
    text = path.read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "pull_request_target" not in text
    read = yaml.safe_load(text)["permissions"]
    assert set(read.values()) == {"read"}
    with_token = [step for step in steps(path) if "token" in json.dumps(step.get("env", {}))]
    assert [step["run"].split()[0] for step in with_token] == ["scripts/newest-artifact.sh"]


def test_who_may_comment_runs_nothing_of_the_pull_request():
    (path,) = (path for path in WORKFLOWS if path.stem == "comment")
    assert "workflow_run" in path.read_text(encoding="utf-8")
    assert all("ref" not in step.get("with", {}) for step in steps(path))
    assert "secrets." not in path.read_text(encoding="utf-8")


def test_the_workflow_of_a_new_project_takes_the_actions_of_ours_and_gives_a_pull_request_no_secret(tmp_path: Path):
    assert main(["init", "--folder", str(tmp_path), "--name", "notes"]) == Exit.DONE
    (path,) = (tmp_path / ".github" / "workflows").iterdir()
    ours = {step["uses"] for own in WORKFLOWS for step in steps(own) if "uses" in step}

    used = {step["uses"] for step in steps(path) if "uses" in step}

    assert {name.partition("@")[0] for name in used} == {"actions/checkout", "actions/setup-python"}
    assert used <= ours
    checkouts = [step for step in steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False, False]
    assert "secrets." not in json.dumps(jobs(path)["try"])
    assert jobs(path)["try"]["if"] == "github.event_name == 'pull_request'"
    assert jobs(path)["deploy"]["environment"] == "production"
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["permissions"] == {"contents": "read"}
    assert [step["run"] for step in steps(path) if "$HOME" in step.get("run", "")]


def run(tmp_path: Path, *command: str, **answers: object) -> subprocess.CompletedProcess[str]:
    """Run a script with the stand-in for GitHub's command line before all else on PATH."""
    stand_in(tmp_path, **answers)
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "GITHUB_REPOSITORY": REPOSITORY,
        "HEAD_SHA": "a" * 40,
        "HEAD_OWNER": "somebody",
        "HEAD_BRANCH": "a branch",
        "RUN_URL": "https://example.org/run",
    }
    return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)


PULLS = [{"number": 7, "head": {"sha": "a" * 40}, "base": {"sha": "b" * 40}}]
OWN = {"id": 5, "user": {"type": "Bot"}, "body": "<!-- supaschema report -->\nold"}
FOREIGN = {"id": 4, "user": {"type": "User"}, "body": "<!-- supaschema report -->\nforged"}


@pytest.mark.parametrize(
    ("comments", "asked"),
    [
        ([FOREIGN], "--method POST repos/team/app/issues/7/comments"),
        ([FOREIGN, OWN], "--method PATCH repos/team/app/issues/comments/5"),
    ],
    ids=["the first", "another"],
)
def test_there_is_one_comment(tmp_path: Path, comments: list[object], asked: str):
    (tmp_path / "text.md").write_text("### Schema\n", encoding="utf-8")
    done = run(tmp_path, str(ROOT / "scripts/comment.sh"), "text.md", pulls=PULLS, comments=comments)
    assert done.returncode == 0, done.stderr
    calls = (tmp_path / "asked").read_text(encoding="utf-8")
    assert asked in calls
    assert "head=somebody:a branch" in calls
    body = (tmp_path / "body").read_text(encoding="utf-8")
    assert body.startswith("<!-- supaschema report -->\n### Schema\n")
    assert "Of aaaaaaaaaaaa onto bbbbbbbbbbbb" in body


def test_a_head_that_is_no_longer_one_gets_no_comment(tmp_path: Path):
    (tmp_path / "text.md").write_text("x", encoding="utf-8")
    done = run(tmp_path, str(ROOT / "scripts/comment.sh"), "text.md", pulls=[], comments=[])
    assert done.returncode == 0
    assert not (tmp_path / "body").exists()


def test_a_snapshot_is_of_the_main_branch_alone(tmp_path: Path):
    def ran(number: int, event: str, repository: str) -> dict[str, object]:
        return {"id": number, "event": event, "head_repository": {"full_name": repository}}

    runs = [ran(1, "pull_request", "team/app"), ran(2, "push", "fork/app"), ran(3, "push", "team/app")]
    newest = ran(4, "workflow_dispatch", "team/app")
    snapshot = {"artifacts": [{"name": "snapshot", "expired": False}]}
    expired = {"artifacts": [{"name": "snapshot", "expired": True}]}
    script, main = str(ROOT / "scripts/newest-artifact.sh"), {"default_branch": "main"}
    of = {"artifacts_1": snapshot, "artifacts_2": snapshot, "artifacts_3": snapshot, "artifacts_4": expired}
    done = run(
        tmp_path, script, "deploy.yml", "snapshot", repository=main, runs={"workflow_runs": [newest, *runs]}, **of
    )
    assert done.returncode == 0, done.stderr
    calls = (tmp_path / "asked").read_text(encoding="utf-8")
    assert "run download 3 " in calls
    assert calls.count("run download") == 1
    none = run(tmp_path, script, "deploy.yml", "snapshot", repository=main, runs={"workflow_runs": runs[:2]}, **of)
    assert none.returncode == 3


def test_reports_that_anybody_wrote_become_a_text(tmp_path: Path):
    script, folder = str(ROOT / "scripts/comment-text.sh"), tmp_path / "reports" / "report-staging"
    folder.mkdir(parents=True)
    assert run(tmp_path, script, "reports", "out.md").returncode == 0
    assert "No report could be made" in (tmp_path / "out.md").read_text(encoding="utf-8")
    (folder / "report.json").write_text('{"version": 1, "stacks": "none"}', encoding="utf-8")
    (tmp_path / "out.md").unlink()
    assert run(tmp_path, script, "reports", "out.md").returncode == 0
    assert "cannot be read" in (tmp_path / "out.md").read_text(encoding="utf-8")
    stack = {"stack": "<b>", "changes": [], "problems": [], "unchanged": 1}
    (folder / "report.json").write_text(json.dumps({"version": 1, "stacks": [stack]}), encoding="utf-8")
    assert run(tmp_path, script, "reports", "out.md").returncode == 0
    assert "### Schema of `<b>`" in (tmp_path / "out.md").read_text(encoding="utf-8")
