"""The stack that is deployed, changed and removed: tables with rows, and objects of other kinds on and around them."""

from __future__ import annotations

from typing import LiteralString

from supaschema.declarations import (
    Backfill,
    Check,
    Column,
    ForeignKey,
    Function,
    Index,
    Policy,
    PolicyCommand,
    PrimaryKey,
    Schema,
    Table,
    TablePatch,
    Trigger,
    TriggerEvent,
    View,
)
from tests.support.pulumi import Declared

ROLES: LiteralString = """
    create role clerk nologin; create role anon nologin; create role authenticated nologin;
    create role service_role nologin
"""

FOUND: LiteralString = """
    create table public.customers (
      id bigint generated always as identity primary key, name text not null, email text, score integer default 0);
    insert into public.customers (name, email, score)
      select 'customer ' || n, 'c' || n || '@example.com', n % 7 from generate_series(1, 400) as n;
    create table public.visits (
      id bigint generated always as identity primary key,
      customer_id bigint references public.customers on delete cascade, at timestamptz not null, words text);
    insert into public.visits (customer_id, at, words)
      select n % 400 + 1, timestamptz '2026-01-01 00:00Z' + n * interval '1 minute', repeat('w', n % 50)
        from generate_series(1, 1500) as n;
"""
"""What is there before the stack."""

LIVED: LiteralString = """
    insert into shop.invoices (id, customer_id, total, memo)
      select n, n, n * 10, 'memo ' || n from generate_series(1, 300) as n;
    insert into shop.drafts (id, text) select n, 'draft ' || n from generate_series(1, 120) as n;
    update public.customers set nickname = 'nick ' || id where id % 2 = 0;
"""
"""What people do after the first deployment."""

_ID = Column(name="id", type="bigint", nullable=False)
_KEY = PrimaryKey(columns=("id",))
_CUSTOMER = ForeignKey(columns=("customer_id",), references="public.customers")


def _invoices(*columns: Column, checks: tuple[Check, ...] = ()) -> Table:
    shared = (_ID, Column(name="customer_id", type="bigint"), Column(name="total", type="integer"))
    return Table(
        schema="shop",
        name="invoices",
        columns=(*shared, *columns),
        primary_key=_KEY,
        foreign_keys=(_CUSTOMER,),
        checks=checks,
    )


def _grade(limit: int) -> Function:
    return Function(
        schema="shop",
        name="grade",
        returns="trigger",
        body=f"begin new.total := least(new.total, {limit}); return new; end",
    )


def _seen(using: str) -> Policy:
    return Policy(
        schema="shop", table="invoices", name="seen", command=PolicyCommand.SELECT, to=("clerk",), using=using
    )


def _emails(*keys: str) -> Index:
    return Index(name="customers_by_email", table="customers", keys=keys)


_SCHEMA = Declared("shop", Schema(name="shop"))
_TRIGGER = Declared(
    "graded",
    Trigger(
        schema="shop",
        table="invoices",
        name="graded",
        timing="before",
        events=(TriggerEvent.INSERT,),
        function="shop.grade",
    ),
    after=("invoices", "grade"),
)
_VIEW = Declared(
    "open", View(schema="shop", name="open", query="select id, total from shop.invoices where total > 5"), ("invoices",)
)

FIRST = (
    _SCHEMA,
    Declared("invoices", _invoices(Column(name="memo", type="text")), ("shop",)),
    Declared(
        "drafts",
        Table(schema="shop", name="drafts", columns=(_ID, Column(name="text", type="text")), primary_key=_KEY),
        ("shop",),
    ),
    Declared("customers", TablePatch(table="customers", columns=(Column(name="nickname", type="text"),))),
    Declared("emails", _emails("email")),
    Declared("grade", _grade(9000), ("shop",)),
    _TRIGGER,
    Declared("seen", _seen("total > 10"), ("invoices",)),
    _VIEW,
)
"""What is deployed first."""

SECOND = (
    _SCHEMA,
    Declared(
        "invoices",
        _invoices(
            Column(name="state", type="text", nullable=False, default="'new'"),
            checks=(Check(name="total_is_positive", expression="total >= 0"),),
        ),
        ("shop",),
    ),
    Declared(
        "customers",
        TablePatch(
            table="customers",
            columns=(Column(name="tier", type="integer"),),
            nullability={"email": False},
            checks=(Check(name="score_is_small", expression="score < 100"),),
        ),
    ),
    Declared(
        "tiers",
        Backfill(
            name="tiers",
            table="customers",
            assignments={"tier": "score + 1"},
            where="tier is null",
            batch_size=50,
        ),
        ("customers",),
    ),
    Declared("emails", _emails("email", "score")),
    Declared("words", Index(name="visits_by_day", table="visits", keys=("at",))),
    Declared("grade", _grade(8000), ("shop",)),
    _TRIGGER,
    Declared("seen", _seen("total > 20"), ("invoices",)),
    _VIEW,
    Declared(
        "payments",
        Table(
            schema="shop",
            name="payments",
            columns=(_ID, Column(name="invoice_id", type="bigint"), Column(name="amount", type="integer")),
            primary_key=_KEY,
            foreign_keys=(ForeignKey(columns=("invoice_id",), references="shop.invoices"),),
        ),
        ("invoices",),
    ),
)
"""What it is changed to: columns and a table with values go, others come, indexes, texts and policies change."""
