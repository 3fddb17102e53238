"""Machine roles as resources of pulumi-postgresql: those of which the stack has a verifier."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from connectors.settings import StackSettings
from roles import MACHINE_ROLES, MachineRole, On


def managed_database(settings: StackSettings) -> str | None:
    """Return the name of the database that the plugin works in; None: the stack makes no role.

    The owner's login passes neither through the program nor the state: the plugin reads libpq's variables itself.

    Raises:
        pulumi.RunError: The plugin's package, or a variable, is not available. Raised before anything is declared.

    """
    if not settings.machine_verifiers:
        return None
    if importlib.util.find_spec("pulumi_postgresql") is None:
        raise pulumi.RunError("supaschema:machineRoleVerifiers needs pulumi-postgresql. Run: make setup")
    missing = [name for name in ("PGHOST", "PGUSER", "PGPASSWORD") if not os.environ.get(name)]
    if missing:
        raise pulumi.RunError(
            "supaschema:machineRoleVerifiers is set: pulumi-postgresql needs "
            f"{', '.join(missing)} in the environment too."
        )
    # Imported only by stacks that make roles: loading psycopg takes a tenth of the program's time.
    from connectors import plugin_database  # noqa: PLC0415

    return plugin_database.name()


def provision(
    settings: StackSettings, database: str | None, after: Sequence[pulumi.Resource]
) -> dict[str, pulumi.Resource]:
    """Declare the stack's own machine roles and what is granted to them, and return all by name.

    Args:
        settings: The stack's settings.
        database: What `managed_database` gave.
        after: What must stand before anything is granted; it goes after the grants.

    """
    if database is None:
        return {}
    # Imported only by stacks that make roles: loading it takes time.
    import pulumi_postgresql as postgresql  # noqa: PLC0415

    provider = postgresql.Provider("roles", superuser=False, database=database)
    options = pulumi.ResourceOptions(provider=provider)
    made: dict[str, pulumi.Resource] = {}
    for role in (role for role in MACHINE_ROLES if role.name in settings.machine_verifiers):
        made[role.name] = postgresql.Role(role.name, opts=options, **_role(role, settings.machine_verifiers[role.name]))
        following = pulumi.ResourceOptions(provider=provider, depends_on=[made[role.name], *after])
        for name, grant in _grants(role).items():
            made[name] = postgresql.Grant(name, opts=following, database=database, **grant)
    return made


def _role(role: MachineRole, verifier: pulumi.Output[str]) -> dict[str, Any]:
    return {
        "name": role.name,
        "login": True,
        "inherit": False,
        "superuser": False,
        "create_database": False,
        "create_role": False,
        "replication": False,
        "bypass_row_level_security": False,
        "roles": [role.acts_as] if role.acts_as else [],
        "assume_role": role.acts_as,
        # The server takes a verifier as it is.
        "password": verifier,
        # It owns nothing. Should it ever, its removal fails and says so, instead of dropping what it owns.
        "skip_reassign_owned": True,
    }


def _grants(role: MachineRole) -> Mapping[str, dict[str, Any]]:
    # The plugin takes back all of a role on what one resource names before it grants: one resource for each.
    return {
        f"{role.name} {grant.privilege} {grant.on.value} {grant.schema}": {
            "role": role.name,
            "object_type": grant.on.value,
            "schema": grant.schema,
            "objects": list(grant.names) if grant.on is not On.SCHEMA else None,
            "privileges": [grant.privilege],
        }
        for grant in role.grants
    }
