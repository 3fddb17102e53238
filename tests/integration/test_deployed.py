"""The validation of a deployed stack: it finds nothing in a correct one, and names what somebody has done to it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest
from psycopg import conninfo

from tests.deployed.declared import Declared, read_settings
from tests.deployed.registry import CHECKS, Check, Result, run, table
from tests.deployed.report import render
from tests.deployed.stack import Connection
from tests.fixtures.deployed import AUDITOR, OWNER
from tests.fixtures.postgres import Database
from tests.support.sabotaged import NAMED, sabotaged
from tests.support.sabotages import SABOTAGES, Sabotage

OUTSIDE = {"reachable", "encrypted"}
"""The checks that look at the connection and not into the database."""
UNDECLARED = {
    "collations",
    "default privileges",
    "event triggers",
    "extensions",
    "foreign servers",
    "group roles",
    "memberships",
    "publications",
    "sequences",
    "statements",
    "user mappings",
}
"""The checks of what no stack of the program declares; here one is told that it does."""


class CountingCursor(psycopg.Cursor[Any]):
    """A cursor that keeps count of what it was asked."""

    queries: ClassVar[list[object]] = []

    def execute(self, query: Any, *arguments: Any, **more: Any) -> Any:
        """Count, and ask."""
        self.queries.append(query)
        return super().execute(query, *arguments, **more)


def test_every_check_has_a_twin_that_makes_it_fail() -> None:
    assert set(SABOTAGES) | OUTSIDE | UNDECLARED == set(NAMED)
    assert all(SABOTAGES.values())


def test_the_page_lists_the_checks() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "validation.md"
    assert page.read_text(encoding="utf-8").endswith(f"\n\n{table()}\n")
    assert all(check.holds for check in CHECKS)


@pytest.mark.parametrize("role", [OWNER, AUDITOR])
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_nothing_is_found_in_a_correct_stack(
    platforms: Connection, deployed: Database, check: Check, role: str
) -> None:
    with sabotaged(platforms, deployed.url, role=role) as stack:
        result = run(check, stack)
    assert result == Result(check.name, result.proved)
    assert result.proved


def test_what_everybody_can_do_is_what_was_asked_for(platforms: Connection, deployed: Database) -> None:
    with sabotaged(platforms, deployed.url, as_owner=True) as stack:
        result = run(NAMED["access"], stack)
    assert result == Result("access", result.proved)
    assert "rolled back" in result.proved


@pytest.mark.parametrize(
    ("name", "sabotage", "role"),
    [
        pytest.param(name, sabotage, role, id=f"{name} by {role}: {sabotage.sql[:50]}")
        for name, sabotages in SABOTAGES.items()
        for sabotage in sabotages
        for role in ([OWNER] if sabotage.as_owner else [OWNER, AUDITOR])
    ],
)
def test_what_was_done_is_named(
    platforms: Connection, deployed: Database, name: str, sabotage: Sabotage, role: str
) -> None:
    with sabotaged(platforms, deployed.url, sabotage.sql, role=role, as_owner=sabotage.as_owner) as stack:
        result = run(NAMED[name], stack)
    assert result.trouble is None
    assert [
        finding for finding in result.findings if finding.object == sabotage.finds and sabotage.says in finding.detail
    ], [str(finding) for finding in result.findings]


def test_a_server_that_does_not_answer_is_named(platforms: Connection, deployed: Database) -> None:
    nowhere = conninfo.make_conninfo(deployed.url, host="127.0.0.1", port=1)
    with sabotaged(platforms, deployed.url) as stack:
        result = run(NAMED["reachable"], replace(stack, url=nowhere))
    assert [finding.object for finding in result.findings] == ["127.0.0.1:1"]


@pytest.mark.parametrize("demand", [{"sslmode": "require"}, {"host": "db.example.org"}], ids=["by URL", "by distance"])
def test_a_plain_connection_is_named_where_that_is_demanded(platforms: Connection, deployed: Database, demand) -> None:
    with sabotaged(platforms, deployed.url) as stack:
        result = run(NAMED["encrypted"], replace(stack, url=conninfo.make_conninfo(deployed.url, **demand)))
    assert [finding.detail for finding in result.findings] == [
        "the connection is not encrypted; switch TLS on at the server."
    ]


@pytest.mark.parametrize("weak", ["sslmode=disable", "sslmode=prefer", "require_auth=password"])
def test_a_url_by_which_nobody_would_connect_from_afar_is_no_proof_of_encryption(
    platforms: Connection, deployed: Database, weak: str
) -> None:
    name, _, value = weak.partition("=")
    url = conninfo.make_conninfo(deployed.url, host="db.example.org", **{name: value})
    with sabotaged(platforms, deployed.url) as stack:
        result = run(NAMED["encrypted"], replace(stack, url=url))
    assert f"{name} admits" in str(result.trouble)


def test_a_stack_whose_settings_changed_since_is_told(platforms: Connection, deployed: Database) -> None:
    changed = json.dumps({"supaschema:retention": {"value": '{"syncLogs": 30, "webhookEvents": 30}'}})
    with sabotaged(platforms, deployed.url) as stack:
        other = replace(stack, declared=Declared(read_settings(changed)))
        result = run(NAMED["ledger"], other)
    assert {(finding.object, finding.detail) for finding in result.findings} == {
        (
            "function public.purge_connector_sync_logs(integer, integer)",
            "what is deployed was declared otherwise: run make up.",
        ),
        *(
            (f"{kind} private.queue_plans()", "it is deployed and no longer declared: run make up.")
            for kind in ("function", "function grants")
        ),
    }


def test_rules_that_the_stack_is_let_off_from_stand_in_the_report(platforms: Connection, deployed: Database) -> None:
    given = [{"lint": "no-primary-key", "level": "warn", "reason": "from before", "resource": "old"}]
    changed = json.dumps({"supaschema:lints": {"value": json.dumps(given)}})
    with sabotaged(platforms, deployed.url) as stack:
        text = render(replace(stack, declared=Declared(read_settings(changed))), [], 0)
        assert "let off" not in render(stack, [], 0)
    assert "let off      lint no-primary-key is only a warning for old: from before\n" in text


def test_the_report_sets_each_name_apart_from_what_is_said_of_it(platforms: Connection, deployed: Database) -> None:
    results = [Result(check.name, proved="all is well") for check in CHECKS]
    with sabotaged(platforms, deployed.url) as stack:
        told = render(stack, results, 0)
    for check in CHECKS:
        assert re.search(rf"^ok           {re.escape(check.name)} +all is well$", told, re.MULTILINE)


def test_the_number_of_queries_does_not_depend_on_what_is_declared(
    platforms: Connection, deployed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platforms, "cursor_factory", CountingCursor)
    counted = []
    for left_out in (0, 1):
        with sabotaged(platforms, deployed.url) as stack:
            facts = stack.declared.facts.items()
            fewer = Declared(stack.declared.settings)
            # One in three: of each sort of fact that a check asks about, some stay.
            kept = {
                id: fact for place, (id, fact) in enumerate(facts) if place % 3 >= left_out or id.kind == "cron_job"
            }
            vars(fewer)["facts"] = kept
            monkeypatch.setattr(CountingCursor, "queries", [])
            for check in CHECKS:
                run(check, replace(stack, declared=fewer))
            counted.append(len(CountingCursor.queries))
    assert counted[0] == counted[1]


def test_a_check_that_the_server_refuses_keeps_no_other_from_being_made(
    platforms: Connection, deployed: Database
) -> None:
    refusing = Check("refused", lambda stack: stack.one("select 1 / 0"))
    with sabotaged(platforms, deployed.url) as stack:
        refused = run(refusing, stack)
        assert (refused.name, refused.findings) == ("refused", ())
        assert "the server refuses: division by zero" in str(refused.trouble)
        assert run(NAMED["tables"], stack).findings == ()
        stack.connection.execute(
            "update supaschema.objects set object = 'x' where object = (select min(object) from supaschema.objects)"
        )
        trouble = run(NAMED["ledger"], replace(stack)).trouble
        assert "the ledger has a row of no object: its key is 'x'" in str(trouble)
