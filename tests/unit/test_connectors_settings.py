"""A stack's settings are read whole, or refused by name with what to do."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator

import pulumi
import pytest
from pulumi.runtime import config as runtime_config

from connectors.scram import password, verifier
from connectors.settings import KEYS, Connection, Identity, Retention, SettingError, StackSettings, WebhookLimit
from connectors.source import ROOT


@pytest.fixture(autouse=True)
def _nothing_configured() -> Iterator[None]:
    """Take back what a test configures: Pulumi keeps it for the whole process."""
    runtime_config.set_all_config({})
    yield
    runtime_config.set_all_config({})


def load(*secret: str, **values: object) -> StackSettings:
    """Read settings as the program does, out of what the CLI hands to it."""
    texts = {f"supaschema:{key}": v if isinstance(v, str) else json.dumps(v) for key, v in values.items()}
    runtime_config.set_all_config(texts, [f"supaschema:{key}" for key in secret])
    return StackSettings.load(pulumi.Config("supaschema"))


def test_nothing_configured_is_a_stack_as_any_other():
    assert load() == StackSettings(
        identity=Identity("public.users", "clerk_id", "sub"),
        retention=Retention(90, 30),
        webhook_limit=WebhookLimit(100, 60, "answer"),
        search_language="simple",
        machine_roles=(),
        protect=False,
        connection=Connection(None, "50ms", "2min", ()),
    )


def test_empty_texts_are_nothing():
    assert load(databaseUrl="", supabaseUrl="", serviceRoleKey="") == load()


def test_every_key_is_read():
    settings = load(
        identity={"table": "app.people", "column": "subject", "claim": "https://example.com/id"},
        retention={"syncLogs": 10, "webhookEvents": "5"},
        webhookLimit={"events": 5, "seconds": "1", "whenExceeded": "refuse"},
        searchLanguage="english",
        machineRoles=["schema_auditor"],
        supabaseUrl="https://ref.supabase.co",
        lockTimeout="4s",
        lockWait="10min",
        journalDays="90",
        # As Pulumi gives a day that stands in the stack's settings without quotes.
        allowHazards=[{"hazard": "INDEX_BUILD", "resource": "x", "until": "2026-12-31 00:00:00 +0000 UTC"}],
        lints=[{"lint": "search-path", "level": "warn", "reason": "old", "resource": "x"}],
    )

    assert settings.connection.lints == ({"lint": "search-path", "level": "warn", "reason": "old", "resource": "x"},)
    assert settings.identity == Identity("app.people", "subject", "https://example.com/id")
    assert settings.retention == Retention(10, 5)
    assert settings.webhook_limit == WebhookLimit(5, 1, "refuse")
    assert (settings.search_language, settings.machine_roles) == ("english", ("schema_auditor",))
    assert settings.connection.lock_timeout == "4s"
    assert settings.connection.lock_wait == "10min"
    assert settings.connection.journal_days == 90
    assert settings.connection.supabase_url == "https://ref.supabase.co"
    assert settings.connection.allow_hazards == ({"hazard": "INDEX_BUILD", "resource": "x", "until": "2026-12-31"},)


def test_what_an_object_leaves_out_is_as_usual():
    assert load(identity={"column": "id"}).identity == Identity("public.users", "id", "sub")
    assert load(retention={"syncLogs": 1}).retention == Retention(1, 30)


@pytest.mark.parametrize("key", ["databaseUrl", "serviceRoleKey"])
def test_a_secret_in_clear_is_refused_without_repeating_it(key):
    with pytest.raises(SettingError, match=f"supaschema:{key} .* pulumi config set --secret {key}") as refused:
        load(**{key: "hunter2"})
    assert "hunter2" not in str(refused.value)


def test_a_protected_stack_takes_no_consent():
    assert load(protect="true", allowHazards=[]).protect is True
    consents = [{"hazard": "INDEX_BUILD"}]
    assert load(protect="false", allowHazards=consents).protect is False
    with pytest.raises(SettingError, match=r"supaschema:allowHazards is .* `pulumi config set protect false`"):
        load(protect="true", allowHazards=consents)


def test_a_secret_is_not_taken_up():
    settings = load("databaseUrl", databaseUrl="postgresql://x")

    assert "postgresql" not in repr(settings)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("identity.table", {"table": "users"}),
        ("identity.table", {"table": "public.users; drop table x"}),
        ("identity.column", {"column": "clerk id"}),
        ("identity.column", {"column": 7}),
        ("identity.claim", {"claim": "it's"}),
        ("identity.colum", {"colum": "clerk_id"}),
        ("identity", ["public.users"]),
        ("retention.syncLogs", {"syncLogs": 0}),
        ("retention.syncLogs", {"syncLogs": True}),
        ("retention.webhookEvents", {"webhookEvents": "soon"}),
        ("webhookLimit.events", {"events": 0}),
        ("webhookLimit.seconds", {"seconds": "1.5"}),
        ("webhookLimit.whenExceeded", {"whenExceeded": "429"}),
        ("webhookLimit.window", {"window": 60}),
        ("searchLanguage", "simple'"),
        ("machineRoles", ["importer"]),
        ("machineRoles", ["schema_auditor; x"]),
        ("machineRoles", {"schema_auditor": 1}),
        ("supabaseUrl", "ref.supabase.co"),
        ("supabaseUrl", "https://ref.supabase.co/storage/v1"),
        ("lockTimeout", "50"),
        ("lockWait", "0s"),
        ("journalDays", "soon"),
        ("journalDays", "9999"),
        ("lints", ["search-path"]),
        ("lints", [{"lint": "search-path", "level": "off"}]),
        ("lints", [{"lint": "search-path", "level": "off", "reason": "x", "until": "2026-12-31"}]),
        ("allowHazards", ["INDEX_BUILD"]),
        ("allowHazards", [{"hazard": "index build"}]),
        ("allowHazards", [{"hazard": "INDEX_BUILD", "until": "tomorrow"}]),
        ("allowHazards", [{"hazard": "INDEX_BUILD", "why": "x"}]),
    ],
)
def test_an_odd_value_is_refused_by_name(key, value):
    with pytest.raises(SettingError, match=f"supaschema:{key} is "):
        load(**{key.partition(".")[0]: value})


def test_a_verifier_is_a_secret_of_a_role_that_the_stack_has():
    made = verifier(password())

    async def loaded() -> StackSettings:
        # An output needs a loop, which the thread has no more once another test has run one.
        return load(
            "machineRoleVerifiers", machineRoles=["schema_auditor"], machineRoleVerifiers={"schema_auditor": made}
        )

    settings = asyncio.run(loaded())

    assert list(settings.machine_verifiers) == ["schema_auditor"]
    assert made not in repr(settings)


@pytest.mark.parametrize(
    ("place", "given", "secret"),
    [
        pytest.param("machineRoleVerifiers is 'not encrypted'", {"schema_auditor": "hunter2"}, (), id="in clear"),
        pytest.param("machineRoleVerifiers is 'no object'", ["hunter2"], ("machineRoleVerifiers",), id="a list"),
        pytest.param(
            "machineRoleVerifiers.schema_auditor is 'no SCRAM verifier'",
            {"schema_auditor": "hunter2"},
            ("machineRoleVerifiers",),
            id="a password",
        ),
        pytest.param(
            "machineRoleVerifiers.connector_worker is 'set'",
            {"connector_worker": "hunter2"},
            ("machineRoleVerifiers",),
            id="a role that it does not have",
        ),
    ],
)
def test_an_odd_verifier_is_refused_without_repeating_it(place, given, secret):
    with pytest.raises(SettingError) as refused:
        load(*secret, machineRoles=["schema_auditor"], machineRoleVerifiers=given)

    assert place in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("key", ["sb_secret_hunter2", "eyJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.hunter2"])
def test_a_secret_key_is_no_publishable_one_and_is_not_repeated(key):
    with pytest.raises(SettingError, match="publishableKey is 'no publishable key'") as refused:
        load(publishableKey=key)

    assert key not in str(refused.value)
    assert load(publishableKey="sb_publishable_x") == load()


@pytest.mark.parametrize(
    "address", ["connectors.example.org", "javascript:alert(1)", 'https://x/"onclick="', "ftp://x"]
)
def test_the_page_for_admins_is_at_an_address(address):
    with pytest.raises(SettingError, match="dashboardUrl is"):
        load(dashboardUrl=address)

    assert load(dashboardUrl="https://connectors.example.org/") == load()


def test_a_key_that_there_is_not_is_refused_with_the_one_that_was_meant():
    with pytest.raises(pulumi.RunError, match=r"supaschema:lockWiat: there is no such key. Did you mean lockWait\?"):
        load(lockWiat="2min")


def test_the_keys_are_those_of_the_project_file():
    declared = (ROOT / "Pulumi.yaml").read_text(encoding="utf-8").partition("\nconfig:\n")[2]

    assert set(re.findall(r"^  (\w+):$", declared, re.MULTILINE)) == set(KEYS)
