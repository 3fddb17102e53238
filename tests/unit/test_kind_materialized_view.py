"""Materialized views."""

import dataclasses

from msgspec.structs import replace

from supaschema.core.model import Hazard, ObjectId, Phase, Steps
from supaschema.kinds.base import Context
from supaschema.kinds.materialized_view import MaterializedView, MaterializedViewKind

ID = ObjectId("materialized_view", ("public", "sums"))
KIND = MaterializedViewKind()
VIEW = MaterializedView(query=" SELECT 1;", columns="one integer", options={"fillfactor": "70"})


def test_one_that_was_filled_is_filled_again_and_needs_consent():
    (statement,) = KIND.create(ID, VIEW, Context(major=17, live={ID: VIEW})).statements

    assert statement.text == (
        'create materialized view "public"."sums" with ("fillfactor" = \'70\') as\nSELECT 1\nwith data'
    )
    assert [note.hazard for note in statement.hazards] == [Hazard.ACQUIRES_ACCESS_EXCLUSIVE_LOCK]


def test_one_that_was_empty_stays_empty_and_a_refresh_is_no_difference():
    empty = replace(VIEW, populated=False)

    (statement,) = KIND.create(ID, empty, Context(major=17, live={ID: empty})).statements

    assert statement.text.endswith("with no data")
    assert not statement.hazards
    assert KIND.same_structure(empty, VIEW)


def test_one_that_is_made_anew_for_itself_is_filled_under_another_name_and_swapped():
    other = replace(VIEW, query="select 2")
    context = Context(major=17, live={ID: VIEW}, fresh=frozenset({ID}), becoming={ID: other})

    fill, swap = KIND.create(ID, other, context).statements

    assert (fill.phase, fill.computes, fill.hazards) == (Phase.COPY, True, ())
    assert fill.text.startswith('create materialized view "public"."sums__new_')
    assert swap.text.endswith('rename to "sums"')
    # What else the plan makes may be what it reads.
    beside = dataclasses.replace(context, becoming={ID: other, ObjectId("column", ("public", "notes", "size")): None})
    assert KIND.create(ID, other, beside).statements[0].text.startswith('create materialized view "public"."sums" ')


def test_its_storage_is_changed_in_place_and_what_is_not_said_is_kept():
    live = replace(VIEW, tablespace="", method="", owner="postgres", populated=False)
    said = MaterializedView(query=VIEW.query, options={"toast.autovacuum_enabled": "false"})
    wanted = KIND.resolve(ID, said, live, Context(major=17))

    assert (wanted.owner, wanted.tablespace, wanted.populated) == ("postgres", "", False)
    assert [item.text for item in (KIND.alter(ID, live, wanted, Context(major=17)) or Steps()).statements] == [
        'alter materialized view "public"."sums" reset ("fillfactor")',
        'alter materialized view "public"."sums" set ("toast"."autovacuum_enabled" = \'false\')',
    ]
    (moved,) = (KIND.alter(ID, live, replace(live, tablespace="fast"), Context(major=17)) or Steps()).statements
    assert [lock.rewrites for lock in moved.locks] == [True]
