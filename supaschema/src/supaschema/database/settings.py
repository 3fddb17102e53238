"""What the provider is configured with."""

from __future__ import annotations

import datetime
import difflib
import json
import os
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from supaschema.core.errors import DeclarationError
from supaschema.core.lints import Level, Lint, LintLevel
from supaschema.core.model import Hazard
from supaschema.database.transport import is_this_machine

URL_VARIABLE = "SUPASCHEMA_DATABASE_URL"
_OWN_VARIABLE = "PULUMI_CONFIG"
"""Where the engine puts what a stack sets in the provider's own namespace: `supaschema:databaseUrl`."""
_KEYS = {
    *("databaseUrl", "supabaseUrl", "serviceRoleKey", "lockTimeout", "lockWait", "allowHazards", "expectedRoles"),
    *("lints", "journalDays"),
}
_ENGINES = {"version", "pluginDownloadURL", "pluginChecksums", "parameterization", "__internal"}
"""What the engine puts beside them."""
_LISTS = ("allowHazards", "expectedRoles", "lints")
_OF_CONSENTS = ("hazard", "resource", "until")
_OF_LINTS = ("lint", "level", "reason", "resource")
_MIDNIGHT = re.compile(r"[ T]00:00:00(Z| \+0000 UTC)\Z")
_MOST_DAYS = 3650
_DURATION = re.compile(r"^(\d+)\s*(ms|s|min|h)$")
_ODD = re.compile(r"[^!-~]")
"""What is no visible character of ASCII."""
_MILLISECONDS = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000}


@dataclass(frozen=True)
class Consent:
    """Permission for a hazard: for one resource or all, until a day (included) or for good."""

    hazard: Hazard
    resource: str | None = None
    until: datetime.date | None = None

    def covers(self, hazard: Hazard, resource: str, today: datetime.date) -> bool:
        """Return whether the hazard of the resource is allowed today."""
        in_time = self.until is None or today <= self.until
        return self.hazard is hazard and self.resource in (None, resource) and in_time


@dataclass(frozen=True)
class Settings:
    """Connection and limits. The URL and the key are secrets: they are in no `repr`.

    `expected_roles` are made elsewhere by the time that something is done: a preview does not miss them.
    `journal_days` is how long the journal of changes keeps its entries; None: there is no journal.
    """

    database_url: str = field(repr=False)
    lock_timeout_ms: int = 50
    lock_wait_ms: int = 120_000
    consents: tuple[Consent, ...] = ()
    supabase_url: str | None = None
    service_role_key: str | None = field(default=None, repr=False)
    expected_roles: tuple[str, ...] = ()
    lints: tuple[LintLevel, ...] = ()
    journal_days: int | None = None


def decoded(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the provider's inputs as values: those that are no strings travel as JSON text."""
    return {
        key: json.loads(value) if key in _LISTS and isinstance(value, str) else value for key, value in inputs.items()
    }


def settings_from(inputs: dict[str, Any]) -> Settings:
    """Read the provider's inputs.

    Args:
        inputs: As `Provider` of the SDK sends them.

    Raises:
        DeclarationError: A setting is missing or odd; `field` names it.

    """
    for key in sorted(set(inputs) - _KEYS - _ENGINES):
        near = difflib.get_close_matches(key, _KEYS, 1)
        remedy = f"Write {near[0]}." if near else f"Known are {', '.join(sorted(_KEYS))}."
        raise DeclarationError("the provider has no such setting.", field=key, remedy=remedy)
    url = _secret(inputs, "databaseUrl") or os.environ.get(URL_VARIABLE)
    if not url:
        remedy = f"Run `pulumi config set --secret supaschema:databaseUrl`, or set {URL_VARIABLE}."
        raise DeclarationError("no database is named.", field="databaseUrl", remedy=remedy)
    return Settings(
        database_url=url,
        lock_timeout_ms=_duration(inputs, "lockTimeout", Settings.lock_timeout_ms),
        lock_wait_ms=_duration(inputs, "lockWait", Settings.lock_wait_ms),
        consents=tuple(_consent(item) for item in inputs.get("allowHazards") or ()),
        supabase_url=_web_address(inputs.get("supabaseUrl")),
        service_role_key=_key(inputs),
        expected_roles=_names(inputs, "expectedRoles"),
        lints=lints_from(inputs),
        journal_days=_days(inputs, "journalDays"),
    )


def lints_from(inputs: dict[str, Any]) -> tuple[LintLevel, ...]:
    """Read the levels of lints among the provider's inputs.

    Raises:
        DeclarationError: One of them is odd.

    """
    return tuple(map(_lint, inputs.get("lints") or ()))


def _web_address(text: Any) -> str | None:
    # Of what is none nothing is repeated: it may be a secret that was set under the wrong name.
    if not text:
        return None
    try:
        parts = urllib.parse.urlsplit(str(text))
        _ = parts.port
    except ValueError:
        parts = urllib.parse.SplitResult("", "", "", "", "")
    plain = not parts.query and not parts.fragment and parts.path in ("", "/") and "@" not in parts.netloc
    if not plain or not parts.hostname or parts.scheme not in ("https", "http") or _ODD.search(str(text)):
        remedy = "Write the project's address, https://<ref>.supabase.co, and nothing more."
        raise DeclarationError("it is no web address.", field="supabaseUrl", remedy=remedy)
    if parts.scheme == "http" and not is_this_machine(parts.hostname):
        what = f"http://{parts.netloc} would be given serviceRoleKey without encryption."
        raise DeclarationError(what, field="supabaseUrl", remedy=f"Write https://{parts.netloc}.")
    return f"{parts.scheme}://{parts.netloc}"


def _key(inputs: dict[str, Any]) -> str | None:
    key = _secret(inputs, "serviceRoleKey")
    if key is not None and _ODD.search(key):
        remedy = "Set it anew, without spaces or line ends: pulumi config set --secret serviceRoleKey"
        raise DeclarationError("it holds a character that no key has.", field="serviceRoleKey", remedy=remedy)
    return key


def _secret(inputs: dict[str, Any], key: str) -> str | None:
    value = inputs.get(key) or _own().get(key)
    if value is not None and not isinstance(value, str):
        raise DeclarationError("it is no text.", field=key, remedy=f"Set it anew: pulumi config set --secret {key}")
    return value or None


def _own() -> dict[str, Any]:
    try:
        own = json.loads(os.environ.get(_OWN_VARIABLE) or "{}")
    except ValueError:
        return {}
    return own if isinstance(own, dict) else {}


def _names(inputs: dict[str, Any], key: str) -> tuple[str, ...]:
    found = inputs.get(key) or ()
    if isinstance(found, str) or not all(isinstance(name, str) and name for name in found):
        raise DeclarationError("it is no list of names.", field=key, remedy='Write it so: ["reporting"].')
    return tuple(found)


def _days(inputs: dict[str, Any], key: str) -> int | None:
    value = inputs.get(key)
    if value is None:
        return None
    # A number travels as one, or as text.
    match = re.fullmatch(r"(\d{1,4})(\.0)?", str(value).strip(), re.ASCII)
    if match is None or not 0 < int(match[1]) <= _MOST_DAYS:
        remedy = f"Write a whole number from 1 to {_MOST_DAYS}, or leave it out: then there is no journal."
        raise DeclarationError(f'"{value}" is no number of days.', field=key, remedy=remedy)
    return int(match[1])


def milliseconds(text: str) -> int | None:
    """Return a duration, such as `2s`; None: it is none."""
    match = _DURATION.match(text.strip())
    return int(match[1]) * _MILLISECONDS[match[2]] if match else None


def _duration(inputs: dict[str, Any], key: str, default: int) -> int:
    text = inputs.get(key)
    if text is None:
        return default
    found = milliseconds(str(text))
    if found is None:
        remedy = "Write a whole number and a unit: 50ms, 2s, 2min, 1h."
        raise DeclarationError(f'"{text}" is no duration.', field=key, remedy=remedy)
    return found


def _consent(item: Any) -> Consent:
    entry = {"hazard": item} if isinstance(item, str) else _entry(item, _OF_CONSENTS, "allowHazards")
    known = [hazard.value for hazard in Hazard if hazard.needs_consent]
    if entry.get("hazard") not in known:
        remedy = f"Name one of: {', '.join(known)}."
        raise DeclarationError(
            f'"{entry.get("hazard")}" is no hazard to consent to.', field="allowHazards", remedy=remedy
        )
    until = entry.get("until")
    return Consent(Hazard(entry["hazard"]), entry.get("resource"), _day(until) if until else None)


def _day(until: Any) -> datetime.date:
    # A day without quotes is a time to YAML, and Pulumi gives that.
    text = _MIDNIGHT.sub("", str(until))
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        what = f'"{until}" is no day.'
        raise DeclarationError(what, field="allowHazards", remedy="Write until as YYYY-MM-DD.") from None


def _entry(item: Any, known: tuple[str, ...], field: str) -> Mapping[str, Any]:
    # A misspelt `resource` would be all resources.
    if not isinstance(item, Mapping):
        raise DeclarationError("an entry has no keys.", field=field, remedy=f"An entry has {', '.join(known)}.")
    unknown = sorted(map(str, set(item) - set(known)))
    if unknown:
        what = f"an entry has {', '.join(unknown)}, which none has."
        raise DeclarationError(what, field=field, remedy=f"An entry has {', '.join(known)}.")
    return item


def _lint(item: Any) -> LintLevel:
    entry = _entry(item, _OF_LINTS, "lints")
    for key, known in (("lint", [*Lint]), ("level", [*Level])):
        if entry.get(key) not in known:
            remedy = f"Name one of: {', '.join(known)}."
            raise DeclarationError(f'"{entry.get(key)}" is no {key}.', field="lints", remedy=remedy)
    reason, resource = entry.get("reason"), entry.get("resource")
    if not isinstance(reason, str) or not reason.strip():
        what = f"it is not said why {entry['lint']} is to be {entry['level']}."
        raise DeclarationError(what, field="lints", remedy="Give a reason: who reads a preview sees it.")
    return LintLevel(
        Lint(entry["lint"]), Level(entry["level"]), reason.strip(), None if resource is None else str(resource)
    )
