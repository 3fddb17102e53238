"""Type names as the server prints them. `tests/integration/test_routines.py` asks the server the same."""

from __future__ import annotations

import pytest

from supaschema.core.type_names import argument_type, canonical_result, canonical_type, split_list
from tests.support.types import SPELLINGS


@pytest.mark.parametrize(("written", "column", "argument"), SPELLINGS)
def test_a_type_is_printed_as_the_server_does(written: str, column: str, argument: str):
    assert canonical_type(written) == column
    assert argument_type(written) == argument


@pytest.mark.parametrize(("written", "column", "argument"), SPELLINGS)
def test_what_the_server_prints_stays_as_it_is(written: str, column: str, argument: str):
    assert canonical_type(column) == column
    assert argument_type(argument) == argument


@pytest.mark.parametrize("mode", ["variadic", "VARIADIC", "inout", "in"])
def test_an_arguments_mode_is_no_part_of_its_type(mode: str):
    assert argument_type(f"{mode} int[]") == "integer[]"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("void", "void"),
        ("int8", "bigint"),
        ("varchar(20)", "character varying"),
        ("setof public.jobs", "SETOF public.jobs"),
        ("SETOF  int", "SETOF integer"),
        ("table (org_id uuid, freed int8)", "TABLE(org_id uuid, freed bigint)"),
        ('table(A timestamptz, "B c" numeric(10, 2))', 'TABLE(a timestamp with time zone, "B c" numeric)'),
    ],
)
def test_a_result_is_printed_as_the_server_does(written: str, printed: str):
    assert canonical_result(written) == printed


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", []),
        ("uuid", ["uuid"]),
        ("uuid, numeric(10, 2) ,text[]", ["uuid", "numeric(10, 2)", "text[]"]),
        ('"a,b", "c""d"', ['"a,b"', '"c""d"']),
    ],
)
def test_a_list_is_split_outside_of_parentheses_and_quotes(text: str, items: list[str]):
    assert split_list(text) == items
