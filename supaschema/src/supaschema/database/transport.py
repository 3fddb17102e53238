"""What a connection to another machine must have: TLS, and a way to sign in that tells nobody the password."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import pq

from supaschema.core.errors import ConnectionRefused

_OLDEST_LIBPQ = 160000
"""The first that knows `require_auth`."""
_LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
_PROVEN = "verify-full"
"""The only `sslmode` that proves who answers: what a server is told is then told to the right one."""
_SYSTEM = "system"
"""The `sslrootcert` that means the machine's own list of authorities; libpq takes it with `verify-full` alone."""
_DEFAULTS = {
    "sslmode": "require",
    "require_auth": "scram-sha-256",
    "channel_binding": "prefer",
    "gssencmode": "disable",
    "ssl_min_protocol_version": "TLSv1.2",
}
_OR_PROVE = f"or write sslmode={_PROVEN} with the platform's certificate (sslrootcert)."


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a parameter may be on the way to another machine."""

    name: str
    holds: Callable[[str], bool]
    what: str
    remedy: str
    unless_proven: bool = False


_RULES = (
    _Rule(
        "sslmode",
        lambda value: value in ("require", "verify-ca", _PROVEN),
        "sslmode admits a connection that is not encrypted.",
        f"Leave sslmode out, which means sslmode=require, {_OR_PROVE}",
    ),
    _Rule(
        "require_auth",
        lambda value: set(value.split(",")) <= {"scram-sha-256", "gss", "sspi"},
        "require_auth admits a server that is told the password, or that asks for none.",
        f"Leave require_auth out, which means require_auth=scram-sha-256, {_OR_PROVE}",
        unless_proven=True,
    ),
    _Rule(
        "channel_binding",
        lambda value: value in ("prefer", "require"),
        "channel_binding switches off what ties the password to the encrypted connection.",
        f"Leave channel_binding out, {_OR_PROVE}",
        unless_proven=True,
    ),
    _Rule(
        "gssencmode",
        lambda value: value == "disable",
        "gssencmode puts another encryption in the place of TLS.",
        "Leave gssencmode out.",
    ),
    _Rule(
        "ssl_min_protocol_version",
        lambda value: value in ("TLSv1.2", "TLSv1.3"),
        "ssl_min_protocol_version admits versions of TLS that can be broken.",
        "Leave ssl_min_protocol_version out, which means TLSv1.2.",
    ),
)


def is_near(parameters: Mapping[str, Any]) -> bool:
    """Return whether every host is this machine by its very name: a socket, a loopback address, or `localhost`.

    A name that resolves to a loopback address is none: who answers for names could let it resolve to another.
    """
    places = [place for key in ("host", "hostaddr") for place in str(parameters.get(key) or "").split(",") if place]
    return all(host.startswith("/") or is_this_machine(host) for host in places)


def is_this_machine(host: str) -> bool:
    """Return whether a host's name is `localhost` or a loopback address."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address in _LOOPBACK
    return str(address) == "::1"


def guarded(parameters: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return the parameters, and for another machine what makes the way there safe.

    Args:
        parameters: Of a connection, as libpq names them.
        place: Where it goes, for the message.

    Raises:
        ConnectionRefused: A parameter would let the way be less safe, or libpq cannot keep it safe.

    """
    if is_near(parameters):
        return dict(parameters)
    wanted = {**_DEFAULTS, **parameters}
    if "sslmode" not in parameters and (wanted.get("sslrootcert") or os.environ.get("PGSSLROOTCERT")) == _SYSTEM:
        wanted["sslmode"] = _PROVEN
    if pq.version() < _OLDEST_LIBPQ:
        what = "libpq is older than 16 and cannot be kept from telling a server the password."
        raise ConnectionRefused(what, where=place, remedy='Install one that is newer: pip install "psycopg[binary]"')
    for rule in _RULES:
        proven = rule.unless_proven and wanted["sslmode"] == _PROVEN
        if not proven and not rule.holds(str(wanted[rule.name])):
            raise ConnectionRefused(rule.what, where=place, remedy=rule.remedy)
    return wanted


_TOLD_BY_LIBPQ = (
    (
        "server does not support SSL",
        "the server offers no TLS, and nothing is told to it without.",
        "Switch TLS on at the server (Supabase has it on), or go through a tunnel that ends at localhost.",
    ),
    (
        "authentication method requirement|channel binding required|server-offered SCRAM",
        "the server wants to be told who we are in a way that is not allowed: {reason}",
        f"Let the server ask by scram-sha-256; for another way write require_auth and sslmode={_PROVEN} into the URL.",
    ),
    (
        "certificate verify failed|root certificate file|server certificate for|certificate authority file",
        "the server's certificate is not trusted: {reason}",
        "Name by sslrootcert the certificate that the platform has for download; if it is that, somebody else answers.",
    ),
    (
        "SSL error|SSL SYSCALL|sslcert|certificate file|private key file|sslmode|ALPN",
        "no encrypted connection comes about: {reason}",
        "Check the server's TLS, and the ssl... parameters of the URL.",
    ),
)


_SAID_ELSEWHERE = re.compile(
    r"^connection to server at \S+(?: \(\S+\))?, port \d+ failed: "
    r"| Either provide the file, .* certificate verification\.$"
)
"""The place, which stands before; and advice that would end in trusting anybody."""


def explained(reason: str) -> tuple[str, str] | None:
    """Return what was refused and the remedy, where libpq's reason is about TLS or signing in; None: about another."""
    for pattern, what, remedy in _TOLD_BY_LIBPQ:
        if re.search(pattern, reason):
            return what.format(reason=_SAID_ELSEWHERE.sub("", reason).rstrip(". ") + "."), remedy
    return None
