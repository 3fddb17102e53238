"""Enum types beneath what other resources declare: labels come, have another name, and go."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import DependencyError, OwnershipError, PreconditionError, SupaschemaError
from supaschema.core.model import Hazard
from supaschema.core.sqltext import raw_sql
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Check, Column, Declaration, EnumType, Grant, ObjectSet, Privilege, View
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.support.catalog import column, dump, one
from tests.support.declared import notes
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

STATE = EnumType(name="state", labels=("new", "waiting", "done"), comment="Of a note.")
NOTES = notes("notes", Column(name="state", type="public.state", default="'new'::public.state"))
OPEN = View(name="open_notes", query="select id, state from public.notes where state <> 'done'")
LABELS = (
    "select array_agg(enumlabel::text order by enumsortorder) from pg_enum where enumtypid = 'public.state'::regtype"
)


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """A table and a view of an enum type."""
    with managed(database.url) as found:
        for declared in (STATE, NOTES, OPEN):
            found.apply(declared)
        yield found


def test_it_is_declared_as_it_is_live(objects: Objects, database: Database, connection: Connection) -> None:
    assert objects.imported(STATE) == STATE
    connection.execute("alter type public.state add value 'late' after 'waiting'")
    connection.execute("revoke usage on type public.state from public")

    with managed(database.url) as later:
        assert later.lifted(STATE) == {
            "name": "state",
            "labels": ["new", "waiting", "late", "done"],
            "comment": "Of a note.",
        }
        assert later.imported(STATE) == replace(STATE, labels=("new", "waiting", "late", "done"), grants=())


def test_a_label_has_another_name_and_what_names_it_follows(
    objects: Objects, database: Database, connection: Connection
) -> None:
    connection.execute("insert into public.notes (state) values ('done')")
    renamed = replace(STATE, labels=("new", "waiting", "finished"), renamed_labels={"finished": "done"})

    plan = objects.preview(renamed)
    objects.apply(renamed)

    assert [item.text for item in plan.statements] == [
        "alter type \"public\".\"state\" rename value 'done' to 'finished'"
    ]
    assert column(connection, "select state::text from public.notes") == ["finished"]
    assert all(objects.preview(it).empty for it in (renamed, replace(renamed, renamed_labels={}), NOTES))
    with managed(database.url) as later:
        assert later.preview(replace(OPEN, query=OPEN.query.replace("done", "finished"))).empty
        with pytest.raises(SupaschemaError, match=r'invalid input value for enum public\.state: "done"'):
            later.preview(OPEN)
    assert "<> 'finished'" in str(one(connection, "select pg_get_viewdef('public.open_notes'::regclass)"))


def _saying(label: str, more: str = "") -> tuple[Declaration, ...]:
    """Return a table and a view that name a label without its type."""
    saying = notes(
        "notes",
        Column(name="state", type="public.state", default=f"'{label}'"),
        checks=(Check(name="fine", expression=f"state in ('waiting', '{label}', 'new')"),),
    )
    return saying, replace(OPEN, query=f"select id, state from public.notes where state <> '{label}'{more}")


def test_what_says_the_later_name_of_a_label_stays_as_it_is(database: Database, connection: Connection) -> None:
    renamed = replace(STATE, labels=("new", "waiting", "finished"), renamed_labels={"finished": "done"})
    before, after = (STATE, *_saying("done")), (renamed, *_saying("finished"))
    with managed(database.url) as objects:
        for declared in before:
            objects.apply(declared)
    with managed(database.url) as objects:
        for declared in after:
            objects.declare(declared)
        previews = [objects.preview(declared) for declared in after]
        ran = [objects.apply(declared) for declared in after]
        again = [objects.preview(declared) for declared in after]

    assert [len(plan.statements) for plan in previews] == [len(plan.statements) for plan in ran] == [1, 0, 0]
    assert all(plan.empty for plan in again)
    assert "<> 'finished'" in str(one(connection, "select pg_get_viewdef('public.open_notes'::regclass)"))


def test_it_stays_so_in_one_set_too(database: Database) -> None:
    renamed = replace(STATE, labels=("new", "waiting", "finished"), renamed_labels={"finished": "done"})
    before, after = (
        ObjectSet(objects=objects) for objects in ((STATE, *_saying("done")), (renamed, *_saying("finished")))
    )
    with managed(database.url) as objects:
        objects.apply(before)
        plan = objects.preview(after, named=before)
        objects.apply(after, named=before)

        assert [it.text for it in plan.statements] == [
            "alter type \"public\".\"state\" rename value 'done' to 'finished'"
        ]
        assert objects.preview(after, named=before).empty


@pytest.mark.parametrize(
    ("was", "says"),
    [
        ("select 'done'::text as said from public.notes", "select 'finished'::text as said from public.notes"),
        (
            "select state <> 'done' as open, 'done' as said from public.notes",
            "select state <> 'finished' as open, 'finished' as said from public.notes",
        ),
    ],
)
def test_a_text_that_is_no_label_is_another_text(database: Database, was: str, says: str) -> None:
    renamed = replace(STATE, labels=("new", "waiting", "finished"), renamed_labels={"finished": "done"})
    said = replace(OPEN, query=says)
    with managed(database.url) as objects:
        for declared in (STATE, NOTES, replace(OPEN, query=was)):
            objects.apply(declared)
        for declared in (renamed, said):
            objects.declare(declared)
        objects.preview(renamed)

        assert not objects.preview(said).empty


@pytest.mark.parametrize("more", [" and id is not null", ""], ids=["a changed view", "a new one"])
@pytest.mark.parametrize("in_one_set", [True, False], ids=["in one set", "as resources"])
def test_a_label_that_goes_is_found_in_a_text_without_its_type(
    database: Database, more: str, *, in_one_set: bool
) -> None:
    fewer = replace(STATE, labels=("new", "done"))
    view = _saying("waiting", more)[1]
    first = (STATE, NOTES, *((_saying("waiting")[1],) if more else ()))
    before, after = ObjectSet(objects=first), ObjectSet(objects=(fewer, NOTES, view))
    told = r"view public\.open_notes names label 'waiting' of type public\.state, which goes"
    with managed(database.url) as objects:
        if in_one_set:
            objects.apply(before)
            with pytest.raises(DependencyError, match=told):
                objects.preview(after, named=before)
        else:
            for declared in first[:2]:
                objects.apply(declared)
            for declared in (fewer, view):
                objects.declare(declared)
            with pytest.raises(DependencyError, match=told):
                objects.preview(view)


def test_a_program_of_before_a_rename_by_hand_is_told_how_to_undo_it(
    objects: Objects,
    database: Database,
    connection: Connection,
) -> None:
    connection.execute("alter type public.state rename value 'waiting' to 'late'")
    told = r'if it shall only have another name, write `renamed_labels=\{"waiting": "late"\}`'

    with managed(database.url) as later:
        noted = later.preview(STATE).sentences(Hazard.HAS_UNTRACKABLE_DEPENDENCIES)
        connection.execute("insert into public.notes (state) values ('late')")
        with pytest.raises(PreconditionError, match=rf"1 rows of .* no label of its type; {told}"):
            later.preview(STATE)
        later.apply(replace(STATE, renamed_labels={"waiting": "late"}))

    assert len([sentence for sentence in noted if re.search(told, sentence)]) == 1
    assert column(connection, "select state::text from public.notes") == ["waiting"]


LATE = replace(STATE, labels=("new", "late", "done"), renamed_labels={"late": "waiting"})
OVER = replace(STATE, labels=("new", "over", "done"), renamed_labels={"over": "late"})
SAID_BEFORE = View(name="waiting_notes", query="select id from public.notes where state = 'waiting'")


@pytest.mark.parametrize("renames", [(LATE,), (LATE, OVER), (LATE, STATE, LATE)], ids=["once", "twice", "and back"])
@pytest.mark.parametrize("in_one_set", [True, False], ids=["in one set", "as resources"])
def test_the_program_of_before_a_rename_renames_it_back(
    database: Database, connection: Connection, renames: tuple[EnumType, ...], *, in_one_set: bool
) -> None:
    program = (STATE, NOTES, SAID_BEFORE)
    first: tuple[Declaration, ...] = (ObjectSet(objects=program),) if in_one_set else program
    with managed(database.url) as objects:
        for declared in first:
            objects.apply(declared)
        connection.execute("insert into public.notes (state) values ('waiting')")
        for renamed in renames:
            label = renamed.labels[1]
            said = replace(SAID_BEFORE, query=f"select id from public.notes where state = '{label}'")
            changed = (renamed, NOTES, said)
            for declared in (ObjectSet(objects=changed),) if in_one_set else changed:
                objects.apply(declared, named=first[0] if in_one_set else None)
    with managed(database.url) as objects:
        for declared in first:
            objects.declare(declared)
        previews = [objects.preview(declared) for declared in first]
        ran = [objects.apply(declared) for declared in first]
        assert all(objects.preview(declared).empty for declared in first)

    shown, done = ([it.text for plan in plans for it in plan.statements] for plans in (previews, ran))
    query = f"alter type \"public\".\"state\" rename value '{renames[-1].labels[1]}' to 'waiting'"
    assert shown == done == [query]
    told = previews[0].sentences(Hazard.HAS_UNTRACKABLE_DEPENDENCIES)
    assert "it is called 'waiting' again, as it was by the ledger" in " ".join(told)
    assert column(connection, "select state::text from public.notes") == ["waiting"]


def test_a_label_is_named_by_a_resource_that_comes_after_it(objects: Objects, connection: Connection) -> None:
    late = replace(STATE, labels=("new", "waiting", "late", "done"))
    changed = (
        notes("notes", Column(name="state", type="public.state", default="'late'::public.state")),
        replace(OPEN, query="select id, state from public.notes where state in ('new', 'late')"),
    )

    for declared in (late, *changed):
        objects.declare(declared)
    previews = [objects.preview(declared) for declared in (late, *changed)]
    for declared in (late, *changed):
        objects.apply(declared)

    assert not any(plan.empty for plan in previews)
    assert one(connection, "insert into public.notes default values returning state::text") == "late"


def test_what_is_no_label_and_will_be_none_is_told_before(objects: Objects) -> None:
    with pytest.raises(SupaschemaError, match="invalid input value for enum"):
        objects.preview(notes("notes", Column(name="state", type="public.state", default="'lost'::public.state")))


def test_a_label_that_something_else_names_does_not_go(objects: Objects, database: Database) -> None:
    before = dump(database)

    with pytest.raises(DependencyError, match=r"view public\.open_notes names its label 'done', which goes\. Nothing"):
        objects.preview(replace(STATE, labels=("new", "waiting")))

    assert dump(database) == before


@pytest.mark.parametrize(
    ("named", "label"),
    [
        ("'{new,a\\\\b}'::public.state[]", "a\\b"),
        ("""'{new,"it''s"}'::public.state[]""", "it's"),
        ("array['a\\b'::public.state]", "a\\b"),
    ],
)
def test_it_does_not_go_either_where_a_constant_of_an_array_names_it(
    database: Database, named: str, label: str
) -> None:
    state = replace(STATE, labels=("new", "a\\b", "it's", "waiting"))
    view = replace(OPEN, query=f"select id from public.notes where state = any ({named}) and 'waiting' <> 'it''s'")
    with managed(database.url) as objects:
        for declared in (state, NOTES, view):
            objects.apply(declared)
        objects.preview(replace(state, labels=("new", "a\\b", "it's")))
        told = re.escape(f"view public.open_notes names its label '{label}', which goes.")
        with pytest.raises(DependencyError, match=told):
            objects.preview(replace(state, labels=("new", *({"a\\b", "it's"} - {label}))))


def test_what_names_a_label_or_leaves_the_type_changes_with_it_in_one_set(
    database: Database, connection: Connection
) -> None:
    checked = replace(NOTES, checks=(Check(name="fine", expression="state <> 'waiting'"),))
    left = notes("notes", Column(name="state", type="text", default="'new'"))
    fewer = replace(STATE, labels=("new", "done"))
    before, after, away = (
        ObjectSet(objects=(state, table))
        for state, table in ((STATE, checked), (fewer, NOTES), (replace(STATE, labels=("new",)), left))
    )
    with managed(database.url) as objects:
        objects.apply(before)
        connection.execute("insert into public.notes default values")
        with pytest.raises(DependencyError, match=r"constraint public\.notes\.fine names its label 'waiting'"):
            objects.preview(ObjectSet(objects=(fewer, checked)), named=before)
        for declared in (after, away):
            objects.apply(declared, named=before)
            assert objects.preview(declared, named=before).empty
    assert column(connection, "select state from public.notes") == ["new"]


def test_rows_that_hold_it_keep_a_label(objects: Objects, connection: Connection) -> None:
    connection.execute("insert into public.notes (state) values ('waiting'), ('waiting')")
    fewer = replace(STATE, labels=("new", "done"))

    with pytest.raises(PreconditionError, match=r"2 rows of public\.notes hold 'waiting' in state.* found by: select"):
        objects.preview(fewer)
    connection.execute("update public.notes set state = 'new'")
    plan = objects.apply(fewer)

    assert plan.sentences(Hazard.REWRITES_TABLE) == (
        "Making public.state anew rewrites public.notes; nobody reads or writes it meanwhile.",
    )
    assert one(connection, LABELS) == ["new", "done"]
    assert all(objects.preview(declared).empty for declared in (fewer, NOTES, OPEN))


def test_a_column_of_another_stack_keeps_a_label(objects: Objects, database: Database, connection: Connection) -> None:
    connection.execute(
        "update supaschema.objects set urn = replace(urn, ':test::', ':other::') where urn like '%:Table::%'"
    )

    with managed(database.url) as later, pytest.raises(OwnershipError, match="belongs to urn:pulumi:other"):
        later.preview(replace(STATE, labels=("new", "done")))


def test_a_name_and_a_removal_take_two_deployments(objects: Objects) -> None:
    with pytest.raises(DependencyError, match="Deploy the renames first"):
        objects.preview(replace(STATE, labels=("fresh", "done"), renamed_labels={"fresh": "new"}))


def test_it_does_not_go_from_under_a_column(objects: Objects) -> None:
    with pytest.raises(DependencyError, match=r"public\.open_notes would lose what it stands on"):
        objects.removal(STATE)


def test_who_may_use_it_is_left_as_it_is_unless_it_is_said(objects: Objects, connection: Connection) -> None:
    has = (
        "select array[has_type_privilege('anon', 'public.state', 'usage'),"
        " has_type_privilege('service_role', 'public.state', 'usage')]"
    )
    said = replace(STATE, grants=(Grant(to="service_role", privileges=(Privilege.USAGE,)),))

    assert one(connection, has) == [True, True]
    objects.apply(said)
    assert one(connection, has) == [False, True]
    objects.apply(STATE)
    assert one(connection, has) == [True, True]


def test_what_is_usual_of_its_grants_is_no_drift_and_what_is_not_goes(
    objects: Objects, database: Database, connection: Connection
) -> None:
    def found() -> dict[str, tuple[str, ...]]:
        looking = Managed(Settings(database_url=database.url))
        try:
            findings = swept(looking, KINDS).findings
            return {item.title: item.repair for item in findings if item.title.endswith("public.state")}
        finally:
            looking.close()

    assert found() == {}
    connection.execute("grant usage on type public.state to anon with grant option")
    repair = found()["type grants public.state"]
    for statement in repair:
        connection.execute(raw_sql(statement))

    assert repair == ('revoke usage on type "public"."state" from "anon";',)
    assert found() == {}
