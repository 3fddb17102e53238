"""What a situation means for a deployment. It knows no server: see `situation.read`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from supaschema.core.printable import line
from supaschema.database.connect import OLDEST_MAJOR
from supaschema.gate.findings import Finding, Weight
from supaschema.gate.situation import LONG_SECONDS, Situation
from supaschema.review.words import amount, number

NEWEST_MAJOR = 18
"""The newest version that the tests know."""
CONNECTIONS = 6
"""How many a deployment takes: the one that writes, two that read, the lock and its watcher, what looks at it all."""
LAG_SECONDS = 30
"""From which lag on a server that follows is told: what a deployment writes it has that much later."""
KEPT_BYTES = 1 << 30
"""From how much kept for a slot that nobody reads on it is told."""
_SHOWN = 3


def findings(now: Situation) -> tuple[Finding, ...]:
    """Return what stands in a deployment's way or may harm it, the heaviest first."""
    found = (*_server(now), *_room(now), *_others(now), *_followers(now), *_migrations(now), *_untold(now))
    order = list(Weight)
    return tuple(sorted(found, key=lambda finding: order.index(finding.weight)))


def _server(now: Situation) -> Iterator[Finding]:
    if now.major < OLDEST_MAJOR:
        yield Finding(Weight.STOP, f"PostgreSQL {now.major} is older than {OLDEST_MAJOR}.", "Upgrade the server first.")
    elif now.major > NEWEST_MAJOR:
        yield Finding(Weight.WARNING, f"PostgreSQL {now.major} is newer than what this version was tested with.")
    if now.is_standby:
        yield Finding(Weight.STOP, "The server follows another one and takes no writes.", "Name the primary.")
    elif now.reads_only:
        yield Finding(
            Weight.STOP,
            "Transactions are read-only here by default: the platform does so when the disk is nearly full.",
            "Make room, or end default_transaction_read_only for this role.",
        )
    if now.has_ledger and not now.may_record:
        yield Finding(Weight.STOP, "The role may not write the ledger.", "Deploy as the role that owns it.")
    if not now.has_ledger and not now.may_create:
        yield Finding(
            Weight.STOP,
            "The role may not make schemas in this database, and the first deployment makes the ledger's.",
            "Grant CREATE on the database.",
        )


def _room(now: Situation) -> Iterator[Finding]:
    if now.free_connections < CONNECTIONS:
        yield Finding(
            Weight.STOP,
            f"{number(max(now.free_connections, 0), 'connection')} left; a deployment takes up to {CONNECTIONS}.",
            "End some, or raise the limit.",
        )
    if now.age > now.freeze_age:
        yield Finding(
            Weight.WARNING,
            "Autovacuum runs to keep transaction numbers from running out, and yields to nobody meanwhile.",
            "Deploy when it has ended.",
        )
    yield Finding(
        Weight.NOTE,
        f"The database has {amount(now.database_bytes)}; how much room its disk has, a server does not tell.",
    )


def _others(now: Situation) -> Iterator[Finding]:
    for session in now.sessions:
        who = f"process {session.process} of {session.role} ({session.application or 'unnamed'}, {session.state})"
        yield Finding(
            Weight.WARNING,
            line(f"{who} has had a transaction open for {number(session.seconds, 'second')}."),
            "What it has locked is waited for, and every index that is built waits for it: let it end.",
        )
    for prepared in now.prepared:
        yield Finding(
            Weight.WARNING,
            line(
                f"Transaction {prepared.name!r} of {prepared.owner} has been prepared for {prepared.seconds:,} seconds."
            ),
            "COMMIT PREPARED or ROLLBACK PREPARED ends it.",
        )


def _followers(now: Situation) -> Iterator[Finding]:
    for standby in now.standbys:
        if standby.lag_seconds is not None and standby.lag_seconds > LAG_SECONDS:
            what = f"{standby.name or 'A server that follows'} is {standby.lag_seconds:,.0f} seconds behind."
            yield Finding(Weight.WARNING, line(what), "Who reads there sees what is deployed that much later.")
    for slot in now.slots:
        if slot.kept_bytes > KEPT_BYTES:
            what = f"Nobody reads replication slot {slot.name}: {amount(slot.kept_bytes)} are kept for it."
            yield Finding(Weight.WARNING, line(what), "What a deployment writes comes on top: drop it or read it.")


def _migrations(now: Situation) -> Iterator[Finding]:
    names = {id.name[1]: ".".join(id.name[:2]) for id in now.objects if len(id.name) > 1}
    for migration in now.migrations:
        words = set(re.findall(r"\w+", " ".join(migration.statements)))
        if touched := sorted(names[name] for name in words & names.keys()):
            more = f" and {len(touched) - _SHOWN} more" if len(touched) > _SHOWN else ""
            named = f"names {', '.join(touched[:_SHOWN])}{more}"
            what = f"Migration {migration.version} {migration.name} was written after the last deployment and {named}."
            yield Finding(Weight.WARNING, line(what), "See what it changed: preview with --refresh.")


def _untold(now: Situation) -> Iterator[Finding]:
    if not now.is_told_all:
        yield Finding(
            Weight.NOTE,
            f"This role is not told of others' transactions that are open for {LONG_SECONDS} seconds, nor of servers"
            " that follow.",
            "Grant it pg_read_all_stats to be told.",
        )
