"""Play what GitHub does with the workflows of this tree: `python -m tools.workflows [--documents N]`.

Two databases of a temporary server are staging and prod; their stacks are those of the tree, in a clone, and were
deployed by hand before, with an auditor each. Then: the first snapshots; a pull request that keeps sync logs for a day
more, with its previews and its comment; its merge; the night after. A job is a new checkout on a machine that has what
the workflow gives it, and nothing of ours. The first step that fails ends it.

Exit codes: 0 all jobs went through; 1 a step failed; 2 a job did something else; 3 a precondition is missing.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from localdb.errors import LocalDatabaseError
from supaschema.core.core_dumps import disable_core_dumps
from tests.support.clone import Clone, fresh_clone
from tests.support.github import GitHub, StepFailed, commit, machine_variables
from tests.support.told import others
from tools.rehearsal.proofs import Outcome, RehearsalError, ended_by
from tools.workflows.team import Team

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = 1_000
BRANCH = "a-day-more"
_COMMENT = ("### Schema of 2 stacks", "function `public.purge_connector_sync_logs(integer, integer)`")


class Played:
    """The jobs, one after another; each says what it took."""

    def __init__(self, clone: Clone, github: GitHub, team: Team) -> None:
        """Take the clone, in which changes are made, and who plays GitHub and the team."""
        self._clone, self._github, self._team = clone, github, team

    def all(self) -> None:
        """Play all of it.

        Raises:
            StepFailed: A step failed.
            RehearsalError: A job did something else than it should.

        """
        base = commit(self._clone.project)
        self._deploy(base)
        self._team.keep_logs_longer()
        head = commit(self._clone.project)
        self._pull_request(base, head)
        self._deploy(head)
        self._team.require_longer()
        if "purge_connector_sync_logs" not in self._github.summary.read_text(encoding="utf-8"):
            raise RehearsalError(Outcome.DIFFERENT, "prod's plan was not on the run's page.")
        for stack in self._team.stacks:
            self._job("drift", "drift", head, matrix={"stack": stack})

    def _deploy(self, head: str) -> None:
        for name in ("staging", "plan-prod", "prod"):
            self._job("deploy", name, head)

    def _pull_request(self, base: str, head: str) -> None:
        opened = {"number": 7, "head": {"sha": head}, "base": {"sha": base}}
        for stack in self._team.stacks:
            self._job("preview", "report", head, matrix={"stack": stack}, event={"pull_request": opened})
        self._github.answering(pulls=[opened], comments=[])
        ran = {"id": 9, "head_sha": head, "head_branch": BRANCH, "html_url": "https://example.org/run"}
        owner = {"head_repository": {"owner": {"login": "team"}}}
        self._job("comment", "comment", base, event={"workflow_run": {**ran, **owner}})
        body = (self._github.folder / "bin" / "body").read_text(encoding="utf-8")
        if missing := [text for text in _COMMENT if text not in body]:
            raise RehearsalError(Outcome.DIFFERENT, f"the comment lacks {missing}:\n{body}")

    def _job(self, workflow: str, name: str, head: str, **context: Mapping[str, Any]) -> None:
        began = time.monotonic()
        with self._github.job(workflow, name, head, **context) as job:
            steps = len(job.said)
        called = " ".join(filter(None, (f"{workflow}.yml", name, context.get("matrix", {}).get("stack"))))
        sys.stdout.write(f"{called}: {steps} steps  [{time.monotonic() - began:.0f} s]\n")
        sys.stdout.flush()


def play(tree: Path, documents: int) -> None:
    """Play the workflows of a tree; raises as `Played.all`."""
    with fresh_clone(tree, durable=False) as clone, others() as told:
        clone.cluster.start()
        team = Team.formed(clone, documents)
        machines = clone.folder / "github"
        machines.mkdir()
        variables = {**machine_variables(), "GITHUB_API_URL": told.address}
        github = GitHub(machines, clone.project, team.environments(), variables)
        told.token = github.token
        Played(clone, github, team).all()
        if told.issues or len(told.asked) != len(team.stacks):
            raise RehearsalError(Outcome.DIFFERENT, f"of what does not differ an issue was kept: {told.asked}.")


def main(arguments: Sequence[str] | None = None, tree: Path = ROOT) -> int:
    """Play them, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.workflows", description="Play the workflows.")
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help="sample documents (%(default)s)")
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    try:
        play(tree, asked.documents)
    except (StepFailed, RehearsalError, LocalDatabaseError) as error:
        return ended_by(error)
    sys.stdout.write(f"played in {time.monotonic() - began:.0f} s: every job of every workflow\n")
    return Outcome.DONE


if __name__ == "__main__":
    disable_core_dumps()
    sys.exit(main())
