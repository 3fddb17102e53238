"""What `pulumi preview` answers to a program, and the plans that its provider recorded meanwhile."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supaschema.core import programs
from supaschema.core.errors import SupaschemaError
from supaschema.core.plan_record import VARIABLE, PlanRecord, read
from supaschema.core.urn import Urn
from supaschema.database.settings import URL_VARIABLE
from supaschema.registry import RESOURCES
from supaschema.review.model import Operation, Problem

_OPERATIONS = {
    "create": Operation.CREATE,
    "update": Operation.UPDATE,
    "delete": Operation.DELETE,
    "replace": Operation.REPLACE,
    "import": Operation.IMPORT,
    "import-replacement": Operation.REPLACE,
}
"""What the engine calls them. Of a replacement it tells the parts too, which say nothing new."""
_PROVIDER = "pulumi:providers:supaschema"
_DATABASE = "supaschema:databaseUrl"


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to a resource: `old` and `new` are its state before and after, as the engine tells them."""

    operation: Operation | None
    """None: nothing."""
    urn: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]

    @property
    def type(self) -> str:
        """The resource's type token."""
        return str((self.new or self.old).get("type", ""))


@dataclass(frozen=True, slots=True)
class Preview:
    """What a preview said."""

    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    plans: Mapping[str, PlanRecord]
    """By URN."""

    @property
    def unchanged(self) -> int:
        """How many resources stay as they are."""
        return sum(step.operation is None and not _makes_nothing(step.new or step.old) for step in self.steps)

    @property
    def provider_inputs(self) -> dict[str, Any]:
        """The settings of the stack's provider; none where it has none."""
        states = (step.new or step.old for step in self.steps if step.type == _PROVIDER)
        return dict(next((state.get("inputs", {}) for state in states), {}))


def database_of(stack: str) -> str:
    """Return the database that a stack of the project in the current folder sets.

    Raises:
        SupaschemaError: The CLI did not run, or the stack sets none.

    """
    done = programs.run(["pulumi", "config", "get", _DATABASE, "--stack", stack])
    url = done.stdout.strip()
    if done.returncode != 0 or not url:
        said = f" {' '.join(done.stderr.split())}" if done.stderr.strip() else ""
        what = f"stack {stack} names no database, and of several stacks each has its own.{said}"
        remedy = f"Run `pulumi config set --secret {_DATABASE} --stack {stack}`, or report on it alone."
        raise SupaschemaError(what, remedy=remedy)
    return url


def run(stack: str, arguments: Sequence[str] = (), database_url: str | None = None) -> Preview:
    """Run `pulumi preview` in the current folder; a preview that fails is an answer too.

    Args:
        stack: The stack's name.
        arguments: More arguments for the CLI, such as `--refresh`.
        database_url: The stack's database; None: the environment's.

    Raises:
        SupaschemaError: The CLI did not run.

    """
    with tempfile.TemporaryDirectory(prefix="supaschema-report-") as folder:
        records = Path(folder) / "plans.jsonl"
        given = {} if database_url is None else {URL_VARIABLE: database_url}
        command = ["pulumi", "preview", "--json", "--show-sames", "--non-interactive", "--stack", stack, *arguments]
        done = programs.run(command, environment={**os.environ, VARIABLE: str(records), **given})
        return answered(done.stdout, done.stderr, failed=done.returncode != 0, plans=read(records))


def in_order(steps: Iterable[Step]) -> list[Step]:
    """Return steps as a report has them: by sort, as these are made, then by name; what goes comes last.

    The engine works on several at once, and tells them in the order in which they end.
    """
    ranks = {type: rank for rank, type in enumerate(RESOURCES)}

    def place(step: Step) -> tuple[bool, int, str, str]:
        rank = ranks.get(step.type, len(ranks))
        return step.operation is Operation.DELETE, rank, Urn.parse(step.urn).name, step.urn

    return sorted(steps, key=place)


def answered(stdout: str, stderr: str, *, failed: bool, plans: Sequence[PlanRecord]) -> Preview:
    """Read what a preview printed; see `run`."""
    try:
        answer = json.loads(stdout)
    except (ValueError, RecursionError):
        answer = {}
    steps = tuple(_step(item) for item in answer.get("steps") or ())
    problems = tuple(
        Problem(urn=item.get("urn") or None, message=str(item.get("message", "")).strip())
        for item in answer.get("diagnostics") or ()
        if item.get("severity") == "error"
    )
    if failed and not problems:
        said = programs.last_words(stderr, "\n") or "pulumi preview failed and said nothing."
        problems = (Problem(urn=None, message=said),)
    # A plan that is told again is the later one.
    return Preview(steps, problems if failed else (), {plan.urn: plan for plan in plans})


def _step(item: Mapping[str, Any]) -> Step:
    old, new = item.get("oldState") or {}, item.get("newState") or {}
    operation = None if _makes_nothing(new or old) else _OPERATIONS.get(str(item.get("op")))
    return Step(operation, str(item["urn"]), old, new)


def _makes_nothing(state: Mapping[str, Any]) -> bool:
    # The stack, its components and its provider.
    return not state.get("custom") or state.get("type") == _PROVIDER
