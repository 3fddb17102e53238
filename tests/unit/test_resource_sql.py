"""Sql: which statements are refused when they are declared, and why."""

import pytest

from supaschema.core.errors import DeclarationError
from supaschema.core.hazards import Hazard
from supaschema.core.lints import Lint
from supaschema.core.model import Fact, ObjectId
from supaschema.declarations import Sql
from supaschema.kinds import sql as sql_kind
from supaschema.resources.sql import SqlResource

RESOURCE = SqlResource()
ODD = Sql(name="odd", up="select app.odd()", down="select app.undo()", check="select app.is_odd()")


def problems(**said: object) -> list[DeclarationError]:
    values = {name: getattr(ODD, name) for name in ODD.__struct_fields__}
    return list(RESOURCE.problems(Sql(**{**values, **said})))


def test_one_that_is_well_has_no_problems():
    assert problems() == []
    assert problems(up="set local work_mem = '1GB'; set constraints all deferred; select 'commit; vacuum'") == []


def test_its_facts_are_its_record_and_say_the_declaration_again():
    declared = Sql(name="odd", up="select 1", check="select true", transactional=False, hazards=(Hazard.DELETES_DATA,))
    (fact,) = RESOURCE.facts(declared)

    assert fact == Fact(
        ObjectId("sql", ("odd",)),
        sql_kind.Sql(up="select 1", check="select true", transactional=False, hazards=(Hazard.DELETES_DATA,)),
    )
    assert RESOURCE.imported(RESOURCE.identify(declared), {fact.id: fact.definition}) == declared
    assert RESOURCE.lift({fact.id: fact.definition}, declared) == declared.to_inputs()
    assert RESOURCE.lift({}, declared) == {}


def test_what_the_ledger_has_no_record_of_is_not_imported_and_the_reason_is_said():
    with pytest.raises(DeclarationError, match="no database says what was run in it"):
        RESOURCE.imported("odd", {})


def test_its_former_names_are_those_of_its_record():
    declared = Sql(name="odd", up="select 1", check="select true", renamed_from=("old",))

    assert [(str(it.old), str(it.new), it.is_spoken) for it in RESOURCE.renames(declared)] == [
        ("sql old", "sql odd", False)
    ]
    assert RESOURCE.former(declared) == ("old",)


@pytest.mark.parametrize("field", ["up", "down"])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("select 1; commit", "statement 2 begins or ends a transaction"),
        ("/* x */ BEGIN", "statement 1 begins or ends a transaction"),
        ("rollback to a", "statement 1 begins or ends a transaction"),
        ("start transaction", "statement 1 begins or ends a transaction"),
        ("prepare transaction 'a'", "statement 1 begins or ends a transaction"),
        ("set role anon", "go by: set role anon"),
        ("set session authorization anon", "go by: set session authorization"),
        ("set local role anon", "go by: set local role"),
        ("SET search_path = public", "go by: set search_path"),
        ("set local search_path = public", "go by: set local search_path"),
        ("reset all", "go by: reset all"),
        ("discard all", "go by: discard all"),
        ("\\copy t from 'x'", "a backslash command of psql"),
        ("copy t from stdin", "copies from or to the client"),
        ("COPY (select 1) TO STDOUT", "copies from or to the client"),
        ("select 'a", "a quote that begins in line 1 does not end."),
        ("-- none", "it holds no statement."),
    ],
)
def test_what_would_take_the_transaction_the_role_or_the_client_is_refused(field: str, text: str, says: str):
    (found,) = problems(**{field: text})

    assert (found.field, found.lint) == (field, None)
    assert says in found.what
    assert found.remedy


@pytest.mark.parametrize(
    "text",
    [
        "vacuum app.t",
        "create unique index concurrently on app.t (a)",
        "drop index concurrently app.i",
        "reindex table concurrently app.t",
        "alter system set work_mem = '1GB'",
        "create database other",
        "alter table app.t detach partition app.p concurrently",
    ],
)
def test_what_cannot_be_in_a_transaction_is_refused_unless_it_is_said(text: str):
    assert "cannot be in a transaction" in problems(up=text)[0].what
    assert [it for it in problems(up=text, transactional=False) if it.lint is None] == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("select 1; select 2", "it holds 2 statements."),
        ("-- none", "it holds 0 statements."),
        ("delete from app.t returning true", "it is no query."),
        ("select 'a", "does not end"),
    ],
)
def test_a_check_is_one_query(text: str, says: str):
    (found,) = problems(check=text)

    assert found.field == "check"
    assert says in found.what


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("create table app.t (a int)", "Table"),
        ("create or replace view app.v as select 1", "View"),
        ("create policy p on app.t", "Policy"),
        ("alter table app.t enable row level security", "Table or TablePatch"),
        ("create type app.mood as enum ('a')", "EnumType"),
    ],
)
def test_what_a_declaration_says_is_a_lint(text: str, name: str):
    (found,) = problems(up=f"select 1; {text}")

    assert found.lint is Lint.DECLARABLE_STATEMENT
    assert "statement 2 does what a declaration says" in found.what
    assert found.remedy == f"Declare it as {name}."


def test_what_no_declaration_says_is_none():
    dictionary = "create text search dictionary app.d (template = simple)"
    assert problems(up=f"create cast (text as int) with inout; {dictionary}; alter table app.t cluster on i") == []
