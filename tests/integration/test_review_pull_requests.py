"""What a reviewer is told of changes to the connector system: each a file, planned on a real database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import html5lib
import jsonschema
import msgspec
import pytest

from localdb import platform
from supaschema.core.plan_record import Size
from supaschema.review.answers import answers
from supaschema.review.markdown import FIRST_SCREEN, LIMIT, markdown
from supaschema.review.model import Change, Origin, Report, StackReport
from supaschema.review.page import page
from supaschema.review.schema import schemas
from supaschema.review.trial_result import Attempt, Trial
from tests.fixtures.deployed import claim
from tests.fixtures.postgres import Server, create
from tests.support.golden import golden
from tests.support.pull_requests import PULL_REQUESTS, program
from tests.support.reviewed import report

GOLDEN = Path(__file__).parent / "golden" / "pull_requests"
PRODUCTION = {
    "public.imported_documents": Size(rows=1_250_000, bytes=2_300_000_000, reads=48_000_000, writes=2_100_000),
    "public.connector_configs": Size(rows=8_400, bytes=5_200_000, reads=9_100_000, writes=310_000),
    "public.connector_sync_logs": Size(rows=3_700_000, bytes=940_000_000, reads=120_000, writes=3_900_000),
    "public.file_upload_batches": Size(rows=5, bytes=16_384, reads=40, writes=12),
}
"""How large and how much used relations are: what the server says of them is another number each time."""
SMALL = Size(rows=300, bytes=98_304, reads=1_000, writes=350)

Reports = dict[str, StackReport]


@pytest.fixture(scope="module")
def reports(server: Server, provisioned_template: str) -> Iterator[Reports]:
    """The report of each, on one database: nothing of it is deployed."""
    database = create(server, "reviewed", provisioned_template)
    claim(database)
    with database.connect() as connection:
        # A job is kept with the name of its database, which was the template's.
        connection.execute(
            "update supaschema.objects set spelling = replace(spelling::text, %s, %s)::jsonb"
            " where object like '[\"cron%%'",
            [provisioned_template, database.name],
        )
        connection.execute("update public.connector_configs set webhook_url = 'https://hooks.example.org'")
        connection.execute(
            "insert into public.file_upload_batches (org_id, batch_name, total_files)"
            " select id, 'a batch', 3 from public.organizations"
        )
    deployed = program()
    yield {name: _sized(report(database.url, deployed, edit(deployed))) for name, edit in PULL_REQUESTS.items()}
    platform.drop_database(server.superuser_url, database.name)


def _sized(found: StackReport) -> StackReport:
    return msgspec.structs.replace(found, changes=tuple(map(_change, found.changes)))


def _change(change: Change) -> Change:
    if change.plan is None:
        return change
    sizes = {name: PRODUCTION.get(name, SMALL) if size.bytes else size for name, size in change.plan.relations.items()}
    return msgspec.structs.replace(change, plan=msgspec.structs.replace(change.plan, relations=sizes))


@pytest.mark.parametrize("name", PULL_REQUESTS)
def test_a_pull_request_is_told_as_the_file_says(reports: Reports, name: str) -> None:
    # The one privilege that older servers do not have.
    found = markdown(Report(stacks=(reports[name],))).replace("MAINTAIN ", "")
    golden(GOLDEN / f"{name}.markdown", found)


def test_a_stale_report_says_so_before_all_else(reports: Reports) -> None:
    origin = Origin(fingerprint="before", taken_at="2026-11-27T08:00:00Z", changed_by="2026-11-27T09:30:00Z")
    trial = Trial(attempts=(Attempt(what="pulumi up", passed=True, seconds=6),), access=None, not_tried=())
    stale = msgspec.structs.replace(reports["column_added"], origin=origin, trial=trial)

    golden(GOLDEN / "stale.markdown", markdown(Report(stacks=(stale,))))


def test_each_is_a_report_for_programs(reports: Reports) -> None:
    whole, plan = (jsonschema.Draft202012Validator(json.loads(text)) for text in schemas().values())
    for found in reports.values():
        told = json.loads(Report(stacks=(found,)).json())
        whole.validate(told)
        assert told["stacks"][0]["verdict"] == found.verdict.value
        for change in found.changes:
            if change.plan is not None:
                plan.validate(json.loads(msgspec.json.encode(change.plan)))


def test_each_is_a_page_of_strict_html(reports: Reports) -> None:
    for found in reports.values():
        html5lib.HTMLParser(strict=True).parse(page(Report(stacks=(found,))))


def test_each_has_its_answers_in_one_screen_and_fits_into_a_comment(reports: Reports) -> None:
    for name, found in reports.items():
        text = markdown(Report(stacks=(found,)))
        head = text.partition("<details>")[0]
        assert len(text) <= LIMIT, name
        assert len(re.findall(r"\n|<br>", head.rstrip())) < FIRST_SCREEN, name
        asked = [answer.question for answer in answers(found)] if found.changes else []
        assert [question for question in asked if f"**{question}**" not in head] == [], name
