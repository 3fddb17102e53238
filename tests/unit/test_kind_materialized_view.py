"""Materialized views."""

from msgspec.structs import replace

from supaschema.core.model import Hazard, ObjectId
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
