"""Full text search over tasks: a generated column and a GIN index."""

from __future__ import annotations

from projects import tasks
from settings import READER

import supaschema.pulumi as supa

supa.Index("tasks-words", name="tasks_words", table=tasks.name, schema=tasks.schema, method="gin", keys=["words"])
find = supa.Function(
    "find-tasks",
    name="find_tasks",
    arguments=[
        supa.ArgumentArgs(name="wanted", type="text"),
        supa.ArgumentArgs(name="most", type="integer", default="20"),
    ],
    returns="setof public.tasks",
    language="sql",
    volatility=supa.Volatility.STABLE,
    body="""
select t.* from public.tasks t
 where t.words operator(pg_catalog.@@) websearch_to_tsquery('simple'::regconfig, wanted)
 order by ts_rank(t.words, websearch_to_tsquery('simple'::regconfig, wanted)) desc
 limit most
""",
    execute=[READER],
)
supa.View(
    "board",
    name="task_board",
    query="""
        select p.org_id, p.id as project_id, t.state, count(*) as tasks
          from public.projects p join public.tasks t on t.project_id = p.id
         group by p.org_id, p.id, t.state
    """,
    grants=[supa.GrantArgs(to=READER, privileges=[supa.Privilege.SELECT])],
)
