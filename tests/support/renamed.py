"""Declarations of a table and of what may stand on it, with names that texts of theirs hold too."""

from __future__ import annotations

from supaschema.declarations import (
    Argument,
    Check,
    Column,
    ForeignKey,
    Function,
    Grant,
    Index,
    Policy,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Table,
    Trigger,
    TriggerEvent,
    Unique,
    View,
)

NOTES = Table(
    name="notes",
    columns=(
        Column(name="id", type="bigint", nullable=False),
        Column(name="title", type="text", nullable=False),
        Column(name="parent", type="bigint"),
    ),
    primary_key=PrimaryKey(columns=("id",), name="notes_key"),
    uniques=(Unique(columns=("title",), name="titles"),),
    checks=(Check(name="short", expression="length(title) < 100"),),
    foreign_keys=(ForeignKey(columns=("parent",), references="notes", name="parents"),),
)
VIEW = View(
    name="titles_of_notes",
    query="select id, title from public.notes",
    comment="What lists show.",
    column_comments={"title": "The title."},
    grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),),
)
FUNCTION = Function(
    name="shorten",
    arguments=(Argument(name="value", type="text"), Argument(name="size", type="integer", default="9")),
    returns="text",
    language="sql",
    body="select left(value, size)",
    execute=("authenticated",),
    comment="Cuts.",
)
STAMP = Function(name="stamp", returns="trigger", body="begin return new; end")
TRIGGER = Trigger(
    name="stamped",
    table="notes",
    events=(TriggerEvent.UPDATE,),
    function="public.stamp",
    when="new.title <> 'stamped'",
    comment="Stamps.",
)
INDEX = Index(name="by_parent", table="notes", keys=("parent desc",), where="parent is not null", comment="Finds.")
POLICY = Policy(
    name="read",
    table="notes",
    command=PolicyCommand.SELECT,
    to=("authenticated",),
    using="title <> 'read'",
    comment="Reads.",
)
