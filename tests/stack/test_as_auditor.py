"""A stack run with the auditor's login: it shows what the owner's would, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from roles import SCHEMA_AUDITOR
from tests.fixtures.postgres import Database
from tests.fixtures.roles import machine_logins
from tests.stack.test_changes import EDITED, RESPELLED
from tests.stack.test_drift import _TAMPERED
from tests.support import notes
from tests.support.catalog import dump
from tests.support.declared import statements
from tests.support.diagnostics import errors
from tests.support.pulumi import Stack, previewed, said

_REFUSED = (
    "role schema_auditor does not write the ledger of this database: it may look, not deploy. Nothing was changed. "
    "Deploy as the ledger's owner (on Supabase: postgres)."
)


@pytest.fixture
def looking(objects: Stack, database: Database) -> Iterator[Stack]:
    """The stack with the auditor's login, after the owner has deployed it."""
    objects.declare(*notes.declared(**notes.ALL))
    objects.up()
    with machine_logins(database) as urls:
        yield objects.having(SUPASCHEMA_DATABASE_URL=urls[SCHEMA_AUDITOR.name])


def test_it_finds_what_the_owner_deployed_unchanged(looking: Stack):
    assert looking.clean()
    assert "12 unchanged" in said(looking.run("preview", "--expect-no-changes"))


@pytest.mark.long
def test_the_same_in_other_words_is_the_same_to_it_too(looking: Stack):
    looking.declare(*notes.declared(**{**notes.ALL, **RESPELLED}))

    assert looking.steps() == {}


def test_an_edit_has_the_same_plan_as_for_the_owner(looking: Stack, objects: Stack):
    bucket = msgspec.structs.replace(notes.BUCKET, public=True)
    job = msgspec.structs.replace(notes.JOB, schedule="6 4 * * *")
    looking.declare(*notes.declared(**{**notes.ALL, **EDITED, "bucket": bucket, "job": job}))

    shown = previewed(looking.run("preview", "--json"))

    assert shown == previewed(objects.run("preview", "--json"))
    assert set(shown.operations) == {"table", "function", "index", "files", "bucket", "job"}


@pytest.mark.long
def test_it_sees_what_somebody_changed_by_hand(looking: Stack, objects: Stack, database: Database):
    with database.connect() as owner:
        for statement in _TAMPERED:
            owner.execute(statement)

    shown = previewed(looking.run("preview", "--refresh", "--expect-no-changes", "--json", ok=False))

    assert shown == previewed(objects.run("preview", "--refresh", "--expect-no-changes", "--json", ok=False))
    assert len(shown.operations) == 10


@pytest.mark.parametrize("command", ["up", "destroy"])
def test_it_deploys_nothing_and_destroys_nothing(looking: Stack, objects: Stack, database: Database, command: str):
    with database.connect() as owner:
        before = dump(database), statements(owner)
        looking.declare(*notes.declared(**{**notes.ALL, **EDITED}))

        done = looking.run(command, "--yes", "--skip-preview", ok=False)

        first = [message for message in errors(done) if not message.startswith("skipped: ")]
        assert first == [_REFUSED]
        assert "Traceback" not in said(done)
        assert (dump(database), statements(owner)) == before
    objects.declare(*notes.declared(**notes.ALL))
    assert objects.clean()
