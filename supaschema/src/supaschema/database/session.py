"""What limits every session of ours has, whatever its role was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, LiteralString

from psycopg import sql

from supaschema.database.attention import Attentive

if TYPE_CHECKING:
    from supaschema.database.connect import Connection

KEEPALIVES: dict[str, Any] = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""Parameters of libpq: a server that answers no more, not even with a refusal, is given up after 25 seconds."""

BETWEEN_STATEMENTS_MS = 20_000
"""How long a transaction that changes objects may wait for its next statement, in milliseconds: nobody else gets at
what it has locked meanwhile, and a client that vanished behind a proxy never ends it."""

BETWEEN_READINGS_MS = 60_000
"""The same of a transaction that only reads, or enters in the ledger what was run, in milliseconds: nobody waits for
it but whoever changes what it has read."""

READING_MS = 120_000
"""How long a statement of ours that only reads may take, in milliseconds: the limit that Supabase gives its own role.
What a plan runs has limits of its own."""

# Settings of a role (ALTER ROLE ... SET) would otherwise hold: a limit on statements or idle sessions ends a deployment
# half-way, and the session that keeps other deployments out. The `tcp_` ones are the server's side of the keepalives:
# without them a client that vanished keeps its locks until somebody ends its session. Without a path nothing but the
# server's own is found by its name alone: an operator of others for just the types of a comparison would be taken
# before one that converts them. The server's deparser then spells every name with its schema. A string ends where the
# standard has it end, so that a text means what whoever reviews it reads. A name that needs no quotes has none, as it
# had when the ledger recorded it. What asks the catalog is planned as if it were large: compiling it takes longer.
_SETTINGS = {
    "search_path": '""',
    "standard_conforming_strings": "on",
    "quote_all_identifiers": "off",
    "jit": "off",
    "statement_timeout": f"{READING_MS}ms",
    "idle_session_timeout": "0",
    "idle_in_transaction_session_timeout": f"{BETWEEN_READINGS_MS}ms",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "25000",
}
_SINCE_17 = {"transaction_timeout": "0"}

# The server looks for its client while it waits or works: a process that was killed leaves nothing running. Not every
# system's server can.
_END_WITH_CLIENT: LiteralString = """
    do $$ begin
      set client_connection_check_interval = '2s';
    exception when invalid_parameter_value then null;
    end $$
"""


def settle(connection: Attentive) -> None:
    """Give a session its limits, instead of those that its role was given; note which of the server's it is."""
    settings = _SETTINGS | (_SINCE_17 if connection.info.server_version >= 170_000 else {})
    one = sql.SQL("pg_catalog.set_config({}, {}, false)")
    every = sql.SQL(", ").join(one.format(name, value) for name, value in settings.items())
    row = connection.execute(sql.SQL("select pg_catalog.pg_backend_pid(), {}").format(every)).fetchone()
    assert row is not None
    connection.process = row[0]
    connection.execute(_END_WITH_CLIENT)


def hold_briefly(connection: Connection) -> None:
    """Have the server end this transaction, which locks tables of the ledger, when its client vanishes."""
    wait = "select pg_catalog.set_config('idle_in_transaction_session_timeout', %s, true)"
    connection.execute(wait, [f"{BETWEEN_STATEMENTS_MS}ms"])
