"""What is of the deploying role and has code of others run is as theirs: domains, ranges, aggregates, operators.

What ran is counted by a sequence: it is not taken back.
"""

from __future__ import annotations

import msgspec
import pytest

from supaschema.core.errors import OwnershipError
from supaschema.declarations import (
    Aggregate,
    Argument,
    Check,
    Column,
    CompositeAttribute,
    CompositeType,
    Declaration,
    Domain,
    DomainCheck,
    Index,
    RangeType,
    TablePatch,
    View,
)
from tests.fixtures.postgres import Database
from tests.fixtures.stranger import Stranger
from tests.support.catalog import one
from tests.support.objects import managed

_THEIRS = """
    create sequence strange.runs_ever;
    grant all on strange.runs_ever to public;
    create function strange.ran(text) returns boolean language plpgsql immutable as
      'begin return nextval(''strange.runs_ever'') > 0; end';
    create function strange.more(integer, integer) returns integer language plpgsql as
      'begin perform nextval(''strange.runs_ever''); return $2; end';
    create function strange.apart(integer, integer) returns double precision language plpgsql immutable as
      'begin perform nextval(''strange.runs_ever''); return $1 - $2; end';
    create type strange.span as range (subtype = integer, subtype_diff = strange.apart);
    grant usage on type strange.span to public;
    create operator strange.<<< (leftarg = integer, rightarg = integer, function = strange.more);
"""
_OURS = """
    create domain public.word as text check (strange.ran(value));
    create type public.span as range (subtype = integer, subtype_diff = strange.apart);
    create aggregate public.whole (integer) (sfunc = strange.more, stype = integer);
    create operator public.=== (leftarg = integer, rightarg = integer, function = strange.more);
    create table public.words (id integer, word public.word);
    create table public.days (id integer primary key, theirs strange.span, ours public.span)
      with (autovacuum_enabled = off);  -- autovacuum would call strange.apart for its statistics of ranges
    insert into public.days
      select i, strange.span(i, i + i % 7), public.span(i, i + i % 7) from generate_series(1, 1500) i;
"""


def aggregate(**fields: str) -> Aggregate:
    one = Aggregate(
        name="a", arguments=(Argument(name="", type="integer"),), sfunc="pg_catalog.int4larger", stype="integer"
    )
    return msgspec.structs.replace(one, **fields)


_DECLARED: dict[str, Declaration] = {
    "index of a range of theirs": Index(table="days", name="i", keys=("theirs",), method="gist"),
    "index of a range of ours": Index(table="days", name="i", keys=("ours",), method="gist"),
    "column of a domain": TablePatch(table="days", columns=(Column(name="word", type="public.word"),)),
    "check with a domain": TablePatch(
        table="days", checks=(Check(name="c", expression="id::text::public.word <> ''"),)
    ),
    "check with an operator": TablePatch(
        table="days", checks=(Check(name="c", expression="id operator(public.===) id > 0"),)
    ),
    "domain over a type of theirs": Domain(name="d", type="strange.span"),
    "domain over a domain": Domain(name="d", type="public.word"),
    "check of a domain": Domain(
        name="d", type="text", checks=(DomainCheck(name="c", expression="strange.ran(value)"),)
    ),
    "check of a domain with an operator": Domain(
        name="d", type="integer", checks=(DomainCheck(name="c", expression="value operator(public.===) value > 0"),)
    ),
    "check of a domain with a literal": Domain(
        name="d", type="text", checks=(DomainCheck(name="c", expression="value = all ('{a}'::public.word[])"),)
    ),
    "attribute of a type of theirs": CompositeType(
        name="c", attributes=(CompositeAttribute(name="a", type="strange.span"),)
    ),
    "attribute of a domain": CompositeType(name="c", attributes=(CompositeAttribute(name="a", type="public.word"),)),
    "range of a domain": RangeType(name="r", subtype="public.word"),
    "range of a type of theirs": RangeType(name="r", subtype="strange.span"),
    "range measured by theirs": RangeType(name="r", subtype="integer", subtype_diff="strange.apart"),
    "default of a domain": Domain(name="d", type="text", default="'a'::public.word"),
    "aggregate that calls theirs": aggregate(sfunc="strange.more"),
    "aggregate that ends with theirs": aggregate(finalfunc="strange.ran"),
    "aggregate of states of theirs": aggregate(stype="strange.span"),
    "aggregate that begins with a domain": aggregate(stype="public.word", initcond="a"),
    "aggregate by an operator of theirs": aggregate(sortop="strange.<<<"),
    "view with an aggregate": View(name="seen", query="select public.whole(id) as whole from public.days"),
}


@pytest.mark.parametrize("declared", _DECLARED.values(), ids=_DECLARED)
def test_nothing_is_built_upon_what_has_their_code_run(database: Database, stranger: Stranger, declared: Declaration):
    stranger.connection.execute(_THEIRS)
    with database.connect() as owner:
        owner.execute(_OURS)
    stranger.platform.execute("select setval('strange.runs_ever', 1, false)")
    with managed(database.url) as objects:
        for way in (objects.preview, objects.apply):
            with pytest.raises(OwnershipError, match=r"(of|to) stranger"):
                way(declared)
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False


def test_what_names_none_of_it_is_done(database: Database, stranger: Stranger):
    stranger.connection.execute(_THEIRS)
    with database.connect() as owner:
        owner.execute(_OURS)
    stranger.platform.execute("select setval('strange.runs_ever', 1, false)")
    with managed(database.url) as objects:
        objects.apply(Index(table="days", name="i", keys=("id",)))
        objects.apply(TablePatch(table="days", columns=(Column(name="fresh", type="text"),)))
        objects.apply(View(name="numbers", query="select id from public.words"))
    assert one(stranger.platform, "select is_called from strange.runs_ever") is False
