"""Indexes: built beside readers and writers, swapped by name."""

from supaschema.core.model import Mode, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.index import Index, IndexKind, Key

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
    leftover, build = KIND.create(ID, OLD, CONTEXT).statements

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
        'drop index concurrently if exists "public"."jobs_next__new"',
        (
            'create index concurrently "jobs_next__new" on "public"."jobs" using "btree" ((run_at) desc, (id)) '
            'include ("type")'
        ),
        'alter index "public"."jobs_next" rename to "jobs_next__old"',
        'alter index "public"."jobs_next__new" rename to "jobs_next"',
        'drop index concurrently if exists "public"."jobs_next__old"',
    ]


def test_a_changed_comment_builds_nothing():
    commented = Index(keys=OLD.keys, where=OLD.where, comment="for the worker")

    assert texts(KIND.alter(ID, OLD, commented, CONTEXT)) == [
        'comment on index "public"."jobs_next" is \'for the worker\''
    ]


def test_one_that_was_there_before_is_put_back_as_the_server_printed_it():
    before = Index(keys=OLD.keys, text=" USING btree (run_at)")

    assert texts(KIND.create(ID, before, CONTEXT))[1] == (
        'create index concurrently "jobs_next" on "public"."jobs" USING btree (run_at)'
    )
