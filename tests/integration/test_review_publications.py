"""What a reviewer is told of publications and extensions: who is told what, and what fails for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from supaschema.declarations import (
    Column,
    Declaration,
    Extension,
    PrimaryKey,
    Publication,
    PublicationTable,
    PublishedTable,
    Table,
)
from supaschema.review.markdown import markdown
from supaschema.review.model import Report, Verdict
from tests.fixtures.postgres import Database
from tests.support.golden import golden
from tests.support.reviewed import deploy, report, sized

GOLDEN = Path(__file__).parent / "golden" / "publications"
ID = Column(name="id", type="bigint", nullable=False)
GAMES = Table(name="games", columns=(ID, Column(name="score", type="integer")), primary_key=PrimaryKey(columns=("id",)))
LESS = Publication(name="feed", tables=(PublishedTable(table="games", columns=("score",)),))
FEED = Publication(name="feed", tables=(PublishedTable(table="games"),))
BARE = Publication(name="feed")
CITEXT = Extension(name="citext", schema="extensions")
TOLD = PublicationTable(publication="feed", table="games", columns=("id", "score"), where="score > 0")
CHANGES: Mapping[str, tuple[Mapping[str, Declaration], Mapping[str, Declaration]]] = {
    "table_comes": ({"feed": BARE}, {"feed": BARE, "told": TOLD}),
    "table_leaves": ({"feed": FEED}, {"feed": Publication(name="feed", tables=())}),
    "key_not_published": ({"feed": FEED}, {"feed": LESS}),
    "extension_comes": ({}, {"words": CITEXT}),
    "extension_goes": ({"words": CITEXT}, {}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_it_is_told_as_the_file_says(database: Database, name: str) -> None:
    before, after = CHANGES[name]
    tables = {"games": GAMES}
    deploy(database.url, {**tables, **before})

    found = report(database.url, {**tables, **before}, {**tables, **after})

    assert found.problems == ()
    assert found.verdict is (Verdict.REFUSED if name == "key_not_published" else Verdict.APPLIES)
    golden(GOLDEN / f"{name}.markdown", markdown(Report(stacks=(sized(found),))))
