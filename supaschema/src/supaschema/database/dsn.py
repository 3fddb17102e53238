"""A database's address: read, named without its secrets, and kept out of what is said."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import conninfo

from supaschema.core.errors import ConnectionRefused, DeclarationError
from supaschema.core.secret_texts import MASK, SHORTEST
from supaschema.database.environment import SECRETS
from supaschema.database.settings import Settings
from supaschema.database.transport import guarded, is_this_machine

_TRANSACTION_POOLER_PORT = "6543"
_LARGEST_PORT = 65535
_ABOUT_PASSWORD = re.compile(r"://[^:/?]*:(?P<password>.*)@", re.DOTALL)
_SCHEME = re.compile(r"postgres(?:ql)?://")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ODD = re.compile(r"[\x00-\x1f\x7f]")
_SECRET_KEYS = ("password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret")
_UNSUPPORTED = {
    "service": "what it stands for is not in the URL",
    "servicefile": "what it stands for is not in the URL",
    "sslkeylogfile": "whoever reads that file reads the connection",
    "replication": "such a connection takes no ordinary statement",
}


def parameters_of(url: str) -> dict[str, Any]:
    """Read a connection URL; return all that a connection needs, to another machine what makes the way there safe.

    Raises:
        ConnectionRefused: It is none, a secret in it would be taken for something else, it names a place that
            keeps no session, or a connection to another machine would not be safe.

    """
    parameters = _read(url)
    place = place_of(parameters)
    for name, why in _UNSUPPORTED.items():
        if name in parameters:
            what = f"databaseUrl has the parameter {name}: {why}."
            raise ConnectionRefused(what, where=place, remedy=f"Remove {name} from the URL.")
    if str(parameters.get("port", "")) == _TRANSACTION_POOLER_PORT:
        remedy = "Use the direct connection or the session pooler, port 5432."
        what = f"port {_TRANSACTION_POOLER_PORT} is Supabase's transaction pooler, which keeps no session."
        raise ConnectionRefused(what, where=place, remedy=remedy)
    return guarded(parameters, place)


def url_named(text: str) -> str | None:
    """Return the URL of a database that a text is, or that the environment variable of its name holds; None: neither.

    What libpq takes instead of a URL is one, too. An argument is seen by everybody on the machine, a variable is not.
    """
    if _is_url(text):
        return text
    value = os.environ.get(text, "") if _VARIABLE.fullmatch(text) else ""
    return value if _is_url(value) else None


def require_url(text: str, where: str) -> str:
    """Return the URL that is named; `where` is how the argument is called.

    Raises:
        DeclarationError: None is.

    """
    url = url_named(text)
    if url is None:
        raise no_url(where)
    return url


def no_url(where: str, besides: str = "") -> DeclarationError:
    """Return the refusal of a text that names no URL, nor what it may be besides.

    It is never repeated: it may be a URL, password and all, with a letter too few.
    """
    what = f"it is neither a URL nor the name of an environment variable that holds one{besides}."
    remedy = "A URL begins with postgresql://; a password in it is best kept in a variable."
    return DeclarationError(what, where=where, remedy=remedy)


def _is_url(text: str) -> bool:
    if _SCHEME.match(text):
        return True
    try:
        return "=" in text and bool(conninfo.conninfo_to_dict(text))
    except (psycopg.Error, UnicodeError):
        return False


def address_of(url: str) -> tuple[str, int]:
    """Return host (or a socket's folder) and port of a URL, of the first where it names several; raises as above."""
    parameters = _read(url)
    host = parameters.get("hostaddr") or parameters.get("host") or "/var/run/postgresql"
    return str(host).split(",", 1)[0], int(str(parameters.get("port") or 5432).split(",", 1)[0] or 5432)


def database_of(url: str) -> str | None:
    """Return the name of the database that a URL means; None: it says nothing of it, or is no URL."""
    try:
        parameters = _read(url)
    except ConnectionRefused:
        return None
    name = parameters.get("dbname") or parameters.get("user")
    return str(name) if name else None


def places_of(url: str) -> frozenset[tuple[str, int, str]]:
    """Return host, port and database of each server that a URL may mean, of this machine in one way; no URL: none."""
    try:
        parameters = _read(url)
    except ConnectionRefused:
        return frozenset()
    database = database_of(url) or ""
    ports = [int(port or 5432) for port in str(parameters.get("port") or 5432).split(",")]
    found: set[tuple[str, int, str]] = set()
    for hosts in [parameters[name] for name in ("host", "hostaddr") if name in parameters] or [""]:
        found |= {(_host(host), ports[at % len(ports)], database) for at, host in enumerate(str(hosts).split(","))}
    return frozenset(found)


def place_of(parameters: Mapping[str, Any]) -> str:
    """Name host, port and database."""
    host = parameters.get("host") or parameters.get("hostaddr") or "the default host"
    return f"{host}:{parameters.get('port', 5432)}/{parameters.get('dbname', '')}"


def masked(text: str, settings: Settings) -> str:
    """Return a text with every secret of the settings replaced, however it is written."""
    for secret in sorted(_secrets(settings), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def holds_secret(url: str) -> bool:
    """Return whether a URL itself holds a password or another secret; raises as `address_of`."""
    parameters = _read(url)
    return any(parameters.get(name) for name in _SECRET_KEYS)


def without_place(text: str, url: str) -> str:
    """Return a text with a mask in the place of every secret and every host of a URL."""
    text = masked(text, Settings(database_url=url))
    try:
        parameters = conninfo.conninfo_to_dict(url)
    except (psycopg.Error, UnicodeError):
        return text
    hosts = {host for name in ("host", "hostaddr") for host in str(parameters.get(name) or "").split(",") if host}
    for host in sorted(hosts, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", MASK, text)
    return text


def _host(host: str) -> str:
    # A folder of sockets, and what is left out, are this machine.
    is_here = not host or host.startswith("/") or is_this_machine(host)
    return "localhost" if is_here else host.lower().removesuffix(".")


def _read(url: str) -> dict[str, Any]:
    if _ODD.search(url):
        raise _unreadable()
    try:
        parameters = conninfo.conninfo_to_dict(url)
    except (psycopg.Error, UnicodeError):
        # libpq repeats the text it cannot read, password and all: say nothing of it.
        raise _unreadable() from None
    if _misread(url, parameters):
        raise _unreadable()
    return parameters


def _unreadable() -> ConnectionRefused:
    remedy = "Write postgresql://user:password@host:5432/database; percent-encode what is special in the password."
    return ConnectionRefused("databaseUrl is no connection URL.", remedy=remedy)


def _misread(url: str, parameters: Mapping[str, Any]) -> bool:
    # A password with an unencoded @ or / ends early; what is left of it would be shown as a host, a port or a name.
    scheme = _SCHEME.match(url)
    if scheme:
        credentials, mark, rest = url[scheme.end() :].partition("@")
        if "@" in rest or (mark and "/" in credentials) or " " in url:
            return True
    shown = [str(parameters.get(name) or "") for name in ("host", "hostaddr", "dbname", "user")]
    if any("://" in value or re.search(r"password\s*=", value) or _ODD.search(value) for value in shown):
        return True
    if any(re.search(r"[@\s?#]", host) for host in ",".join(shown[:2]).split(",") if not host.startswith("/")):
        return True
    ports = [port for port in str(parameters.get("port", "")).split(",") if port]
    return not all(port.isascii() and port.isdigit() and int(port) <= _LARGEST_PORT for port in ports)


def _secrets(settings: Settings) -> set[str]:
    url, key = settings.database_url, settings.service_role_key or ""
    try:
        parameters = conninfo.conninfo_to_dict(url)
    except (psycopg.Error, UnicodeError):
        parameters = {}
    user = str(parameters.get("user") or "")
    written = _ABOUT_PASSWORD.search(url)
    values = [str(parameters.get(name) or "") for name in _SECRET_KEYS]
    values += [os.environ.get(name, "") for name in SECRETS]
    values += [key, key.strip(), written["password"] if written else ""]
    found = {url}.union(*map(_forms, values))
    return {secret for secret in found if len(secret) >= SHORTEST and secret != user}


def _forms(value: str) -> set[str]:
    return {value, quote(value, safe="", errors="surrogatepass"), repr(value)[1:-1]}
