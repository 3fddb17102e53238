"""Whom `drift` tells besides who asked: a chat by its webhook, an issue on GitHub. Neither changes the exit code."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from supaschema.command.outcome import complain
from supaschema.core.errors import DeclarationError
from supaschema.drift import issues
from supaschema.drift.message import message
from supaschema.drift.post import Service, Untold, service
from supaschema.drift.several import Told

_GITHUB = "https://api.github.com"


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is told; None: nobody there."""

    webhook: Service | None = None
    issues: Service | None = None

    def tell(self, found: Sequence[Told], *, transitions: bool) -> None:
        """Tell what was found; say where that failed."""
        try:
            text = message(found, transitions=transitions) if self.webhook else None
            if self.webhook and text:
                self.webhook.ask("POST", value={"text": text})
        except Untold as error:
            complain(f"the webhook was not told: {error.what}")
        try:
            if self.issues:
                issues.tell(self.issues, found)
        except Untold as error:
            complain(f"the issue on GitHub is not up to date: {error.what}")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--webhook-url-from",
        metavar="VARIABLE",
        help="tell a chat, whose webhook that variable holds; with --since only what is not as it was",
    )
    parser.add_argument(
        "--issue",
        action="store_true",
        help="keep an issue on GitHub (GITHUB_REPOSITORY, GITHUB_TOKEN), closed once nothing differs",
    )


def telling(options: argparse.Namespace) -> Telling:
    """Return who is to be told.

    Raises:
        DeclarationError: A variable that says where is not set, or is odd.

    """
    name = options.webhook_url_from
    webhook = service(_variable(name, "--webhook-url-from"), name) if name else None
    return Telling(webhook, _issues() if options.issue else None)


def _issues() -> Service:
    repository, token = (_variable(name, "--issue") for name in ("GITHUB_REPOSITORY", "GITHUB_TOKEN"))
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository, re.ASCII):
        raise DeclarationError("GITHUB_REPOSITORY names no repository.", remedy="Set it to owner/name.")
    if not re.fullmatch(r"[!-~]+", token):
        raise DeclarationError("GITHUB_TOKEN holds a character that no token has.", remedy="Set it anew.")
    address = (os.environ.get("GITHUB_API_URL") or _GITHUB).rstrip("/")
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    return service(f"{address}/repos/{repository}/issues", "GITHUB_API_URL", headers)


def _variable(name: str, of: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise DeclarationError(f"the variable {name} is not set, which {of} wants.", remedy=f"Set {name}.")
    return value
