"""The ledger: what is deployed is what the program declares now, all of it, and nothing else."""

from __future__ import annotations

from supaschema.kinds.cron_job import CronJob
from supaschema.ledger.hashes import hash_fits
from tests.deployed.findings import CannotTellError, Finding, Verdict
from tests.deployed.stack import Stack


def ledger(stack: Stack) -> Verdict:
    """The ledger runs nothing of others; it has each declared object as declared now, and no other of this stack."""
    if stack.untrusted:
        # Nothing is read in it.
        return Verdict("", tuple(Finding("ledger", f"it is not to be trusted: {text}.") for text in stack.untrusted))
    if not stack.ledger:
        raise CannotTellError("there is no ledger: nothing is deployed here.")
    found: list[Finding] = []
    if not all(row["of_this_database"] for row in stack.ledger_rows):
        found.append(Finding("ledger", "it speaks of another database: this one is a copy (docs/ownership.md)."))
    jobless = not stack.has("cron.job")
    for id, definition in stack.declared.facts.items():
        entry = stack.ledger.get(id)
        if entry is None:
            if not (jobless and isinstance(definition, CronJob) and definition.where_available):
                found.append(Finding(str(id), "it is declared and not deployed: run make up."))
        elif not entry.urn.startswith(stack.urns):
            found.append(Finding(str(id), f"another stack declares it: {entry.urn}."))
        elif not hash_fits(entry.hash, definition):
            found.append(Finding(str(id), "what is deployed was declared otherwise: run make up."))
    found += [
        Finding(str(id), "it is deployed and no longer declared: run make up.")
        for id, entry in stack.ledger.items()
        if entry.hash and entry.urn.startswith(stack.urns) and id not in stack.declared.facts
    ]
    return Verdict(f"{len(stack.declared.facts)} objects are deployed as they are declared now", tuple(found))
