"""What a stack declares of its machine roles, under Pulumi's mocks: what `infra/roles.py` says, and no password."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from connectors import monitoring, scram
from roles import CONNECTOR_WORKER, MACHINE_ROLES, On
from tests.support.mocked import Registered, program

_URL = "postgresql://owner:pw%2F7f3a@db.example.com:5433/app?sslmode=verify-full"
_LOGIN = {"PGHOST": "db.example.com", "PGUSER": "owner", "PGPASSWORD": "pw/7f3a"}
_ROLES = [role.name for role in MACHINE_ROLES]
_VERIFIERS = {name: scram.verifier(scram.password()) for name in _ROLES}
_OURS = "postgresql:index/"
_BARE = {"superuser", "createDatabase", "createRole", "replication", "bypassRowLevelSecurity", "inherit"}


@pytest.fixture(scope="module")
def made() -> Mapping[str, Registered]:
    """What a stack with both roles registers; the owner's login is in its environment."""
    values = {"machineRoles": _ROLES, "machineRoleVerifiers": _VERIFIERS}
    registered = program(values, ["machineRoleVerifiers"], SUPASCHEMA_DATABASE_URL=_URL, **_LOGIN)
    return {item.name: item for item in registered}


def of_plugin(registered: Mapping[str, Registered]) -> dict[str, Registered]:
    """Return what is pulumi-postgresql's."""
    return {name: item for name, item in registered.items() if item.type.startswith(_OURS)}


def test_a_stack_without_verifiers_makes_no_role_and_loads_no_plugin():
    values = {"machineRoles": ["schema_auditor"]}
    registered = {item.name: item for item in program(values, SUPASCHEMA_DATABASE_URL=_URL)}

    assert "private.queue_plans" in registered
    assert not [item for item in registered.values() if "postgresql" in item.type]


@pytest.mark.parametrize("role", MACHINE_ROLES, ids=lambda role: role.name)
def test_a_role_is_a_login_without_any_power_and_its_password_a_secret_verifier(made, role):
    item = made[role.name]
    assert item.type == f"{_OURS}role:Role"
    assert {key: item.inputs[key] for key in _BARE} == dict.fromkeys(_BARE, False)
    assert item.inputs["login"] is True
    assert item.inputs["name"] == role.name
    assert item.inputs["roles"] == ([role.acts_as] if role.acts_as else [])
    assert item.inputs.get("assumeRole") == role.acts_as
    assert "password" in item.secret
    assert item.inputs["password"] == _VERIFIERS[role.name]


def test_every_grant_of_the_data_is_declared_and_no_other(made):
    declared = {
        (
            item.inputs["role"],
            item.inputs["objectType"],
            item.inputs["schema"],
            tuple(item.inputs.get("objects") or ()),
            tuple(item.inputs["privileges"]),
        )
        for item in of_plugin(made).values()
        if item.type.endswith(":Grant")
    }
    wanted = {
        (role.name, grant.on.value, grant.schema, grant.names, (grant.privilege,))
        for role in MACHINE_ROLES
        for grant in role.grants
    }
    assert declared == wanted
    assert not [key for key in wanted if key[0] == CONNECTOR_WORKER.name]


def test_one_resource_states_all_on_what_it_names_for_the_plugin_takes_back_the_rest():
    for role in MACHINE_ROLES:
        places = [(grant.on, grant.schema) for grant in role.grants]
        assert len(places) == len(set(places))
        assert all(bool(grant.names) is (grant.on is not On.SCHEMA) for grant in role.grants)


def test_grants_follow_the_role_and_what_they_are_on(made):
    grants = [item for item in of_plugin(made).values() if item.type.endswith(":Grant")]
    assert grants
    follows = {"private.queue_plans", monitoring.MONITORING}
    assert all(item.after >= {item.inputs["role"], *follows} for item in grants)


def test_the_owners_login_stays_in_the_environment(made):
    provider = made["roles"]
    assert provider.type == "pulumi:providers:postgresql"
    assert {"host", "username", "password"}.isdisjoint(provider.inputs)
    assert provider.inputs["database"] == "app"
    assert str(provider.inputs["superuser"]) == "false"
    assert not [item for item in made.values() if "7f3a" in str(item.inputs) or "db.example" in str(item.inputs)]


def test_what_the_plugin_lacks_in_the_environment_is_named_before_anything_is_declared():
    values = {"machineRoles": _ROLES, "machineRoleVerifiers": _VERIFIERS}
    with pytest.raises(AssertionError, match="needs PGHOST, PGPASSWORD in the environment too"):
        program(values, ["machineRoleVerifiers"], SUPASCHEMA_DATABASE_URL=_URL, PGUSER="owner")
