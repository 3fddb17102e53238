"""Resources that refer to each other without `depends_on` come and go in the order of their references."""

from __future__ import annotations

from supaschema.declarations import (
    Column,
    Domain,
    DomainCheck,
    EnumType,
    ForeignKey,
    Index,
    PrimaryKey,
    Sequence,
    Table,
)
from tests.fixtures.postgres import Database
from tests.support.pulumi import Declared, Stack

ID = Column(name="id", type="bigint", nullable=False)
CODE = Column(name="code", type="text", nullable=False)
KEY = PrimaryKey(columns=("id",))
PARTS = Table(name="parts", columns=(ID, CODE), primary_key=KEY)
NUMBERS = Sequence(name="numbers")
NUMBER = Column(name="id", type="bigint", nullable=False, default="nextval('public.numbers')")
REFERRED = Index(name="parts_code", table="parts", keys=("code",), unique=True)
GRADE = EnumType(name="grade", labels=("good", "bad"))
MARK = Domain(name="mark", type="public.grade", checks=(DomainCheck(name="fine", expression="value <> 'bad'"),))
LINES = Table(
    name="lines",
    columns=(NUMBER, CODE, Column(name="grade", type="public.grade[]"), Column(name="mark", type="public.mark")),
    primary_key=KEY,
    foreign_keys=(ForeignKey(columns=("code",), references="public.parts", referenced_columns=("code",)),),
)


def test_a_table_comes_after_what_it_refers_to_and_draws_from_and_goes_before(
    objects: Stack, database: Database
) -> None:
    referred = Declared("parts_code", REFERRED), Declared("parts", PARTS), Declared("numbers", NUMBERS)
    objects.declare(Declared("lines", LINES), *referred, Declared("mark", MARK), Declared("grade", GRADE))

    shown = objects.preview()
    objects.up()

    assert "depends_on" not in shown
    assert objects.clean()
    objects.destroy()
    with database.connect() as connection:
        there = "select to_regclass('public.parts'), to_regclass('public.numbers'), to_regtype('public.grade')"
        found = connection.execute(there).fetchone()
    assert found == (None, None, None)
