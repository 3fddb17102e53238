"""A query of Grafana's Infinity data source, which the SDK has no type for: one request to the API, read as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import DataSourceRef

TYPE = "yesoreyeram-infinity-datasource"


class Kind(StrEnum):
    """What the plugin reads a value as: JSON has no dates, and what is not said to be one is shown as it was sent."""

    TEXT = "string"
    NUMBER = "number"
    TIME = "timestamp"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer: its name there, how it is headed, its kind, and its unit."""

    name: str
    title: str
    kind: Kind = Kind.TEXT
    unit: str | None = None

    def to_json(self) -> dict[str, str]:
        """Return it as the query names it."""
        return {"selector": self.name, "text": self.title, "type": self.kind.value}


@dataclass(frozen=True, slots=True)
class Request(Dataquery):
    """A request; its address is below the data source's own, which is the API's.

    Its columns are named one by one: those of a request that names none come in the order of the alphabet, as texts.
    """

    address: str
    source: DataSourceRef
    columns: Sequence[Column]

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
            "columns": [column.to_json() for column in self.columns],
            "filters": [],
        }


@dataclass(frozen=True, slots=True)
class RequestBuilder(Builder[Dataquery]):
    """What a panel takes for a query."""

    request: Request

    def build(self) -> Dataquery:
        """Return the query."""
        return self.request
