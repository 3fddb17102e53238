"""Back-fills: batches by key, then a record."""

from psycopg import sql

from supaschema.core.model import LockMode, Mode, ObjectId
from supaschema.kinds.backfill import Backfill, BackfillKind
from supaschema.kinds.base import Context
from supaschema.kinds.column import Column

ID = ObjectId("backfill", ("public", "jobs", "state"))
KIND = BackfillKind()
LIVE = {ObjectId("column", ("public", "jobs", "id")): Column(type="uuid")}
FILL = Backfill(key="id", assignments={"state": "'100%'"}, where="state is null", batch_size=10)


def test_batches_come_first_and_the_record_last():
    batches, record = KIND.create(ID, FILL, Context(major=17, live=LIVE)).statements

    assert (batches.mode, record.mode) == (Mode.BATCHES, Mode.TRANSACTION)
    assert [(lock.relation, lock.mode) for lock in batches.locks] == [("public.jobs", LockMode.ROW_EXCLUSIVE)]
    assert '"id" > %(after)s::text::uuid' in batches.text
    assert "set \"state\" = ('100%%')" in batches.text
    assert record.text.startswith("insert into supaschema.backfills")


def test_a_change_of_what_is_written_runs_anew_and_another_pace_does_not():
    other = Backfill(key="id", assignments={"state": "'0'"}, where="state is null")
    slower = Backfill(key="id", assignments={"state": "'100%'"}, where="state is null", batch_size=3)

    assert not KIND.same_structure(other, FILL)
    assert KIND.same_structure(slower, FILL)
    assert KIND.alter(ID, FILL, other, Context(major=17, live=LIVE)).statements[0].mode is Mode.BATCHES


def test_dropping_it_leaves_the_values():
    (statement,) = KIND.drop(ID, FILL, Context(major=17)).statements

    assert isinstance(statement.query, sql.Composable)
    assert statement.text == "delete from supaschema.backfills where relation = 'public.jobs' and name = 'state'"
