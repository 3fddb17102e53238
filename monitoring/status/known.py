"""What this machine knows of a stack besides its database: Pulumi's history, and how the last checks ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from monitoring.status.model import Outcome, Update

CHECKS = ("drift", "validation")
OUTCOMES = Path(__file__).resolve().parents[2] / ".local" / "outcomes"


def updates(text: str) -> tuple[Update, ...]:
    """Return the deployments that `pulumi stack history --json` prints, the newest first; none where it is none."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return ()
    return tuple(
        Update(
            at=datetime.fromisoformat(entry["endTime"]),
            result=str(entry.get("result")),
            commit=entry.get("environment", {}).get("git.head"),
        )
        for entry in (found if isinstance(found, list) else [])
        if entry.get("kind") in ("update", "destroy") and entry.get("endTime")
    )


def outcomes(stack: str) -> Mapping[str, Outcome]:
    """Return how the last drift and validation ended that were made on this machine, as the scripts noted it."""
    found: dict[str, Outcome] = {}
    for check in CHECKS:
        try:
            code, at = (OUTCOMES / stack / check).read_text(encoding="ascii").split()
            found[check] = Outcome(datetime.fromtimestamp(int(at), UTC), int(code))
        except (OSError, ValueError):
            continue
    return found
