"""Alerts, their pages and the metrics that they watch belong together; `make alerts` tries them by promtool."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitoring.dashboards.__main__ import files
from monitoring.dashboards.organizations import ASKED
from monitoring.status import concerns
from monitoring.status.model import Outcome, Section, Status, Update, Value

ROOT = Path(__file__).resolve().parents[2]
_RULES = yaml.safe_load((ROOT / "monitoring" / "alerts" / "connectors.yml").read_text(encoding="utf-8"))
_TRIED = yaml.safe_load((ROOT / "monitoring" / "alerts" / "connectors.test.yml").read_text(encoding="utf-8"))
_EXPORTER = yaml.safe_load((ROOT / "monitoring" / "metrics" / "sql_exporter.yml").read_text(encoding="utf-8"))
ALERTS: list[dict[str, Any]] = [rule for group in _RULES["groups"] for rule in group["rules"]]
QUERIES: list[dict[str, Any]] = [query for job in _EXPORTER["jobs"] for query in job["queries"]]
METRICS = {f"sql_{query['name']}": query for query in QUERIES}
# What scripts/common.sh writes for node_exporter.
CHECKS = {"connector_check_exit_code", "connector_check_ended_seconds"}


def watched(expression: str) -> list[tuple[str, dict[str, str]]]:
    """Return the series of an expression: the metric, and its labels as they are asked for."""
    found = re.findall(r"\b(sql_\w+|connector_check_\w+)(?:\{([^}]*)\})?", expression)
    return [(name, dict(re.findall(r'(\w+)=~?"([^"]*)"', labels))) for name, labels in found]


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_watches_what_is_exported(alert):
    for name, labels in watched(alert["expr"]):
        if name in CHECKS:
            assert set(labels) <= {"check", "stack"}
            continue
        query = METRICS[name]
        assert set(labels) <= {*query.get("labels", ()), "col"}
        assert labels.get("col") in {None, *query["values"]}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_has_a_page_that_names_it_and_says_what_to_do(alert):
    page = (ROOT / alert["annotations"]["runbook"]).read_text(encoding="utf-8")
    assert f"`{alert['alert']}`" in page
    assert re.findall(r"^## (\w+)$", page, re.MULTILINE) == ["Look", "Do"]


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_is_tried_on_series_that_make_it(alert):
    tried = [case for test in _TRIED["tests"] for case in test["alert_rule_test"]]
    assert [case for case in tried if case["alertname"] == alert["alert"] and case.get("exp_alerts")]


def test_every_page_is_some_alerts():
    named = {alert["annotations"]["runbook"] for alert in ALERTS}
    assert named == {str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "runbooks").glob("*.md")}


def test_alerts_and_status_have_the_same_limits():
    by_name = {alert["alert"]: alert["expr"] for alert in ALERTS}
    limits = {
        queue: int(seconds)
        for queues, seconds in re.findall(r'queue=~"([^"]+)"\} > (\d+)', by_name["ConnectorQueueOld"])
        for queue in queues.split("|")
    }
    assert limits == concerns.OLDEST_SECONDS
    assert by_name["ConnectorRetentionBehind"].endswith(f"> {concerns.DAYS_BEHIND}")
    assert f"> {concerns.FAILED_SHARE}\n" in by_name["ConnectorSyncErrorRate"]
    assert by_name["ConnectorSyncErrorRate"].rstrip().endswith(f">= {concerns.FEWEST_SYNCS}")
    assert f'col="waiting"}}) > {concerns.WAITING_EVENTS}\n' in by_name["ConnectorWebhookBacklog"]


NOW = datetime(2026, 1, 2, tzinfo=UTC)


def told(section: str, **row: Value) -> tuple[str, ...]:
    """Return the concerns about a state of which nothing is known but one row."""
    return concerns.concerns(Status("staging", NOW, "monitor", (Section(section, section, "", (row,)),)))


def test_what_wants_attention_is_told_in_sentences():
    outcomes = {"drift": Outcome(NOW, 1), "validation": Outcome(NOW, 2)}
    updates = (Update(NOW, "in-progress", None),)

    assert concerns.concerns(Status("staging", NOW, "monitor", (), updates, outcomes)) == (
        "The last drift could not tell. Make it again: make drift.",
        "The last validation has findings. See them: make validate.",
        "The last deployment is in progress, or was broken off. What is left to do, make preview tells.",
    )
    assert told("connectors", health="failing", connectors=1) == ("1 connector is failing.",)
    assert told("connectors", health="overdue", connectors=2) == ("2 connectors are overdue.",)
    assert told("retention", what="sync logs", days_behind=2) == ("The retention of sync logs is 2 days behind.",)


def test_the_screen_tells_what_the_alerts_do_and_no_less():
    assert told("syncs", day="2026-01-02", syncs=9, running=0, failed=9) == ()
    assert told("syncs", day="2026-01-02", syncs=10, running=1, failed=9) == ("9 of today's 9 syncs failed.",)
    assert told("webhooks", waiting=1000, failing=1) == ("1 webhook event fails.",)
    assert told("webhooks", waiting=1001, failing=0) == ("1,001 webhook events wait.",)


def test_no_address_stands_in_the_configuration():
    assert {tuple(job["connections"]) for job in _EXPORTER["jobs"]} == {("@SUPASCHEMA_MONITOR_URL@",)}


# Dashboards


def panels(name: str) -> list[dict[str, Any]]:
    """Return the panels of a dashboard's file that show something."""
    text = (ROOT / "monitoring" / "dashboards" / f"{name}.json").read_text(encoding="utf-8")
    return [panel for panel in json.loads(text)["panels"] if panel["type"] != "row"]


def test_the_files_are_what_the_code_makes():
    """`python -m monitoring.dashboards` writes them anew."""
    for path, text in files().items():
        assert path.read_text(encoding="utf-8") == text


def test_the_operators_dashboard_shows_what_is_exported():
    expressions = [target["expr"] for panel in panels("operators") for target in panel["targets"]]
    shown = {name for expression in expressions for name, _ in watched(expression)}
    assert shown - CHECKS <= set(METRICS)
    for expression in expressions:
        for name, labels in watched(expression):
            values = {} if name in CHECKS else METRICS[name]["values"]
            assert set(labels.get("col", "").split("|")) - {""} <= set(values)
            by = re.findall(r"by \(([^)]*)\)", expression)[0].replace(" ", "").split(",")
            known = {"stack", "check"} if name in CHECKS else {*METRICS[name].get("labels", ()), "col"}
            assert set(by) <= known


def test_a_state_has_its_color_and_not_that_of_its_place_in_the_alphabet():
    view = (ROOT / "sql" / "views" / "public" / "connector_health.sql").read_text(encoding="utf-8")
    healths = set(re.findall(r"(?:then|else) '([a-z ]+)'", view))
    by_title = {panel["title"]: panel for panel in panels("operators")}
    for title, states in {
        "Connectors by health": healths,
        "Today's syncs": {"successful", "partial", "failed", "running"},
        "Webhook events": {"waiting", "retried", "failing"},
    }.items():
        overrides = by_title[title]["fieldConfig"]["overrides"]
        colors = {each["matcher"]["options"]: each["properties"][0]["value"]["fixedColor"] for each in overrides}
        assert states <= set(colors), title
        assert {colors[state] for state in states & {"failing", "failed"}} == {"red"}
        assert {colors[state] for state in states & {"healthy", "successful"}} <= {"green"}


def test_a_column_is_read_as_what_it_is():
    """Without a column's kind a date is a text as the API sends it, and a size a number of bytes."""
    for panel, asked in zip(panels("organizations"), ASKED, strict=True):
        assert [column["selector"] for column in panel["targets"][0]["columns"]] == list(asked.columns)
        overrides = panel.get("fieldConfig", {"overrides": []})["overrides"]
        units = {each["matcher"]["options"]: each["properties"][0]["value"] for each in overrides}
        for column in panel["targets"][0]["columns"]:
            name, unit = column["selector"], units.get(column["text"])
            assert (column["type"] == "timestamp") == name.endswith("_at")
            assert (unit == "dateTimeAsIso") == name.endswith("_at")
            assert (unit == "decbytes") == (name == "bytes")


def test_the_organizations_dashboard_asks_the_api_alone():
    targets = [target for panel in panels("organizations") for target in panel["targets"]]
    assert [target["url"] for target in targets] == [asked.address for asked in ASKED]
    assert {target["datasource"]["uid"] for target in targets} == {"${source}"}
