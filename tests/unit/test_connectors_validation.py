"""The validation's report: complete, or saying what is missing."""

import pytest

from connectors.validation import EXPECTED, main, report


def test_as_many_as_expected_or_more_are_enough():
    text, complete = report({**EXPECTED, "RLS Policies": 23})

    assert complete
    assert "23" in text


@pytest.mark.parametrize("name", EXPECTED)
def test_one_too_few_is_named(name):
    text, complete = report({**EXPECTED, name: EXPECTED[name] - 1})

    assert not complete
    assert next(line for line in text.splitlines() if "MISSING" in line).split()[1] in name


def test_without_a_database_it_says_how_to_name_one(monkeypatch, capsys):
    monkeypatch.delenv("SUPASCHEMA_DATABASE_URL", raising=False)

    assert main() == 3
    assert "make -s env" in capsys.readouterr().err


def test_an_unreachable_database_is_no_finding(monkeypatch, capsys):
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", "postgresql://nobody:hidden@127.0.0.1:1/none")

    assert main() == 1
    said = capsys.readouterr().err
    assert "cannot be asked" in said
    assert "hidden" not in said
