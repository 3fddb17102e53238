"""What is said, and what is taken back, where a statement fails after others were committed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from supaschema.core.errors import ApplyError, PartialApplyError
from supaschema.core.model import Statement


def half_applied(error: ApplyError, done: int, count: int, left: str) -> PartialApplyError:
    """Return the error of a plan that some statements of which were applied.

    Args:
        error: Why the next one failed.
        done: How many were applied.
        count: How many there are.
        left: What should have been taken back and was not; may be empty.

    """
    # What only time mends is done by the same command; else that would fail as this one did.
    again = "Run the command again: it does the rest." if error.passing else "What was applied stays."
    return PartialApplyError(
        f"{done} of {count} statements were applied, then: {error.what}",
        where=error.where,
        remedy=" ".join(filter(None, (again, left, error.remedy))),
        statement=error.statement,
        position=error.position,
    )


def take_back(done: Iterable[Statement], run: Callable[[Sequence[Statement]], None]) -> str:
    """Run what takes back statements that were applied and must not outlive a plan, the last first.

    Returns:
        What could not be taken back, and why; empty: all was.

    """
    left = []
    for statement in reversed(list(done)):
        if not statement.taken_back_by:
            continue
        try:
            run(statement.taken_back_by)
        except ApplyError as error:
            texts = "; ".join(back.text for back in statement.taken_back_by)
            left.append(f"This was not taken back ({error.what.rstrip('.')}), and is by the next deployment: {texts}.")
    return " ".join(left)
