"""A small application, one resource of each kind, that tests deploy, edit and tamper with."""

from __future__ import annotations

from supaschema.declarations import (
    Argument,
    Bucket,
    Check,
    Column,
    CronJob,
    Declaration,
    Function,
    Grant,
    Index,
    InlineAccess,
    InlinePolicy,
    Policy,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Schema,
    Table,
    Trigger,
    TriggerEvent,
    View,
    Volatility,
)
from tests.support.pulumi import Declared

OWN_ROWS = InlinePolicy(
    name="own notes", command=PolicyCommand.ALL, to=("authenticated",), using="owner = (select auth.uid())"
)
ACCESS = InlineAccess(
    policies=(OWN_ROWS,),
    grants=(Grant(to="authenticated", privileges=(Privilege.SELECT, Privilege.INSERT, Privilege.UPDATE)),),
)
TABLE = Table(
    name="notes",
    columns=(
        Column(name="id", type="bigint", identity="always"),
        Column(name="owner", type="uuid", nullable=False),
        Column(name="title", type="text", comment="What lists show."),
        Column(name="status", type="text", default="'new'", nullable=False),
        Column(name="size", type="integer", default="0"),
        Column(name="made_at", type="timestamptz", default="now()"),
    ),
    primary_key=PrimaryKey(columns=("id",)),
    checks=(Check(name="notes_status_check", expression="status in ('new', 'done')"),),
    access=ACCESS,
)
FUNCTION = Function(
    name="count_notes",
    arguments=(Argument(name="smallest", type="integer"), Argument(name="wanted", type="text", default="'new'")),
    returns="bigint",
    language="sql",
    volatility=Volatility.STABLE,
    body="select count(*) from public.notes where status = wanted and size >= smallest",
    execute=("authenticated",),
)
INDEX = Index(name="notes_waiting", table="notes", keys=("owner", "made_at desc"), where="status = 'new'")
FILES = Policy(
    name="read note files",
    schema="storage",
    table="objects",
    command=PolicyCommand.SELECT,
    to=("authenticated",),
    using="bucket_id = 'notes'",
)
STAMP = Function(name="stamp_note", returns="trigger", body="begin\n  new.made_at := now();\n  return new;\nend")
TRIGGER = Trigger(name="notes_stamp", table="notes", events=(TriggerEvent.UPDATE,), function="public.stamp_note")
VIEW = View(
    name="waiting_notes",
    query="select id, title from public.notes where status = 'new'",
    grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),),
)
BUCKET = Bucket(name="notes", file_size_limit=1000)
JOB = CronJob(name="purge-notes", schedule="5 4 * * *", command="delete from public.notes where status = 'done'")
SCHEMA = Schema(name="reports", grants=(Grant(to="authenticated", privileges=(Privilege.USAGE,)),))

ALL: dict[str, Declaration] = {
    "table": TABLE,
    "function": FUNCTION,
    "index": INDEX,
    "files": FILES,
    "stamp": STAMP,
    "trigger": TRIGGER,
    "view": VIEW,
    "bucket": BUCKET,
    "job": JOB,
    "schema": SCHEMA,
}
AFTER = {
    "function": ("table",),
    "index": ("table",),
    "trigger": ("table", "stamp"),
    "view": ("table",),
    "job": ("table",),
}


def declared(**chosen: Declaration) -> list[Declared]:
    """Return declarations as resources under these names, each after those that it needs."""
    return [
        Declared(name, item, after=tuple(other for other in AFTER.get(name, ()) if other in chosen))
        for name, item in chosen.items()
    ]
