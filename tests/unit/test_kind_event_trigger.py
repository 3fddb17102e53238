"""Event triggers."""

import pytest
from msgspec.structs import replace

from supaschema.core.model import Hazard, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.event_trigger import EventTrigger, EventTriggerKind

ID = ObjectId("event_trigger", ("watching",))
KIND = EventTriggerKind()
CONTEXT = Context(major=17, user="postgres")
PLAIN = EventTrigger(event="ddl_command_end", function="app.watch")
LIVE = replace(PLAIN, tags=("CREATE TABLE", "ALTER TABLE"), owner="supabase_admin", comment="c")
MADE = 'create event trigger "watching" on ddl_command_end execute function "app"."watch"()'


def texts(steps):
    return [statement.text for statement in steps.statements]


@pytest.mark.parametrize(
    ("new", "made"),
    [
        (PLAIN, [MADE]),
        (replace(PLAIN, comment=""), [MADE]),
        (replace(PLAIN, owner="postgres"), [MADE]),
        (
            replace(PLAIN, tags=("CREATE TABLE",), comment="c", enabled="always", owner="admin"),
            [
                MADE.replace(" execute", " when tag in ('CREATE TABLE') execute"),
                'alter event trigger "watching" enable always',
                "comment on event trigger \"watching\" is 'c'",
                'alter event trigger "watching" owner to "admin"',
            ],
        ),
    ],
)
def test_it_is_made_as_it_is_to_be(new, made):
    steps = KIND.create(ID, new, CONTEXT)

    assert texts(steps) == made
    assert [item.reason for item in steps.preconditions] == ["things stand against making event trigger watching"]


@pytest.mark.parametrize(
    ("new", "hazards"),
    [
        (PLAIN, [Hazard.HAS_UNTRACKABLE_DEPENDENCIES]),
        (replace(PLAIN, event="login"), [Hazard.CORRECTNESS]),
        (replace(PLAIN, event="login", enabled="disabled"), []),
    ],
)
def test_what_it_runs_in_is_told(new, hazards):
    made = KIND.create(ID, new, CONTEXT).statements[0]

    assert [note.hazard for note in made.hazards] == hazards
    assert all("app.watch runs" in note.sentence for note in made.hazards)


def test_what_can_be_is_changed_in_place():
    steps = KIND.alter(ID, LIVE, replace(LIVE, enabled="disabled", comment=""), CONTEXT)

    assert texts(steps) == [
        'alter event trigger "watching" disable',
        'comment on event trigger "watching" is null',
    ]
    assert steps is not None
    assert len(steps.preconditions) == 1


@pytest.mark.parametrize("other", [{"event": "sql_drop"}, {"tags": ()}, {"function": "app.look"}])
def test_what_cannot_be_is_made_anew(other):
    assert KIND.alter(ID, LIVE, replace(LIVE, **other), CONTEXT) is None
    assert not KIND.like(LIVE, replace(LIVE, **other))


def test_the_order_of_commands_is_no_difference():
    other = replace(LIVE, tags=("ALTER TABLE", "CREATE TABLE"))

    assert KIND.same_structure(other, LIVE)
    assert KIND.like(other, LIVE)


def test_it_goes_and_what_that_means_is_told():
    (gone,) = KIND.drop(ID, LIVE, CONTEXT).statements

    assert gone.text == 'drop event trigger "watching"'
    assert [note.hazard for note in gone.hazards] == [Hazard.HAS_UNTRACKABLE_DEPENDENCIES]


def test_it_gets_another_name_in_place():
    (renamed,) = KIND.rename(ID, ObjectId("event_trigger", ("seeing",)))

    assert renamed.text == 'alter event trigger "watching" rename to "seeing"'


def test_its_function_is_what_it_is_built_upon():
    assert KIND.stands_on(ID, PLAIN) == (("schema", "app"), ("routine", "app", "watch"))
    assert [it.as_string() for it in KIND.dry_run(ID, PLAIN)] == [MADE.replace("watching", "supaschema_trial")]


def test_what_a_declaration_says_nothing_of_stays():
    assert KIND.resolve(ID, PLAIN, LIVE, CONTEXT) == replace(PLAIN, owner="supabase_admin", comment="c")
    assert KIND.resolve(ID, replace(PLAIN, comment=""), LIVE, CONTEXT).comment == ""
    assert KIND.resolve(ID, PLAIN, None, CONTEXT) == PLAIN
