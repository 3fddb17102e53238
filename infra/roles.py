"""The login roles for machines: what each is and may do, as values.

Stacks apply them by pulumi-postgresql; a database without its plugin gets them by the same values as plain SQL
(`connectors.role_statements`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class On(StrEnum):
    """What a grant is on."""

    SCHEMA = "schema"
    TABLE = "table"
    FUNCTION = "function"


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """One privilege on a schema, or on tables or functions of it.

    Attributes:
        on: What it is on.
        privilege: The privilege, as GRANT spells it.
        schema: The schema.
        names: Tables, or functions without arguments; empty for a schema.

    """

    on: On
    privilege: str
    schema: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MachineRole:
    """A role that a machine logs in as. It is no superuser, makes no roles or databases, and passes no policy.

    Attributes:
        name: Its name.
        purpose: What it is for.
        acts_as: The role that each of its sessions becomes at login; it inherits nothing.
        grants: What is granted to itself.

    """

    name: str
    purpose: str
    acts_as: str | None = None
    grants: tuple[RoleGrant, ...] = ()


CONNECTOR_WORKER = MachineRole(
    name="connector_worker",
    purpose="A worker of the connector system: acts as service_role, and as nothing else.",
    acts_as="service_role",
)

SCHEMA_AUDITOR = MachineRole(
    name="schema_auditor",
    purpose="Previews, looks for drift and validates: reads the catalog and the ledger, and no customer's row.",
    grants=(
        RoleGrant(On.SCHEMA, "USAGE", "supaschema"),
        # By name: what a later version keeps in the ledger is not open to the auditor by that alone. Neither the texts
        # of what was there before nor the statements that were run: keys of the application may be in them.
        RoleGrant(On.TABLE, "SELECT", "supaschema", ("identity", "recorded", "backfills", "statements")),
        RoleGrant(On.FUNCTION, "EXECUTE", "supaschema", ("archived", "buckets", "jobs")),
        # Policies name functions of these schemas; the server looks them up when it spells an expression.
        RoleGrant(On.SCHEMA, "USAGE", "private"),
        RoleGrant(On.SCHEMA, "USAGE", "storage"),
        RoleGrant(On.FUNCTION, "EXECUTE", "private", ("queue_plans",)),
    ),
)

MONITORED = (
    "monitored_connectors",
    "monitored_failures",
    "monitored_syncs",
    "monitored_queues",
    "monitored_webhooks",
    "monitored_retention",
    "monitored_storage",
    "monitored_deployments",
)
"""The functions of schema private that tell a monitor how the system does."""

CONNECTOR_MONITOR = MachineRole(
    name="connector_monitor",
    purpose="Watches the connector system: is told numbers and dates, and reads no row.",
    grants=(
        RoleGrant(On.SCHEMA, "USAGE", "private"),
        RoleGrant(On.FUNCTION, "EXECUTE", "private", MONITORED),
        RoleGrant(On.SCHEMA, "USAGE", "supaschema"),
        RoleGrant(On.FUNCTION, "EXECUTE", "supaschema", ("jobs",)),
    ),
)

MACHINE_ROLES = (CONNECTOR_WORKER, SCHEMA_AUDITOR, CONNECTOR_MONITOR)
"""Every role that a stack may have."""
