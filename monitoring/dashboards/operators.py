"""The dashboard of whoever runs the system: the metrics of `monitoring/metrics/`, all tenants together."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, DatasourceVariable, Row
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.builders.timeseries import Panel
from grafana_foundation_sdk.models.dashboard import DataSourceRef, DynamicConfigValue

_STATES = ("{{health}}", "{{col}}")
"""Legends that name a state."""

_SOURCE = DataSourceRef(type_val="prometheus", uid="${source}")

COLORS = {
    "failing": "red",
    "failed": "red",
    "overdue": "orange",
    "degraded": "yellow",
    "partial": "yellow",
    "retried": "yellow",
    "healthy": "green",
    "successful": "green",
    "never synced": "purple",
    "paused": "text",
    "running": "blue",
    "waiting": "blue",
}
"""What bodes ill or well has the color of it; by itself Grafana gives the first series of the alphabet its green."""

_ROWS: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        "Syncs",
        (
            ("Connectors by health", "short", "sum by (health) (sql_connectors)", "{{health}}"),
            (
                "Today's syncs",
                "short",
                'sum by (col) (sql_connector_syncs_today{col=~"successful|partial|failed|running"})',
                "{{col}}",
            ),
            (
                "Failed today, by type",
                "short",
                'sum by (connector_type) (sql_connector_syncs_today{col="failed"})',
                "{{connector_type}}",
            ),
            (
                "Average duration today",
                "s",
                'avg by (connector_type) (sql_connector_syncs_today{col="average_seconds"})',
                "{{connector_type}}",
            ),
        ),
    ),
    (
        "Queues",
        (
            ("Waiting", "short", 'sum by (queue) (sql_connector_queue{col="waiting"})', "{{queue}}"),
            ("Age of the oldest", "s", 'max by (queue) (sql_connector_queue{col="oldest_seconds"})', "{{queue}}"),
            ("Stuck", "short", 'sum by (queue) (sql_connector_queue{col="stuck"})', "{{queue}}"),
            (
                "Webhook events",
                "short",
                'sum by (col) (sql_connector_webhooks{col=~"waiting|retried|failing"})',
                "{{col}}",
            ),
        ),
    ),
    (
        "The database",
        (
            ("Retention behind", "d", 'max by (what) (sql_connector_retention{col="days_behind"})', "{{what}}"),
            (
                "Largest tables",
                "decbytes",
                "topk(8, sum by (relation) (sql_connector_table))",
                "{{relation}}",
            ),
            (
                "Largest organizations",
                "decbytes",
                'topk(8, sum by (org_id) (sql_connector_storage{col="bytes"}))',
                "{{org_id}}",
            ),
            (
                "Drift and validation (0 clean, 2 findings, else not known)",
                "short",
                "max by (stack, check) (connector_check_exit_code)",
                "{{stack}} {{check}}",
            ),
        ),
    ),
)


def dashboard() -> Dashboard:
    """Return the dashboard."""
    made = (
        Dashboard("Connectors")
        .uid("connectors-operators")
        .tags(["connectors"])
        .time("now-24h", "now")
        .refresh("1m")
        .readonly()
        .with_variable(DatasourceVariable("source").label("Prometheus").type("prometheus"))
    )
    for title, panels in _ROWS:
        made.with_row(Row(title))
        for panel in panels:
            made.with_panel(_panel(*panel))
    return made


def _panel(title: str, unit: str, expression: str, legend: str) -> Panel:
    panel = (
        Panel()
        .title(title)
        .unit(unit)
        .min(0)
        .span(12)
        .datasource(_SOURCE)
        .with_target(Dataquery().expr(expression).legend_format(legend).datasource(_SOURCE).ref_id("A"))
    )
    if legend in _STATES:
        for state, color in COLORS.items():
            panel.override_by_name(state, [DynamicConfigValue("color", {"mode": "fixed", "fixedColor": color})])
    return panel
