"""Jobs of pg_cron."""

from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.cron_job import CronJob, CronJobKind

ID = ObjectId("cron_job", ("prune",))
KIND = CronJobKind()
CONTEXT = Context(major=17)
JOB = CronJob(schedule="@daily", command="select 1")


def texts(steps):
    return [statement.text for statement in steps.statements]


def test_a_job_is_scheduled_under_its_name():
    assert texts(KIND.create(ID, JOB, CONTEXT)) == ["select cron.schedule('prune', '@daily', 'select 1')"]


def test_an_inactive_job_is_switched_off_at_once():
    _, off = texts(KIND.create(ID, CronJob(schedule="@daily", command="select 1", active=False), CONTEXT))

    assert off.endswith("active := false)")


def test_where_available_is_a_wish_not_a_property():
    wished = CronJob(schedule="@daily", command="select 1", where_available=True)

    assert KIND.optional(wished)
    assert not KIND.optional(JOB)
    assert KIND.same_structure(wished, JOB)


def test_a_change_keeps_the_jobs_number():
    (text,) = texts(KIND.alter(ID, JOB, CronJob(schedule="@hourly", command="select 1"), CONTEXT))

    assert text.startswith("select cron.alter_job((select jobid")
    assert text.endswith("active := true, schedule := '@hourly')")
    assert texts(KIND.drop(ID, JOB, CONTEXT)) == ["select cron.unschedule('prune')"]
