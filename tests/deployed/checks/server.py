"""The server and its roles: reachable, encrypted where that is demanded, new enough; roles that can do no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supaschema.database.dsn import address_of, parameters_of, place_of
from supaschema.database.transport import is_near
from tests.deployed.findings import CannotTellError, Finding, Verdict, differences
from tests.deployed.stack import Stack

OLDEST_MAJOR = 15
DEMANDS = ("require", "verify-ca", "verify-full")
"""The values of sslmode that take no plain connection."""

_NOTHING = {"superuser": False, "createrole": False, "createdb": False, "replication": False}
ROLES: Mapping[str, Mapping[str, Any]] = {
    "anon": {**_NOTHING, "login": False, "bypassrls": False, "member_of": []},
    "authenticated": {**_NOTHING, "login": False, "bypassrls": False, "member_of": []},
    "service_role": {**_NOTHING, "login": False, "bypassrls": True, "inherits_from": []},
    "authenticator": {
        **_NOTHING,
        "login": True,
        "bypassrls": False,
        "inherit": False,
        "acts_as": ["anon", "authenticated", "service_role"],
        "inherits_from": [],
    },
}
"""The API's roles, as the policies rely on them: the services alone pass row level security."""


def reachable(stack: Stack) -> Verdict:
    """The server answers at the URL's host and port, or at its socket."""
    host, port = address_of(stack.url)
    if host.startswith("/"):
        socket = f"{host}/.s.PGSQL.{port}"
        answers = stack.host.file(socket).is_socket
        where = socket
    else:
        answers = stack.host.addr(host).port(port).is_reachable
        where = f"{host}:{port}"
    found = () if answers else (Finding(where, "nothing answers there."),)
    return Verdict(f"{where} answers", found)


def encrypted(stack: Stack) -> Verdict:
    """The connection is encrypted, where the URL demands it or the server is on another machine."""
    parameters = parameters_of(stack.url)
    if is_near(parameters) and parameters.get("sslmode") not in DEMANDS:
        return Verdict("not demanded: the server is on this machine")
    if not stack.connection.pgconn.ssl_in_use:
        where = place_of(parameters)
        return Verdict("", (Finding(where, "the connection is not encrypted; switch TLS on at the server."),))
    return Verdict("the connection is encrypted")


def version(stack: Stack) -> Verdict:
    """The server is PostgreSQL 15 or newer, and of the major version that the ledger speaks of."""
    if not stack.ledger:
        raise CannotTellError("there is no ledger: nothing is deployed here.")
    found = []
    if stack.major < OLDEST_MAJOR:
        found.append(Finding("server", f"it is PostgreSQL {stack.major}, older than {OLDEST_MAJOR}."))
    recorded = {entry.major for entry in stack.ledger.values() if entry.urn.startswith(stack.urns)}
    found += [
        Finding("server", f"it is PostgreSQL {stack.major}; what was deployed is recorded of {major}: run make up.")
        for major in sorted(recorded - {stack.major})
    ]
    return Verdict(f"PostgreSQL {stack.one('show server_version')}", tuple(found))


def roles(stack: Stack) -> Verdict:
    """anon, authenticated, service_role and authenticator have the attributes and memberships that access relies on."""
    live = {row["name"]: row for row in stack.rows("roles", roles=list(ROLES))}
    for row in live.values():
        # A project may let the API act as further roles.
        row["acts_as"] = [name for name in row["member_of"] if name in ROLES]
    found = [
        finding for name, wanted in ROLES.items() for finding in differences(f"role {name}", wanted, live.get(name))
    ]
    return Verdict(f"{', '.join(ROLES)} may do no more than they should", tuple(found))
