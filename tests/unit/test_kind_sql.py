"""Statements of the author's own: what is run, what is only recorded, and what stays."""

import pytest
from msgspec.structs import replace

from supaschema.core.answer import Answer
from supaschema.core.hazards import Hazard
from supaschema.core.model import Mode, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.sql import Sql, SqlKind

ID = ObjectId("sql", ("odd",))
KIND = SqlKind()
ODD = Sql(
    up="select app.odd(); select app.even('a;b')",
    down="select app.undo()",
    check="select app.is_odd()",
    hazards=(Hazard.DELETES_DATA,),
    down_hazards=(Hazard.CORRECTNESS,),
)
YES, NO = Answer(is_yes=True), Answer(is_yes=False)
UP = ["select app.odd()", "select app.even('a;b')"]


def context(answer: Answer) -> Context:
    return Context(major=17, answers={ID: answer})


def test_each_statement_is_run_then_the_check_is_asked_then_it_is_recorded():
    *ups, checked, record = KIND.create(ID, ODD, context(NO)).statements

    assert [item.text for item in ups] == UP
    assert {item.mode for item in ups} == {Mode.TRANSACTION}
    assert "execute 'select app.is_odd()' into answer" in checked.text
    assert "set local transaction_read_only = on" in checked.text
    assert record.text.startswith("insert into supaschema.statements (name, definition) values ('odd', ")
    assert '"ran"' not in record.text


def test_what_is_applied_already_is_only_recorded_as_not_run():
    (record,) = KIND.create(ID, ODD, context(YES)).statements

    assert '"ran":false' in record.text
    assert not record.hazards
    assert "is recorded, and nothing of `up` is run" in KIND.remark(ID, None, ODD, YES)


def test_the_hazards_that_its_author_declares_are_its_own_and_locks_are_said_to_be_unknown():
    first, *_ = KIND.create(ID, ODD, context(NO)).statements

    assert [note.hazard for note in first.hazards] == [Hazard.DELETES_DATA, Hazard.HAS_UNTRACKABLE_DEPENDENCIES]
    assert "which locks it takes, is not known" in first.hazards[1].sentence
    assert first.locks == ()
    assert first.reads_rows


def test_outside_of_a_transaction_each_runs_alone_and_that_is_a_hazard():
    *ups, checked, record = KIND.create(ID, replace(ODD, transactional=False), context(NO)).statements

    assert {item.mode for item in ups} == {Mode.ALONE}
    assert {checked.mode, record.mode} == {Mode.TRANSACTION}
    assert Hazard.NON_TRANSACTIONAL in {note.hazard for note in ups[0].hazards}


@pytest.mark.parametrize("other", [{"up": "select 1"}, {"down": None}, {"check": "select true"}, {"hazards": ()}])
def test_a_change_of_what_is_applied_is_only_recorded(other: dict[str, object]):
    new = replace(ODD, **other)

    assert not KIND.same_structure(new, ODD)
    assert [item.text[:32] for item in KIND.alter(ID, ODD, new, context(YES)).statements] == [
        "insert into supaschema.statement"
    ]


def test_what_is_not_applied_is_run_again_and_needs_no_other_record():
    live = KIND.answered(ODD, NO)

    assert not KIND.holds(live)
    assert not KIND.same_structure(ODD, live)
    assert [item.text for item in KIND.alter(ID, live, ODD, context(NO)).statements][:-1] == UP


def test_what_was_applied_before_and_is_run_now_is_recorded_as_run():
    live = KIND.answered(replace(ODD, ran=False), NO)

    assert KIND.alter(ID, live, ODD, context(NO)).statements[-1].text.startswith("insert into supaschema.statements")


def test_a_check_without_an_answer_makes_no_difference_and_is_told():
    live = KIND.answered(ODD, Answer(is_yes=None, trouble="permission denied"))

    assert KIND.same_structure(ODD, live)
    assert (KIND.holds(live), KIND.trouble(live)) == (True, "permission denied")


def test_who_ran_it_is_no_difference():
    assert KIND.same_structure(ODD, replace(ODD, ran=False))
    assert KIND.told(replace(ODD, ran=False)) == ODD


def test_it_is_taken_back_by_its_down_and_forgotten():
    down, forgotten = KIND.drop(ID, ODD, Context(major=17)).statements

    assert (down.text, forgotten.text) == ("select app.undo()", "delete from supaschema.statements where name = 'odd'")
    assert down.hazards[0].hazard is Hazard.CORRECTNESS


@pytest.mark.parametrize(
    ("old", "says"),
    [
        (replace(ODD, down=None), "it has no `down`: what its statements did stays"),
        (replace(ODD, ran=False), "it was applied before the stack recorded it, and stays"),
        (replace(ODD, applied=False), "its check says that it is not applied"),
    ],
)
def test_what_is_not_taken_back_is_said(old: Sql, says: str):
    (forgotten,) = KIND.drop(ID, old, Context(major=17)).statements

    assert forgotten.text.startswith("delete from supaschema.statements")
    assert says in KIND.remark(ID, old, None, None)


def test_that_a_check_cannot_be_asked_yet_is_said():
    answer = Answer(is_yes=False, lacking='relation "app.t" does not exist')

    assert 'cannot be asked yet (relation "app.t" does not exist)' in KIND.remark(ID, None, ODD, answer)
    assert not KIND.remark(ID, None, ODD, NO)


def test_its_record_is_renamed_and_one_that_is_like_another_may_be_meant_so():
    (renamed,) = KIND.rename(ID, ObjectId("sql", ("even",)))

    assert renamed.text == "update supaschema.statements set name = 'even' where name = 'odd'"
    assert KIND.like(ODD, replace(ODD, up="select 1"))
    assert not KIND.like(ODD, replace(ODD, up="select 1", check="select true"))


def test_a_preview_has_the_server_read_them_and_run_none():
    up = "select 1 -- one\n; execute x; select 1 into t; insert into t values (1)"
    (tried,) = KIND.dry_run(ID, replace(ODD, up=up))

    assert tried.as_string() == (
        "do $block$\nbegin\nreturn\n;\nselect 1 -- one\n;\ninsert into t values (1)\n;\nend\n$block$"
    )
