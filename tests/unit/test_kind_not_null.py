"""NOT NULL: proven without blocking, refused where rows hold NULL."""

from supaschema.core.model import Mode, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.constraint import Constraint
from supaschema.kinds.not_null import REQUIRED, NotNull, NotNullKind

ID = ObjectId("not_null", ("public", "jobs", "state"))
KIND = NotNullKind()
CONTEXT = Context(major=17)


def test_it_is_proven_by_a_check_before_it_is_set():
    steps = KIND.create(ID, NotNull(), CONTEXT)

    texts = [statement.text for statement in steps.statements]
    assert texts[0].endswith('check ("state" is not null) not valid')
    assert "validate constraint" in texts[1]
    assert texts[2].endswith('alter column "state" set not null')
    assert "drop constraint" in texts[3]


def test_a_check_that_a_failed_plan_left_is_dropped_first():
    left = {ObjectId("constraint", ("public", "jobs", "supaschema_not_null")): Constraint(type="c")}

    steps = KIND.create(ID, NotNull(), Context(major=17, live=left))

    assert "drop constraint" in steps.statements[0].text
    assert steps.statements[1].mode is Mode.TRANSACTION


def test_rows_with_null_stand_in_the_way():
    (precondition,) = KIND.create(ID, NotNull(), CONTEXT).preconditions

    assert precondition.find.as_string() == 'select * from "public"."jobs" where "state" is null'
    assert "hold NULL in state" in precondition.reason


def test_it_goes_in_one_statement():
    (statement,) = KIND.drop(ID, NotNull(), CONTEXT).statements

    assert statement.text == 'alter table "public"."jobs" alter column "state" drop not null'


def test_a_declaration_leaves_name_and_children_as_they_are_and_has_rows_proven():
    live = NotNull(name="filled", no_inherit=True, validated=False)

    wanted = KIND.resolve(ID, REQUIRED, live, CONTEXT)

    assert wanted == NotNull(name="filled", no_inherit=True)
    steps = KIND.alter(ID, live, wanted, CONTEXT)
    assert steps is not None
    assert [it.text for it in steps.statements] == ['alter table "public"."jobs" validate constraint "filled"']
    assert len(steps.preconditions) == 1
    assert KIND.alter(ID, wanted, live, CONTEXT) is None


def test_a_name_is_left_out_where_the_server_keeps_none():
    clauses = [KIND.clause(ID, NotNull(name="filled", no_inherit=True), Context(major=major)) for major in (17, 18)]

    assert [clause.text for clause in clauses if clause] == ["not null", 'constraint "filled" not null no inherit']


def test_the_usual_name_that_a_table_from_the_archive_spells_out_is_no_change():
    spelled = NotNull(name="jobs_state_not_null")

    steps = KIND.alter(ID, spelled, NotNull(), Context(major=18))

    assert steps is not None
    assert steps.statements == ()


def test_its_usual_name_goes_along_with_its_column_and_another_one_stays():
    old, new = ObjectId("not_null", ("public", "jobs", "step")), ID

    def texts(definition: NotNull, context: Context) -> list[str]:
        return [item.text for item in KIND.rename_along(old, new, definition, context)]

    usual = ['alter table "public"."jobs" rename constraint "jobs_step_not_null" to "jobs_state_not_null"']
    other = ObjectId("constraint", ("public", "jobs", "jobs_state_not_null"))
    taken = Context(major=18, live={other: Constraint(type="c")})
    assert texts(NotNull(), Context(major=18)) == usual
    assert texts(NotNull(), CONTEXT) == texts(NotNull(name="mine"), Context(major=18)) == texts(NotNull(), taken) == []
