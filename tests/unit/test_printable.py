"""Text that leaves is text: nothing in it steers a terminal or a build's log."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest

from supaschema.core.errors import ApplyError, SupaschemaError
from supaschema.core.model import Lock, LockMode, ObjectId, Plan, Statement
from supaschema.core.printable import line, lines
from supaschema.core.sqltext import raw_sql
from supaschema.core.urn import resource_name
from supaschema.provider.report import describe

MARKS = (
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff\ud800\U000e0041"
)
CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))
COMMANDS = ("::error::no", "::add-mask::x", "::set-output name=x::y", "##[error]x", "##vso[task.x]y", "##teamcity[x]")


@pytest.mark.parametrize("character", [*MARKS, *CONTROLS])
def test_what_steers_is_shown_as_an_escape(character: str) -> None:
    shown = line(f"a{character}b")

    assert character not in shown
    assert shown.startswith("a\\")
    assert shown.isprintable()
    assert line(shown) == shown


@pytest.mark.parametrize(
    "text", ["public.jobs", "Größe", "日本語", "\u0645\u06cc\u200c\u062e\u0648", "a::text", "C:\\x", "👩\u200d🔬"]
)
def test_what_steers_nothing_stays_as_it_is(text: str) -> None:
    assert line(text) == lines(text) == text


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("before", ["", "  ", "\t", "select\n", "select\n  ", "select\r", "select\u2028"])
def test_no_line_is_a_command_to_a_build(before: str, command: str) -> None:
    for shown in (line(before + command), lines(before + command), lines(lines(before + command))):
        for each in shown.splitlines():
            assert not each.lstrip().startswith("::")
            assert "##[" not in each
            assert "##vso[" not in each
            assert "##teamcity[" not in each


def test_lines_stay_lines_and_begin_with_spaces_after_the_first() -> None:
    assert lines("select 1,\n  2\n::text\n\nfrom x\r\n\t, y") == ("select 1,\n  2\n  ::text\n\n  from x\\x0d\n  \t, y")
    assert lines(lines("a\nb\n\tc")) == lines("a\nb\n\tc")


def test_what_another_program_prints_is_copied_line_by_line() -> None:
    command = [sys.executable, "-m", "supaschema.core.printable"]
    given = "a\x1b[31mb\n\t::error::x\nö\u202e".encode() + b"\xff\nlast"

    copied = subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True).stdout

    assert copied.decode() == "a\\x1b[31mb\n\t\\x3a:error::x\nö\\u202e\\xff\nlast"


ODD = "a\n::error::b\x1b[31m\u202e"


@pytest.mark.parametrize(
    "text",
    [
        str(ObjectId("column", ("public", ODD, ODD))),
        str(SupaschemaError(ODD, where=ODD)),
        resource_name(f"urn:pulumi:test::objects::supaschema:index:Table::{ODD.replace('::', ':')}"),
    ],
    ids=["an object", "an error", "a resource"],
)
def test_a_name_is_in_one_line(text: str) -> None:
    assert text.isprintable()


def test_the_lines_of_a_statement_in_an_error_are_indented() -> None:
    error = ApplyError("the server refuses.", remedy="It was at: select 1\n::error::no\n;\x1b[2J")

    assert all(each.startswith("  ") and "::error" not in each for each in str(error).splitlines()[1:])
    assert "\x1b" not in str(error)


def test_a_report_keeps_the_lines_of_sql_and_of_nothing_else() -> None:
    statement = Statement(raw_sql(f"select 1,\n::error::2 {ODD}"), locks=(Lock(ODD, LockMode.SHARE),))

    told = describe(Plan(statements=(statement,), notes=(ODD,)), ())

    assert all(unicodedata.category(each) not in ("Cc", "Cf") for each in told.replace("\n", ""))
    assert "\n  select 1,\n" in told
    assert not [each for each in told.splitlines() if each.lstrip().startswith("::")]
    assert len(told.splitlines()) == 8


@pytest.mark.parametrize(
    "program",
    [
        "from supaschema.core.printable import main; main()",
        "from supaschema.command.outcome import say; [say('x' * 99) for _ in range(9999)]; raise SystemExit(2)",
    ],
    ids=["what copies another program's words", "a command"],
)
def test_a_reader_who_has_seen_enough_is_no_failure(program: str) -> None:
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, complained = process.communicate(b"a\n" * 99_999)

    assert complained == b""
    assert process.returncode == (2 if "SystemExit" in program else 0)
