"""Secret texts are found however they are written, and known again by their seals."""

from __future__ import annotations

import json

import msgspec
import pytest
from psycopg import sql

from supaschema.core.secret_texts import MASK, Secrets
from supaschema.kinds.constraint import Constraint
from supaschema.kinds.cron_job import CronJob
from supaschema.ledger import seals
from supaschema.ledger.hashes import definition_hash, hash_fits

KEY = 'it\'s "a" \\key\n  of 100%'
JOB = CronJob(schedule="1 1 * * *", command=f"select {KEY}")


def knowing(*texts: str) -> Secrets:
    """Return secrets of which these texts are known."""
    secrets = Secrets()
    secrets.add(texts)
    return secrets


@pytest.mark.parametrize(
    "written",
    [
        KEY,
        f"  {KEY}\n",
        sql.Literal(KEY).as_string(),
        sql.Literal(sql.Literal(KEY).as_string()).as_string(),
        sql.Identifier(KEY).as_string(),
        json.dumps(KEY),
        json.dumps(sql.Literal(KEY).as_string()),
        sql.Literal(json.dumps(KEY)).as_string(),
        " ".join(KEY.split()),
        KEY.replace("%", "%%"),
    ],
)
def test_a_secret_is_masked_however_it_is_written(written: str) -> None:
    secrets = knowing(KEY)

    assert secrets.holds(written)
    assert "key" not in secrets.masked(f"before {written} after")
    assert MASK in secrets.masked(written)


def test_a_text_of_a_few_characters_is_no_secret_and_masks_nothing() -> None:
    secrets = knowing("abc", "  x ", "")

    assert secrets.none
    assert secrets.masked("abc x") == "abc x"


def test_a_sealed_text_is_known_again_and_no_other() -> None:
    sealed = seals.sealed(JOB, knowing(JOB.command))
    found = Secrets()

    assert "key" not in str(sealed)
    assert seals.opened(sealed, JOB, found) == JOB
    assert found.holds(JOB.command)
    other = msgspec.structs.replace(JOB, command="select 2")
    assert seals.opened(sealed, other, Secrets()) == sealed
    assert seals.opened(sealed, None, Secrets()) == sealed
    assert seals.sealed(JOB, knowing(JOB.command)) != sealed


def test_what_the_server_spells_in_its_own_words_is_sealed_where_the_declared_text_is() -> None:
    declared = Constraint(type="c", expression="a<>'the key'")
    live = Constraint(type="c", expression="(a <> 'the key'::text)", text="CHECK ((a <> 'the key'::text))")

    sealed = seals.sealed(live, knowing("a<>'the key'"), declared)

    assert "the key" not in str(sealed)
    assert seals.opened(sealed, live, Secrets()) == live


def test_of_what_is_sealed_and_no_longer_live_the_live_text_stays() -> None:
    sealed = seals.sealed(JOB, knowing(JOB.command))
    live = CronJob(schedule="2 2 * * *", command="select 2")

    assert seals.restorable(sealed, live, Secrets()) == CronJob(schedule="1 1 * * *", command="select 2")
    assert seals.restorable(sealed, None, Secrets()) is None
    assert seals.restorable(JOB, live, Secrets()) is JOB


def test_a_hash_of_what_holds_a_secret_is_sealed_too() -> None:
    sealed = seals.seal(definition_hash(JOB))

    assert hash_fits(sealed, JOB)
    assert hash_fits(definition_hash(JOB), JOB)
    assert not hash_fits(sealed, CronJob(schedule="1 1 * * *", command="select 2"))
    assert not hash_fits(None, JOB)


def test_for_others_a_text_is_left_out_that_is_a_secret_or_stands_where_the_ledger_has_a_seal():
    recorded = seals.sealed(JOB, knowing(KEY))
    changed = CronJob(schedule="2 2 * * *", command="select 'another key'")

    assert seals.concealed(JOB, (), knowing(KEY)) == CronJob(schedule="1 1 * * *", command=MASK)
    assert seals.concealed(changed, (None, recorded), Secrets()) == CronJob(schedule="2 2 * * *", command=MASK)
    assert seals.concealed(changed, (JOB,), knowing(KEY)) == changed


def test_for_others_the_ledgers_seals_have_no_hash():
    blank = seals.blank(seals.sealed(JOB, knowing(KEY)), Secrets())

    assert blank.command == "supaschema:sealed:-:-"
    assert seals.holds_seal(blank)
    assert seals.opened(blank, JOB, Secrets()) == blank
    assert seals.blank(JOB, knowing(KEY)) == blank
    assert seals.blank(JOB, Secrets()) is JOB
