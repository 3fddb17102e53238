"""No text makes a regular expression try for ever: what reads SQL reads it in one way."""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import supaschema
from supaschema.core.errors import OwnershipError
from supaschema.core.model import ObjectId
from supaschema.core.secret_texts import without_quoted
from supaschema.engine.foreign import Foreign
from supaschema.engine.role_owners import Owners
from supaschema.kinds.view import View
from supaschema.registry import KINDS

_SECONDS = 5
_MANY = 100
_DASHES = "-" * _MANY
_HOSTILE = {
    "a comment after a string": f"select E'a' {_DASHES} note\n, 1",
    "a comment in a string that goes on": f"select E'a' \n{_DASHES} note\n{_DASHES}\n, 1",
    "dashes": f"select {_DASHES}",
    "a string without an end": "select E'" + "''" * _MANY + "\\'",
    "a name without an end": 'select "' + '""' * _MANY,
    "comments without an end": "select " + "/*" * _MANY,
    "dollars": "select " + "$a$ $b$ " * _MANY,
    "empty lines after a string": "select E'a'" + " \n" * _MANY + "x",
}


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in pkgutil.walk_packages(supaschema.__path__, "supaschema."):
        # The typed resources are generated, and need the installed wheel.
        if not module.name.endswith("__main__") and not module.name.startswith("supaschema.pulumi"):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    yield f"{module.name}.{name}", value


@contextmanager
def in_time() -> Iterator[None]:
    """Fail where it takes long; a regular expression lets itself be interrupted."""

    def late(*_: object) -> None:
        pytest.fail(f"it takes more than {_SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("text", _HOSTILE.values(), ids=_HOSTILE)
def test_every_pattern_is_done_with_any_text_in_time(text: str) -> None:
    for name, pattern in _patterns():
        try:
            with in_time():
                pattern.search(text)
        except pytest.fail.Exception as error:
            pytest.fail(f"{name}: {error}")


def test_what_is_quoted_before_many_dashes_is_left_out() -> None:
    with in_time():
        told = without_quoted(f"select E'a' {_DASHES} note\n, 'key'")

    assert told == "select '[secret]'  \n, '[secret]'"


def test_what_is_named_after_many_dashes_is_found() -> None:
    owners = Owners("me", {("routine", "other", "f"): Foreign("function other.f()", "mallory")})
    view = View(query=f"select E'\\\\', E'a' {_DASHES} note\n, other.f()")

    with in_time(), pytest.raises(OwnershipError, match=r"function other\.f\(\) belongs to mallory"):
        owners.require({ObjectId("view", ("public", "v")): view}, KINDS)


def test_comments_that_never_end_take_no_time() -> None:
    view = View(query="/*" * 10_000)

    with in_time():
        Owners("me", {("schema", "other"): Foreign("schema other", "mallory")}).require(
            {ObjectId("view", ("public", "v")): view}, KINDS
        )
