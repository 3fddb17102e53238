"""What a set of objects is made of: its members, each as if it stood alone."""

import msgspec
import pytest

from supaschema.core.errors import DeclarationError
from supaschema.core.model import ObjectId
from supaschema.core.secret_texts import Secrets
from supaschema.declarations import (
    Argument,
    Backfill,
    Bucket,
    Column,
    Function,
    Grant,
    ObjectSet,
    PrimaryKey,
    Privilege,
    Schema,
    Table,
    TableAccess,
    Trigger,
    TriggerEvent,
    View,
)
from supaschema.provider.operations import parse
from supaschema.provider.property_diff import Change, changes, merge
from supaschema.provider.secret_inputs import SecretInputs
from supaschema.provider.values import Place, to_struct
from supaschema.registry import RESOURCES
from supaschema.sdk import _inputs

SETS = RESOURCES["supaschema:index:ObjectSet"]
VIEW = View(schema="app", name="v", query="select id from app.notes")
NOTES = Table(
    schema="app", name="notes", columns=(Column(name="id", type="bigint"),), primary_key=PrimaryKey(columns=("id",))
)
ACCESS = TableAccess(schema="app", table="notes", grants=(Grant(to="service_role", privileges=(Privilege.SELECT,)),))
TOUCH = Trigger(schema="app", table="notes", name="touch", events=(TriggerEvent.INSERT,), function="app.touch")
ADD = Function(
    schema="app", name="add", arguments=(Argument(name="a", type="integer"),), returns="integer", body="begin end"
)
APP = ObjectSet(objects=(VIEW, NOTES, ACCESS, TOUCH, ADD, Schema(name="app"), Bucket(name="files")))


def test_members_travel_by_class_and_name_and_come_back_in_the_order_of_the_registry():
    inputs = APP.to_inputs()
    assert set(inputs["objects"]) == {
        "View app.v",
        "Table app.notes",
        "TableAccess app.notes",
        "Trigger app.notes.touch",
        "Function app.add(integer)",
        "Schema app",
        "Bucket files",
    }
    read = parse(SETS, inputs)
    assert isinstance(read, ObjectSet)
    assert sorted(read.objects, key=str) == sorted(APP.objects, key=str)
    assert [type(item).__name__ for item in read.objects] == [
        type(part).declaration.__name__
        for part in RESOURCES.values()
        if part is not SETS
        if any(isinstance(item, part.declaration) for item in APP.objects)
    ]
    assert read.to_inputs() == inputs
    assert _inputs(APP) == inputs


def test_keys_that_a_program_chose_are_replaced_by_names():
    read = parse(SETS, {"objects": {"View one": VIEW.to_inputs(), "View two": {**VIEW.to_inputs(), "name": "w"}}})
    assert set(read.to_inputs()["objects"]) == {"View app.v", "View app.w"}


def test_members_of_one_name_are_told_apart():
    other = msgspec.structs.replace(ADD, arguments=(Argument(name="a", type="bigint"),))
    assert set(ObjectSet(objects=(ADD, other, other)).to_inputs()["objects"]) == {
        "Function app.add(integer)",
        "Function app.add(bigint)",
        "Function app.add(bigint) (2)",
    }


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({}, "objects"),
        ({"objects": {"Viev app.v": VIEW.to_inputs()}}, 'objects["Viev app.v"]'),
        ({"objects": {"ObjectSet x": {"objects": {}}}}, 'objects["ObjectSet x"]'),
        ({"objects": {"View app.v": {**VIEW.to_inputs(), "query": 1}}}, 'objects["View app.v"].query'),
        ({"objects": {}, "handedOver": 1}, "handedOver"),
    ],
)
def test_what_is_no_member_is_refused_with_its_place(inputs, field):
    with pytest.raises(DeclarationError) as refused:
        parse(SETS, inputs)
    assert refused.value.field == field


def test_facts_anchors_and_problems_are_those_of_the_members():
    parts = list(SETS.parts(APP))
    assert SETS.facts(APP) == tuple(fact for part, item in parts for fact in part.facts(item))
    assert SETS.anchors(APP) == {("app", "v"), ("app", "notes"), ("app", "add"), ("app",), ("files",)}
    assert list(SETS.problems(APP)) == []

    bad = ObjectSet(objects=(msgspec.structs.replace(VIEW, query=" "), Bucket(name="*", file_size_limit=-1)))
    assert [problem.field for problem in SETS.problems(bad)] == [
        'objects["View app.v"].query',
        'objects["Bucket *"].fileSizeLimit',
    ]


def test_an_object_that_two_members_declare_is_refused():
    again = msgspec.structs.replace(VIEW, query="select 1")
    (problem,) = SETS.problems(ObjectSet(objects=(VIEW, again)))
    assert problem.what == 'view app.v is declared by "View app.v" too.'
    assert problem.field == 'objects["View app.v (2)"]'


def test_what_a_member_speaks_for_as_a_whole_goes_unless_another_declares_it():
    live = {fact.id: fact.definition for fact in SETS.facts(APP)}
    extra = ObjectId("column", ("app", "notes", "extra"))
    live[extra] = live[ObjectId("column", ("app", "notes", "id"))]
    own = {fact.id for fact in SETS.facts(APP)}
    assert set(SETS.exclusive_objects(APP, live)) - own == {extra}


def test_a_difference_has_the_name_of_its_member():
    facts = {fact.id: fact.definition for fact in SETS.facts(APP)}
    recorded = SETS.lift(facts, APP)
    declared = APP.to_inputs()
    assert merge(declared, recorded, recorded) == declared
    view = ObjectId("view", ("app", "v"))
    drifted = SETS.lift({**facts, view: msgspec.structs.replace(facts[view], query="select 1")}, APP)
    shown = merge(declared, recorded, drifted)
    assert list(changes(declared, shown)) == [('objects["View app.v"].query', Change.UPDATE)]
    lost = SETS.lift({id: item for id, item in facts.items() if id.name != ("app", "v")}, APP)
    assert list(changes(declared, merge(declared, recorded, lost))) == [('objects["View app.v"]', Change.DELETE)]


def test_names_and_options_of_members_change_without_a_statement():
    kept = ObjectSet(objects=(Bucket(name="files", force_destroy=True), VIEW), handed_over=("app.w",))
    assert SETS.option_inputs(kept.to_inputs()) == {
        "objects": {"Bucket files": {"forceDestroy": True}, "View app.v": {}},
        "handedOver": ["app.w"],
    }


def test_what_a_set_hands_over_is_named_by_its_relation_or_routine():
    declared = ObjectSet(objects=(), handed_over=("app.notes", "files"))
    handed = [ObjectId("table", ("app", "notes")), ObjectId("column", ("app", "notes", "id"))]
    assert all(SETS.hands_over(declared, id) for id in (*handed, ObjectId("bucket", ("files",))))
    assert not SETS.hands_over(declared, ObjectId("view", ("app", "v")))


def test_import_takes_names_or_a_whole_schema():
    live = {fact.id: fact.definition for fact in SETS.facts(APP)}
    named = SETS.imported("View app.v; Table app.notes\nFunction app.add(integer)", live)
    assert named is not None
    assert [type(item) for item in named.objects] == [View, Table, Function]
    assert SETS.imported("View app.v; View app.none", live) is None
    assert SETS.imported("Views app.v", live) is None
    whole = SETS.imported("schema:app", live)
    assert whole is not None
    assert [type(item) for item in whole.objects] == [Schema, Table, TableAccess, Function, View, Trigger]
    covered = {fact.id for fact in SETS.facts(whole)}
    assert {id for id in live if id.name[0] == "app"} <= covered
    assert SETS.imported("schema:none", live) is None


def test_a_back_fill_is_a_member_too():
    fill = Backfill(name="x", table="notes", schema="app", key="id", assignments={"id": "1"}, where="id is null")
    assert parse(SETS, ObjectSet(objects=(fill,)).to_inputs()) == ObjectSet(objects=(fill,))


def test_texts_of_members_may_be_secret_but_not_those_of_a_back_fill():
    secret = "a text that nobody sees"
    places: dict[Place, str] = {
        ("objects", "Function app.add(integer)", "body"): secret,
        ("objects", "Backfill app.x", "where"): secret,
    }
    found = SecretInputs(Secrets(), places)
    (problem,) = found.problems("supaschema:index:ObjectSet")
    assert "a back-fill cannot hold a secret" in problem.what
    assert problem.field == "objects.Backfill app.x.where"
    assert list(found.unmarked(to_struct({"objects": {}}))) == [
        'objects["Function app.add(integer)"].body',
        'objects["Backfill app.x"].where',
    ]
