"""What this machine knows of a stack besides its database: Pulumi's history, and how the last checks ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitoring.status.model import Outcome, Update
from supaschema.core.errors import DeclarationError
from supaschema.core.lints import let_off
from supaschema.database.settings import lints_from

CHECKS = ("drift", "validation")
OUTCOMES = Path(__file__).resolve().parents[2] / ".local" / "outcomes"


def updates(text: str) -> tuple[Update, ...]:
    """Return the deployments that `pulumi stack history --json` prints, the newest first; none where it is none."""
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return ()
    entries = (_update(entry) for entry in (found if isinstance(found, list) else []))
    return tuple(entry for entry in entries if entry is not None)


def _update(entry: Any) -> Update | None:
    """Return a deployment of the history; None: the entry is of something else, or none that we know."""
    if not isinstance(entry, dict) or entry.get("kind") not in ("update", "destroy"):
        return None
    environment = entry.get("environment")
    commit = environment.get("git.head") if isinstance(environment, dict) else None
    try:
        at = datetime.fromisoformat(str(entry.get("endTime")))
    except ValueError:
        return None
    return Update(at=at, result=str(entry.get("result")), commit=None if commit is None else str(commit))


def rules_let_off(text: str) -> tuple[str, ...]:
    """Return a sentence on each lint that is no error by the stack's setting, which is JSON; one where that is odd."""
    try:
        found = json.loads(text or "[]")
        return tuple(let_off(lints_from({"lints": found if isinstance(found, list) else [found]})))
    except (ValueError, RecursionError, DeclarationError):
        return ("what supaschema:lints says is not understood",)


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
