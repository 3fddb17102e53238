"""The page's files with a project's address and publishable key: all that it is told, and nothing secret."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connectors import api_keys
from connectors.settings import Identity

FILES = ("index.html", "style.css", "dashboard.js")
CONFIGURATION = "config.json"
_PLACEHOLDER = "https://project.invalid"
"""What stands in the page's policy for the address that it may ask."""
_EXPOSED = "public."


class ConfigurationError(Exception):
    """The stack does not say what the page must know, or the page is not built; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the page is told.

    Attributes:
        supabase_url: The project's address, without a path.
        publishable_key: The key that anybody may have.
        identity: Where a member's own row is.
        dashboard_url: Where the page is to be published; empty: that is not said. The page itself is not told.

    """

    supabase_url: str
    publishable_key: str
    identity: Identity
    dashboard_url: str = ""

    def written(self) -> str:
        """Return it as the page reads it. Members' rows in a schema that the API does not offer are none."""
        identity = None
        if self.identity.table.startswith(_EXPOSED):
            table = self.identity.table.removeprefix(_EXPOSED)
            identity = {"table": table, "column": self.identity.column, "claim": self.identity.claim}
        told = {"supabaseUrl": self.supabase_url, "publishableKey": self.publishable_key, "identity": identity}
        return json.dumps(told, indent=2) + "\n"


def of_stack(settings: Mapping[str, Any], package: str = "supaschema") -> Configuration:
    """Read a stack's settings, as `pulumi config --json` tells them.

    Raise:
        ConfigurationError: One is missing, or is not what anybody may have. No message repeats a key.

    """

    def setting(name: str) -> Any:
        found = settings.get(f"{package}:{name}", {})
        return found.get("objectValue", found.get("value"))

    if settings.get(f"{package}:publishableKey", {}).get("secret"):
        raise ConfigurationError(
            "publishableKey is encrypted, but anybody may have it: if it is the publishable key,"
            " run `pulumi config set publishableKey KEY`; if it is the service_role key, no page may have it."
        )
    given = setting("identity") or {}
    if isinstance(given, str):
        given = json.loads(given)
    key, page = setting("publishableKey") or "", setting("dashboardUrl") or ""
    return checked(Configuration(_address(setting("supabaseUrl")), key, Identity(**given), page))


def checked(configuration: Configuration) -> Configuration:
    """Return a configuration whose key anybody may have.

    Raise:
        ConfigurationError: There is no key, or it is another one.

    """
    key = configuration.publishable_key
    if not key:
        raise ConfigurationError(
            "the stack has no publishableKey: run `pulumi config set publishableKey KEY` with the project's publishable"
            " (or anon) key."
        )
    if not api_keys.is_public(key):
        raise ConfigurationError(
            "publishableKey is no publishable key. A service_role or secret key would give everybody who opens the page"
            " all that the database holds: set the publishable (or anon) key instead. Revoke a secret one that was"
            " published."
        )
    return configuration


def write(built: Path, folder: Path, configuration: Configuration) -> None:
    """Write the page's files into a folder; other files in it stay.

    Raise:
        ConfigurationError: The page is not built, or the folder cannot be written.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            shutil.copyfile(built / name, folder / name)
        page = folder / "index.html"
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace(_PLACEHOLDER, configuration.supabase_url), encoding="utf-8")
        (folder / CONFIGURATION).write_text(configuration.written(), encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"cannot write the page: {error}") from error


def _address(text: object) -> str:
    parts = urlsplit(text) if isinstance(text, str) else urlsplit("")
    # It becomes a word of the page's policy, which a space or a semicolon would end.
    plain = parts.path in ("", "/") and not parts.query and not parts.fragment and "@" not in parts.netloc
    if parts.scheme not in ("https", "http") or not plain or not _is_host(parts.netloc):
        raise ConfigurationError(
            "the stack has no supabaseUrl that is a project's address:"
            " run `pulumi config set supabaseUrl https://REF.supabase.co`."
        )
    return f"{parts.scheme}://{parts.netloc}"


def _is_host(text: str) -> bool:
    return bool(text) and all(letter.isascii() and (letter.isalnum() or letter in ".-:[]") for letter in text)
