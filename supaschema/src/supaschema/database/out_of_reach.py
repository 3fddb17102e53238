"""Why a database could not be reached, in words that name no host: for what is told of many, to many."""

from __future__ import annotations

import re

_UNREACHED = "it cannot be reached"
# By what libpq or the server says, the first that fits.
_CAUSES = (
    (r"no connection URL", "what is given for it is no connection URL"),
    (r"transaction pooler", "its URL names a transaction pooler, which keeps no session"),
    (r"has the parameter|sslmode admits|require_auth admits|switches off|puts another", "its URL is not taken"),
    (r"is PostgreSQL (?P<told>\d+)", "its server is PostgreSQL {told}, which is too old"),
    (r"is a standby", "its server is a standby"),
    (r"timeout expired|timed out|no answer", f"{_UNREACHED}: no answer in time"),
    (r"Connection refused", f"{_UNREACHED}: the connection is refused"),
    (r"translate host name|Name or service not known", f"{_UNREACHED}: nobody knows its host's name"),
    (r"No route to host|Network is unreachable", f"{_UNREACHED}: there is no way to it"),
    (r"password is wrong|password authentication|no password supplied", "the password is wrong, or there is none"),
    (r"connection slots|too many (?:connections|clients)", "it has no connection left"),
    (r"database \"[^\"]*\" does not exist", "there is no such database"),
    (r"role \"[^\"]*\" (?:does not exist|is not permitted)|no pg_hba.conf entry", "its role may not sign in"),
    (r"is starting up|is shutting down|recovery mode", "its server is starting or shutting down"),
    (r"certificate|SSL|TLS|encrypted|ways? that (?:is|are) not allowed", "no safe connection to it comes about"),
)


def cause(what: str) -> str:
    """Return why a database is out of reach; of what is not known here, no more than that it is."""
    for pattern, words in _CAUSES:
        if found := re.search(pattern, what):
            return words.format(**found.groupdict())
    return _UNREACHED
