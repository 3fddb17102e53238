"""Alerts, their pages and the metrics that they watch belong together; `make alerts` tries them by promtool."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitoring.status import concerns

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
    found = re.findall(r"\b((?:sql|connector)_\w+)(?:\{([^}]*)\})?", expression)
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


def test_no_address_stands_in_the_configuration():
    assert {tuple(job["connections"]) for job in _EXPORTER["jobs"]} == {("@SUPASCHEMA_MONITOR_URL@",)}
