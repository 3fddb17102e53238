"""What the server would refuse in a deployment, it refuses in the preview: tried on twins that nobody sees."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from supaschema.core.errors import NotThereError, SupaschemaError
from supaschema.declarations import (
    Bucket,
    Check,
    Column,
    Declaration,
    ForeignKey,
    Function,
    Index,
    Policy,
    PolicyCommand,
    TablePatch,
    Trigger,
    TriggerEvent,
    View,
)
from tests.errors.case import Case
from tests.errors.cases import REFUSED
from tests.fixtures.postgres import Database
from tests.support.catalog import dump
from tests.support.declared import TITLE, notes
from tests.support.objects import Objects, managed

STAMP = Function(name="stamp", returns="trigger", body="begin\n  return new;\nend")
STAMPED = Trigger(name="stamp", table="notes", events=(TriggerEvent.INSERT,), function="public.stamp")
OPEN = Policy(name="open", table="notes", command=PolicyCommand.SELECT, to=("authenticated",), using="title <> ''")
TO_NOBODY = (
    Function(name="one", returns="integer", language="sql", body="select 1", execute=("nobody_knows",)),
    replace(OPEN, to=("nobody_knows",)),
)
WRONG = {
    "generation expression is not immutable": Column(name="odd", type="text", generated="now()::text"),
    'type "numbr" does not exist': Column(name="odd", type="numbr"),
    "function public.nothing() does not exist": Column(name="odd", type="integer", default="public.nothing()"),
    "is of type integer but default expression is of type": Column(name="odd", type="integer", default="now()"),
    "cannot use subquery in DEFAULT expression": Column(name="odd", type="integer", default="(select 1)"),
}
IN_ITS_OWN_WORDS = {'role "nobody_knows" does not exist': "there is no role nobody_knows."}
"""What a preview says before the server would."""


@pytest.fixture
def objects(database: Database):
    with managed(database.url) as objects:
        yield objects


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.title)
def test_what_a_deployment_is_refused_for_is_told_before(database: Database, objects: Objects, case: Case) -> None:
    before, (item,) = dump(database), case.declared

    with pytest.raises(SupaschemaError) as refused:
        objects.preview(item.declaration)

    assert IN_ITS_OWN_WORDS.get(case.what, case.what) in str(refused.value)
    assert "supaschema_trial" not in str(refused.value)
    assert dump(database) == before


@pytest.mark.parametrize(("words", "column"), WRONG.items())
@pytest.mark.parametrize("table", ["new", "users"])
def test_a_column_that_cannot_be_is_refused(objects: Objects, words: str, column: Column, table: str) -> None:
    patch = TablePatch(table="users", columns=(column,))

    with pytest.raises(SupaschemaError, match=words.replace("(", r"\(").replace(")", r"\)")):
        objects.preview(patch if table == "users" else notes("new", column))


def test_an_index_that_is_not_immutable_is_refused(objects: Objects) -> None:
    with pytest.raises(SupaschemaError, match="functions in index expression must be marked IMMUTABLE"):
        objects.preview(Index(name="odd", table="users", keys=("(now())",)))


@pytest.mark.parametrize(
    ("words", "query"),
    {
        'column "one" specified more than once': "select 1 as one, 2 as one",
        'column reference "id" is ambiguous': "select id from public.users a, public.users b",
        "must appear in the GROUP BY clause": "select id from public.users group by email",
        "ORDER BY position 2 is not in select list": "select id from public.users order by 2",
    }.items(),
)
def test_a_view_that_cannot_be_is_refused(objects: Objects, words: str, query: str) -> None:
    with pytest.raises(SupaschemaError, match=words):
        objects.preview(View(name="odd", query=query))


def test_a_foreign_key_to_columns_without_a_key_is_refused(objects: Objects) -> None:
    key = ForeignKey(columns=("id", "role"), references="public.users", referenced_columns=("role", "id"))
    own = replace(notes("notes", Column(name="role", type="text")), foreign_keys=(key,))

    with pytest.raises(SupaschemaError, match=r"no unique constraint or index on public\.users is of just role, id"):
        objects.preview(own)
    objects.preview(Index(name="users_role", table="users", keys=("id", "role"), unique=True))
    assert objects.preview(own).statements


def test_a_key_that_another_resource_declares_is_none_too_few_in_a_preview(objects: Objects) -> None:
    key = ForeignKey(columns=("id", "role"), references="public.users", referenced_columns=("role", "id"))
    own = replace(notes("notes", Column(name="role", type="text")), foreign_keys=(key,))

    objects.declare(Index(name="users_role", table="users", keys=("id", "role"), unique=True))

    assert objects.preview(own).statements
    with pytest.raises(NotThereError, match=r"no unique constraint or index on public\.users is of just role, id"):
        objects.apply(own)


def test_a_bucket_where_there_is_no_storage_is_refused(database: Database) -> None:
    with database.connect_superuser() as connection:
        connection.execute("drop schema storage cascade")

    with managed(database.url) as objects, pytest.raises(SupaschemaError, match=r"does not have storage\.buckets"):
        objects.preview(Bucket(name="files"))


def test_a_grant_to_nobody_is_refused(objects: Objects) -> None:
    with pytest.raises(SupaschemaError, match=r"there is no role nobody_knows.* give its name to expectedRoles"):
        objects.preview(TO_NOBODY[0])


def test_a_role_that_something_else_makes_is_not_missed_in_a_preview(database: Database) -> None:
    with managed(database.url, expected_roles=("nobody_knows",)) as objects:
        objects.apply(notes("notes", TITLE))
        for declared in TO_NOBODY:
            assert objects.preview(declared).statements
            with pytest.raises(SupaschemaError, match='role "nobody_knows" does not exist'):
                objects.apply(declared)


def test_what_an_earlier_preview_makes_is_not_missed(objects: Objects) -> None:
    program: tuple[Declaration, ...] = (
        notes("notes", TITLE, checks=(Check(name="filled", expression="title <> ''"),)),
        STAMP,
        STAMPED,
        OPEN,
        TablePatch(table="notes", columns=(Column(name="size", type="integer", generated="length(title)"),)),
        View(name="titles", query="select title, size from public.notes"),
        Index(name="sizes", table="notes", keys=("size",)),
    )

    for declared in program:
        assert objects.preview(declared).notes == ()
    for declared in program:
        objects.apply(declared)
        assert objects.preview(declared).empty


def test_what_another_resource_declares_in_no_order_is_told(objects: Objects) -> None:
    objects.declare(notes("notes", TITLE))

    (view,) = objects.preview(View(name="titles", query="select title from public.notes")).notes
    (index,) = objects.preview(Index(name="titled", table="notes", keys=("title",))).notes

    assert 'relation "public.notes" does not exist. Another resource declares it: name that in depends_on' in view
    assert "there is no relation public.notes yet. Another resource declares it" in index


def test_what_changes_first_is_not_held_against_what_follows(objects: Objects) -> None:
    number = Column(name="n", type="integer")
    objects.apply(notes("notes", number))
    text = Column(name="n", type="text")

    assert objects.preview(notes("notes", text)).statements
    assert objects.preview(View(name="low", query="select lower(n) as n from public.notes")).notes == ()
    assert objects.preview(Index(name="lower", table="notes", keys=("(lower(n))",))).notes == ()
