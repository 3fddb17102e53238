"""The provider's settings: read, or refused by name."""

import datetime
import json

import pytest

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Level, Lint, LintLevel
from supaschema.core.model import Hazard
from supaschema.database.settings import URL_VARIABLE, Consent, Settings, settings_from

URL = "postgresql://postgres:hidden@127.0.0.1/app"


def test_durations_and_consents_are_read():
    settings = settings_from(
        {
            "databaseUrl": URL,
            "lockTimeout": "100ms",
            "lockWait": "3 min",
            "allowHazards": [
                "DELETES_DATA",
                {"hazard": "CORRECTNESS", "resource": "x", "until": "2030-01-31"},
            ],
            "expectedRoles": ["reporting"],
            "lints": [{"lint": "search-path", "level": "off", "reason": "Of 2020.", "resource": "old"}],
            "journalDays": 90.0,
        }
    )

    assert (settings.lock_timeout_ms, settings.lock_wait_ms) == (100, 180_000)
    assert settings.expected_roles == ("reporting",)
    assert settings.lints == (LintLevel(Lint.SEARCH_PATH, Level.OFF, "Of 2020.", "old"),)
    assert settings.journal_days == settings_from({"databaseUrl": URL, "journalDays": "90"}).journal_days == 90
    assert settings.consents == (
        Consent(Hazard.DELETES_DATA),
        Consent(Hazard.CORRECTNESS, "x", datetime.date(2030, 1, 31)),
    )


def test_the_environment_names_the_database_where_the_stack_does_not(monkeypatch):
    monkeypatch.setenv(URL_VARIABLE, URL)

    assert settings_from({}).database_url == URL


def test_the_stack_hands_secrets_to_the_provider_alone(monkeypatch):
    monkeypatch.setenv(URL_VARIABLE, "postgresql://elsewhere")
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"databaseUrl": URL, "serviceRoleKey": "hidden-key"}))

    assert settings_from({}) == Settings(URL, service_role_key="hidden-key")
    assert settings_from({"databaseUrl": "postgresql://x"}).database_url == "postgresql://x"


@pytest.mark.parametrize("config", ["", "{", "[]", "{}", '{"databaseUrl": ""}', '{"connectors:databaseUrl": "x"}'])
def test_a_stack_that_hands_nothing_over_leaves_it_to_the_environment(config, monkeypatch):
    monkeypatch.setenv(URL_VARIABLE, URL)
    monkeypatch.setenv("PULUMI_CONFIG", config)

    assert settings_from({}).database_url == URL


def test_no_secret_is_in_the_settings_text():
    settings = settings_from({"databaseUrl": URL, "serviceRoleKey": "hidden-key"})

    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({}, "databaseUrl"),
        ({"databaseUrl": ["hidden"]}, "databaseUrl"),
        ({"databaseUrl": URL, "serviceRoleKey": 7}, "serviceRoleKey"),
        ({"databaseUrl": URL, "lockTimeout": "soon"}, "lockTimeout"),
        ({"databaseUrl": URL, "lockWait": "2 weeks"}, "lockWait"),
        ({"databaseUrl": URL, "journalDays": 0}, "journalDays"),
        ({"databaseUrl": URL, "journalDays": 1.5}, "journalDays"),
        ({"databaseUrl": URL, "allowHazards": ["EVERYTHING"]}, "allowHazards"),
        ({"databaseUrl": URL, "lints": ["search-path"]}, "lints"),
        ({"databaseUrl": URL, "lints": [{"lint": "everything", "level": "off", "reason": "x"}]}, "lints"),
        ({"databaseUrl": URL, "lints": [{"lint": "search-path", "level": "low", "reason": "x"}]}, "lints"),
        ({"databaseUrl": URL, "lints": [{"lint": "search-path", "level": "off", "reason": " "}]}, "lints"),
        ({"databaseUrl": URL, "allowHazards": ["AUTHZ_UPDATE"]}, "allowHazards"),
        ({"databaseUrl": URL, "expectedRoles": "reporting"}, "expectedRoles"),
        ({"databaseUrl": URL, "expectedRoles": [7]}, "expectedRoles"),
        ({"databaseUrl": URL, "allowHazards": [{"hazard": "DELETES_DATA", "until": "soon"}]}, "allowHazards"),
        (
            {"databaseUrl": URL, "allowHazards": [{"hazard": "DELETES_DATA", "until": "2027-01-31 07:00:00"}]},
            "allowHazards",
        ),
        ({"databaseUrl": URL, "allowHazards": [{"hazard": "DELETES_DATA", "until": ["x"]}]}, "allowHazards"),
        ({"databaseUrl": URL, "allowHazards": [{"hazard": "DELETES_DATA", "resources": "x"}]}, "allowHazards"),
        ({"databaseUrl": URL, "allowHazards": [["DELETES_DATA"]]}, "allowHazards"),
        ({"databaseUrl": URL, "allowHazards": [7]}, "allowHazards"),
        (
            {"databaseUrl": URL, "lints": [{"lint": "search-path", "level": "off", "reason": "x", "resuorce": "y"}]},
            "lints",
        ),
    ],
)
def test_an_odd_setting_is_refused_by_name(inputs, field, monkeypatch):
    monkeypatch.delenv(URL_VARIABLE, raising=False)

    with pytest.raises(DeclarationError) as refused:
        settings_from(inputs)

    assert refused.value.field == field
    assert "hidden" not in str(refused.value)
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("consent", "covered"),
    [
        (Consent(Hazard.DELETES_DATA), True),
        (Consent(Hazard.DELETES_DATA, "table"), True),
        (Consent(Hazard.DELETES_DATA, "other"), False),
        (Consent(Hazard.CORRECTNESS), False),
        (Consent(Hazard.DELETES_DATA, until=datetime.date(2026, 1, 2)), True),
        (Consent(Hazard.DELETES_DATA, until=datetime.date(2026, 1, 1)), False),
    ],
)
def test_a_consent_covers_its_hazard_its_resource_and_its_days(consent, covered):
    assert consent.covers(Hazard.DELETES_DATA, "table", datetime.date(2026, 1, 2)) is covered


@pytest.mark.parametrize("until", ["2027-01-31", "2027-01-31 00:00:00 +0000 UTC", "2027-01-31T00:00:00Z"])
def test_a_day_may_stand_in_the_stacks_settings_without_quotes(until):
    settings = settings_from({"databaseUrl": URL, "allowHazards": [{"hazard": "DELETES_DATA", "until": until}]})

    assert settings.consents == (Consent(Hazard.DELETES_DATA, until=datetime.date(2027, 1, 31)),)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://ref.supabase.co", "https://ref.supabase.co"),
        ("https://ref.supabase.co/", "https://ref.supabase.co"),
        ("https://ref.supabase.co:8443", "https://ref.supabase.co:8443"),
        ("http://localhost:54321", "http://localhost:54321"),
        ("http://127.0.0.1:54321", "http://127.0.0.1:54321"),
        ("http://[::1]:54321", "http://[::1]:54321"),
        ("", None),
    ],
)
def test_the_storage_api_is_reached_encrypted_or_on_this_machine(address, kept):
    assert settings_from({"databaseUrl": "x", "supabaseUrl": address}).supabase_url == kept


@pytest.mark.parametrize(
    "address",
    [
        "http://ref.supabase.co",
        "HTTP://ref.supabase.co",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://127.1",
        f"http://{'.'.join('0000')}:54321",
        "http://[::ffff:127.0.0.1]",
        "http://localhost.",
    ],
)
def test_a_key_goes_nowhere_in_the_clear(address):
    with pytest.raises(DeclarationError, match="would be given serviceRoleKey without encryption") as refused:
        settings_from({"databaseUrl": "x", "supabaseUrl": address})
    assert refused.value.field == "supabaseUrl"
    assert refused.value.remedy.startswith("Write https://")


@pytest.mark.parametrize(
    "address",
    [
        "ref.supabase.co",
        "//ref.supabase.co",
        "ftp://ref.supabase.co",
        "https://",
        "https:///path",
        "https://planted@ref.supabase.co",
        "https://user:planted@ref.supabase.co",
        "https://ref.supabase.co:planted",
        "https://ref.supabase.co/rest/planted",
        "https://ref.supabase.co?planted",
        "https://ref.supabase.co#planted",
        "https://ref.supabase.co\nplanted: x",
        "https://ref supabase.co",
        "https://[::1",
        "sb_secret_planted",
    ],
)
def test_what_is_no_web_address_is_refused_and_not_repeated(address):
    with pytest.raises(DeclarationError, match="it is no web address") as refused:
        settings_from({"databaseUrl": "x", "supabaseUrl": address})
    assert "planted" not in str(refused.value)


@pytest.mark.parametrize("key", ["planted\n", "plan ted", "planted\r\nX: y", "plänted", "planted\0"])
def test_a_key_that_no_header_can_carry_is_refused_and_not_repeated(key):
    with pytest.raises(DeclarationError, match="a character that no key has") as refused:
        settings_from({"databaseUrl": "x", "serviceRoleKey": key})
    assert "ted" not in str(refused.value).replace("pulumi config set --secret", "")
