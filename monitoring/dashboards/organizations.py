"""The dashboard of an organization's admins: the views of the database, asked through the API with their own token.

The data source forwards the token of whoever looks (Infinity's "Forward OAuth Identity"), so row level security decides
what each sees, as everywhere; Grafana holds no login of the database. Metrics would be no answer: Prometheus knows no
tenants.
"""

from __future__ import annotations

from dataclasses import dataclass

from grafana_foundation_sdk.builders.dashboard import Dashboard, DatasourceVariable
from grafana_foundation_sdk.builders.table import Panel
from grafana_foundation_sdk.models.dashboard import DataSourceRef, DynamicConfigValue

from monitoring.dashboards.infinity import TYPE, Column, Kind, Request, RequestBuilder

_SOURCE = DataSourceRef(type_val=TYPE, uid="${source}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a panel asks the API for.

    Attributes:
        title: The panel's title.
        relation: The table or view of schema public.
        shown: Its columns, one by one, as they are shown.
        order: In which order.

    """

    title: str
    relation: str
    shown: tuple[Column, ...]
    order: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in self.shown)

    @property
    def address(self) -> str:
        """The request, as PostgREST reads it."""
        return f"/{self.relation}?select={','.join(self.columns)}&order={self.order}&limit=200"


def _number(name: str, title: str, unit: str | None = None) -> Column:
    return Column(name, title, Kind.NUMBER, unit)


def _time(name: str, title: str) -> Column:
    # Without the milliseconds, which fit no column.
    return Column(name, title, Kind.TIME, "dateTimeAsIso")


ASKED = (
    Asked(
        "Connectors",
        "connector_health",
        (
            Column("name", "Connector"),
            Column("connector_type", "Type"),
            Column("health", "Health"),
            _time("last_sync_at", "Last sync"),
            _time("next_sync_at", "Next sync"),
            _number("error_count", "Errors"),
            Column("last_error", "Last error"),
        ),
        "health,name",
    ),
    Asked(
        "Syncs by day",
        "connector_analytics",
        (
            Column("day", "Day"),
            Column("name", "Connector"),
            _number("syncs", "Syncs"),
            _number("successful_syncs", "Successful"),
            _number("partial_syncs", "Partial"),
            _number("failed_syncs", "Failed"),
            _number("documents_synced", "Documents"),
        ),
        "day.desc,name",
    ),
    Asked(
        "Webhook events",
        "connector_webhook_health",
        (
            Column("connector_id", "Connector"),
            _number("waiting", "Waiting"),
            _time("oldest_waiting_at", "Oldest waits since"),
            _number("retried", "Retried"),
            _number("failing", "Failing"),
            _number("received_today", "Received today"),
        ),
        "waiting.desc",
    ),
    Asked(
        "Upload batches",
        "file_upload_batches",
        (
            Column("batch_name", "Batch"),
            Column("status", "Status"),
            _number("total_files", "Files"),
            _number("processed_files", "Processed"),
            _number("failed_files", "Failed"),
            _number("progress_percent", "Progress", "percent"),
            _time("created_at", "Begun"),
        ),
        "created_at.desc",
    ),
    Asked(
        "Storage",
        "connector_storage_usage",
        (
            Column("name", "Connector"),
            Column("connector_type", "Type"),
            _number("documents", "Documents"),
            _number("bytes", "Size", "decbytes"),
        ),
        "bytes.desc.nullslast",
    ),
)


def dashboard() -> Dashboard:
    """Return the dashboard."""
    made = (
        Dashboard("Our connectors")
        .uid("connectors-organization")
        .tags(["connectors"])
        .refresh("5m")
        .readonly()
        .with_variable(DatasourceVariable("source").label("API").type(TYPE))
    )
    for asked in ASKED:
        made.with_panel(_panel(asked))
    return made


def _panel(asked: Asked) -> Panel:
    query = RequestBuilder(Request(asked.address, _SOURCE, asked.shown))
    panel = Panel().title(asked.title).span(24).height(8).datasource(_SOURCE).with_target(query)
    for column in asked.shown:
        if column.unit is not None:
            panel.override_by_name(column.title, [DynamicConfigValue("unit", column.unit)])
    return panel
