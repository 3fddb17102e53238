"""Function: what it states, what it refuses, and how drift shows."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from supaschema.core.model import Definition, ObjectId
from supaschema.declarations import Argument, Function
from supaschema.kinds import function as function_kind
from supaschema.kinds.grants import Entry, Grants
from supaschema.resources.function import FunctionResource

RESOURCE = FunctionResource()
DECLARED = Function(
    name="bump",
    arguments=(Argument(name="batch_id", type="uuid", default="null"), Argument(name="step", type="int", default="1")),
    returns="void",
    body="begin end",
    file="functions/bump.sql",
    settings={"Work_Mem": "8MB"},
    execute=("service_role", "authenticated"),
)
NAME = ("public", "bump", "uuid, integer")
LIVE: dict[ObjectId, Definition] = {
    ObjectId("function", NAME): function_kind.Function(
        arguments=(
            function_kind.Argument(name="batch_id", type="uuid", default="NULL::uuid"),
            function_kind.Argument(name="step", type="integer", default="1"),
        ),
        returns="void",
        language="plpgsql",
        body="begin end",
        settings={"search_path": "pg_catalog, pg_temp", "work_mem": "8MB"},
    ),
    ObjectId("function_grants", NAME): Grants(
        entries=(
            Entry(grantee="authenticated", privileges=("EXECUTE",)),
            Entry(grantee="service_role", privileges=("EXECUTE",)),
        )
    ),
}


def changed(**fields: object) -> Function:
    return msgspec.structs.replace(DECLARED, **fields)


def live(**fields: object) -> dict[ObjectId, Definition]:
    function = ObjectId("function", NAME)
    return {**LIVE, function: msgspec.structs.replace(LIVE[function], **fields)}


def drift(facts: dict[ObjectId, Definition]) -> dict[str, Any]:
    before, now = RESOURCE.lift(LIVE, DECLARED), RESOURCE.lift(facts, DECLARED)
    return {key: now.get(key) for key in {**before, **now} if before.get(key) != now.get(key)}


def fields_refused(declared: Function) -> list[str]:
    problems = list(RESOURCE.problems(declared))
    assert all(problem.what and problem.remedy for problem in problems)
    return [problem.field for problem in problems]


def test_its_id_names_the_argument_types_as_the_server_does():
    assert RESOURCE.identify(DECLARED) == "public.bump(uuid, integer)"


def test_it_states_the_function_and_who_may_call_it():
    function, grants = RESOURCE.facts(DECLARED)

    assert (function.id, grants.id) == tuple(LIVE)
    assert isinstance(function.definition, function_kind.Function)
    assert function.definition.settings == {"search_path": "pg_catalog, pg_temp", "work_mem": "8MB"}
    assert isinstance(grants.definition, Grants)
    assert [entry.grantee for entry in grants.definition.entries] == ["authenticated", "service_role"]
    assert {"public", "anon", "authenticated", "service_role"} <= set(grants.definition.managed)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("", '""'),
        ("public,pg_temp", "public, pg_temp"),
        ('Odd, "a,b"', '"Odd", "a,b"'),
        ('"pg_catalog", "pg_temp"', "pg_catalog, pg_temp"),
    ],
)
def test_a_search_path_is_kept_as_the_catalog_has_it(written: str, stored: str):
    function = RESOURCE.facts(changed(search_path=written))[0].definition

    assert isinstance(function, function_kind.Function)
    assert function.settings["search_path"] == stored


def test_a_sound_declaration_has_no_problems():
    definer = changed(schema="private", security_definer=True, search_path="private, pg_temp")

    assert fields_refused(DECLARED) == []
    assert fields_refused(definer) == []
    assert fields_refused(changed(execute=("anon", "public"))) == []
    assert fields_refused(msgspec.structs.replace(definer, body="begin -- set search_path = x\n end")) == []


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"name": "x" * 64}, ["name"]),
        ({"body": " \n"}, ["body"]),
        ({"language": "c"}, ["language"]),
        ({"returns": " "}, ["returns"]),
        ({"returns": "trigger"}, ["arguments"]),
        ({"returns": "trigger", "arguments": (), "language": "sql"}, ["language"]),
        ({"arguments": (Argument(name="a", type="int"), Argument(name="a", type="int"))}, ["arguments"]),
        ({"arguments": (Argument(name="a", type="int", default="1"), Argument(name="b", type="int"))}, ["arguments"]),
        ({"arguments": (Argument(name="a", type="public.jobs.id%type"),)}, ["arguments"]),
        ({"search_path": '"$user", public, pg_temp'}, ["searchPath"]),
        ({"settings": {"SEARCH_PATH": "x"}}, ["settings"]),
        ({"settings": {"Role": "postgres"}}, ["settings"]),
        ({"schema": "private", "security_definer": True, "body": "begin set\n local search_path = ''; end"}, ["body"]),
        ({"returns": "trigger", "arguments": (), "body": "perform set_config( 'search_path', '', true);"}, ["body"]),
        ({"settings": {"session_authorization": "postgres"}}, ["settings"]),
        ({"settings": {"session_replication_role": "replica"}}, ["settings"]),
        ({"settings": {"request.jwt.claims": "{}"}}, ["settings"]),
        ({"security_definer": True, "execute": ("service_role",)}, ["securityDefiner"]),
        ({"security_definer": True, "execute": ("anon",)}, ["securityDefiner", "execute"]),
        ({"execute": ("anon", "anon")}, ["execute"]),
    ],
)
def test_what_cannot_be_or_is_hardly_meant_is_refused(fields: dict[str, Any], refused: list[str]):
    assert fields_refused(changed(**fields)) == refused


@pytest.mark.parametrize(
    "path",
    [
        "",
        " ",
        '""',
        "pg_catalog",
        "public",
        "pg_temp, pg_catalog",
        "pg_temp, pg_temp",
        "pg_catalog, pg_temp_3, pg_temp",
        "public, pg_catalog, pg_temp",
        # The name of a schema that could be made, and not the session's own.
        "pg_catalog, PG_TEMP",
        'pg_catalog, "PG_TEMP"',
        '"pg_catalog, pg_temp"',
    ],
)
@pytest.mark.parametrize(
    "function",
    [
        changed(),
        changed(schema="private", security_definer=True),
        changed(returns="trigger", arguments=()),
    ],
    ids=["invoker", "definer", "trigger"],
)
def test_a_search_path_that_finds_the_callers_own_objects_is_refused_to_every_function(function: Function, path: str):
    (problem,) = RESOURCE.problems(msgspec.structs.replace(function, search_path=path))

    assert problem.field == "searchPath"
    assert problem.remedy.startswith("Write pg_catalog, pg_temp,")


def test_drift_shows_by_property():
    grants = ObjectId("function_grants", NAME)
    anon = Grants(entries=(Entry(grantee="anon", privileges=("EXECUTE",)),))

    assert drift(LIVE) == {}
    assert drift(live(body="begin return; end")) == {"body": "begin return; end"}
    assert drift(live(settings={"work_mem": "8MB"})) == {"searchPath": "(not fixed)"}
    assert drift(live(security_definer=True)) == {"securityDefiner": True}
    assert drift({**LIVE, grants: anon}) == {"execute": ["anon"]}
    assert RESOURCE.lift({}, DECLARED) == {}


def test_roles_that_are_not_managed_are_not_shown():
    grants = ObjectId("function_grants", NAME)
    entries = (*Grants.__struct_defaults__[0], Entry(grantee="dashboard_user", privileges=("EXECUTE",)))

    assert drift({**LIVE, grants: Grants(entries=entries)}) == {"execute": None}


def test_a_live_function_is_imported_by_its_id():
    for id in ("public.bump(uuid, integer)", "public.bump(uuid,int4)"):
        found = RESOURCE.imported(id, LIVE)
        assert found is not None
        assert (found.name, found.execute, found.search_path) == (
            "bump",
            ("authenticated", "service_role"),
            "pg_catalog, pg_temp",
        )
        assert list(RESOURCE.problems(found)) == []
    # As it is, and refused until its path is another.
    found = RESOURCE.imported("public.bump(uuid, integer)", live(settings={"search_path": '""'}))
    assert found is not None
    assert (found.search_path, fields_refused(found)) == ("", ["searchPath"])
    assert RESOURCE.imported("public.bump", LIVE) is None
    assert RESOURCE.imported("public.bump(text)", LIVE) is None
    odd = ObjectId("function", ("public", "f(x)", "integer"))
    found = RESOURCE.imported("public.f(x)(integer)", {odd: LIVE[ObjectId("function", NAME)]})
    assert found is not None
    assert found.name == "f(x)"


def test_what_the_planner_is_told_shows_where_it_is_declared_or_unusual():
    id = ObjectId("function", NAME)
    planning = {"parallel": "safe", "leakproof": False, "cost": 100.0, "rows": 0.0, "support": ""}
    live = {**LIVE, id: msgspec.structs.replace(LIVE[id], **planning)}

    inputs = RESOURCE.lift(live, msgspec.structs.replace(DECLARED, cost=100.0))

    assert inputs["parallel"] == "safe"
    assert inputs["cost"] == 100.0
    assert not {"leakproof", "rows", "support"}.intersection(inputs)


@pytest.mark.parametrize(
    ("fields", "refused"), [({"rows": 10.0}, "rows"), ({"cost": 0.0}, "cost"), ({"support": "f"}, "support")]
)
def test_what_the_planner_cannot_be_told_is_refused(fields: dict[str, Any], refused: str):
    assert [problem.field for problem in RESOURCE.problems(msgspec.structs.replace(DECLARED, **fields))] == [refused]
