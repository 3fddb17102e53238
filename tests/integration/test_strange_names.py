"""However a text names what belongs to others, it is refused: names, strings, comments are as the server has them."""

from __future__ import annotations

import pytest

from supaschema.core.errors import OwnershipError
from supaschema.declarations import Declaration, Function, Index, View
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import NAME, Stranger
from tests.support.objects import managed


@pytest.mark.parametrize(
    "query",
    [
        "select '--' as dash, strange.noted('x') as one",
        "select '/*' as dash, strange.noted('x') as one",
        "select 'it''s --' as dash, strange.noted('x') as one",
        r"select e'\'--' as dash, strange.noted('x') as one",
        r"select '\' as dash, strange.noted('--') as one",
        "select 1 as \"--\", strange.noted('x') as one",
        "select $q$--$q$ as dash, strange.noted('x') as one",
        "select strange/**/.noted('x') as one",
        "select strange/* a /* b */ c */./**/noted('x') as one",
        "select strange -- why\n . noted('x') as one",
        "select /* '/* */ ' */ strange.noted('x') as one",
        "select postgres.strange.noted('x') as one",
        "select pg_catalog.query_to_xml('select strange.noted(1)', true, true, '') as one",
        r"""select U&"\0073trange".noted('x') as one""",
        r"""select U&"!0073trange" uescape '!' .noted('x') as one""",
        "select 1 as one -- why\rwhere strange.note()",
        "select 1 operator(strange.===) 2 as one",
        'select 1 operator ( "strange" /* */ . === ) 2 as one',
        "select 1 as \u2603$$, '$$ --' as dash, strange.noted('x') as one",
        "select $\u2603$--$\u2603$ as dash, strange.noted('x') as one",
        "select e'a'\n'\\'--' as dash, strange.noted('x') as one",
        "select e'a' -- why\n -- so\n '\\'--' as dash, strange.noted('x') as one",
    ],
)
def test_no_string_or_comment_hides_what_a_text_names(database: Database, stranger: Stranger, query: str):
    for declared in (
        View(name="v", query=query),
        Function(name="f", returns="integer", body=f"begin perform 1 from ({query}\n) q; return 1; end"),
    ):
        with managed(database.url) as objects, pytest.raises(OwnershipError, match=r"strange.* belongs to stranger"):
            objects.preview(declared)
    assert stranger.ran() == []


_LONG = "a" * 62
_NAMES = f"""
    grant create on schema public to {NAME};
    set role {NAME};
    create schema "Ä";
    create schema "{_LONG}b";
    create operator public.=== (leftarg = integer, rightarg = integer, function = strange.same);
    create function public.given() returns integer language sql return 1;
    reset role;
"""


def _looking_up(path: str, body: str, **settings: str) -> Function:
    return Function(name="f", returns="integer", search_path=f"pg_catalog, {path}", settings=settings, body=body)


@pytest.mark.parametrize(
    ("declared", "named"),
    [
        (View(name="v", query="select 1 operator(public.===) 2 as one"), r"operator public\.===\(integer,integer\)"),
        (Index(name="i", table="users", keys=("id",), where="1 operator(public.===) 1"), "operator public.==="),
        (View(name="v", query="select Ä.noted('x') as one"), 'schema "Ä"'),
        (View(name="v", query=f"select {_LONG}bc.noted('x') as one"), f"schema {_LONG}b"),
        (_looking_up("strange, pg_temp", "begin return found(); end"), "schema strange"),
        (_looking_up("public, pg_temp", "begin return given(); end"), r"function public.given\(\)"),
        (_looking_up("public, pg_temp", 'begin return "given"(); end'), r"function public.given\(\)"),
        (_looking_up("public, pg_temp", "begin return 1 === 2; end"), "operator public.==="),
        (
            _looking_up("pg_temp", "select '\\'--', strange.noted('x'), '", standard_conforming_strings="off"),
            "schema strange",
        ),
    ],
)
def test_what_is_found_by_an_operator_a_path_or_another_spelling_is_refused_likewise(
    database: Database, stranger: Stranger, declared: Declaration, named: str
):
    stranger.connection.execute(
        "create function strange.same(integer, integer) returns boolean language plpgsql immutable as "
        "'begin return strange.note(); end'"
    )
    stranger.platform.execute(_NAMES.encode())
    for way in ("preview", "apply"):
        with managed(database.url) as objects, pytest.raises(OwnershipError, match=f"{named}.* belongs to stranger"):
            getattr(objects, way)(declared)
    assert stranger.ran() == []
