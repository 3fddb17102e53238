"""Functions: made whole, replaced in place where the server lets it, put back as they were."""

from __future__ import annotations

import msgspec
import pytest

from supaschema.core.model import Hazard, ObjectId, Steps
from supaschema.kinds.base import Context, SqlFieldKind
from supaschema.kinds.function import Argument, Function, FunctionKind

ID = ObjectId("function", ("public", "bump", "uuid, integer"))
KIND = FunctionKind()
CONTEXT = Context(major=17)
OLD = Function(
    arguments=(Argument(name="batch_id", type="uuid", default="null"), Argument(name="step", type="int", default="1")),
    returns="int8",
    language="plpgsql",
    body="begin return step; end",
    settings={"search_path": '""'},
)


def texts(steps: Steps | None) -> list[str]:
    assert steps is not None
    return [statement.text for statement in steps.statements]


def changed(**fields: object) -> Function:
    return msgspec.structs.replace(OLD, **fields)


def argument(**fields: object) -> tuple[Argument, ...]:
    return (msgspec.structs.replace(OLD.arguments[0], **fields), *OLD.arguments[1:])


def test_it_is_made_in_one_statement():
    function = changed(
        volatility="stable", strict=True, comment="Counts.", settings={"search_path": '""', "work_mem": "8MB"}
    )

    create, comment = texts(KIND.create(ID, function, CONTEXT))

    assert create == (
        'create function "public"."bump"("batch_id" uuid default null, "step" int default 1) returns int8\n'
        "language plpgsql stable strict\n"
        "set \"search_path\" to ''\n"
        "set \"work_mem\" to '8MB'\n"
        "as $body$begin return step; end$body$"
    )
    assert comment == 'comment on function "public"."bump"(uuid, integer) is \'Counts.\''


def test_each_name_of_a_search_path_is_a_literal_of_its_own():
    function = changed(settings={"search_path": 'public, "$user", "O\'x"'})

    assert "set \"search_path\" to 'public', '$user', 'O''x'\n" in texts(KIND.create(ID, function, CONTEXT))[0]


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("x", "$body$"),
        ("x $body$ x", "$body_1$"),
        ("x $body", "$body_1$"),
        ("$body_1 $body", "$body_2$"),
        ("x$", "$body$"),
    ],
)
def test_the_body_is_quoted_by_what_does_not_occur_in_it(body: str, quote: str):
    (text,) = texts(KIND.create(ID, changed(body=body), CONTEXT))

    assert text.endswith(f"\nas {quote}{body}{quote}")


@pytest.mark.parametrize(
    "new",
    [
        changed(body="begin return 2; end"),
        changed(volatility="stable"),
        changed(settings={}),
        changed(security_definer=True),
        changed(returns="bigint", body="begin return 2; end"),
        changed(arguments=argument(default="gen_random_uuid()")),
    ],
    ids=["body", "volatility", "settings", "definer", "alias", "default"],
)
def test_it_is_replaced_in_place(new: Function):
    (text,) = texts(KIND.alter(ID, OLD, new, CONTEXT))

    assert text.startswith('create or replace function "public"."bump"(')


@pytest.mark.parametrize(
    "new",
    [
        changed(returns="integer"),
        changed(returns="setof int8"),
        changed(arguments=argument(name="batch")),
        changed(arguments=argument(default=None)),
    ],
    ids=["result", "setof", "name", "default removed"],
)
def test_what_the_server_refuses_to_replace_is_made_anew(new: Function):
    assert KIND.alter(ID, OLD, new, CONTEXT) is None


def test_an_argument_that_had_no_name_may_get_one():
    unnamed = changed(arguments=argument(name=""))

    assert KIND.alter(ID, unnamed, OLD, CONTEXT) is not None
    assert KIND.alter(ID, OLD, unnamed, CONTEXT) is None


def test_a_comment_alone_replaces_nothing():
    live = changed(returns="bigint", arguments=argument(type="uuid"), signature="(...)", text="CREATE OR REPLACE ...")

    assert texts(KIND.alter(ID, live, changed(comment="new"), CONTEXT)) == [
        'comment on function "public"."bump"(uuid, integer) is \'new\''
    ]


def test_one_that_was_there_before_is_put_back_as_the_server_printed_it():
    before = changed(text="CREATE OR REPLACE FUNCTION public.bump(...)", comment="old")

    assert texts(KIND.create(ID, before, CONTEXT)) == [
        "CREATE OR REPLACE FUNCTION public.bump(...)",
        'comment on function "public"."bump"(uuid, integer) is \'old\'',
    ]


def test_it_is_dropped_by_its_argument_types():
    assert texts(KIND.drop(ID, OLD, CONTEXT)) == ['drop function "public"."bump"(uuid, integer)']


def test_hazards_say_who_is_hit():
    definer = KIND.create(ID, changed(security_definer=True), CONTEXT).statements[0]
    replaced = KIND.drop(ID, OLD, Context(major=17, fresh=frozenset({ID}))).statements[0]

    assert [note.hazard for note in definer.hazards] == [Hazard.HAS_UNTRACKABLE_DEPENDENCIES, Hazard.AUTHZ_UPDATE]
    assert replaced.hazards[0].sentence == "Programs that call public.bump cannot call it as before from then on."
    assert not any(note.hazard.needs_consent for note in (*definer.hazards, *replaced.hazards))


def test_the_server_spells_arguments_and_result_and_nothing_else():
    slot = KIND.sql_fields(ID, OLD)["signature"]
    live = changed(
        arguments=(), returns="bigint", signature="(batch_id uuid DEFAULT NULL::uuid) returns bigint", text="x"
    )

    assert slot.kind is SqlFieldKind.FUNCTION
    assert slot.text == '("batch_id" uuid default null, "step" int default 1) returns int8'
    assert KIND.sql_fields(ID, live)["signature"].text == live.signature
    assert KIND.same_structure(OLD, live)
    assert not KIND.same_structure(OLD, changed(body="begin return 1; end"))


@pytest.mark.parametrize("fields", [{"security_definer": True}, {"returns": "trigger", "arguments": ()}])
def test_a_schema_that_others_may_make_objects_in_is_told(fields: dict[str, object]):
    open_path = changed(settings={"search_path": "public, pg_temp"}, **fields)
    own = msgspec.structs.replace(open_path, settings={"search_path": "pg_catalog, pg_temp"})
    told = "public.bump looks names up in public: what others make there runs with its rights."

    def notes(old: Function | None, new: Function) -> list[str]:
        steps = KIND.create(ID, new, CONTEXT) if old is None else KIND.alter(ID, old, new, CONTEXT)
        assert steps is not None
        return [note.sentence for statement in steps.statements for note in statement.hazards]

    assert told in notes(None, open_path)
    assert told in notes(own, open_path)
    assert told not in notes(open_path, msgspec.structs.replace(open_path, body="begin return 3; end"))
    assert told not in notes(None, own)


def test_what_the_planner_is_told_stays_where_nothing_is_declared():
    live = changed(parallel="safe", leakproof=False, cost=5.0, rows=0.0, support="")
    declared = KIND.resolve(ID, changed(body="begin return 2; end", cost=7.0), live, CONTEXT)

    (replace,) = texts(KIND.alter(ID, live, declared, CONTEXT))

    assert "volatile parallel safe cost 7.0\n" in replace
    assert KIND.same_structure(KIND.resolve(ID, OLD, live, CONTEXT), live)


def test_a_function_that_gives_no_set_any_more_expects_no_rows():
    live = changed(returns="SETOF integer", rows=10.0)

    assert KIND.resolve(ID, changed(returns="setof text"), live, CONTEXT).rows == 10.0
    assert KIND.resolve(ID, changed(returns="text"), live, CONTEXT).rows == 0.0


def test_settings_come_in_one_order():
    settings = {"work_mem": "8MB", "lock_timeout": "1s", "search_path": '""'}

    (create,) = texts(KIND.create(ID, changed(settings=settings), CONTEXT))

    assert [line.split()[1] for line in create.splitlines() if line.startswith("set ")] == [
        '"search_path"',
        '"lock_timeout"',
        '"work_mem"',
    ]


def test_it_is_given_to_the_owner_that_it_shall_have():
    context = Context(major=17, user="postgres")
    live = changed(owner="postgres", security_definer=True)
    steps = KIND.alter(ID, live, changed(owner="service_role", security_definer=True), context)
    assert steps is not None
    (give,) = steps.statements

    assert give.text == 'alter function "public"."bump"(uuid, integer) owner to "service_role"'
    assert [note.sentence for note in give.hazards] == ["public.bump has the rights of service_role from then on."]
    assert KIND.resolve(ID, OLD, live, context).owner == "postgres"
    assert len(texts(KIND.create(ID, live, context))) == 1
    assert texts(KIND.create(ID, changed(owner="service_role"), context))[1:] == [give.text]
