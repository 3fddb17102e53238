"""Who sees what: an organization's rows are its members'."""

from __future__ import annotations

import pulumi
from billing import invoices, lines
from projects import comments, members, organizations, projects, tasks
from settings import READER, SUPABASE

import supaschema.pulumi as supa

USER = "auth.uid()" if SUPABASE else "nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid"

current_orgs = supa.Function(
    "current-orgs",
    name="current_orgs",
    schema="private",
    returns="setof uuid",
    language="sql",
    volatility=supa.Volatility.STABLE,
    security_definer=True,
    body=f"select m.org_id from public.members m where m.user_id = (select {USER})",
    execute=[READER],
)
is_admin = supa.Function(
    "is-admin",
    name="is_admin",
    schema="private",
    arguments=[supa.ArgumentArgs(name="org", type="uuid")],
    returns="boolean",
    volatility=supa.Volatility.STABLE,
    security_definer=True,
    body=f"""
declare
  own public.members;
begin
  select * into own from public.members m where m.user_id = (select {USER}) and m.org_id = org;
  return own.role in ('owner', 'admin');
end
""",
    execute=[READER],
)

OF_MINE = "org_id = any (array(select private.current_orgs()))"
policies: list[supa.Policy] = []


GRANT = supa.GrantArgs(to=READER, privileges=[supa.Privilege.SELECT, supa.Privilege.INSERT, supa.Privilege.UPDATE])


def opened(table: supa.Table, name: str, column: str = "org_id") -> None:
    """Let the members of an organization read a table's rows that are its own, and write them."""
    mine = OF_MINE.replace("org_id", column)
    supa.TableAccess(
        f"{name}-access",
        table=table.name,
        schema=table.schema,
        grants=[GRANT],
        policies=[
            supa.InlinePolicyArgs(name="members read", command=supa.PolicyCommand.SELECT, to=[READER], using=mine),
            supa.InlinePolicyArgs(name="members add", command=supa.PolicyCommand.INSERT, to=[READER], check=mine),
        ],
    )


for table, name in ((projects, "projects"), (tasks, "tasks"), (comments, "comments")):
    opened(table, name)
for table, name, column in (
    (organizations, "organizations", "id"),
    (members, "members", "org_id"),
    (invoices, "invoices", "org_id"),
):
    policies.append(
        supa.Policy(
            f"{name}-read",
            name="members read",
            table=table.name,
            schema=table.schema,
            command=supa.PolicyCommand.SELECT,
            to=[READER],
            using=OF_MINE.replace("org_id", column),
        )
    )
policies.append(
    supa.Policy(
        "organizations-change",
        name="admins change",
        table=organizations.name,
        schema=organizations.schema,
        command=supa.PolicyCommand.UPDATE,
        to=[READER],
        using="(select private.is_admin(organizations.id))",
    )
)
policies.append(
    supa.Policy(
        "lines-read",
        name="members read",
        table=lines.name,
        schema=lines.schema,
        command=supa.PolicyCommand.SELECT,
        to=[READER],
        using=pulumi.Output.concat(
            "exists (select from ", invoices.qualified_name, " i where i.id = invoice_lines.invoice_id)"
        ),
    )
)
for table, name in ((tasks, "tasks"), (comments, "comments")):
    policies.append(
        supa.Policy(
            f"{name}-removal",
            name="admins remove",
            table=table.name,
            schema=table.schema,
            command=supa.PolicyCommand.DELETE,
            to=[READER],
            using=f"(select private.is_admin({name}.org_id))",
        )
    )
