"""What no kind models and was accepted: another one of its name is told, and the same one is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import pytest

from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Schema
from supaschema.drift import accepted
from supaschema.drift.sweep import Policy, acceptance, swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support.objects import managed

CHANGES: dict[str, tuple[LiteralString, LiteralString]] = {
    "operator": (
        "create operator app.=== (function = texteq, leftarg = text, rightarg = text)",
        "alter operator app.=== (text, text) set (restrict = eqsel)",
    ),
    "operator family": (
        "create operator family app.family using btree",
        "alter operator family app.family using btree add function 1 (text, text) bttextcmp(text, text)",
    ),
    "operator class": (
        "create operator class app.words for type text using hash as operator 1 =, function 1 hashtext(text)",
        "alter operator class app.words using hash owner to postgres",
    ),
    "conversion": (
        "create conversion app.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
        "comment on conversion app.latin is 'c'",
    ),
    "text search configuration": (
        "create text search configuration app.words (copy = pg_catalog.simple)",
        "alter text search configuration app.words alter mapping for word with pg_catalog.english_stem",
    ),
    "text search dictionary": (
        "create text search dictionary app.stem (template = pg_catalog.snowball, language = english)",
        "alter text search dictionary app.stem (language = german)",
    ),
}


@pytest.fixture
def looking(database: Database) -> Iterator[Managed]:
    """A database of which a schema is managed."""
    with managed(database.url) as objects:
        objects.apply(Schema(name="app"))
    found = Managed(Settings(database.url))
    yield found
    found.close()


@pytest.mark.parametrize("sort", CHANGES)
def test_what_is_another_than_was_accepted_is_told(
    looking: Managed, database: Database, tmp_path: Path, sort: str
) -> None:
    file = tmp_path / "accepted.json"
    made, changed = CHANGES[sort]
    with database.connect_superuser() as platform:
        platform.execute(made)
        file.write_text(acceptance(looking, KINDS, Policy()), encoding="utf-8")
        policy = Policy(accepted=accepted.read(file))
        assert [item.title for item in swept(looking, KINDS, policy).findings] == []

        platform.execute(changed)
    (found,) = swept(looking, KINDS, policy).findings

    assert (found.kind, found.why) == (sort, "it is not as it was accepted")


def test_of_what_was_accepted_before_there_were_hashes_nothing_is_told(
    looking: Managed, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "accepted.json"
    with database.connect_superuser() as platform:
        for made, _ in CHANGES.values():
            platform.execute(made)
    value = json.loads(acceptance(looking, KINDS, Policy()))
    for entry in value["accepted"]:
        entry["definition"].pop("hash", None)
    file.write_text(json.dumps(value), encoding="utf-8")

    assert swept(looking, KINDS, Policy(accepted=accepted.read(file))).findings == ()
