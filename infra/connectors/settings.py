"""A stack's settings: the one place that knows configuration keys."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pulumi
from pulumi.runtime import config as runtime_config
from pulumi.runtime.config import is_config_secret

from connectors.api_keys import is_public
from connectors.scram import is_verifier
from connectors.source import is_plain_name
from roles import MACHINE_ROLES
from supaschema.sdk import PACKAGE

KEYS = (
    "databaseUrl",
    "supabaseUrl",
    "serviceRoleKey",
    "publishableKey",
    "dashboardUrl",
    "identity",
    "allowHazards",
    "lints",
    "lockTimeout",
    "lockWait",
    "journalDays",
    "retention",
    "webhookLimit",
    "searchLanguage",
    "machineRoles",
    "machineRoleVerifiers",
    "protect",
)
"""Every key that a stack may set, as Pulumi.yaml lists them."""

_DURATION = re.compile(r"[1-9][0-9]*(ms|s|min)")
_HAZARD = re.compile(r"[A-Z][A-Z_]*")
_MIDNIGHT = re.compile(r"[ T]00:00:00(Z| \+0000 UTC)\Z")
_MOST_JOURNAL_DAYS = 3650
_CLAIM = re.compile(r"[A-Za-z0-9_.:/-]{1,128}")


class SettingError(pulumi.RunError):
    """A setting has a value that this program cannot work with. Pulumi shows the message alone, without a traceback."""

    def __init__(self, key: str, value: object, remedy: str) -> None:
        """Name the key, the value and what to do."""
        super().__init__(f"{PACKAGE}:{key} is {value!r}. {remedy}")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in: the row of `table` whose `column` equals the token's `claim`."""

    table: str = "public.users"
    column: str = "clerk_id"
    claim: str = "sub"


@dataclass(frozen=True, slots=True)
class Retention:
    """Days that rows are kept."""

    sync_logs: int = 90
    webhook_events: int = 30


@dataclass(frozen=True, slots=True)
class WebhookLimit:
    """So many webhook events of a connector in so many seconds, and whether more are answered or refused."""

    events: int = 100
    seconds: int = 60
    when_exceeded: str = "answer"


@dataclass(frozen=True, slots=True)
class Connection:
    """What the program tells the provider: where the Storage API is, and how patiently to wait for locks.

    Not the secrets, which the engine hands to the provider alone: what a program passes on, the engine's log shows.
    """

    supabase_url: str | None = None
    lock_timeout: str = "50ms"
    lock_wait: str = "2min"
    allow_hazards: tuple[dict[str, str], ...] = ()
    lints: tuple[dict[str, str], ...] = ()
    journal_days: int | None = None


@dataclass(frozen=True, slots=True)
class StackSettings:
    """Everything in which stacks differ."""

    identity: Identity = field(default_factory=Identity)
    retention: Retention = field(default_factory=Retention)
    webhook_limit: WebhookLimit = field(default_factory=WebhookLimit)
    search_language: str = "simple"
    machine_roles: tuple[str, ...] = ()
    """The machine roles that the database has."""
    machine_verifiers: Mapping[str, pulumi.Output[str]] = field(default_factory=dict)
    """SCRAM verifiers, by role, of those that this stack makes itself."""
    protect: bool = False
    """Whether what holds data is protected from deletion, and no consent to a hazard is taken."""
    connection: Connection = field(default_factory=Connection)

    @classmethod
    def load(cls, config: pulumi.Config) -> StackSettings:
        """Read the stack's settings.

        Raise:
            SettingError: A value is odd; the error names it and says what to do.

        """
        _refuse_unknown(config)
        _require_public(config)
        _require_address(config, "dashboardUrl")
        return cls(
            identity=_identity(_object(config, "identity", ("table", "column", "claim"))),
            retention=_retention(_object(config, "retention", ("syncLogs", "webhookEvents"))),
            webhook_limit=_webhook_limit(_object(config, "webhookLimit", ("events", "seconds", "whenExceeded"))),
            search_language=_matching(
                "searchLanguage",
                config.get("searchLanguage") or "simple",
                is_plain_name,
                "Name a text search configuration.",
            ),
            machine_roles=_machine_roles(config),
            machine_verifiers=_machine_verifiers(config),
            protect=_protect(config),
            connection=_connection(config),
        )


def _refuse_unknown(config: pulumi.Config) -> None:
    # Pulumi itself checks the values of the keys it knows, and lets any other pass.
    prefix = config.full_key("")
    given = {*runtime_config.CONFIG.get(), *runtime_config.get_config_env()}
    own = {key.removeprefix(prefix) for key in given if key.startswith(prefix)}
    for key in sorted(own - set(KEYS)):
        near = difflib.get_close_matches(key, KEYS, 1)
        known = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(KEYS)}."
        raise pulumi.RunError(f"{prefix}{key}: there is no such key. {known} Remove it: pulumi config rm {key}")


def _protect(config: pulumi.Config) -> bool:
    protect = config.get_bool("protect") or False
    if protect and (consents := _list(config, "allowHazards")):
        remedy = "A protected stack takes no consents: first run `pulumi config set protect false`."
        raise SettingError("allowHazards", consents, remedy)
    return protect


def _connection(config: pulumi.Config) -> Connection:
    for key in ("databaseUrl", "serviceRoleKey"):
        _require_encrypted(config, key)
    address = config.get("supabaseUrl") or None
    if address is not None and not re.fullmatch(r"https?://[^\s/]+/?", address):
        raise SettingError("supabaseUrl", address, "Give the project's address alone, such as https://REF.supabase.co.")
    return Connection(
        supabase_url=address,
        lock_timeout=_duration(config, "lockTimeout", "50ms"),
        lock_wait=_duration(config, "lockWait", "2min"),
        allow_hazards=tuple(_consent(item) for item in _list(config, "allowHazards")),
        lints=tuple(_lint(item) for item in _list(config, "lints")),
        journal_days=_journal_days(config),
    )


def _journal_days(config: pulumi.Config) -> int | None:
    text = config.get("journalDays") or "0"
    if not re.fullmatch(r"[0-9]{1,4}", text, re.ASCII) or int(text) > _MOST_JOURNAL_DAYS:
        remedy = f"Give a whole number up to {_MOST_JOURNAL_DAYS}; 0: no journal."
        raise SettingError("journalDays", text, remedy)
    return int(text) or None


def _require_encrypted(config: pulumi.Config, key: str) -> None:
    if config.get(key) and not is_config_secret(config.full_key(key)):
        raise SettingError(key, "not encrypted", f"Set it anew: pulumi config set --secret {key}")


def _require_public(config: pulumi.Config) -> None:
    # Only the page for admins is told it. What is odd here may be a secret: no message repeats it.
    key = config.get("publishableKey")
    if key and not is_public(key):
        remedy = "Set the project's publishable (or anon) key; a service_role or secret key is serviceRoleKey."
        raise SettingError("publishableKey", "no publishable key", remedy)


def _require_address(config: pulumi.Config, key: str) -> None:
    address = config.get(key)
    if address and not re.fullmatch(r"https?://[^\s\"'<>]+", address):
        raise SettingError(key, address, "Give an address such as https://connectors.example.org/.")


def _machine_roles(config: pulumi.Config) -> tuple[str, ...]:
    known = tuple(role.name for role in MACHINE_ROLES)
    remedy = f"Known are {', '.join(known)}."
    return tuple(_matching("machineRoles", role, known.__contains__, remedy) for role in _list(config, "machineRoles"))


def _machine_verifiers(config: pulumi.Config) -> Mapping[str, pulumi.Output[str]]:
    # What is odd here may be a password: no message repeats it.
    key = "machineRoleVerifiers"
    given = config.get_object(key) or {}
    if not isinstance(given, dict):
        raise SettingError(key, "no object", "Give an object of verifiers by role.")
    if given and not is_config_secret(config.full_key(key)):
        raise SettingError(key, "not encrypted", f"Set it anew: pulumi config set --secret --path {key}.ROLE")
    roles = _machine_roles(config)
    for name, text in given.items():
        if name not in roles:
            raise SettingError(f"{key}.{name}", "set", "Name the role in machineRoles too, or remove its verifier.")
        if not isinstance(text, str) or not is_verifier(text):
            raise SettingError(f"{key}.{name}", "no SCRAM verifier", "docs/machine-roles.md says how to make one.")
    return {name: pulumi.Output.secret(text) for name, text in given.items()}


def _identity(given: Mapping[str, Any]) -> Identity:
    fallback = Identity()
    return Identity(
        table=_matching(
            "identity.table",
            given.get("table", fallback.table),
            _is_table,
            "Give schema and table, such as public.users.",
        ),
        column=_matching(
            "identity.column", given.get("column", fallback.column), is_plain_name, "Give a column's name."
        ),
        claim=_matching("identity.claim", given.get("claim", fallback.claim), _is_claim, "Give a claim, such as sub."),
    )


def _retention(given: Mapping[str, Any]) -> Retention:
    return Retention(
        sync_logs=_days("retention.syncLogs", given.get("syncLogs", Retention().sync_logs)),
        webhook_events=_days("retention.webhookEvents", given.get("webhookEvents", Retention().webhook_events)),
    )


def _webhook_limit(given: Mapping[str, Any]) -> WebhookLimit:
    fallback = WebhookLimit()
    return WebhookLimit(
        events=_whole("webhookLimit.events", given.get("events", fallback.events), "events"),
        seconds=_whole("webhookLimit.seconds", given.get("seconds", fallback.seconds), "seconds"),
        when_exceeded=_matching(
            "webhookLimit.whenExceeded",
            given.get("whenExceeded", fallback.when_exceeded),
            ("answer", "refuse").__contains__,
            "Give answer (a row that says so) or refuse (an error, which the API answers as 429).",
        ),
    )


def _days(key: str, value: object) -> int:
    return _whole(key, value, "days")


def _whole(key: str, value: object, what: str) -> int:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"[1-9][0-9]{0,4}", text):
        raise SettingError(key, value, f"Give a whole number of {what}, from 1 to 99999.")
    return int(text)


def _duration(config: pulumi.Config, key: str, fallback: str) -> str:
    value = config.get(key) or fallback
    return _matching(
        key,
        value,
        lambda text: _DURATION.fullmatch(text) is not None,
        "Give a duration, such as 50ms, 4s or 2min.",
    )


def _consent(item: object) -> dict[str, str]:
    remedy = "Write {hazard: NAME}, with `resource` and `until: YYYY-MM-DD` where wanted."
    if not isinstance(item, dict) or not set(item) <= {"hazard", "resource", "until"}:
        raise SettingError("allowHazards", item, remedy)
    # A day without quotes is a time to YAML, and Pulumi gives that.
    consent = {str(key): _MIDNIGHT.sub("", str(value)) for key, value in item.items()}
    if not _HAZARD.fullmatch(consent.get("hazard", "")):
        raise SettingError("allowHazards", item, remedy)
    if "until" in consent:
        try:
            date.fromisoformat(consent["until"])
        except ValueError:
            raise SettingError("allowHazards", item, remedy) from None
    return consent


def _lint(item: object) -> dict[str, str]:
    # Which rules and levels there are the provider knows.
    needed = {"lint", "level", "reason"}
    if not isinstance(item, dict) or not needed <= set(item) <= {*needed, "resource"}:
        remedy = "Write {lint: NAME, level: LEVEL, reason: WHY}, with `resource` where wanted."
        raise SettingError("lints", item, remedy)
    return {str(key): str(value) for key, value in item.items()}


def _object(config: pulumi.Config, key: str, known: tuple[str, ...]) -> Mapping[str, Any]:
    value = config.get_object(key) or {}
    if not isinstance(value, dict):
        raise SettingError(key, value, f"Give an object with {', '.join(known)}.")
    unknown = sorted(set(value) - set(known))
    if unknown:
        raise SettingError(
            f"{key}.{unknown[0]}", value[unknown[0]], f"There is no such key; known are {', '.join(known)}."
        )
    return value


def _list(config: pulumi.Config, key: str) -> list[Any]:
    value = config.get_object(key) or []
    if not isinstance(value, list):
        raise SettingError(key, value, "Give a list.")
    return value


def _matching(key: str, value: object, fits: Callable[[str], bool], remedy: str) -> str:
    if not isinstance(value, str) or not fits(value):
        raise SettingError(key, value, remedy)
    return value


def _is_table(name: str) -> bool:
    parts = name.split(".")
    return len(parts) == 2 and all(is_plain_name(part) for part in parts)


def _is_claim(claim: str) -> bool:
    return _CLAIM.fullmatch(claim) is not None
