"""What a database's situation means for a deployment."""

from __future__ import annotations

import msgspec
import pytest

from supaschema.core.model import ObjectId
from supaschema.gate.findings import Weight
from supaschema.gate.preflight import findings
from supaschema.gate.situation import Migration, Prepared, Session, Situation, Slot, Standby

GOOD = Situation(
    major=17,
    is_standby=False,
    reads_only=False,
    may_create=True,
    has_ledger=True,
    may_record=True,
    is_told_all=True,
    free_connections=40,
    database_bytes=5 << 30,
    age=1000,
    freeze_age=200_000_000,
    sessions=(),
    prepared=(),
    standbys=(Standby("follower", "streaming", 0.2), Standby("quiet", "streaming", None)),
    slots=(Slot("small", 4096),),
    last="20260101000000",
    objects=(ObjectId("column", ("public", "jobs", "state")), ObjectId("role", ("worker",))),
    migrations=(Migration("20260102000000", "others", ("alter table public.recordings add column job int",)),),
)


def test_nothing_stands_in_the_way_of_a_good_one():
    assert [finding.weight for finding in findings(GOOD)] == [Weight.NOTE]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"major": 14}, "older than 15"),
        ({"is_standby": True, "reads_only": True}, "takes no writes"),
        ({"reads_only": True}, "read-only here by default"),
        ({"may_record": False}, "may not write the ledger"),
        ({"has_ledger": False, "may_create": False}, "may not make schemas"),
        ({"free_connections": 4}, "4 connections left"),
        ({"free_connections": -1}, "0 connections left"),
    ],
    ids=str,
)
def test_what_stops_a_deployment_comes_first(change, told):
    first = findings(msgspec.structs.replace(GOOD, sessions=(Session(1, "a", "", "idle", 99),), **change))[0]

    assert first.weight is Weight.STOP
    assert told in first.what
    assert first.remedy


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"major": 19}, "PostgreSQL 19 is newer"),
        ({"age": 200_000_001}, "transaction numbers"),
        ({"sessions": (Session(7, "ana", "psql\x1b[2J", "idle in transaction", 75),)}, "process 7 of ana"),
        ({"prepared": (Prepared("two", "ana", 5),)}, "'two' of ana"),
        ({"standbys": (Standby("follower", "streaming", 31.0),)}, "follower is 31 seconds behind"),
        ({"slots": (Slot("forgotten", 3 << 30),)}, "forgotten: 3 GB"),
        ({"migrations": (Migration("2027", "x", ("drop table jobs",)),)}, "2027 x was written after the last"),
    ],
    ids=str,
)
def test_what_keeps_waiting_is_a_warning(change, told):
    first, *_ = findings(msgspec.structs.replace(GOOD, **change))

    assert first.weight is Weight.WARNING
    assert told in first.what
    assert "\x1b" not in str(first)


def test_a_migration_is_told_with_the_first_names_alone():
    objects = tuple(ObjectId("table", ("public", f"t{number}")) for number in range(5))
    text = "truncate t0, t1, t2, t3; -- and t4_is_another"
    first, *_ = findings(msgspec.structs.replace(GOOD, objects=objects, migrations=(Migration("2027", "x", (text,)),)))

    assert first.what.endswith("names public.t0, public.t1, public.t2 and 1 more.")


def test_what_is_not_told_is_said():
    assert "pg_read_all_stats" in findings(msgspec.structs.replace(GOOD, is_told_all=False))[-1].remedy
