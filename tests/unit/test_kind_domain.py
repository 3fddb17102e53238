"""Domains."""

import pytest

from supaschema.core.errors import DependencyError
from supaschema.core.model import Hazard, Lock, LockMode, Mode, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.column import Column
from supaschema.kinds.context import Held
from supaschema.kinds.domain import Domain, DomainKind

ID = ObjectId("domain", ("public", "score"))
COLUMNS = tuple(("public", table, "score") for table in ("games", "others"))
ONE, OTHER = (ObjectId("column", name) for name in COLUMNS)
KIND = DomainKind()
OLD, STRICT = Domain(type="integer"), Domain(type="integer", not_null=True)


def altered(held, **more):
    steps = KIND.alter(ID, OLD, STRICT, Context(major=17, held={ID.name: held}, **more))
    assert steps is not None
    return steps


def test_null_is_refused_while_nobody_writes_to_the_tables_that_the_server_reads():
    steps = altered(Held(columns=COLUMNS))

    (statement,) = steps.statements
    assert statement.locks == tuple(
        Lock(f"public.{table}", LockMode.SHARE, scans=True) for table in ("games", "others")
    )
    assert [note.hazard for note in statement.hazards] == [Hazard.BLOCKS_WRITERS]
    assert statement.mode is Mode.OWN_TRANSACTION
    assert [item.find.as_string() for item in steps.preconditions] == [
        f'select * from only "public"."{table}" where "score" is not distinct from null'
        for table in ("games", "others")
    ]


def test_rows_of_strangers_are_not_read_beforehand_and_that_is_told():
    steps = altered(Held(columns=COLUMNS, strange=frozenset(COLUMNS[1:])))

    assert ["games" in item.reason for item in steps.preconditions] == [True]
    assert "public.others were not looked at beforehand" in steps.statements[0].hazards[1].sentence


def test_a_domain_that_the_plan_makes_has_no_values():
    steps = altered(Held(columns=COLUMNS), fresh=frozenset({ID}))

    assert steps.preconditions == ()
    assert [(it.locks, it.mode) for it in steps.statements] == [((), Mode.TRANSACTION)]


@pytest.mark.parametrize("new", [Domain(type="bigint"), Domain(type="integer", collation=("C",))])
def test_a_domain_over_another_type_is_made_anew_unless_columns_are_of_it(new):
    above = ObjectId("domain", ("public", "high"))
    edges = {ID: frozenset({above, OTHER}), above: frozenset({ONE})}
    live = {ONE: Column(type="public.high[]"), OTHER: Column(type="text", default="''::public.score")}

    assert KIND.alter(ID, OLD, new, Context(major=17)) is None
    with pytest.raises(DependencyError, match=r"columns are of it: column public\.games\.score\."):
        KIND.alter(ID, OLD, new, Context(major=17, edges=edges, live=live))


def test_values_are_checked_where_null_comes_to_be_refused_alone():
    found = [KIND.checks(ID, old, new) for old in (None, OLD, STRICT) for new in (OLD, STRICT)]

    assert found == [None, ID.name, None, ID.name, None, None]
