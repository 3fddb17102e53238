"""Invoices: numbers without gaps are the clerk's wish, a sequence is what they get."""

from __future__ import annotations

import pulumi
from projects import CREATED, ID, KEY, column, organizations, reference

import supaschema.pulumi as supa

numbers = supa.Sequence("invoice-numbers", name="invoice_numbers", start=10_000)
invoices = supa.Table(
    "invoices",
    name="invoices",
    columns=[
        ID,
        column("org_id", "uuid"),
        supa.ColumnArgs(
            name="number",
            type="bigint",
            nullable=False,
            default=pulumi.Output.concat("nextval('", numbers.qualified_name, "'::regclass)"),
        ),
        column("due_on", "date"),
        column("paid_at", "timestamptz", nullable=True),
        CREATED,
    ],
    primary_key=KEY,
    uniques=[supa.UniqueArgs(columns=["number"])],
    foreign_keys=[reference("org_id", organizations, on_delete=supa.OnDelete.RESTRICT)],
    indexes=[supa.InlineIndexArgs(name="invoices_org_id", keys=["org_id"])],
)
lines = supa.Table(
    "invoice-lines",
    name="invoice_lines",
    columns=[ID, column("invoice_id", "uuid"), column("what", "text"), column("cents", "bigint")],
    primary_key=KEY,
    checks=[supa.CheckArgs(name="invoice_lines_cents", expression="cents <> 0")],
    foreign_keys=[reference("invoice_id", invoices)],
    indexes=[supa.InlineIndexArgs(name="invoice_lines_invoice_id", keys=["invoice_id"])],
)
revenue = supa.MaterializedView(
    "revenue",
    name="revenue",
    schema="private",
    query="""
        select i.org_id, date_trunc('month', i.created_at) as month, sum(l.cents) as cents
          from public.invoices i join public.invoice_lines l on l.invoice_id = i.id
         group by i.org_id, date_trunc('month', i.created_at)
    """,
    indexes=[supa.InlineIndexArgs(name="revenue_month", keys=["org_id", "month"], unique=True)],
)
unpaid = supa.View(
    "unpaid",
    name="unpaid_invoices",
    query="""
        select i.id, i.org_id, i.number, i.due_on from public.invoices i where i.paid_at is null
    """,
)
supa.View(
    "overdue",
    name="overdue_invoices",
    query="select u.id, u.org_id, u.number from public.unpaid_invoices u where u.due_on < current_date",
)
supa.Function(
    "mark-paid",
    name="mark_paid",
    schema="private",
    arguments=[supa.ArgumentArgs(name="invoice", type="uuid")],
    returns="public.invoices",
    body="""
declare
  paid public.invoices;
begin
  update public.invoices i set paid_at = now() where i.id = invoice and i.paid_at is null returning i.* into paid;
  return paid;
end
""",
)
supa.Index("invoices-unpaid", name="invoices_unpaid", table="invoices", keys=["due_on"], where="paid_at is null")
