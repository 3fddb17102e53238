"""What a Pulumi program imports: the provider resource, and one class that declares any object."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

import msgspec
import pulumi

from supaschema.declarations import Declaration

PACKAGE = "supaschema"


class Provider(pulumi.ProviderResource):
    """The connection that a stack's objects are made through.

    A secret that the program does not give the provider itself reads from the stack, `supaschema:databaseUrl` and
    `supaschema:serviceRoleKey`, and the URL else from the environment variable SUPASCHEMA_DATABASE_URL. It is then not
    in the state, and never passes through the engine, whose log at `-v=9` shows the secret inputs of every provider.
    """

    def __init__(
        self,
        resource_name: str,
        *,
        database_url: pulumi.Input[str] | None = None,
        supabase_url: pulumi.Input[str] | None = None,
        service_role_key: pulumi.Input[str] | None = None,
        lock_timeout: str | None = None,
        lock_wait: str | None = None,
        allow_hazards: Sequence[dict[str, str]] = (),
        expected_roles: Sequence[pulumi.Input[str]] = (),
        lints: Sequence[dict[str, str]] = (),
        journal_days: int | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Take the connection's settings; see the keys of the same names in Pulumi.yaml.

        Args:
            resource_name: The provider's name in the stack.
            database_url: `postgresql://...`. None: the provider itself reads it, as the class says.
            supabase_url: The project's address, `https://...`, for bucket deletion.
            service_role_key: The key for it. None: likewise.
            lock_timeout: How long one attempt waits for a lock, such as `50ms`.
            lock_wait: How long attempts are repeated, such as `2min`.
            allow_hazards: Consents: `{"hazard": NAME, "resource": NAME (optional), "until": DATE (optional)}`.
            expected_roles: Roles that something else makes, best as its outputs (`role.name`): no preview misses them.
            lints: Rules that are no errors here: `{"lint": NAME, "level": LEVEL, "reason": WHY}` (docs/lints.md).
            journal_days: For how many days the database keeps who changed what, by event triggers. None: no journal.
            opts: Pulumi's resource options.

        """
        secrets = {"databaseUrl": _secret(database_url), "serviceRoleKey": _secret(service_role_key)}
        lists = {"allowHazards": allow_hazards, "expectedRoles": expected_roles, "lints": lints}
        plain = {"supabaseUrl": supabase_url, "lockTimeout": lock_timeout, "lockWait": lock_wait}
        given = _given({**secrets, **plain, "journalDays": journal_days, **{k: [*v] or None for k, v in lists.items()}})
        super().__init__(PACKAGE, resource_name, given, opts)


class SchemaObject(pulumi.CustomResource):
    """One declared object: a table, a policy, a bucket. The declaration's class says which."""

    def __init__(
        self, resource_name: str, declaration: Declaration, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Declare an object.

        Args:
            resource_name: The resource's name in the stack.
            declaration: What the database shall hold. A text of it may be an output, such as a secret: it is then in
                no preview, state or ledger in the clear. A name may be an output that is no secret.
            opts: Pulumi's resource options.

        """
        token = f"{PACKAGE}:index:{type(declaration).__name__}"
        super().__init__(token, resource_name, _inputs(declaration), opts)


def declare_all(
    objects: Mapping[str, Declaration], after: Mapping[str, Collection[str]] | None = None
) -> dict[str, SchemaObject]:
    """Declare objects by the names of their resources, each once those are declared that it comes after.

    Args:
        objects: The declarations.
        after: By name, those of others that the engine waits for; what is not among the objects is passed over.

    Raises:
        graphlib.CycleError: Objects come after each other in a circle: they belong into one ObjectSet.

    """
    known = {name: [it for it in (after or {}).get(name, ()) if it in objects] for name in objects}
    made: dict[str, SchemaObject] = {}
    for name in TopologicalSorter(known).static_order():
        options = pulumi.ResourceOptions(depends_on=[made[it] for it in known[name]])
        made[name] = SchemaObject(name, objects[name], options)
    return made


async def begin_all() -> None:
    """Let every resource that the program has declared begin to register: `pulumi.run(begin_all)`, as its last line.

    A program that has its own asynchronous entry awaits this at its end. Pulumi waits for the outputs of all resources
    otherwise while they register one by one, and looks at each of them after each (`pulumi.runtime.stack`,
    `wait_for_rpcs`): with 500 tables that is half of the time for which the program runs.
    """
    await asyncio.sleep(0)


def _inputs(declaration: Declaration) -> dict[str, Any]:
    # Outputs go through as they are: Pulumi knows their values later, and which of them are secrets.
    later: dict[str, pulumi.Output[Any]] = {}

    def keep(value: Any) -> str:
        if not isinstance(value, pulumi.Output):
            message = f"{type(declaration).__name__}: a {type(value).__name__} cannot be declared."
            raise TypeError(message)
        key = f"\0{len(later)}"
        later[key] = value
        return key

    inputs: dict[str, Any] = _filled(msgspec.json.decode(msgspec.json.encode(declaration.wire(), enc_hook=keep)), later)
    return inputs


def _filled(value: Any, later: Mapping[str, pulumi.Output[Any]]) -> Any:
    match value:
        case str():
            return later.get(value, value)
        case dict():
            return {key: _filled(item, later) for key, item in value.items()}
        case list():
            return [_filled(item, later) for item in value]
        case _:
            return value


def _given(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if value is not None}


def _secret(value: pulumi.Input[str] | None) -> pulumi.Output[str] | None:
    # A provider input is encrypted in the state only when the program marks it.
    return None if value is None else pulumi.Output.secret(value)
