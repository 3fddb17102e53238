"""What the platform keeps in tables: buckets and jobs; and the record of back-fills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from supaschema.kinds.backfill import Backfill
from supaschema.kinds.bucket import Bucket
from supaschema.kinds.cron_job import CronJob
from tests.deployed.findings import Finding, Verdict, differences
from tests.deployed.stack import Row, Stack, named


def buckets(stack: Stack) -> Verdict:
    """Each declared bucket is closed or open, and limited, as declared."""
    live = {row["id"]: row for row in bucket_rows(stack)}
    wanted = dict(stack.declared.of("bucket", Bucket))
    found = [
        finding
        for id, bucket in wanted.items()
        for finding in differences(
            f"bucket {id.name[0]}",
            {
                "public": bucket.public,
                "file_size_limit": bucket.file_size_limit,
                "allowed_mime_types": None if bucket.allowed_mime_types is None else list(bucket.allowed_mime_types),
            },
            live.get(id.name[0]),
        )
    ]
    private = sum(not bucket.public for bucket in wanted.values())
    return Verdict(f"{len(wanted)} buckets, {private} of them private, with their limits", tuple(found))


def jobs(stack: Stack) -> Verdict:
    """Each declared job is scheduled as declared and active, where the database has pg_cron."""
    wanted = dict(stack.declared.of("cron_job", CronJob))
    if not stack.has("cron.job"):
        missing = [id.name[0] for id, job in wanted.items() if not job.where_available]
        found = tuple(Finding(f"job {name}", "it is not there: pg_cron is not installed.") for name in missing)
        return Verdict(f"pg_cron is not installed; {len(wanted)} jobs are left to a scheduler of your own", found)
    here = stack.one("select current_database()")
    # A ledger that an earlier version made tells no database.
    live = {row["jobname"]: {"database": here, **row} for row in job_rows(stack)}
    found = tuple(
        finding
        for id, job in wanted.items()
        for finding in differences(
            f"job {id.name[0]}",
            {"schedule": job.schedule, "command": job.command, "active": job.active, "database": job.database or here},
            live.get(id.name[0]),
            untold=("command",),
        )
    )
    return Verdict(f"{len(wanted)} jobs are scheduled and active", found)


def backfills(stack: Stack) -> Verdict:
    """Each declared back-fill is done, as it is declared now."""
    live: dict[tuple[str, str], Mapping[str, Any]] = {
        (row["relation"], row["name"]): row["definition"] for row in stack.rows("backfills")
    }
    wanted = dict(stack.declared.of("backfill", Backfill))
    found: list[Finding] = []
    for id, backfill in wanted.items():
        expected = {name: value for name, value in msgspec.to_builtins(backfill).items() if name != "batch_size"}
        found += differences(f"back-fill {named(*id.name)}", expected, live.get((named(*id.name[:2]), id.name[2])))
    return Verdict(f"{len(wanted)} back-fill is done", tuple(found))


def bucket_rows(stack: Stack) -> list[Row]:
    """Return the buckets: the owner reads the table, the auditor asks the function that lists them."""
    return stack.rows("buckets") if stack.owns else stack.asked("supaschema.buckets()")


def job_rows(stack: Stack) -> list[Row]:
    """Return the jobs of the owner, likewise."""
    return stack.rows("jobs") if stack.owns else stack.asked("supaschema.jobs()")
