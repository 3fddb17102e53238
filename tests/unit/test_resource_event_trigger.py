"""EventTrigger: what is called when the database's objects change, or somebody logs in."""

import pytest

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import DatabaseEvent, EventTrigger, TriggerEnabled
from supaschema.kinds.event_trigger import EventTrigger as Live
from supaschema.resources.event_trigger import EventTriggerResource

RESOURCE = EventTriggerResource()
PLAIN = EventTrigger(name="watching", event=DatabaseEvent.DDL_COMMAND_END, function="app.watch")
WHOLE = EventTrigger(
    name="watching",
    event=DatabaseEvent.SQL_DROP,
    tags=("DROP TABLE", "drop view"),
    function='app."Watch"',
    enabled=TriggerEnabled.ALWAYS,
    comment="c",
)
ID = ObjectId("event_trigger", ("watching",))


def facts(declared):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


def test_facts_are_what_is_declared():
    assert facts(PLAIN) == {ID: Live(event="ddl_command_end", function="app.watch")}
    assert facts(WHOLE) == {
        ID: Live(
            event="sql_drop", tags=("DROP TABLE", "DROP VIEW"), function="app.Watch", enabled="always", comment="c"
        )
    }
    assert RESOURCE.lift(facts(PLAIN), PLAIN) == PLAIN.to_inputs()
    assert RESOURCE.lift(facts(WHOLE), WHOLE)["tags"] == ["DROP TABLE", "drop view"]
    assert RESOURCE.identify(PLAIN) == "watching"


def test_a_live_one_is_imported():
    live = {ID: Live(event="sql_drop", tags=("DROP VIEW",), function="app.watch", comment="", owner="admin")}

    assert RESOURCE.imported("watching", live) == EventTrigger(
        name="watching", event=DatabaseEvent.SQL_DROP, tags=("DROP VIEW",), function="app.watch"
    )
    assert RESOURCE.imported("other", live) is None


def test_its_former_names_are_renames_that_no_text_speaks_of():
    declared = EventTrigger(name="new", event=DatabaseEvent.LOGIN, function="app.watch", renamed_from=("old",))
    old, new = (ObjectId("event_trigger", (name,)) for name in ("old", "new"))

    assert RESOURCE.renames(declared) == (Rename(old, new, is_spoken=False),)
    assert RESOURCE.former(declared) == ("old",)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"name": "x" * 64}, "name"),
        ({"function": "watch"}, "function"),
        ({"event": DatabaseEvent.LOGIN, "tags": ("CREATE TABLE",)}, "tags"),
        ({"tags": ("CREATE TABLE", "create table")}, "tags"),
    ],
)
def test_mistakes_are_told(other, field):
    fields = {name: getattr(PLAIN, name) for name in PLAIN.__struct_fields__}
    declared = EventTrigger(**{**fields, **other})

    assert [problem.field for problem in RESOURCE.problems(declared)] == [field]
    assert not [*RESOURCE.problems(WHOLE)]
