"""What happens by itself: stamps, a nightly refresh, and on Supabase a bucket for attachments."""

from __future__ import annotations

from projects import projects, tasks
from settings import SUPABASE

import supaschema.pulumi as supa

stamp = supa.Function(
    "stamp",
    name="stamp",
    schema="private",
    returns="trigger",
    body="begin new.updated_at := now(); return new; end",
)
for table, name in ((projects, "projects"), (tasks, "tasks")):
    supa.Trigger(
        f"{name}-stamp",
        name="stamp",
        table=table.name,
        schema=table.schema,
        timing="before",
        events=[supa.TriggerEvent.UPDATE],
        function=stamp.qualified_name,
    )
refresh = supa.Function(
    "refresh-revenue",
    name="refresh_revenue",
    schema="private",
    returns="void",
    body="begin refresh materialized view concurrently private.revenue; end",
)
nightly: supa.CronJob | None = None
if SUPABASE:
    nightly = supa.CronJob(
        "nightly", name="refresh-revenue", schedule="15 2 * * *", command="select private.refresh_revenue()"
    )
    attachments = supa.Bucket(
        "attachments",
        name="attachments",
        file_size_limit=20_000_000,
        allowed_mime_types=["application/pdf", "image/png", "image/jpeg"],
    )
