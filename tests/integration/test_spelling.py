"""An edit touches what was edited: what is only spelled in another way than the server does stays as it is."""

from __future__ import annotations

import msgspec

from supaschema.declarations import (
    Argument,
    Check,
    Column,
    Function,
    Index,
    Policy,
    PolicyCommand,
    TablePatch,
    Trigger,
    TriggerEvent,
    View,
)
from tests.fixtures.postgres import Database
from tests.support.declared import notes
from tests.support.objects import managed

PATCH = TablePatch(
    table="jobs",
    columns=(Column(name="org_id", type="varchar(9)", default="'x'"), Column(name="run_after", type="timestamptz")),
    checks=(Check(name="jobs_org_id_check", expression="org_id in ('x', 'y')"),),
)
INDEX = Index(name="jobs_waiting", table="jobs", keys=("lower(type)", "run_at desc"), where="status in ('pending')")

# In words that the server has others for.
_COLUMNS = (
    Column(name="kind", type="varchar(9)", default="null"),
    Column(name="size", type="integer", default="-1::int"),
    Column(name="none", type="integer", default="null::integer"),
    Column(name="words", type="text[]", default="array['a']::varchar[]"),
    Column(name="many", type="text", generated="case when kind in ('x', 'y') then 'a' end"),
)
_CHECKS = (Check(name="kinds", expression="kind in ('x', 'y')"),)
_SAID = notes("notes", *_COLUMNS, checks=_CHECKS)
_READS = Policy(
    name="reads",
    table="notes",
    command=PolicyCommand.SELECT,
    to=("authenticated",),
    using="kind in (select status from public.jobs) and kind in ('x', 'y')",
)
_INDEX = Index(name="kinds_only", table="notes", keys=("kind",), where="kind in ('x', 'y')")
_VIEW = View(name="kinds", query="select id from public.notes where kind in ('x', 'y') and size = any(array[-1::int])")
_SORTED_BY = Index(
    name="kinds_sorted",
    table="notes",
    keys=('kind collate pg_catalog."C" varchar_ops', "size pg_catalog.int4_ops desc nulls first"),
)
_CALL = Function(
    name="called",
    arguments=(
        Argument(name="n", type="int", default="-1::int"),
        Argument(name="s", type="varchar", default="null"),
    ),
    returns="int",
    language="sql",
    body="select n",
)
_STAMP = Function(name="stamp", returns="trigger", body="begin\n  return new;\nend")
_STAMPED = Trigger(
    name="stamped",
    table="notes",
    events=(TriggerEvent.UPDATE,),
    when="new.kind in ('x', 'y') and new.size = -1::int",
    function="public.stamp",
)
SPELLED = (_SAID, _INDEX, _SORTED_BY, _VIEW, _READS, _CALL, _STAMP, _STAMPED)


def test_a_columns_comment_does_not_change_its_type(database: Database):
    columns = tuple(msgspec.structs.replace(column, comment="new") for column in PATCH.columns)
    with managed(database.url) as objects:
        objects.apply(PATCH)

        plan = objects.apply(msgspec.structs.replace(PATCH, columns=columns))

    assert {statement.text for statement in plan.statements} == {
        f'comment on column "public"."jobs"."{name}" is \'new\'' for name in ("org_id", "run_after")
    }


def test_a_columns_default_does_not_change_its_type(database: Database):
    columns = (msgspec.structs.replace(PATCH.columns[0], default="'y'"), PATCH.columns[1])
    with managed(database.url) as objects:
        objects.apply(PATCH)

        plan = objects.apply(msgspec.structs.replace(PATCH, columns=columns))

    assert [statement.text for statement in plan.statements] == [
        'alter table "public"."jobs" alter column "org_id" set default \'y\''
    ]


def test_an_indexs_comment_does_not_build_it_again(database: Database):
    with managed(database.url) as objects:
        objects.apply(INDEX)

        plan = objects.apply(msgspec.structs.replace(INDEX, comment="new"))

    assert [statement.text for statement in plan.statements] == ['comment on index "public"."jobs_waiting" is \'new\'']


def test_other_words_for_the_same_are_no_change(database: Database) -> None:
    with managed(database.url) as objects:
        for item in SPELLED:
            objects.apply(item)
    with database.connect_superuser() as connection:
        # As if they had been there before: how the server spells them is asked, not remembered.
        connection.execute("drop schema supaschema cascade")
    with managed(database.url) as objects:
        for item in SPELLED:
            assert [statement.text for statement in objects.preview(item).statements] == []
