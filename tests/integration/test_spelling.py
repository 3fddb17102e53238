"""An edit touches what was edited: what is only spelled in another way than the server does stays as it is."""

from __future__ import annotations

import msgspec

from supaschema.declarations import Check, Column, Index, Policy, PolicyCommand, TablePatch, View
from tests.fixtures.postgres import Database
from tests.support.declared import notes
from tests.support.objects import managed

PATCH = TablePatch(
    table="jobs",
    columns=(Column(name="org_id", type="varchar(9)", default="'x'"), Column(name="run_after", type="timestamptz")),
    checks=(Check(name="jobs_org_id_check", expression="org_id in ('x', 'y')"),),
)
INDEX = Index(name="jobs_waiting", table="jobs", keys=("lower(type)", "run_at desc"), where="status in ('pending')")


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
    columns = (
        Column(name="kind", type="varchar(9)", default="null"),
        Column(name="size", type="integer", default="-1::int"),
        Column(name="none", type="integer", default="null::integer"),
        Column(name="words", type="text[]", default="array['a']::varchar[]"),
        Column(name="many", type="text", generated="case when kind in ('x', 'y') then 'a' end"),
    )
    checks = (Check(name="kinds", expression="kind in ('x', 'y')"),)
    said = notes("notes", *columns, checks=checks)
    reads = Policy(
        name="reads",
        table="notes",
        command=PolicyCommand.SELECT,
        to=("authenticated",),
        using="kind in (select status from public.jobs) and kind in ('x', 'y')",
    )
    index = Index(name="kinds_only", table="notes", keys=("kind",), where="kind in ('x', 'y')")
    view = View(
        name="kinds", query="select id from public.notes where kind in ('x', 'y') and size = any(array[-1::int])"
    )
    program = (said, index, view, reads)
    with managed(database.url) as objects:
        for item in program:
            objects.apply(item)
    with database.connect_superuser() as connection:
        # As if they had been there before: how the server spells them is asked, not remembered.
        connection.execute("drop schema supaschema cascade")
    with managed(database.url) as objects:
        for item in program:
            assert [statement.text for statement in objects.preview(item).statements] == []
