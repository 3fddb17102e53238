"""What Zoom, Microsoft Graph and Google Drive send to a webhook, and what the route makes of it.

The shapes are the services' own, cut to what the application reads; ids have the forms that the services give them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

MEETING = "kPdqT3rmQ2C5BlxQ/qH0n9g=="
"""A meeting's uuid: base64, with a slash at that."""
TRANSCRIPT = "MSMjMCMjZDAwYWU3NjUtNmM2Yi00NjQxLTgwMWQtMTkzMmFmMjEzNzdh"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request to the route: its headers and its body, as they came."""

    source: str
    headers: Mapping[str, str]
    body: Json

    def events(self) -> list[Json]:
        """Return the rows that the route stores, secrets taken out; organization and connector are added by it."""
        return _ROUTES[self.source](self)


def zoom(event: str, at: int, topic: str, *files: str) -> Delivery:
    """Return an event of a meeting's recordings."""
    recorded = [
        {
            "id": file,
            "meeting_id": MEETING,
            "file_type": "MP4",
            "file_size": 7220801,
            "play_url": f"https://zoom.us/rec/play/{file}",
            "download_url": f"https://zoom.us/rec/download/{file}",
            "status": "completed",
        }
        for file in files
    ]
    meeting = {"uuid": MEETING, "id": 85746065432, "host_id": "x1yCzABCDEfg23HiJKl4mN", "topic": topic}
    return Delivery(
        "zoom",
        {"x-zm-request-timestamp": str(at // 1000), "x-zm-signature": "v0=a05d830f"},
        {
            "event": event,
            "event_ts": at,
            "payload": {"account_id": "lq8KK_EBQ_", "object": {**meeting, "recording_files": recorded}},
            "download_token": "eyJhbGciOiJIUzUxMiJ9.secret",
        },
    )


def teams(notification: str | None, change: str, at: int) -> Delivery:
    """Return a change notification with one item; `notification` is the item's id, which Graph may leave out."""
    item: Json = {
        "subscriptionId": "7f105c7d-2dc5-4530-97cd-4e7ae6534c07",
        "clientState": "the shared secret",
        "changeType": change,
        "resource": f"communications/onlineMeetings('MSo1N2Y5')/transcripts('{TRANSCRIPT}')",
        "resourceData": {"id": TRANSCRIPT, "@odata.type": "#Microsoft.Graph.callTranscript"},
        "tenantId": "84bd8158-6d4d-4958-8b9f-9d6445542f95",
        "sequence": at,
    }
    return Delivery("microsoft_teams", {}, {"value": [item if notification is None else {"id": notification, **item}]})


def drive(number: int, state: str = "change") -> Delivery:
    """Return a push notification: it says that something changed, and not what."""
    headers = {
        "X-Goog-Channel-ID": "01234567-89ab-cdef-0123456789ab",
        "X-Goog-Channel-Token": "the shared secret",
        "X-Goog-Message-Number": str(number),
        "X-Goog-Resource-ID": "ret08u3rv24htgh289g",
        "X-Goog-Resource-State": state,
        "X-Goog-Resource-URI": "https://www.googleapis.com/drive/v3/changes?pageToken=4711",
    }
    return Delivery("google_drive", headers, {})


def _zoom(delivery: Delivery) -> list[Json]:
    body = delivery.body
    return [
        {
            "event_type": body["event"],
            "event_source": "zoom",
            "event_id": f"{body['payload']['object']['uuid']}:{body['event_ts']}",
            "payload": {key: value for key, value in body.items() if key != "download_token"},
            "headers": {key: value for key, value in delivery.headers.items() if key != "x-zm-signature"},
        }
    ]


def _teams(delivery: Delivery) -> list[Json]:
    return [
        {
            "event_type": item["changeType"],
            "event_source": "microsoft_teams",
            "event_id": item.get("id"),
            "payload": {key: value for key, value in item.items() if key != "clientState"},
            "headers": {},
        }
        for item in delivery.body["value"]
    ]


def _drive(delivery: Delivery) -> list[Json]:
    headers = delivery.headers
    return [
        {
            "event_type": headers["X-Goog-Resource-State"],
            "event_source": "google_drive",
            "event_id": f"{headers['X-Goog-Channel-ID']}:{headers['X-Goog-Message-Number']}",
            "payload": {},
            "headers": {key: value for key, value in headers.items() if key != "X-Goog-Channel-Token"},
        }
    ]


_ROUTES = {"zoom": _zoom, "microsoft_teams": _teams, "google_drive": _drive}
