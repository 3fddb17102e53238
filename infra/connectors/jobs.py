"""The job queue: the two columns that its writers send, and the effect they expect."""

from __future__ import annotations

from connectors.area import Area, Part
from connectors.routines import function
from supaschema.declarations import Column, Function, TablePatch, Trigger, TriggerEvent

TABLE = "jobs"
_HONOUR = "private.honour_run_after"


def area() -> Area:
    """Return `run_after`, its trigger, and only then `org_id`.

    Writers send both. Until the last column is there their insert fails as it always has; once it is, the trigger
    stands. So no job runs too early because its `run_after` was taken without effect, on the way up or down.
    """
    return Area(
        "jobs",
        (
            Part("jobs-run_after", run_after()),
            Part(_HONOUR, honour_run_after()),
            Part("jobs-honour_run_after-insert", trigger(TriggerEvent.INSERT)),
            Part("jobs-honour_run_after-update", trigger(TriggerEvent.UPDATE)),
            Part("jobs-org_id", org_id(), after=("jobs-honour_run_after-insert", "jobs-honour_run_after-update")),
        ),
    )


def run_after() -> TablePatch:
    """Return the column that says when a job may run at the earliest."""
    comment = "Not before then; the worker polls run_at, which a trigger moves accordingly."
    return TablePatch(table=TABLE, columns=(Column(name="run_after", type="timestamptz", comment=comment),))


def org_id() -> TablePatch:
    """Return the column that says whose job it is.

    No foreign key: the insert of a job is never to fail or wait because of `organizations`, and the worker's poll is
    to pay for nothing.
    """
    return TablePatch(table=TABLE, columns=(Column(name="org_id", type="uuid", comment="The organization it is for."),))


def honour_run_after() -> Function:
    """Return the trigger function that turns `run_after` into `run_at`."""
    return function("private.honour_run_after", returns="trigger", comment="Moves run_at to run_after.")


def trigger(event: TriggerEvent) -> Trigger:
    """Return the trigger for one event; a job without `run_after` does not call the function at all."""
    changed = " and new.run_after is distinct from old.run_after" if event is TriggerEvent.UPDATE else ""
    return Trigger(
        name=f"honour_run_after_on_{event.value}",
        table=TABLE,
        events=(event,),
        update_of=("run_after",) if event is TriggerEvent.UPDATE else (),
        when=f"new.run_after is not null{changed}",
        function="private.honour_run_after",
    )
