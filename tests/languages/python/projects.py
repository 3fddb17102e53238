"""Organizations, who is in them, their projects and tasks."""

from __future__ import annotations

import pulumi
from settings import READER

import supaschema.pulumi as supa

ID = supa.ColumnArgs(name="id", type="uuid", nullable=False, default="gen_random_uuid()")
CREATED = supa.ColumnArgs(name="created_at", type="timestamptz", nullable=False, default="now()")
UPDATED = supa.ColumnArgs(name="updated_at", type="timestamptz", nullable=False, default="now()")
KEY = supa.PrimaryKeyArgs(columns=["id"])

private = supa.Schema("private", name="private", grants=[supa.GrantArgs(to=READER, privileges=[supa.Privilege.USAGE])])
member_role = supa.EnumType("member-role", name="member_role", labels=["owner", "admin", "member", "guest"])
task_state = supa.EnumType("task-state", name="task_state", labels=["open", "doing", "done"])
email = supa.Domain(
    "email",
    name="email",
    type="text",
    checks=[supa.DomainCheckArgs(name="email_form", expression="value ~ '^[^@ ]+@[^@ ]+$'")],
)


def column(
    name: str, type: pulumi.Input[str], *, nullable: bool = False, default: str | None = None
) -> supa.ColumnArgs:
    """Return a column."""
    return supa.ColumnArgs(name=name, type=type, nullable=nullable, default=default)


def reference(name: str, table: supa.Table, *, on_delete: supa.OnDelete = supa.OnDelete.CASCADE) -> supa.ForeignKeyArgs:
    """Return a foreign key of one column to a table's id."""
    return supa.ForeignKeyArgs(
        columns=[name], references=table.qualified_name, referenced_columns=["id"], on_delete=on_delete
    )


organizations = supa.Table(
    "organizations",
    name="organizations",
    columns=[ID, column("name", "text"), column("slug", "text"), CREATED],
    primary_key=KEY,
    uniques=[supa.UniqueArgs(columns=["slug"])],
    checks=[supa.CheckArgs(name="organizations_slug_form", expression="slug ~ '^[a-z0-9-]{2,40}$'")],
    comment="Who pays, and within whom everything else is shared.",
)
members = supa.Table(
    "members",
    name="members",
    columns=[
        ID,
        column("org_id", "uuid"),
        column("user_id", "uuid"),
        column("email", email.qualified_name),
        column("role", member_role.qualified_name, default="'member'"),
        CREATED,
    ],
    primary_key=KEY,
    uniques=[supa.UniqueArgs(columns=["org_id", "user_id"])],
    foreign_keys=[reference("org_id", organizations)],
    indexes=[supa.InlineIndexArgs(name="members_user_id", keys=["user_id"])],
)
projects = supa.Table(
    "projects",
    name="projects",
    columns=[ID, column("org_id", "uuid"), column("name", "text"), CREATED, UPDATED],
    primary_key=KEY,
    foreign_keys=[reference("org_id", organizations)],
    indexes=[supa.InlineIndexArgs(name="projects_org_id", keys=["org_id"])],
)
tasks = supa.Table(
    "tasks",
    name="tasks",
    columns=[
        ID,
        column("org_id", "uuid"),
        column("project_id", "uuid"),
        column("assignee_id", "uuid", nullable=True),
        column("title", "text"),
        column("body", "text", default="''"),
        column("state", task_state.qualified_name, default="'open'"),
        supa.ColumnArgs(
            name="words", type="tsvector", generated="to_tsvector('simple'::regconfig, title || ' ' || body)"
        ),
        CREATED,
        UPDATED,
    ],
    primary_key=KEY,
    foreign_keys=[
        reference("org_id", organizations),
        reference("project_id", projects),
        reference("assignee_id", members, on_delete=supa.OnDelete.SET_NULL),
    ],
)
comments = supa.Table(
    "comments",
    name="comments",
    columns=[ID, column("org_id", "uuid"), column("task_id", "uuid"), column("body", "text"), CREATED],
    primary_key=KEY,
    foreign_keys=[reference("org_id", organizations), reference("task_id", tasks)],
    indexes=[supa.InlineIndexArgs(name="comments_org_id", keys=["org_id"])],
)
tables = [table.qualified_name for table in (organizations, members, projects, tasks, comments)]

for key in ("project_id", "assignee_id", "org_id"):
    supa.Index(f"tasks-{key}", name=f"tasks_{key}", table=tasks.name, schema=tasks.schema, keys=[key])
supa.Index(
    "tasks-open",
    name="tasks_open",
    table=tasks.name,
    schema=tasks.schema,
    keys=["project_id", "created_at desc"],
    where="state <> 'done'",
)
supa.Index("comments-task", name="comments_task_id", table=comments.name, schema=comments.schema, keys=["task_id"])
