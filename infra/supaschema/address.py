"""A database's address: read, named without its secrets, and kept out of what is said."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import conninfo

from supaschema.errors import ConnectionRefused
from supaschema.settings import Settings

MASK = "[secret]"
_TRANSACTION_POOLER_PORT = "6543"
_LARGEST_PORT = 65535
_SHORTEST = 4
"""Characters below which a secret is none: masking it would make a message unreadable and hide nothing."""
_ABOUT_PASSWORD = re.compile(r"://[^:/?]*:(?P<password>.*)@", re.DOTALL)


def parameters_of(url: str) -> dict[str, Any]:
    """Read a connection URL.

    Raises:
        ConnectionRefused: It is none, a secret in it would be taken for something else, or it names a place that
            keeps no session.

    """
    try:
        parameters = conninfo.conninfo_to_dict(url)
    except (psycopg.ProgrammingError, UnicodeDecodeError):
        # libpq repeats the text it cannot read, password and all: say nothing of it.
        raise _unreadable() from None
    if _misread(url, parameters):
        raise _unreadable()
    if str(parameters.get("port", "")) == _TRANSACTION_POOLER_PORT:
        remedy = "Use the direct connection or the session pooler, port 5432."
        what = f"port {_TRANSACTION_POOLER_PORT} is Supabase's transaction pooler, which keeps no session."
        raise ConnectionRefused(what, where=place_of(parameters), remedy=remedy)
    return parameters


def place_of(parameters: dict[str, Any]) -> str:
    """Name host, port and database."""
    host = parameters.get("host") or parameters.get("hostaddr") or "the default host"
    return f"{host}:{parameters.get('port', 5432)}/{parameters.get('dbname', '')}"


def masked(text: str, settings: Settings) -> str:
    """Give a text with every secret of the settings replaced, however it is written."""
    for secret in sorted(_secrets(settings), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def _unreadable() -> ConnectionRefused:
    remedy = "Write postgresql://user:password@host:5432/database; percent-encode what is special in the password."
    return ConnectionRefused("databaseUrl is no connection URL.", remedy=remedy)


def _misread(url: str, parameters: dict[str, Any]) -> bool:
    # A password with an unencoded @ or / ends early; what is left of it would be shown as a host, a port or a name.
    marks = url.count("@") if "://" in url else 0
    if marks > 1 or (marks == 1 and "user" not in parameters):
        return True
    ports = [port for port in str(parameters.get("port", "")).split(",") if port]
    return not all(port.isascii() and port.isdigit() and int(port) <= _LARGEST_PORT for port in ports)


def _secrets(settings: Settings) -> set[str]:
    url = settings.database_url
    try:
        parameters = conninfo.conninfo_to_dict(url)
    except (psycopg.ProgrammingError, UnicodeDecodeError):
        parameters = {}
    password, user = str(parameters.get("password") or ""), str(parameters.get("user") or "")
    written = _ABOUT_PASSWORD.search(url)
    found = {url, settings.service_role_key or "", written["password"] if written else ""}
    found |= {password, quote(password, safe=""), repr(password)[1:-1]}
    return {secret for secret in found if len(secret) >= _SHORTEST and secret != user}
