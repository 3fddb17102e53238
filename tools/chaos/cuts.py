"""What happens to a deployment in the middle of it."""

from __future__ import annotations

import enum
import os
import random
import signal
from dataclasses import dataclass
from typing import LiteralString

from tests.support.sessions import Connection
from tools.chaos.copies import Copies
from tools.chaos.proxy import Proxy


class Cut(enum.Enum):
    """A kind of kill or cut."""

    PROVIDER_KILLED = "provider killed"
    ENGINE_KILLED = "engine killed"
    """With all that it had not written of its state."""
    INTERRUPTED = "interrupted"
    SESSION_ENDED = "a session ended"
    GUARD_ENDED = "the guard's session ended"
    SERVER_STOPPED = "server stopped at once"
    HUNG_UP = "connections hung up"
    BLACK_HOLE = "black hole"


WEIGHTS = {
    Cut.PROVIDER_KILLED: 22,
    Cut.ENGINE_KILLED: 17,
    Cut.INTERRUPTED: 12,
    Cut.SESSION_ENDED: 16,
    Cut.GUARD_ENDED: 8,
    Cut.SERVER_STOPPED: 9,
    Cut.HUNG_UP: 13,
    Cut.BLACK_HOLE: 3,
}

_GUARDS: LiteralString = """
    select a.pid, exists (select from pg_locks l where l.pid = a.pid and l.locktype = 'advisory' and l.objsubid = 2)
      from pg_stat_activity a
     where a.datname = current_database() and a.application_name = 'supaschema'
"""


def end_a_session(connection: Connection, dice: random.Random, *, guard: bool) -> None:
    """End one of the deployment's sessions: the one that keeps others out, or another."""
    found = [int(str(pid)) for pid, is_guard in connection.execute(_GUARDS).fetchall() if bool(is_guard) is guard]
    if found:
        connection.execute("select pg_terminate_backend(%s, 5000)", [dice.choice(sorted(found))])


@dataclass(frozen=True, slots=True)
class Victim:
    """A deployment that something happens to."""

    process: int
    """Its process: the provider's, and where there is no other the engine's too."""
    name: str
    """Its database."""
    made: Copies
    """The server."""
    proxy: Proxy
    """What it reaches that through."""


def cut(kind: Cut, victim: Victim, dice: random.Random) -> None:
    """Do it to a deployment; dice choose among several sessions."""
    process, made = victim.process, victim.made
    if kind in (Cut.PROVIDER_KILLED, Cut.ENGINE_KILLED):
        os.kill(process, signal.SIGKILL)
    elif kind is Cut.INTERRUPTED:
        os.kill(process, signal.SIGINT)
    elif kind in (Cut.SESSION_ENDED, Cut.GUARD_ENDED):
        with made.watch(victim.name) as connection:
            end_a_session(connection, dice, guard=kind is Cut.GUARD_ENDED)
    elif kind is Cut.SERVER_STOPPED:
        made.crash()
    elif kind is Cut.HUNG_UP:
        victim.proxy.hang_up()
    else:
        victim.proxy.go_silent()
