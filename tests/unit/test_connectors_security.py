"""The command around the checks: what it prints, what it refuses, how it ends."""

from pathlib import Path

import pytest

from connectors import security
from connectors.security import Finding, Level, main, report

ROOT = Path(__file__).resolve().parents[2]


def test_the_documented_table_is_the_files_own():
    assert security.table() in (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")


def test_a_check_is_named_like_its_file_in_its_query():
    for check in security.checks():
        assert f"'{check.name}' as check" in check.query


def test_a_file_that_does_not_say_what_it_finds_is_refused(tmp_path, monkeypatch):
    (tmp_path / "findings").mkdir()
    (tmp_path / "findings" / "odd.sql").write_text("-- Finds: something.\nselect 1\n", encoding="utf-8")
    monkeypatch.setattr(security, "_CHECKS", tmp_path)

    with pytest.raises(ValueError, match=r"odd\.sql: its comment must say, in this order: Finds, Refused"):
        security.checks()


def test_the_worst_comes_first_and_all_are_counted():
    found = [Finding(f"c{level}", level, "public.t", "is so.", "Mend it.") for level in reversed(Level)]
    lines = report(found, security.checks()).splitlines()

    assert [line.split()[0] for line in lines[:-1:2]] == ["error", "warning", "note"]
    assert f"{len(security.checks())} checks: 1 errors, 1 warnings, 1 notes" in lines[-1]
    assert "Mend it." in lines[1]


def test_the_list_needs_no_database(monkeypatch, capsys):
    monkeypatch.delenv("SUPASCHEMA_DATABASE_URL", raising=False)

    assert main(["--list"]) == 0
    assert "| `row_security_off` |" in capsys.readouterr().out


def test_without_a_database_it_says_how_to_name_one(monkeypatch, capsys):
    monkeypatch.delenv("SUPASCHEMA_DATABASE_URL", raising=False)

    assert main([]) == 3
    assert "make -s env" in capsys.readouterr().err


def test_an_unreachable_database_is_no_finding(monkeypatch, capsys):
    monkeypatch.setenv("SUPASCHEMA_DATABASE_URL", "postgresql://nobody:hidden@127.0.0.1:1/none")

    assert main([]) == 1
    said = capsys.readouterr().err
    assert "cannot be asked" in said
    assert "hidden" not in said
