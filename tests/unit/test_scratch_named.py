"""Which database may be one to rebuild in: never the one that the environment names for a stack."""

from __future__ import annotations

import pytest

from supaschema.command.scratch import URL_VARIABLE, named
from supaschema.core.errors import DeclarationError
from supaschema.database.settings import URL_VARIABLE as STACKS_VARIABLE

_FAR = "postgresql://me:pw@db.example.com/app"
_HERE = "postgresql://me@localhost:5433/app"


@pytest.mark.parametrize(
    ("stacks", "given"),
    [
        (_FAR, _FAR),
        (_FAR, "postgresql://other:word@DB.example.com:5432/app?sslmode=require"),
        (_FAR, "host=db.example.com dbname=app"),
        (_FAR, "postgresql://me@far.example.com,db.example.com/app"),
        (_FAR, "postgresql://db.example.com/?user=app"),
        (_HERE, "postgresql://me@127.0.0.1:5433/app"),
        (_HERE, "postgresql://me@/app?host=/tmp&port=5433"),
    ],
)
def test_the_database_of_a_stack_is_refused(monkeypatch: pytest.MonkeyPatch, stacks: str, given: str) -> None:
    monkeypatch.setenv(STACKS_VARIABLE, stacks)
    with pytest.raises(DeclarationError, match="is the one of SUPASCHEMA_DATABASE_URL"):
        named(given)

    monkeypatch.setenv(URL_VARIABLE, given)
    with pytest.raises(DeclarationError, match="is the one of SUPASCHEMA_DATABASE_URL"):
        named(None)


@pytest.mark.parametrize(
    ("stacks", "given"),
    [
        (_FAR, "postgresql://me:pw@db.example.com/scratch"),
        (_FAR, "postgresql://me:pw@db.example.com:5433/app"),
        (_FAR, "postgresql://me:pw@other.example.com/app"),
        (_HERE, "postgresql://me@localhost:5432/app"),
        ("", _FAR),
        ("no URL", _FAR),
    ],
)
def test_another_database_is_taken(monkeypatch: pytest.MonkeyPatch, stacks: str, given: str) -> None:
    monkeypatch.setenv(STACKS_VARIABLE, stacks)

    assert named(given).database_url == given
