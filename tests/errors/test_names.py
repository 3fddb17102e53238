"""Names that are reserved words, of mixed case or of other alphabets are names like any other."""

from __future__ import annotations

from supaschema.declarations import (
    Argument,
    Check,
    Column,
    ForeignKey,
    Function,
    Grant,
    InlineIndex,
    Policy,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Schema,
    Table,
    Trigger,
    TriggerEvent,
    Unique,
    View,
)
from tests.fixtures.postgres import Database
from tests.support.catalog import column, one
from tests.support.pulumi import Declared, Stack
from tests.support.survey import schema

SCHEMA = Declared("schema", Schema(name="Größen"))
TABLE = Declared(
    "table",
    Table(
        schema="Größen",
        name="select",
        columns=(
            Column(name="User", type="uuid", nullable=False, default="gen_random_uuid()"),
            Column(name="группа", type="uuid"),
            Column(name='with "quotes"', type="text"),
            Column(name="100% order", type="integer"),
        ),
        primary_key=PrimaryKey(columns=("User",)),
        uniques=(Unique(columns=('with "quotes"',)),),
        checks=(Check(name="Über 0", expression='"100% order" > 0'),),
        foreign_keys=(ForeignKey(columns=("группа",), references="select", referenced_columns=("User",)),),
        indexes=(InlineIndex(name="index", keys=('"100% order" desc',)),),
    ),
    after=("schema",),
)
FUNCTION = Declared(
    "function",
    Function(
        schema="Größen",
        name="Table",
        arguments=(Argument(name="Order", type="integer", default="1"),),
        returns="integer",
        language="sql",
        body='select "Order"',
    ),
    after=("schema",),
)
POLICY = Declared(
    "policy",
    Policy(
        schema="Größen",
        table="select",
        name='own "группа"',
        command=PolicyCommand.SELECT,
        to=("authenticated",),
        using='"группа" is null',
    ),
    after=("table",),
)
VIEW = Declared(
    "view",
    View(
        schema="Größen",
        name="From",
        query='select "User", "100% order" from "Größen"."select"',
        grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),),
    ),
    after=("table",),
)
WATCHED = Declared(
    "watched",
    Function(schema="Größen", name="then", returns="trigger", body="begin return new; end"),
    after=("schema",),
)
TRIGGER = Declared(
    "trigger",
    Trigger(
        schema="Größen",
        table="select",
        name="Each “row”",
        events=(TriggerEvent.INSERT,),
        function="Größen.then",
    ),
    after=("table", "watched"),
)


def test_they_are_made_are_found_again_and_go(objects: Stack, database: Database) -> None:
    before = schema(database)
    objects.declare(SCHEMA, TABLE, FUNCTION, WATCHED, POLICY, VIEW, TRIGGER)
    objects.up()
    with database.connect() as connection:
        assert one(connection, 'select "Größen"."Table"()') == 1
        assert column(connection, 'select count(*) from "Größen"."From"') == [0]
    assert objects.clean()
    objects.destroy()
    assert schema(database) == before
