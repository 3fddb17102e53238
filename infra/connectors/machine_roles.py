"""Machine roles as resources of pulumi-postgresql: those of which the stack has a verifier."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
import pulumi
from psycopg import conninfo

from connectors.settings import StackSettings
from roles import MACHINE_ROLES, MachineRole, On
from supaschema.settings import URL_VARIABLE

_SETTINGS = {
    "host": "host",
    "user": "username",
    "password": "password",
    "sslmode": "sslmode",
    "sslrootcert": "sslrootcert",
}
"""libpq's parameters, and the plugin's names for them."""


@dataclass(frozen=True, slots=True)
class Login:
    """How the plugin reaches the database: its provider's arguments, and the database's name."""

    arguments: Mapping[str, Any]
    database: pulumi.Input[str]


def login(settings: StackSettings) -> Login | None:
    """Find out, before anything is declared, how the plugin reaches the database; None: the stack makes no role.

    Raises:
        pulumi.RunError: The plugin's package, or the database's password, is not to be had.

    """
    if not settings.machine_verifiers:
        return None
    if importlib.util.find_spec("pulumi_postgresql") is None:
        raise pulumi.RunError("connectors:machineRoleVerifiers needs pulumi-postgresql. Run: make setup")
    url = settings.connection.database_url
    return _from_environment() if url is None else _from_url(url)


def provision(
    settings: StackSettings, found: Login | None, after: Sequence[pulumi.Resource]
) -> dict[str, pulumi.Resource]:
    """Declare the stack's own machine roles and what is granted to them, and give all by name.

    Args:
        settings: The stack's settings.
        found: What `login` gave.
        after: What must stand before anything is granted; it goes after the grants.

    """
    if found is None:
        return {}
    # Imported only by stacks that make roles: loading it takes time.
    import pulumi_postgresql as postgresql  # noqa: PLC0415

    provider = postgresql.Provider("roles", superuser=False, **found.arguments)
    options = pulumi.ResourceOptions(provider=provider)
    made: dict[str, pulumi.Resource] = {}
    for role in (role for role in MACHINE_ROLES if role.name in settings.machine_verifiers):
        made[role.name] = postgresql.Role(role.name, opts=options, **_role(role, settings.machine_verifiers[role.name]))
        following = pulumi.ResourceOptions(provider=provider, depends_on=[made[role.name], *after])
        for name, grant in _grants(role).items():
            made[name] = postgresql.Grant(name, opts=following, database=found.database, **grant)
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


def _from_url(url: pulumi.Output[str]) -> Login:
    parsed = url.apply(conninfo.conninfo_to_dict)

    def part(name: str) -> pulumi.Output[Any]:
        return parsed.apply(lambda parts: parts.get(name))

    # All of it stays secret: it is part of one.
    arguments = {theirs: part(name) for name, theirs in _SETTINGS.items()}
    port = parsed.apply(lambda parts: int(parts.get("port") or 5432))
    return Login({**arguments, "port": port, "database": part("dbname")}, part("dbname"))


def _from_environment() -> Login:
    # The owner's password passes then neither the program nor the state: the plugin reads libpq's variables itself.
    missing = [name for name in ("PGHOST", "PGUSER", "PGPASSWORD") if not os.environ.get(name)]
    if missing:
        raise pulumi.RunError(
            "connectors:machineRoleVerifiers is set and connectors:databaseUrl is not: pulumi-postgresql needs "
            f"{', '.join(missing)} in the environment too."
        )
    try:
        parts = conninfo.conninfo_to_dict(os.environ.get(URL_VARIABLE, ""))
    except psycopg.ProgrammingError:
        # libpq repeats the text, password and all; the schema's provider says what is wrong with it.
        parts = {}
    name = str(parts.get("dbname") or os.environ.get("PGDATABASE") or "postgres")
    return Login({"database": name}, name)
