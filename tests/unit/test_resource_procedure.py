"""Procedure: what it states, what it refuses, and how a live one is declared."""

import pytest
from msgspec.structs import replace

from supaschema.core.model import ObjectId
from supaschema.core.renames import Rename
from supaschema.declarations import Argument, Procedure
from supaschema.resources.procedure import ProcedureResource

RESOURCE = ProcedureResource()
DAYS = Argument(name="days", type="int", default="30")
SWEEP = Procedure(
    name="sweep",
    arguments=(DAYS, Argument(name="swept", type="out bigint")),
    body="begin swept := 1; end",
    file="procedures/sweep.sql",
    settings={"Work_Mem": "8MB"},
    execute=("service_role", "authenticated"),
    comment="Sweeps.",
)
ENDING = Procedure(name="sweep", body="begin commit; end", ends_transactions=True)
NAME = ("public", "sweep", "integer")


def facts(declared=SWEEP):
    return {fact.id: fact.definition for fact in RESOURCE.facts(declared)}


def fields_refused(declared):
    return [problem.field for problem in RESOURCE.problems(declared)]


def test_it_is_a_procedure_and_who_may_call_it():
    assert list(facts()) == [ObjectId("procedure", NAME), ObjectId("procedure_grants", NAME)]
    assert facts()[ObjectId("procedure", NAME)].settings == {
        "search_path": "pg_catalog, pg_temp",
        "work_mem": "8MB",
    }
    assert facts(ENDING)[ObjectId("procedure", ("public", "sweep", ""))].settings == {}
    assert RESOURCE.identify(SWEEP) == "public.sweep(integer)"


def test_facts_are_what_is_declared():
    declared = replace(SWEEP, settings={"work_mem": "8MB"}, security_definer=True, search_path="app, pg_temp")

    assert RESOURCE.lift(facts(declared), declared) == declared.to_inputs()
    assert RESOURCE.lift(facts(ENDING), ENDING) == ENDING.to_inputs()
    live = replace(declared, file=None, execute=("authenticated", "service_role"))
    assert RESOURCE.imported("public.sweep(int)", facts(declared)) == live
    assert RESOURCE.imported("public.sweep()", facts(ENDING)) == ENDING
    assert RESOURCE.imported("public.sweep(text)", facts(ENDING)) is None


def test_one_whose_path_is_its_callers_is_told_from_one_that_may_end_transactions():
    (id, definition), *_ = facts(replace(SWEEP, settings={})).items()
    opened, limited = (
        RESOURCE.imported("public.sweep(integer)", {id: replace(definition, settings=settings)})
        for settings in ({}, {"work_mem": "8MB"})
    )

    assert opened is not None
    assert limited is not None
    assert opened.ends_transactions
    assert not limited.ends_transactions
    assert "endsTransactions" in fields_refused(opened)
    assert "searchPath" in fields_refused(limited)


def test_it_is_renamed():
    declared = replace(SWEEP, renamed_from=("inner.clean(text)",))
    old = ObjectId("procedure", ("inner", "clean", "text"))

    (rename,) = RESOURCE.renames(declared)
    assert rename == Rename(old, ObjectId("procedure", ("public", "sweep", "text")))
    assert RESOURCE.former(declared) == ("inner.clean(text)",)


@pytest.mark.parametrize(
    ("declared", "refused"),
    [
        (SWEEP, []),
        (ENDING, []),
        (replace(SWEEP, name="x" * 64), ["name"]),
        (replace(SWEEP, body=" "), ["body"]),
        (replace(SWEEP, language="c"), ["language"]),
        (replace(SWEEP, arguments=(DAYS, replace(DAYS, name="weeks", default=None))), ["arguments"]),
        (replace(SWEEP, search_path=""), ["searchPath"]),
        (replace(SWEEP, settings={"role": "x"}), ["settings"]),
        (replace(SWEEP, security_definer=True, body="begin set local search_path = x; end"), ["body"]),
        (replace(SWEEP, execute=("anon", "anon")), ["execute"]),
        (replace(ENDING, body="begin null; end"), ["endsTransactions"]),
        (
            replace(ENDING, security_definer=True, settings={"work_mem": "8MB"}, search_path="app, pg_temp"),
            ["securityDefiner", "settings", "searchPath"],
        ),
    ],
)
def test_mistakes_are_told(declared, refused):
    assert fields_refused(declared) == refused
