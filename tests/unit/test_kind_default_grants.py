"""Default privileges."""

import pytest

from supaschema.core.model import Hazard, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.default_grants import DefaultGrantsKind
from supaschema.kinds.grants import Entry, Grants
from supaschema.kinds.table_grants import TableGrantsKind

TABLES = ObjectId("default_grants", ("postgres", "app", "tables"))
FUNCTIONS = ObjectId("default_grants", ("postgres", "functions"))
KIND = DefaultGrantsKind()
CONTEXT = Context(major=17, user="postgres")
EXECUTE = Entry(grantee="public", privileges=("EXECUTE",))
ANON = Entry(grantee="anon", privileges=("SELECT",))
HEAD = 'alter default privileges for role "postgres" in schema "app"'


def grants(*entries, **more):
    return Grants(entries=entries, **more)


def texts(steps):
    return [statement.text for statement in steps.statements]


@pytest.mark.parametrize(
    ("id", "new", "made"),
    [
        (TABLES, grants(), []),
        (TABLES, grants(ANON), [f'{HEAD} grant select on tables to "anon"']),
        (FUNCTIONS, grants(EXECUTE), []),
        (
            FUNCTIONS,
            grants(),
            ['alter default privileges for role "postgres" revoke execute on functions from PUBLIC'],
        ),
        (
            ObjectId("default_grants", ("postgres", "large_objects")),
            grants(ANON),
            ['alter default privileges for role "postgres" grant select on large objects to "anon"'],
        ),
    ],
)
def test_what_differs_from_the_servers_own_is_given_and_taken_back(id, new, made):
    steps = KIND.create(id, new, CONTEXT)

    assert texts(steps) == made
    assert [item.reason for item in steps.preconditions] == [f"things stand against changing {id}"]
    assert texts(KIND.drop(id, new, CONTEXT)) == [
        text.replace(" grant ", " revoke ").replace(" to ", " from ")
        if " grant " in text
        else text.replace(" revoke ", " grant ").replace(" from ", " to ")
        for text in made
    ]


def test_whom_it_opens_and_closes_what_to_is_told():
    public = Entry(grantee="public", privileges=("SELECT",))
    opened, *_ = KIND.create(TABLES, grants(public), CONTEXT).statements
    (closed,) = KIND.alter(TABLES, grants(public), grants(), CONTEXT).statements

    assert [(note.hazard, note.sentence) for note in (*opened.hazards, *closed.hazards)] == [
        (Hazard.AUTHZ_UPDATE, "Everybody gains SELECT on tables that postgres makes in app from then on."),
        (Hazard.AUTHZ_UPDATE, "Everybody loses SELECT on tables that postgres makes in app from then on."),
    ]


def test_a_new_schema_is_no_reason_to_tell_nothing():
    context = Context(major=17, user="postgres", fresh=frozenset({ObjectId("schema", ("app",))}))

    assert KIND.create(TABLES, grants(ANON), context).statements[0].hazards


def test_all_is_what_the_servers_version_knows():
    every = Entry(grantee="anon", privileges=("ALL",))
    found = {major: KIND.resolve(TABLES, grants(every), None, Context(major=major)) for major in (15, 17)}

    assert [("MAINTAIN" in it.entries[0].privileges) for it in found.values()] == [False, True]
    assert len(found[15].entries[0].privileges) == 7


def test_what_is_live_beside_the_declared_goes():
    live = grants(ANON, Entry(grantee="reader", privileges=("SELECT",)), ordered=True)
    wanted = KIND.resolve(TABLES, grants(ANON), live, CONTEXT)

    assert texts(KIND.alter(TABLES, live, wanted, CONTEXT)) == [f'{HEAD} revoke select on tables from "reader"']
    assert KIND.beyond(grants(ANON), live) == (live, {})


def test_what_its_maker_may_do_stays_where_it_is_declared_and_comes_back_where_it_was_recorded():
    own = Entry(grantee="postgres", privileges=("SELECT",))
    live = grants(ANON, owner=own, ordered=True)

    assert KIND.same_structure(grants(ANON), live)
    assert not KIND.same_structure(grants(ANON, ordered=True), live)
    assert texts(KIND.alter(TABLES, live, KIND.resolve(TABLES, grants(), live, CONTEXT), CONTEXT)) == [
        f'{HEAD} revoke select on tables from "anon"'
    ]
    assert texts(KIND.alter(TABLES, live, grants(ANON, ordered=True), CONTEXT)) == [
        f'{HEAD} revoke select on tables from "postgres"'
    ]


def test_without_a_row_in_the_catalog_they_are_the_servers_own():
    assert KIND.implied(FUNCTIONS).entries == (EXECUTE,)
    assert KIND.implied(TABLES).entries == ()
    assert KIND.parents(TABLES) == (ObjectId("schema", ("app",)),)
    assert KIND.parents(FUNCTIONS) == ()
    assert KIND.stands_on(TABLES, grants()) == (("schema", "app"),)


def test_the_roles_that_must_be_there_are_the_maker_and_those_that_are_given_something():
    assert KIND.roles(TABLES, grants(ANON, EXECUTE, managed=("maker",)), ()) == ("maker", "anon")
    assert KIND.cleared(grants(ANON)) is None
    assert KIND.restoring(grants(ANON), grants()) == grants(ANON)


def test_what_comes_in_the_same_plan_is_closed_to_whom_it_gives_something():
    reader = grants(Entry(grantee="reader", privileges=("SELECT",)))
    context = Context(major=17, user="postgres", becoming={TABLES: reader})
    notes = ObjectId("table_grants", ("app", "notes"))

    (closed,) = TableGrantsKind().create(notes, grants(ordered=True), context).statements

    assert '"reader"' in closed.text
