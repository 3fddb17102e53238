"""What a stack is configured with is refused by its key, before a connection is made."""

from __future__ import annotations

import pytest

from supaschema.declarations import Bucket
from tests.errors.cases import NO_URL, PASSPHRASE, UNENCRYPTED, UNKNOWN_KEY, UNKNOWN_SETTING
from tests.fixtures.postgres import Database
from tests.support.catalog import dump
from tests.support.pulumi import Declared, Stack, said

BUCKET = Declared("bucket", Bucket(name="beside"))


@pytest.mark.long
def test_a_missing_url_an_unknown_setting_and_a_wrong_passphrase(objects: Stack, database: Database) -> None:
    before = dump(database)
    objects.declare(BUCKET)
    NO_URL.ends(objects.having(SUPASCHEMA_DATABASE_URL="").run("up", "--yes", ok=False))

    objects.declare(BUCKET, supabase_url="http://db.example.com", service_role_key="planted-key")
    unencrypted = objects.run("up", "--yes", ok=False)
    UNENCRYPTED.ends(unencrypted)
    assert "planted-key" not in said(unencrypted)
    objects.declare(BUCKET)

    objects.run("config", "set", "--secret", "anything", "secret")
    guessed = objects.having(PULUMI_CONFIG_PASSPHRASE="guessed").run("up", "--yes", ok=False)
    PASSPHRASE.ends(guessed, by_pulumi=True)

    program = objects.directory / "program" / "__main__.py"
    misspelt = 'pulumi.ProviderResource("supaschema", "db", {"lockWaiting": "2min"})'
    program.write_text(program.read_text().replace('Provider("db", **settings)', misspelt))
    UNKNOWN_SETTING.ends(objects.run("up", "--yes", ok=False))
    assert dump(database) == before


def test_an_unknown_key_of_the_program(connectors: Stack, database: Database) -> None:
    before = dump(database)
    connectors.run("config", "set", "serchLanguage", "english")

    done = connectors.run("up", "--yes", ok=False)

    UNKNOWN_KEY.ends(done)
    assert "Updating" not in said(done)
    assert dump(database) == before
