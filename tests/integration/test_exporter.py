"""The exporter's queries as connector_monitor; and where the exporter is installed, the exporter itself."""

from __future__ import annotations

import os

import psycopg
import pytest
from psycopg.rows import dict_row

from roles import CONNECTOR_MONITOR
from tests.fixtures.postgres import Database
from tests.support.exporter import EXPORTER, exported
from tests.unit.test_monitoring import QUERIES

_PLANTED = """
    do $$
    declare
      sorts text[] := '{name,text,numeric,integer,bigint,double precision,timestamptz,interval,date,oid,"char"}';
      pair record;
      symbol text;
    begin
      for pair in
        select l, r, row_number() over () as number from unnest(sorts) as l cross join unnest(sorts) as r
      loop
        execute format('create function public.planted_%s(%s, %s) returns boolean language plpgsql as'
          ' ''begin raise exception ''''it ran''''; end''', pair.number, pair.l, pair.r);
        foreach symbol in array '{||,/,*,-,+,=,<,>}'::text[] loop
          continue when to_regoperator(format('pg_catalog.%s(%s,%s)', symbol, pair.l, pair.r)) is not null;
          execute format('create operator public.%s (leftarg = %s, rightarg = %s, function = public.planted_%s)',
            symbol, pair.l, pair.r, pair.number);
        end loop;
      end loop;
    end $$
"""
"""Of the operators that a query may have, those for just two types for which the server has none."""


@pytest.fixture(autouse=True)
def _at_work(audited: Database) -> None:
    """Let every query have a row to tell of."""
    with audited.connect() as owner:
        owner.execute(
            "insert into connector_sync_logs (org_id, connector_id, status)"
            " select org_id, id, 'failed' from connector_configs limit 1"
        )
        owner.execute(
            "insert into connector_webhook_events (org_id, event_type, payload)"
            " select id, 'x', '{}' from organizations limit 1"
        )


def test_every_query_gives_its_labels_and_numbers(machine_urls) -> None:
    with (
        psycopg.connect(machine_urls[CONNECTOR_MONITOR.name], autocommit=True) as monitor,
        monitor.cursor(row_factory=dict_row) as cursor,
    ):
        for query in QUERIES:
            rows = cursor.execute(query["query"]).fetchall()
            assert rows, query["name"]
            for row in rows:
                assert set(row) == {*query.get("labels", ()), *query["values"]}
                assert all(isinstance(row[name], str) for name in query.get("labels", ()))
                assert all(isinstance(row[name], (int, float)) for name in query["values"]), (query["name"], row)
            labels = [tuple(row[name] for name in query.get("labels", ())) for row in rows]
            assert len(labels) == len(set(labels)), f"{query['name']}: two rows are one series"


def test_no_query_runs_an_operator_that_somebody_put_into_public(audited: Database, machine_urls) -> None:
    with audited.connect_superuser() as somebody:
        somebody.execute(_PLANTED)
    with psycopg.connect(machine_urls[CONNECTOR_MONITOR.name], autocommit=True) as monitor:
        for query in QUERIES:
            assert monitor.execute(query["query"]).fetchall(), query["name"]


def test_a_table_that_its_owner_keeps_locked_is_left_out(audited: Database, machine_urls) -> None:
    (query,) = (query["query"] for query in QUERIES if query["name"] == "connector_table")
    with (
        audited.connect_superuser() as somebody,
        psycopg.connect(machine_urls[CONNECTOR_MONITOR.name], autocommit=True) as monitor,
    ):
        somebody.execute("create table public.theirs (id integer primary key)")
        told = {row[0] for row in monitor.execute(query)}
        monitor.execute("set statement_timeout = '20s'")
        for holding in ("lock table public.theirs", "reindex index public.theirs_pkey"):
            with somebody.transaction(force_rollback=True):
                somebody.execute(holding.encode())
                assert {row[0] for row in monitor.execute(query)} == told - {"public.theirs"}


@pytest.mark.skipif(
    not EXPORTER and os.environ.get("EXPORTER") != "required", reason="sql_exporter is not installed: make alerts"
)
def test_the_exporter_serves_every_metric(machine_urls) -> None:
    assert exported(machine_urls[CONNECTOR_MONITOR.name])
