"""Extended statistics."""

from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.statistics import Statistics, StatisticsKind

ID = ObjectId("statistics", ("public", "jobs", "planner", "pairs"))
KIND = StatisticsKind()
CONTEXT = Context(major=17)
TEXT = "CREATE STATISTICS planner.pairs ON state, kind FROM public.jobs"


def test_they_have_a_schema_of_their_own():
    steps = KIND.create(ID, Statistics(text=TEXT, target=50, comment="together"), CONTEXT)

    assert [statement.text for statement in steps.statements] == [
        TEXT,
        'alter statistics "planner"."pairs" set statistics 50',
        'comment on statistics "planner"."pairs" is \'together\'',
    ]


def test_without_a_target_the_columns_say_how_much_is_sampled():
    steps = KIND.alter(ID, Statistics(text=TEXT, target=50), Statistics(text=TEXT), CONTEXT)

    assert steps is not None
    assert [it.text for it in steps.statements] == ['alter statistics "planner"."pairs" set statistics -1']
    assert KIND.alter(ID, Statistics(text=TEXT), Statistics(text=f"{TEXT} "), CONTEXT) is None
