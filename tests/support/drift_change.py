"""Changes by hand to a database with the connector system: what somebody does, and what a sweep is to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from supaschema.drift.model import Topic

LOGS, CONFIGS, BATCHES = "public.connector_sync_logs", "public.connector_configs", "public.file_upload_batches"
EVENTS, DOCUMENTS, TURNS = "public.connector_webhook_events", "public.imported_documents", "private.queue_turns"


@dataclass(frozen=True, slots=True)
class Change:
    """Something done by hand.

    Attributes:
        do: The statements.
        titles: The objects that are found, all of them in one list.
        topic: The list.
        by_platform: Whether only a superuser can do it, and undo it.
        undo: What undoes it where nothing is told that does.

    """

    do: LiteralString
    titles: tuple[str, ...]
    topic: Topic
    by_platform: bool = False
    undo: LiteralString | None = None


def changed(do: LiteralString, *titles: str) -> Change:
    """Return a change after which an object is another."""
    return Change(do, titles, Topic.CHANGED)


def missing(do: LiteralString, *titles: str) -> Change:
    """Return a change after which an object is gone."""
    return Change(do, titles, Topic.MISSING)


def unmanaged(do: LiteralString, *titles: str) -> Change:
    """Return a change after which an object nobody recorded exists, or is not as it was accepted."""
    return Change(do, titles, Topic.UNMANAGED)


def unknown(do: LiteralString, *titles: str) -> Change:
    """Return a change after which something that no kind models exists."""
    return Change(do, titles, Topic.NOT_MODELLED)
