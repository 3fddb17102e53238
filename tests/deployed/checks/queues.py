"""The workers' polls: each can be answered from its index, in order, without reading or sorting the table."""

from __future__ import annotations

from typing import Any

from tests.bench.queues import QUEUES, nodes
from tests.deployed.findings import Finding, Verdict
from tests.deployed.stack import Stack

_SETTINGS = ("enable_seqscan", "enable_bitmapscan", "enable_sort")
"""Off, for a small table is read whole and sorted whatever indexes it has: what counts is that it need not be."""


def plans(stack: Stack) -> Verdict:
    """The plan of each worker's poll uses the index made for it, and neither sorts nor reads the table."""
    live = _plans(stack)
    found = []
    for queue in QUEUES:
        steps = list(nodes(live[queue.name])) if queue.name in live else []
        used = {step.get("Index Name") for step in steps}
        kinds = [step["Node Type"] for step in steps]
        if queue.index not in used or {"Seq Scan", "Sort", "Incremental Sort"} & set(kinds):
            found.append(Finding(queue.index, f'"{queue.name}" is not answered from it: {" <- ".join(kinds)}.'))
    return Verdict(f"{len(QUEUES)} queues are read by their indexes", tuple(found))


def _plans(stack: Stack) -> dict[str, Any]:
    """Return the plans by queue: the owner asks for them, the auditor asks the function that does."""
    with stack.connection.transaction(force_rollback=True):
        for name in _SETTINGS:
            stack.connection.execute(f"set local {name} = off".encode())
        if stack.owns:
            return {queue.name: stack.one(f"explain (format json) {queue.query}")[0]["Plan"] for queue in QUEUES}
        return {row["queue"]: row["plan"][0]["Plan"] for row in stack.asked("private.queue_plans()")}
