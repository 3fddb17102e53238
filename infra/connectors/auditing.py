"""What an auditor needs of the database besides its catalog; only in stacks that have one."""

from __future__ import annotations

from connectors.area import Area, Part
from connectors.routines import function
from supaschema.declarations import Function

QUEUE_PLANS = "private.queue_plans"


def area() -> Area:
    """Return the function that tells how the queues are read."""
    return Area("auditing", (Part(QUEUE_PLANS, queue_plans()),))


def queue_plans() -> Function:
    """Return the function. Nobody may call it but its owner; infra/roles.py grants it to the auditor."""
    return function(
        QUEUE_PLANS,
        returns="table(queue text, plan jsonb)",
        # The workers' roles pass row level security, and so does the owner: the plans are the same.
        security_definer=True,
        comment="The plans of the workers' queue queries; runs none of them.",
    )
