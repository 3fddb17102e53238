"""Aggregates: made whole, replaced in place where the result stays, named as the server wants it."""

import pytest
from msgspec.structs import replace

from supaschema.core.model import ObjectId
from supaschema.kinds.aggregate import AggregateKind
from supaschema.kinds.aggregate_definition import Aggregate
from supaschema.kinds.base import Context
from supaschema.kinds.function_definition import Argument

ID = ObjectId("aggregate", ("app", "total", "integer"))
KIND = AggregateKind()
CONTEXT = Context(major=17, user="postgres")
VALUE = Argument(type="integer")
OLD = Aggregate(arguments=(VALUE,), sfunc="app.add", stype="bigint", initcond="0", owner="postgres")
ANY = Argument(type='variadic "any"')


def texts(steps):
    return [statement.text for statement in steps.statements]


def test_it_is_made_with_all_that_is_said_of_it():
    moving = {"msfunc": "app.add", "minvfunc": "app.less", "mstype": "bigint", "msspace": 8, "minitcond": "1"}
    more = {"finalfunc": "app.told", "combinefunc": "app.both", "sortop": "pg_catalog.<", "parallel": "safe"}
    create, comment = texts(KIND.create(ID, replace(OLD, comment="Totals.", **moving, **more), CONTEXT))

    assert (
        create
        == """create aggregate "app"."total"(integer) (
  sfunc = "app"."add",
  stype = bigint,
  finalfunc = "app"."told",
  initcond = '0',
  msfunc = "app"."add",
  mstype = bigint,
  msspace = 8,
  minitcond = '1',
  combinefunc = "app"."both",
  minvfunc = "app"."less",
  sortop = operator("pg_catalog".<),
  parallel = safe
)"""
    )
    assert comment == 'comment on aggregate "app"."total"(integer) is \'Totals.\''


@pytest.mark.parametrize(
    ("arguments", "direct", "called"),
    [
        ((), None, "(*)"),
        ((VALUE, replace(VALUE, type="text")), None, "(integer, text)"),
        ((VALUE, replace(VALUE, type="text")), 1, "(integer order by text)"),
        ((VALUE,), 0, "(order by integer)"),
        ((ANY,), 1, '(variadic "any" order by variadic "any")'),
    ],
)
def test_it_is_named_with_what_it_aggregates(arguments, direct, called):
    id = ObjectId("aggregate", ("app", "total", ", ".join(it.type for it in arguments)))
    old = replace(
        OLD, arguments=arguments, direct=direct, finalfunc_modify="read_write" if direct is not None else "read_only"
    )

    assert texts(KIND.drop(id, old, CONTEXT)) == [f'drop aggregate "app"."total"{called}']
    assert f'"total"{called} (' in texts(KIND.create(id, old, CONTEXT))[0]
    assert "modify" not in texts(KIND.create(id, old, CONTEXT))[0]


def test_it_is_replaced_in_place_where_its_result_stays():
    for new in (replace(OLD, sfunc="app.times"), replace(OLD, initcond=None), replace(OLD, parallel="safe")):
        (text,) = texts(KIND.alter(ID, OLD, new, CONTEXT))
        assert text.startswith('create or replace aggregate "app"."total"(integer) (')
    for new in (replace(OLD, stype="numeric"), replace(OLD, finalfunc="app.told"), replace(OLD, direct=1)):
        assert KIND.alter(ID, OLD, new, CONTEXT) is None
    named = replace(OLD, arguments=(replace(VALUE, name="value"),))
    assert KIND.alter(ID, OLD, named, CONTEXT) is not None
    assert KIND.alter(ID, named, OLD, CONTEXT) is None
    assert texts(KIND.alter(ID, OLD, replace(OLD, owner="service_role"), CONTEXT)) == [
        'alter aggregate "app"."total"(integer) owner to "service_role"'
    ]


def test_other_results_are_told_from_another_comment():
    assert KIND.gives_otherwise(OLD, replace(OLD, initcond="1"))
    assert not KIND.gives_otherwise(OLD, replace(OLD, comment="c", parallel="safe"))


def test_what_it_calls_is_made_first_and_is_of_somebody():
    new = replace(OLD, stype="app.score", finalfunc="app.told", finalfunc_extra=True, sortop="app.<<")
    found = KIND.references(ID, new)

    assert ObjectId("function", ("app", "add", "app.score, integer")) in found
    assert ObjectId("function", ("app", "told", "app.score, integer")) in found
    assert ObjectId("domain", ("app", "score")) in found
    assert {("routine", "app", "add"), ("operator", "app", "<<"), ("schema", "app")} <= set(KIND.stands_on(ID, new))


def test_the_server_is_asked_of_first_states_of_types_of_the_databases_own_alone():
    new = replace(OLD, stype="app.score")

    assert KIND.sql_fields(ID, new)["initcond"].text == "'0'"
    assert KIND.sql_fields(ID, OLD) == {}
    assert KIND.same_structure(new, replace(new, initcond="00"))
    assert not KIND.same_structure(OLD, replace(OLD, initcond="00"))


def test_it_gets_another_name_by_the_types_of_its_arguments():
    (rename,) = KIND.rename(ID, ObjectId("aggregate", ("app", "sum", "integer")))

    assert rename.text == 'alter routine "app"."total"(integer) rename to "sum"'
    assert KIND.resolve(ID, replace(OLD, owner=None), OLD, CONTEXT) == OLD
