"""A query of Grafana's Infinity data source, which the SDK has no type for: one request to the API, read as a table."""

from __future__ import annotations

from dataclasses import dataclass

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import DataSourceRef

TYPE = "yesoreyeram-infinity-datasource"


@dataclass(frozen=True, slots=True)
class Request(Dataquery):
    """A request; its address is below the data source's own, which is the API's."""

    address: str
    source: DataSourceRef

    def to_json(self) -> dict[str, object]:
        """Return it as Grafana stores it."""
        return {
            "refId": "A",
            "datasource": self.source,
            "type": "json",
            "parser": "backend",
            "source": "url",
            "format": "table",
            "url": self.address,
            "url_options": {"method": "GET", "data": ""},
            "root_selector": "",
            "columns": [],
            "filters": [],
        }


@dataclass(frozen=True, slots=True)
class RequestBuilder(Builder[Dataquery]):
    """What a panel takes for a query."""

    request: Request

    def build(self) -> Dataquery:
        """Return the query."""
        return self.request
