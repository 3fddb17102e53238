"""The dashboard of an organization's admins: the views of the database, asked through the API with their own token.

The data source forwards the token of whoever looks (Infinity's "Forward OAuth Identity"), so row level security decides
what each sees, as everywhere; Grafana holds no login of the database. Metrics would be no answer: Prometheus knows no
tenants.
"""

from __future__ import annotations

from dataclasses import dataclass

from grafana_foundation_sdk.builders.dashboard import Dashboard, DatasourceVariable
from grafana_foundation_sdk.builders.table import Panel
from grafana_foundation_sdk.models.dashboard import DataSourceRef

from monitoring.dashboards.infinity import TYPE, Request, RequestBuilder

_SOURCE = DataSourceRef(type_val=TYPE, uid="${source}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a panel asks the API for.

    Attributes:
        title: The panel's title.
        relation: The table or view of schema public.
        columns: Its columns, named one by one.
        order: In which order.

    """

    title: str
    relation: str
    columns: tuple[str, ...]
    order: str

    @property
    def address(self) -> str:
        """The request, as PostgREST reads it."""
        return f"/{self.relation}?select={','.join(self.columns)}&order={self.order}&limit=200"


ASKED = (
    Asked(
        "Connectors",
        "connector_health",
        ("name", "connector_type", "health", "last_sync_at", "next_sync_at", "error_count", "last_error"),
        "health,name",
    ),
    Asked(
        "Syncs by day",
        "connector_analytics",
        ("day", "name", "syncs", "successful_syncs", "partial_syncs", "failed_syncs", "documents_synced"),
        "day.desc",
    ),
    Asked(
        "Webhook events",
        "connector_webhook_health",
        ("connector_id", "waiting", "oldest_waiting_at", "retried", "failing", "received_today"),
        "waiting.desc",
    ),
    Asked(
        "Upload batches",
        "file_upload_batches",
        ("batch_name", "status", "total_files", "processed_files", "failed_files", "progress_percent", "created_at"),
        "created_at.desc",
    ),
    Asked(
        "Storage", "connector_storage_usage", ("name", "connector_type", "documents", "bytes"), "bytes.desc.nullslast"
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
        query = RequestBuilder(Request(asked.address, _SOURCE))
        made.with_panel(Panel().title(asked.title).span(24).height(8).datasource(_SOURCE).with_target(query))
    return made
