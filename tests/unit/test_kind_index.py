"""Indexes: built beside readers and writers, swapped by name."""

import pytest

from supaschema.core.model import Mode, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.helper_names import helper_names
from supaschema.kinds.index import Index, IndexKind, Key
from supaschema.kinds.partitions import chosen_name

ID = ObjectId("index", ("public", "jobs", "jobs_next"))
TABLE = ObjectId("table", ("public", "jobs"))
KIND = IndexKind()
CONTEXT = Context(major=17)
OLD = Index(keys=(Key(expression="run_at"),), where="status = 'pending'")
NEW = Index(
    keys=(Key(expression="run_at", descending=True, nulls_first=True), Key(expression="id")),
    include=("type",),
)


def texts(steps):
    return [statement.text for statement in steps.statements]


def test_it_is_built_concurrently_after_an_invalid_leftover_is_gone():
    invalid = Index(keys=OLD.keys, valid=False)

    steps = KIND.alter(ID, invalid, OLD, Context(major=17, live={ID: invalid}))

    assert steps is not None
    leftover, build = steps.statements
    assert leftover.text == 'drop index concurrently if exists "public"."jobs_next"'
    assert build.text == (
        'create index concurrently "jobs_next" on "public"."jobs" using "btree" ((run_at)) where status = \'pending\''
    )
    assert {leftover.mode, build.mode} == {Mode.ALONE}


def test_a_new_tables_index_is_built_at_once():
    (build,) = KIND.create(ID, OLD, Context(major=17, fresh=frozenset({TABLE}))).statements

    assert build.mode is Mode.TRANSACTION


def test_a_changed_index_is_built_beside_the_old_one_and_swapped():
    steps = KIND.alter(ID, OLD, NEW, CONTEXT)

    assert texts(steps) == [
        (
            'create index concurrently "jobs_next__new_718b3400" on "public"."jobs" using "btree" '
            '((run_at) desc, (id)) include ("type")'
        ),
        'alter index "public"."jobs_next" rename to "jobs_next__old_718b3400"',
        'alter index "public"."jobs_next__new_718b3400" rename to "jobs_next"',
        'drop index concurrently if exists "public"."jobs_next__old_718b3400"',
    ]


def test_what_a_run_left_that_did_not_come_to_its_end_goes_first():
    left = [ObjectId("index", ("public", "jobs", name)) for name in helper_names(ID.name)]

    steps = KIND.alter(ID, OLD, NEW, Context(major=17, live={ID: OLD, **dict.fromkeys(left, OLD)}))

    assert texts(steps)[:2] == [f'drop index concurrently if exists "public"."{id.name[2]}"' for id in left]


def test_another_tables_index_of_that_name_is_left():
    other = ObjectId("index", ("public", "notes", ID.name[2]))

    steps = KIND.create(ID, OLD, Context(major=17, live={other: OLD}))

    assert not any("drop" in text for text in texts(steps))


def test_what_the_old_one_was_to_its_table_the_new_one_is_from_the_moment_it_has_its_name():
    old = Index(keys=OLD.keys, unique=True, clustered=True, replica_identity=True)
    new = KIND.resolve(ID, Index(keys=(Key(expression="id"),), unique=True), old, CONTEXT)

    steps = KIND.alter(ID, old, new, CONTEXT)

    assert steps is not None
    swap = steps.statements[1:5]
    assert [statement.mode for statement in swap] == [Mode.OWN_TRANSACTION, *(Mode.TRANSACTION,) * 3]
    assert [statement.text.partition('"jobs" ')[2] for statement in swap[2:]] == [
        'cluster on "jobs_next"',
        'replica identity using index "jobs_next"',
    ]


def test_the_usual_operator_class_may_be_named():
    live = Index(keys=(Key(expression="run_at", usual_opclass="timestamptz_ops"),))
    declared = Index(keys=(Key(expression="run_at", opclass="timestamptz_ops"),))

    assert KIND.same_structure(KIND.resolve(ID, declared, live, CONTEXT), live)


def test_a_changed_comment_builds_nothing():
    commented = Index(keys=OLD.keys, where=OLD.where, comment="for the worker")

    assert texts(KIND.alter(ID, OLD, commented, CONTEXT)) == [
        'comment on index "public"."jobs_next" is \'for the worker\''
    ]


def test_one_that_was_there_before_is_put_back_as_the_server_printed_it():
    before = Index(keys=OLD.keys, text=" USING btree (run_at)")

    assert texts(KIND.create(ID, before, CONTEXT))[0] == (
        'create index concurrently "jobs_next" on "public"."jobs" USING btree (run_at)'
    )


@pytest.mark.parametrize(
    ("table", "columns", "taken", "name"),
    [
        ("logs_2024", ["id", "at"], set(), "logs_2024_id_at_idx"),
        ("logs_2024", ["id"], {"logs_2024_id_idx"}, "logs_2024_id_idx1"),
        ("l" * 40, ["c" * 40], set(), f"{'l' * 29}_{'c' * 29}_idx"),
        ("ä" * 30, ["id"], set(), f"{'ä' * 28}_id_idx"),
    ],
)
def test_the_index_of_a_partition_is_called_as_the_server_would(
    table: str, columns: list[str], taken: set[str], name: str
):
    assert chosen_name(("app", table), columns, "idx", taken) == name
