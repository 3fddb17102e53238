"""What else has a name is renamed as tables are: what stands on it, its comment and who may use it stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, LiteralString

import pytest
from msgspec.structs import replace

from supaschema.core.errors import DependencyError
from supaschema.declarations import (
    Argument,
    Declaration,
    Function,
    InlinePolicy,
    PolicyCommand,
    PrimaryKey,
    TableAccess,
    Trigger,
    TriggerEvent,
)
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.objects import Objects, managed
from tests.support.renamed import FUNCTION, INDEX, NOTES, POLICY, STAMP, TRIGGER, VIEW
from tests.support.sessions import Connection

RENAMES: dict[str, tuple[Declaration, Declaration, str, str]] = {
    "view": (
        VIEW,
        replace(VIEW, name="headings", renamed_from=("titles_of_notes",)),
        "select 'public.%s'::regclass::oid",
        'alter view "public"."titles_of_notes" rename to "headings"',
    ),
    "function": (
        FUNCTION,
        replace(FUNCTION, name="cut", renamed_from=("public.shorten",)),
        "select 'public.%s(text, integer)'::regprocedure::oid",
        'alter function "public"."shorten"(text, integer) rename to "cut"',
    ),
    "trigger": (
        TRIGGER,
        replace(TRIGGER, name="marked", renamed_from=("stamped",)),
        "select oid from pg_trigger where tgname = '%s'",
        'alter trigger "stamped" on "public"."notes" rename to "marked"',
    ),
    "index": (
        INDEX,
        replace(INDEX, name="parents_of_notes", renamed_from=("by_parent",)),
        "select 'public.%s'::regclass::oid",
        'alter index "public"."by_parent" rename to "parents_of_notes"',
    ),
    "policy": (
        POLICY,
        replace(POLICY, name="members read", renamed_from=("read",)),
        "select oid from pg_policy where polname = '%s'",
        'alter policy "read" on "public"."notes" rename to "members read"',
    ),
}
EACH = pytest.mark.parametrize("kind", RENAMES)


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """What applies declarations, in a database that has what they stand on."""
    with managed(database.url) as found:
        found.apply(NOTES)
        found.apply(STAMP)
        yield found


@pytest.fixture
def owner(database: Database) -> Iterator[Connection]:
    """A connection of the owner."""
    with database.connect() as connection:
        yield connection


def _name(declared: Any) -> str:
    return str(declared.name)


def _shown(objects: Objects, declared: Declaration, named: Declaration | None = None) -> list[str]:
    return [statement.text for statement in objects.preview(declared, named=named).statements]


@EACH
def test_a_rename_is_one_statement_and_what_there_was_stays(
    kind: str, objects: Objects, owner: Connection, database: Database
) -> None:
    before, after, find, statement = RENAMES[kind]
    objects.apply(before)
    oid = one(owner, find % _name(before))

    shown = _shown(objects, after, before)
    objects.apply(after, named=before)

    assert shown == [statement]
    assert one(owner, find % _name(after)) == oid
    assert objects.preview(after, named=before).empty
    with managed(database.url) as later:
        assert later.preview(after, named=before).empty
        # The program of before: it does not know the name of today.
        back = _shown(later, replace(before, renamed_from=(_name(after),)), before)
        assert len(back) == 1
        later.remove(before)
    assert one(owner, "select count(*) from supaschema.objects where object like %s", f"%{_name(after)}%") == 0
    with managed(database.url) as another:
        assert statement not in _shown(another, after)
        another.apply(after)
        assert another.preview(after).empty


def test_constraints_and_policies_of_a_table_are_renamed_without_proof(objects: Objects, owner: Connection) -> None:
    table = replace(
        NOTES,
        primary_key=PrimaryKey(columns=("id",), renamed_from=("notes_key",)),
        uniques=(replace(NOTES.uniques[0], name="headings", renamed_from=("titles",)),),
        checks=(replace(NOTES.checks[0], name="brief", renamed_from=("short",)),),
        foreign_keys=(replace(NOTES.foreign_keys[0], name="above", renamed_from=("parents",)),),
    )
    access = TableAccess(table="notes", policies=(InlinePolicy(name="a", command=PolicyCommand.ALL, to=("anon",)),))
    opened = replace(access, policies=(replace(access.policies[0], name="b", renamed_from=("a",)),))
    objects.apply(access)

    shown = [*_shown(objects, table), *_shown(objects, opened)]
    objects.apply(table)
    objects.apply(opened)

    assert shown == [
        'alter table "public"."notes" rename constraint "notes_key" to "notes_pkey"',
        'alter table "public"."notes" rename constraint "titles" to "headings"',
        'alter table "public"."notes" rename constraint "short" to "brief"',
        'alter table "public"."notes" rename constraint "parents" to "above"',
        'alter policy "a" on "public"."notes" rename to "b"',
    ]
    assert objects.preview(table).empty


def test_a_function_whose_arguments_change_is_renamed_and_what_calls_it_follows(
    objects: Objects, owner: Connection
) -> None:
    objects.apply(FUNCTION)
    objects.apply(replace(VIEW, name="calls", query="select public.shorten(title) as title from public.notes"))
    wider = replace(FUNCTION, name="cut", arguments=(FUNCTION.arguments[0],), body="select left(value, 3)")
    renamed = replace(wider, renamed_from=("shorten(text, int)",))
    owner.execute("insert into notes values (1, 'abcdef')")

    objects.apply(renamed, named=FUNCTION)

    assert column(owner, "select title from calls") == ["abc"]
    assert column(owner, "select proname from pg_proc where proname in ('cut', 'shorten')") == ["cut"]
    assert objects.preview(renamed, named=FUNCTION).empty


@pytest.mark.parametrize(
    ("kind", "obstacle", "told"),
    [
        ("view", "create type headings as enum ('a')", "type public.headings"),
        ("view", "create sequence headings", "sequence public.headings"),
        ("view", "create view headings as select 1 as id", "view public.headings"),
        (
            "function",
            "create procedure cut(text, integer) language sql as 'select'",
            "function public.cut(text,integer)",
        ),
        ("index", "create table parents_of_notes (id int)", "table public.parents_of_notes"),
        ("policy", 'create policy "members read" on notes for select using (true)', "policy public.notes.members read"),
        (
            "trigger",
            "create trigger marked before insert on notes execute function stamp()",
            "trigger public.notes.marked",
        ),
    ],
)
def test_a_name_that_is_taken_is_refused_in_the_preview_with_what_has_it(
    kind: str, obstacle: LiteralString, told: str, objects: Objects, database: Database
) -> None:
    before, after, _, _ = RENAMES[kind]
    objects.apply(before)
    with database.connect() as owner:
        owner.execute(obstacle)

    with managed(database.url) as later, pytest.raises(DependencyError, match="that name is taken by") as refused:
        later.preview(after, named=before)

    assert told in str(refused.value)
    assert "take that out of it in a deployment before this one" in str(refused.value)


@EACH
def test_a_former_name_that_something_else_has_by_now_is_left_alone(
    kind: str, objects: Objects, owner: Connection, database: Database
) -> None:
    before, after, find, _ = RENAMES[kind]
    objects.apply(after)
    objects.apply(before)
    oid = one(owner, find % _name(before))

    with managed(database.url) as later:
        assert later.preview(after).empty
        later.apply(after)

    assert one(owner, find % _name(before)) == oid


@EACH
def test_what_another_resource_of_the_stack_had_is_taken_over_with_its_new_name(
    kind: str, objects: Objects, owner: Connection, database: Database
) -> None:
    before, after, find, statement = RENAMES[kind]
    objects.apply(before)
    oid = one(owner, find % _name(before))

    # As Pulumi does it for two resources: what is new is made first, and what is gone from the program deleted.
    assert _shown(objects, after) == [statement]
    objects.apply(after)
    assert objects.remove(before).empty
    assert one(owner, find % _name(after)) == oid
    assert objects.preview(after).empty

    # The other way round: there is nothing to rename then.
    with managed(database.url) as later:
        later.remove(after)
        later.apply(before)
        later.remove(before)
        later.apply(after)
        assert later.preview(after).empty


@EACH
def test_a_drop_beside_a_like_addition_is_shown_as_a_possible_rename(kind: str, objects: Objects) -> None:
    before, after, _, _ = RENAMES[kind]
    objects.apply(before)

    notes = objects.preview(replace(after, renamed_from=()), named=before).notes

    assert any(f'if this is a rename, write renamed_from=("{_name(before)}",)' in note for note in notes)


def test_what_was_there_before_comes_back_under_its_new_name(
    objects: Objects, owner: Connection, database: Database
) -> None:
    owner.execute(
        "create function bump(n int) returns int language sql as 'select n + 1';"
        "create trigger old_one before update on notes for each row execute function stamp()"
    )
    bump = Function(
        name="bump", arguments=(Argument(name="n", type="integer"),), returns="integer", language="sql", body="select n"
    )
    first = Trigger(name="old_one", table="notes", events=(TriggerEvent.INSERT,), function="public.stamp")
    with managed(database.url) as adopting:
        adopting.apply(bump)
        adopting.apply(first)
    with managed(database.url) as renaming:
        renaming.apply(replace(bump, name="push", renamed_from=("bump",)), named=bump)
        renaming.apply(replace(first, name="new_one", renamed_from=("old_one",)), named=first)
    with managed(database.url) as removing:
        removing.remove(bump)
        removing.remove(first)

    assert one(owner, "select push(1)") == 2
    assert column(owner, "select tgname from pg_trigger where tgrelid = 'notes'::regclass and not tgisinternal") == [
        "new_one"
    ]
    assert one(owner, "select tgtype::int & 16 from pg_trigger where tgname = 'new_one'") == 16
