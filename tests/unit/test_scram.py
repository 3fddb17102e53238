"""Verifiers are what libpq makes of the same password and salt, and nothing weak is taken."""

from __future__ import annotations

import base64
import re

import pytest

from connectors.scram import WeakPassword, is_verifier, password, verifier


def test_a_password_has_256_bits_and_needs_no_escape_in_a_url():
    made = {password() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", text) for text in made)


def test_a_verifier_is_salted_and_holds_nothing_of_the_password():
    text = password()
    first, second = verifier(text), verifier(text)
    assert first != second
    assert is_verifier(first)
    assert text not in first
    assert base64.b64encode(text.encode()).decode() not in first


@pytest.mark.parametrize("text", ["", "short", "x" * 19, "ä" * 30, "with a space in it, long", "line\nfeed" * 5])
def test_what_could_be_guessed_or_spelled_in_two_ways_is_refused_without_repeating_it(text):
    with pytest.raises(WeakPassword) as refused:
        verifier(text)
    assert not text or text not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["", "hunter2", "md5" + "0" * 32, "SCRAM-SHA-256$4096:x", "SCRAM-SHA-256$4096:AA==$AA==:AA=="]
)
def test_what_is_no_verifier_is_told_apart(text):
    assert not is_verifier(text)
