"""What the environment may say of a connection: secrets that the URL leaves out, and nothing that steers."""

from __future__ import annotations

import os

SECRETS = ("PGPASSWORD",)
"""Variables whose value is itself a secret."""
KEPT = frozenset({*SECRETS, "PGPASSFILE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGSSLCRL", "PGSSLCRLDIR"})
"""The variables of libpq that stay in force where a URL does not say: a password, certificates, and where they are."""
_OF_TLS = frozenset({"SSLKEYLOGFILE", "OPENSSL_CONF"})
"""Into the one, Python writes by what the encrypted way can be read; the other says which ways are taken at all."""


def forget_steering() -> None:
    """Take from this process every variable by which it would connect elsewhere, or otherwise, than the URL says.

    Some of libpq's (PGSERVICE, PGTZ, PGDATESTYLE, PGGEQO) no parameter can overrule. Other processes keep theirs.
    """
    for name in [name for name in os.environ if name in _OF_TLS or (name.startswith("PG") and name not in KEPT)]:
        os.environ.pop(name, None)
