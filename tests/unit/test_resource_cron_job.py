"""CronJob: schedules that pg_cron takes."""

import pytest

from supaschema.declarations import CronJob
from supaschema.resources.cron_job import CronJobResource

RESOURCE = CronJobResource()
JOB = CronJob(name="prune", schedule="15 3 * * *", command="select 1", where_available=True)


def job(schedule):
    return CronJob(name="j", schedule=schedule, command="select 1")


@pytest.mark.parametrize(
    "schedule", ["* * * * *", "*/5 0-6,12 1 jan mon", "0 0 $ * *", "1 second", "59 seconds", "@daily", "@Hourly"]
)
def test_schedules_pass(schedule):
    assert list(RESOURCE.problems(job(schedule))) == []


@pytest.mark.parametrize(
    "schedule", ["", "* * * *", "* * * * * *", "60 seconds", "0 seconds", "5 minutes", "@never", "every day at 3 am"]
)
def test_other_texts_are_told(schedule):
    assert [problem.field for problem in RESOURCE.problems(job(schedule))] == ["schedule"]


def test_a_job_does_something():
    empty = CronJob(name="j", schedule="@daily", command=" ")

    assert [problem.field for problem in RESOURCE.problems(empty)] == ["command"]


def test_it_is_lifted_as_declared():
    facts = {fact.id: fact.definition for fact in RESOURCE.facts(JOB)}

    assert RESOURCE.lift(facts, JOB) == JOB.to_inputs()
    assert RESOURCE.lift({}, JOB) == {}
    assert RESOURCE.imported("prune", facts) == CronJob(name="prune", schedule=JOB.schedule, command=JOB.command)
