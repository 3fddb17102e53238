"""The text of a program: whatever a database holds is read back as it was, and what is called alike is told apart."""

from __future__ import annotations

import keyword
from itertools import product
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supaschema import declarations
from supaschema.core.model import Definition, ObjectId
from supaschema.core.printable import line
from supaschema.declarations import (
    Argument,
    Column,
    Declaration,
    Function,
    Grant,
    Index,
    MaterializedView,
    Policy,
    PolicyCommand,
    Privilege,
    Schema,
    Table,
    TableAccess,
)
from supaschema.export.model import Scope
from supaschema.export.named import OF_SDK, modules_of, names_of
from supaschema.export.program import docstring
from supaschema.export.python_text import WIDTH, string, text_of
from supaschema.export.unsaid import unsaid
from supaschema.kinds import index
from supaschema.kinds.not_null import NotNull

ODD = st.text(alphabet="a\"'\\\n\r\t \x00\x1b\u202eé漢{}#$", max_size=12)


def read_back(text: str) -> object:
    """Return what a program's text says."""
    return eval(text, dict(vars(declarations)))  # noqa: S307 - the library has written it


@given(ODD)
def test_a_text_is_read_back_as_it_was(text: str) -> None:
    assert read_back(string(text)) == text


@pytest.mark.parametrize("length", range(1, 5))
def test_a_text_of_quotes_and_backslashes_ends_where_it_ends(length: int) -> None:
    texts = ["".join(it) for it in product('a"\\\n', repeat=length)]
    assert [read_back(string(it)) for it in texts] == texts


@given(ODD)
def test_a_schema_of_any_name_is_no_more_than_words_in_its_file(name: str) -> None:
    text = f"What schema {name} holds."
    assert read_back(docstring(text)) == line(text)


@given(ODD, st.integers(min_value=0, max_value=WIDTH))
def test_a_declaration_is_read_back_as_it_was(text: str, indent: int) -> None:
    declared = Table(
        name=text,
        columns=(Column(name=text, type="text", default=text), Column(name="b", type=text, nullable=False)),
        options={text: text},
        access=declarations.InlineAccess(grants=(Grant(to=text, privileges=(Privilege.SELECT,), columns=(text,)),)),
    )
    assert read_back(text_of(declared, indent)) == declared


def test_what_is_as_it_is_by_default_is_not_written() -> None:
    assert text_of(Schema(name="app")) == 'Schema(name="app")'


def test_what_fits_no_line_has_a_line_for_each_part() -> None:
    index = Index(name="by_name", table="notes", schema="app", keys=("lower(name)", "made_at desc nulls last", "id"))
    assert text_of(index).splitlines() == [
        "Index(",
        '    name="by_name",',
        '    table="notes",',
        '    schema="app",',
        '    keys=("lower(name)", "made_at desc nulls last", "id"),',
        ")",
    ]


def function(*types: str) -> Function:
    return Function(name="f", arguments=tuple(Argument(name="", type=it) for it in types), returns="int", body="x")


@pytest.mark.parametrize(
    ("declared", "names"),
    [
        ((Schema(name="a"), Table(name="b", columns=()), TableAccess(table="b")), ["a", "public.b", "public.b access"]),
        ((function("text"), Table(name="g", columns=())), ["public.f", "public.g"]),
        ((function("text"), function("int", "text")), ["public.f(text)", "public.f(integer, text)"]),
        (
            (Schema(name="public.b"), Table(name="b", columns=()), MaterializedView(name="b", query="x")),
            ["public.b", "public.b (Table)", "public.b (MaterializedView)"],
        ),
        (
            tuple(
                Policy(name=name, table=table, command=PolicyCommand.ALL, to=())
                for name, table in (("b", "t.a"), ("a.b", "t"))
            ),
            ["public.t.a.b", "public.t.a.b (Policy)"],
        ),
        ((Table(name="a\nb", columns=()),), ["public.a\\nb"]),
    ],
    ids=["of several kinds", "a function", "functions of one name", "alike", "alike by a dot", "in one line"],
)
def test_a_resource_is_named_for_its_object(declared: tuple[Declaration, ...], names: list[str]) -> None:
    assert names_of(declared) == names


@given(st.sets(st.text(min_size=1, max_size=6)))
@example({"pulumi", "PULUMI", "begin_all", "declare_all", "__init__", "__path__", "__dict__", "__main__"})
def test_every_schema_has_a_module_of_its_own(schemas: set[str]) -> None:
    modules = modules_of(schemas)
    assert modules.keys() == schemas
    assert len({*modules.values()}) == len(schemas)
    assert all(it.isidentifier() and not keyword.iskeyword(it) and it == it.lower() for it in modules.values())
    # What the program itself goes by, and what a package has without a module.
    assert {*modules.values()}.isdisjoint({"pulumi", *OF_SDK, *dir(ModuleType("schemas")), "__init__", "__path__"})


@pytest.mark.parametrize(
    ("scope", "meant"),
    [
        (Scope(), True),
        (Scope(schemas=frozenset({"app"})), True),
        (Scope(schemas=frozenset({"other"})), False),
        (Scope(tables=("no*",)), True),
        (Scope(tables=("app.no*", "x")), True),
        (Scope(tables=("NOTES", "other.*", "note")), False),
        (Scope(schemas=frozenset({"other"}), tables=("notes",)), False),
    ],
)
def test_which_relations_are_meant(scope: Scope, *, meant: bool) -> None:
    assert scope.has_relation("app", "notes") is meant


@pytest.mark.parametrize(
    ("id", "definition", "said"),
    [
        (ObjectId("not_null", ("app", "notes", "body")), NotNull(), None),
        (ObjectId("not_null", ("app", "notes", "body")), NotNull(name="filled"), "it is called filled"),
        (ObjectId("not_null", ("app", "notes", "body")), NotNull(no_inherit=True), "it does not hold for heirs"),
        (ObjectId("not_null", ("app", "notes", "body")), NotNull(validated=False), "it is not proven"),
        (ObjectId("not_null", ("app", "notes", "body")), NotNull(name="filled", inherited=True), None),
        (ObjectId("index", ("app", "notes", "by_body")), index.Index(keys=()), None),
        (
            ObjectId("index", ("app", "notes", "by_body")),
            index.Index(keys=(), valid=False),
            "it was not built to its end",
        ),
        (ObjectId("index", ("app", "notes", "by_body")), index.Index(keys=(), comment="it"), None),
        (
            ObjectId("index", ("app", "notes", "by_body")),
            index.Index(keys=(), comment="it", inherited=True),
            "it is another",
        ),
    ],
)
def test_what_no_declaration_says_of_a_table_is_said(id: ObjectId, definition: Definition, said: str | None) -> None:
    found = [it.why for it in unsaid({id: definition}, {})]
    assert len(found) == (said is not None)
    assert all(it.startswith(said or "") for it in found)
