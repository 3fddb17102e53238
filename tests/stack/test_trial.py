"""A change is tried on a scratch database, with a state and settings that hold no secret."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest

from supaschema.database.settings import Settings
from supaschema.declarations import (
    Column,
    Grant,
    InlinePolicy,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Table,
    TableAccess,
)
from supaschema.portable.state import without_secrets
from supaschema.review.throwaway import throwaway
from supaschema.review.trial import AGAIN, BACK, UP, tried
from tests.fixtures.postgres import Database
from tests.support.planted import typed
from tests.support.pulumi import Declared, Stack

NOTES = Table(
    name="notes",
    columns=(Column(name="id", type="uuid", nullable=False), Column(name="title", type="text")),
    primary_key=PrimaryKey(columns=("id",)),
)
OPENED = TableAccess(
    table="notes",
    policies=(
        InlinePolicy(name="titled", command=PolicyCommand.SELECT, to=("authenticated",), using="title is not null"),
    ),
    grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),),
)
SECRET = "a-word-that-nobody-should-read"


def test_a_change_is_tried_and_taken_back(
    objects: Stack, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(objects, "word", SECRET)
    objects.declare(Declared("notes", NOTES))
    objects.up()
    state = without_secrets(json.loads(objects.run("stack", "export").stdout), lambda text: text)
    earlier = tmp_path / "earlier"
    shutil.copytree(objects.directory, earlier, symlinks=True)
    objects.declare(
        Declared("notes", msgspec.structs.replace(NOTES, columns=(*NOTES.columns, Column(name="more", type="int")))),
        Declared(
            "access",
            OPENED,
            after=("notes",),
        ),
    )
    for name in ("PATH", "PULUMI_PYTHON_CMD"):
        monkeypatch.setenv(name, objects.environment[name])
    monkeypatch.setenv("PLANTED", SECRET)
    scratch = Settings(database.url)
    with throwaway(objects.directory, objects.name, database.url, state) as stack:
        seen = stack.run("sh", "-c", "env; cat Pulumi.*.yaml; find . -maxdepth 1")
        found = tried(stack, scratch, earlier)
        place = stack.folder
    assert SECRET not in seen.stdout
    assert "word: '[secret]'" in seen.stdout
    assert [(attempt.what, attempt.passed, attempt.said) for attempt in found.attempts] == [
        (UP, True, ""),
        (AGAIN, True, ""),
        (BACK, True, ""),
    ]
    assert found.access is not None
    assert any(
        each.text.startswith("authenticated: select on table public.notes") and each.direction == "wider"
        for each in found.access
    ), found.access
    assert not place.exists()
