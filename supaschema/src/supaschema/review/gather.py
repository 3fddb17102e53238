"""From what a preview said to a report."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from supaschema.core.plan_record import PlanRecord
from supaschema.review import preview as previews
from supaschema.review import removals
from supaschema.review.model import Change, StackReport
from supaschema.review.preview import Preview, in_order


def of_stacks(stacks: Sequence[str], arguments: Sequence[str] = ()) -> tuple[StackReport, ...]:
    """Report of each of some stacks; of several, each must set its own database.

    Args:
        stacks: Their names.
        arguments: More arguments for `pulumi preview`.

    Raises:
        SupaschemaError: The CLI did not run, or one of several stacks sets no database.

    """
    if len(stacks) == 1:
        return (of_stack(stacks[0], arguments),)
    # All are asked before any is previewed.
    databases = {stack: previews.database_of(stack) for stack in stacks}
    return tuple(of_stack(stack, arguments, url) for stack, url in databases.items())


def of_stack(stack: str, arguments: Sequence[str] = (), database_url: str | None = None) -> StackReport:
    """Preview a stack of the project in the current folder, and report what would change; nothing is written.

    Args:
        stack: The stack's name.
        arguments: More arguments for `pulumi preview`.
        database_url: The stack's database; None: the environment's.

    Raises:
        SupaschemaError: The CLI did not run.

    """
    return reported(stack, previews.run(stack, arguments, database_url), database_url)


def reported(stack: str, preview: Preview, database_url: str | None = None) -> StackReport:
    """Return the report of what a preview said; what leaves the program is planned here."""
    removed, problems = removals.plans(preview, database_url)
    plans = dict(preview.plans)
    for gone in removed:
        plans[gone.urn] = _joined(gone, plans.get(gone.urn))
    return StackReport(
        stack=stack,
        changes=tuple(
            Change(urn=step.urn, operation=step.operation, plan=plans.get(step.urn))
            for step in in_order(preview.steps)
            if step.operation is not None
        ),
        problems=(*sorted(preview.problems, key=lambda problem: (problem.urn or "", problem.message)), *problems),
        unchanged=preview.unchanged,
    )


def _joined(gone: PlanRecord, made: PlanRecord | None) -> PlanRecord:
    # Of what is replaced.
    if made is None:
        return gone
    return msgspec.structs.replace(
        made,
        differences=gone.differences + made.differences,
        steps=gone.steps + made.steps,
        notes=gone.notes + made.notes,
        relations={**gone.relations, **made.relations},
    )
