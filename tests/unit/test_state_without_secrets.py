"""What a state tells that nobody marked as secret, and is one by its name or its form."""

from __future__ import annotations

from typing import Any

import pytest

from supaschema.portable.state import without_secrets


def _told(inputs: dict[str, Any]) -> Any:
    state = {"version": 3, "deployment": {"resources": [{"inputs": inputs}]}}
    return without_secrets(state, lambda text: text)["deployment"]["resources"][0]["inputs"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"credentials": {"value": "hunter2"}}, {"credentials": {"value": "[secret]"}}),
        ({"password": {"v": ["hunter2", {"w": 7}]}}, {"password": {"v": ["[secret]", {"w": "[secret]"}]}}),
        ({"apiKey": 1234567, "pins": {"token": [1.5]}}, {"apiKey": "[secret]", "pins": {"token": ["[secret]"]}}),
        ({"password": True, "token": None, "secret": ""}, {"password": True, "token": None, "secret": ""}),
        ({"statistics": {"lower(token)": 500}}, {"statistics": {"lower(token)": 500}}),
        ({"x-api-key": "k1", "signingKey": "k2"}, {"x-api-key": "[secret]", "signingKey": "[secret]"}),
        ({"primaryKey": ["id"], "key": "id"}, {"primaryKey": ["id"], "key": "id"}),
        ({"port": 5432, "name": "notes"}, {"port": 5432, "name": "notes"}),
    ],
)
def test_all_that_is_under_a_telling_name_is_masked(given: dict[str, Any], told: dict[str, Any]) -> None:
    assert _told(given) == told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("host=x password=hunter4", "host=x password=[secret]"),
        ("host=x password = hunter4 port=1", "host=x password = [secret] port=1"),
        (r"password='hunter\' 4' host=x", "password=[secret] host=x"),
        ("select f('host=x password=''hunter 4'' port=1')", "select f('host=x password=[secret] port=1')"),
        (r"sslpassword=hun\ ter4 user=y", "sslpassword=[secret] user=y"),
        ("postgresql://h/d?user=u&password=hunter4", "postgresql://h/d?user=u&password=[secret]"),
        ("password = 'hunter4'", "password = [secret]"),
        ("new.password = crypt(given, salt)", "new.password = crypt(given, salt)"),
        ("f(password => given)", "f(password => given)"),
    ],
)
def test_the_password_of_an_address_in_words_is_masked(given: str, told: str) -> None:
    assert _told({"text": given}) == {"text": told}
    assert _told({"text": told}) == {"text": told}


def test_the_kind_of_encryption_is_told() -> None:
    provider = {"type": "passphrase", "state": {"salt": "v1:hunter"}}

    found = without_secrets({"version": 3, "deployment": {"secrets_providers": provider}}, lambda text: text)

    assert found["deployment"]["secrets_providers"] == {"type": "passphrase"}
