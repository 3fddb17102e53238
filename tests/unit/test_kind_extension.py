"""Extensions."""

import pytest

from supaschema.core.model import Hazard, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.extension import Extension, ExtensionKind

ID = ObjectId("extension", ("citext",))
KIND = ExtensionKind()
CONTEXT = Context(major=17)
LIVE = Extension(schema="app", comment="c", version="1.6", tables=("app.held",))


def texts(steps):
    return [statement.text for statement in steps.statements]


@pytest.mark.parametrize(
    ("new", "made"),
    [
        (Extension(), ['create extension "citext"']),
        (Extension(schema="app"), ['create extension "citext" with schema "app"']),
        (Extension(comment=""), ['create extension "citext"', 'comment on extension "citext" is null']),
        (Extension(comment="c"), ['create extension "citext"', "comment on extension \"citext\" is 'c'"]),
    ],
)
def test_it_is_made_in_the_version_that_the_server_prefers(new, made):
    steps = KIND.create(ID, new, CONTEXT)

    assert texts(steps) == made
    assert [note.hazard for note in steps.statements[0].hazards] == [Hazard.AUTHZ_UPDATE]
    assert [item.reason for item in steps.preconditions] == ["things stand against making extension citext"]


def test_what_a_declaration_says_nothing_of_stays():
    assert KIND.resolve(ID, Extension(), LIVE, CONTEXT) == LIVE
    assert KIND.resolve(ID, Extension(schema="x", comment=""), LIVE, CONTEXT) == Extension(
        schema="x", comment="", version="1.6", tables=("app.held",)
    )
    assert KIND.resolve(ID, Extension(), None, CONTEXT) == Extension()


def test_another_version_is_no_difference():
    other = Extension(schema="app", comment="c", version="2.0")

    assert KIND.same_structure(LIVE, other)
    assert KIND.comparable(LIVE) == KIND.comparable(other)


def test_it_moves_and_that_is_told():
    steps = KIND.alter(ID, LIVE, Extension(schema="tools", comment="d"), CONTEXT)

    assert texts(steps) == ['alter extension "citext" set schema "tools"', "comment on extension \"citext\" is 'd'"]
    assert [note.hazard for note in steps.statements[0].hazards] == [Hazard.HAS_UNTRACKABLE_DEPENDENCIES]
    assert ["against moving" in item.reason for item in steps.preconditions] == [True]
    assert KIND.alter(ID, LIVE, Extension(schema="app", comment="d"), CONTEXT).preconditions == ()


def test_rows_that_go_with_it_are_told():
    (statement,) = KIND.drop(ID, LIVE, CONTEXT).statements
    (plain,) = KIND.drop(ID, Extension(schema="app"), CONTEXT).statements

    assert statement.text == 'drop extension "citext"'
    assert [note.hazard for note in statement.hazards] == [Hazard.HAS_UNTRACKABLE_DEPENDENCIES, Hazard.DELETES_DATA]
    assert "Rows of app.held are lost" in statement.hazards[1].sentence
    assert [note.hazard for note in plain.hazards] == [Hazard.HAS_UNTRACKABLE_DEPENDENCIES]


def test_it_is_after_its_schema_and_never_dropped_to_be_made_again():
    assert KIND.references(ID, LIVE) == (ObjectId("schema", ("app",)),)
    assert KIND.references(ID, Extension()) == ()
    assert KIND.brings_into(LIVE) == "app"
    assert not KIND.recreatable(LIVE)
