"""Domains beneath what other resources declare: checks come and go, values break them, others have a part in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from supaschema.core.errors import DependencyError, OwnershipError, PreconditionError, SupaschemaError
from supaschema.core.model import Hazard
from supaschema.database.connect import Database as Managed
from supaschema.database.settings import Settings
from supaschema.declarations import Column, Declaration, Domain, DomainCheck, EnumType, Grant, Privilege, TablePatch
from supaschema.drift.sweep import swept
from supaschema.registry import KINDS
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import column, one
from tests.support.declared import notes
from tests.support.objects import Objects, managed
from tests.support.sessions import Connection

POSITIVE = DomainCheck(name="positive", expression="value > 0")
SCORE = Domain(name="score", type="integer", checks=(POSITIVE,), comment="Points.")
NOTES = notes("notes", Column(name="score", type="public.score"))
SMALL = replace(SCORE, checks=(POSITIVE, DomainCheck(name="small", expression="value < 10")))


@pytest.fixture
def objects(database: Database) -> Iterator[Objects]:
    """A table with a column of a domain."""
    with managed(database.url) as found:
        for declared in (SCORE, NOTES):
            found.apply(declared)
        yield found


def test_it_is_declared_as_it_is_live(objects: Objects, database: Database, connection: Connection) -> None:
    assert objects.imported(SCORE) == replace(SCORE, checks=(replace(POSITIVE, expression="(VALUE > 0)"),))
    assert objects.preview(SCORE).empty
    connection.execute("alter domain public.score set default 3")
    connection.execute("alter domain public.score add constraint small check (value < 10) not valid")
    connection.execute("revoke usage on type public.score from public")

    with managed(database.url) as later:
        assert later.lifted(SCORE) == {
            "name": "score",
            "type": "integer",
            "default": "3",
            "checks": [
                {"name": "positive", "expression": "(VALUE > 0)"},
                {"name": "small", "expression": "(VALUE < 10)", "validated": False},
            ],
            "comment": "Points.",
        }
        plan = later.preview(SCORE)
        assert [item.text for item in plan.statements] == [
            'alter domain "public"."score" drop constraint "small"',
            'alter domain "public"."score" drop default',
        ]


def test_what_somebody_does_to_it_is_drift(objects: Objects, database: Database, connection: Connection) -> None:
    connection.execute("alter domain public.score drop constraint positive")
    connection.execute("alter domain public.score set not null")
    connection.execute("alter domain public.score add constraint small check (value < 10)")
    connection.execute("grant usage on type public.score to anon")

    managed_one = Managed(Settings(database.url))
    try:
        found = {finding.key for finding in swept(managed_one, KINDS).findings}
    finally:
        managed_one.close()

    assert found >= {
        '["domain", "public", "score"]',
        '["domain_check", "public", "score", "positive"]',
        '["domain_check", "public", "score", "small"]',
    }


def test_values_that_break_a_check_are_counted_and_keep_it_away(objects: Objects, connection: Connection) -> None:
    connection.execute("insert into public.notes (score) values (5), (50), (500), (null)")

    for way in (objects.preview, objects.apply):
        with pytest.raises(PreconditionError, match=r"2 values of public\.notes\.score break the check small"):
            way(SMALL)
        with pytest.raises(PreconditionError, match=r"1 values? of public\.notes\.score break NOT NULL"):
            way(replace(SCORE, nullable=False))
    assert one(connection, "select count(*) from pg_constraint where conname = 'small'") == 0


def test_a_check_is_not_proven_where_it_is_said_so_and_is_later(objects: Objects, connection: Connection) -> None:
    unproven = replace(SMALL, checks=(POSITIVE, replace(SMALL.checks[1], validated=False)))
    connection.execute("insert into public.notes (score) values (50)")
    objects.apply(unproven)
    assert objects.preview(unproven).empty
    with pytest.raises(PreconditionError, match="break the check small"):
        objects.apply(SMALL)
    connection.execute("delete from public.notes")

    plan = objects.preview(SMALL)
    objects.apply(SMALL)

    assert [item.text for item in plan.statements] == ['alter domain "public"."score" validate constraint "small"']
    assert plan.sentences(Hazard.BLOCKS_WRITERS) == ("Reads all of public.notes; nobody writes to it meanwhile.",)
    assert column(connection, "select convalidated from pg_constraint where contypid <> 0 and conname = 'small'") == [
        True
    ]


def test_a_check_that_is_no_sql_or_names_what_is_not_there_is_refused_in_the_preview(objects: Objects) -> None:
    for expression, told in {"value >": "syntax error", "value > other": "other", "missing(value)": "missing"}.items():
        with pytest.raises(SupaschemaError, match=told):
            objects.preview(replace(SCORE, checks=(DomainCheck(name="odd", expression=expression),)))


def test_it_does_not_go_from_under_a_column(objects: Objects) -> None:
    with pytest.raises(DependencyError, match=r"column public\.notes\.score would lose what it stands on"):
        objects.removal(SCORE)


def test_it_and_its_check_get_other_names_and_get_them_back(
    objects: Objects, database: Database, connection: Connection
) -> None:
    later = Domain(
        name="points", type="integer", checks=(replace(POSITIVE, name="more", renamed_from=("positive",)),),
        comment="Points.", renamed_from=("score",),
    )  # fmt: skip
    connection.execute("insert into public.notes (score) values (5)")

    plan = objects.preview(later, named=SCORE)
    objects.apply(later, named=SCORE)

    assert [item.text for item in plan.statements] == [
        'alter domain "public"."score" rename to "points"',
        'alter domain "public"."points" rename constraint "positive" to "more"',
    ]
    assert objects.preview(later, named=SCORE).empty
    assert column(connection, "select atttypid::regtype::text from pg_attribute where attname = 'score'") == ["points"]
    with managed(database.url) as before:
        before.apply(SCORE)
        assert before.imported(SCORE) == replace(SCORE, checks=(replace(POSITIVE, expression="(VALUE > 0)"),))


def test_a_column_of_a_domain_that_another_resource_makes_is_told_to_rewrite_its_table(
    database: Database, connection: Connection
) -> None:
    connection.execute("create table public.games (id integer primary key); insert into public.games values (1)")
    high, many = Domain(name="high", type="public.score"), Domain(name="many", type="public.score[]")
    with managed(database.url) as objects:
        for declared in (SCORE, high, many):
            objects.declare(declared)
        # An array's elements were checked where the array was made.
        for type, rewrites in {"public.high": True, "public.high[]": False, "public.many": False}.items():
            plan = objects.preview(TablePatch(table="games", columns=(Column(name="score", type=type),)))
            assert bool(plan.sentences(Hazard.REWRITES_TABLE)) is rewrites, type


def test_who_may_use_it_is_left_as_it_is_unless_it_is_said(objects: Objects, connection: Connection) -> None:
    closed = replace(SCORE, grants=(Grant(to="service_role", privileges=(Privilege.USAGE,)),))
    objects.apply(closed)

    asked = "select has_type_privilege(r, 'public.score', 'usage') from unnest(array['anon', 'service_role']) r"
    assert column(connection, asked) == [False, True]
    assert objects.preview(closed).empty


_ENUM = EnumType(name="state", labels=("new", "done", "gone"))
_OPEN = Domain(
    name="open", type="public.state", default="'new'::public.state",
    checks=(DomainCheck(name="open", expression="value <> 'gone'::public.state"),),
)  # fmt: skip


def test_a_label_that_it_names_gets_another_name_and_does_not_go(database: Database) -> None:
    with managed(database.url) as objects:
        for declared in (_ENUM, _OPEN):
            objects.apply(declared)
        renamed = replace(_ENUM, labels=("new", "done", "lost"), renamed_labels={"lost": "gone"})
        objects.apply(renamed)
    later = replace(_OPEN, checks=(DomainCheck(name="open", expression="value <> 'lost'::public.state"),))
    with managed(database.url) as objects:
        assert objects.preview(later).empty
        with pytest.raises(SupaschemaError, match=r"domain public\.open|type public\.open|type open"):
            objects.preview(replace(renamed, labels=("new", "lost"), renamed_labels={}))


_STRANGE = """
    create sequence strange.runs_ever;
    grant all on strange.runs_ever to public;
    create function strange.ran() returns boolean language plpgsql as
      'begin return nextval(''strange.runs_ever'') > 0; end';
    create table strange.theirs (score public.score);
    insert into strange.theirs values (70);
    create policy seen on strange.theirs using (strange.ran());
    alter table strange.theirs enable row level security;
    grant select on strange.theirs to public;
"""


def test_tables_of_strangers_are_not_read_before_a_check_comes(
    objects: Objects, database: Database, stranger: Stranger
) -> None:
    stranger.connection.execute(_STRANGE)
    with managed(database.url) as later:
        plan = later.preview(replace(SMALL, checks=(POSITIVE, DomainCheck(name="small", expression="value < 99"))))

    assert plan.sentences(Hazard.BLOCKS_WRITERS) == (
        "Reads all of public.notes, strange.theirs; nobody writes to it meanwhile.",
        "Values in strange.theirs were not looked at beforehand: it is of another role.",
    )
    with managed(database.url) as later:
        assert not later.preview(SMALL).empty
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False


def test_a_domain_of_another_role_is_not_adopted(database: Database, stranger: Stranger) -> None:
    stranger.connection.execute("create domain strange.score as integer")
    theirs: Declaration = replace(SCORE, schema="strange")
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match="stranger"):
                way(theirs)
