"""Whose turn it is in a queue: the tenants are served one after the other, whatever their rows say."""

from __future__ import annotations

from connectors import identity
from connectors.area import Area, Part
from connectors.routines import function
from connectors.rules import SERVICE, SERVICE_ALL, service_does_all
from connectors.tables import BELONGS_TO_ORGANIZATION, ID_KEY, id_and_organization
from supaschema.declarations import Argument, Check, Column, Function, InlineIndex, Table, TableAccess, Volatility

TABLE = "private.queue_turns"
ACCESS = "private.queue_turns-access"


def area() -> Area:
    """Return the table with its access, and the two functions that the claims of every queue call."""
    return Area(
        "turns",
        (
            Part(TABLE, table()),
            Part(ACCESS, access()),
            Part("private.in_turn", in_turn()),
            Part("private.note_turns", note_turns()),
        ),
    )


def table() -> Table:
    """Return the table. Not unique by organization and queue: workers that serve one tenant at once wait for nobody."""
    return Table(
        name="queue_turns",
        schema=identity.SCHEMA,
        columns=(
            *id_and_organization(),
            Column(name="queue", type="text", nullable=False),
            Column(name="served_at", type="timestamptz", default="now()", nullable=False),
        ),
        primary_key=ID_KEY,
        foreign_keys=(BELONGS_TO_ORGANIZATION,),
        checks=(Check(name="queue_turns_queue_check", expression="queue in ('syncs', 'documents', 'events')"),),
        indexes=(InlineIndex(name="idx_queue_turns_org", keys=("org_id", "queue")),),
        comment="When each organization was last served from each queue.",
    )


def access() -> TableAccess:
    """Let the services keep the turns."""
    return TableAccess(
        table="queue_turns",
        schema=identity.SCHEMA,
        policies=(service_does_all("queue turns"),),
        grants=(SERVICE_ALL,),
    )


def in_turn() -> Function:
    """Return the order in which organizations are served."""
    return function(
        "private.in_turn",
        arguments=(Argument(name="queue", type="text"), Argument(name="organizations", type="uuid[]")),
        returns="uuid[]",
        language="sql",
        volatility=Volatility.STABLE,
        execute=(SERVICE,),
        comment="Organizations in the order in which a queue serves them.",
    )


def note_turns() -> Function:
    """Return what a claim leaves behind for the next one."""
    return function(
        "private.note_turns",
        arguments=(Argument(name="queue", type="text"), Argument(name="organizations", type="uuid[]")),
        returns="void",
        execute=(SERVICE,),
        comment="Remembers that a queue has just served these organizations.",
    )
