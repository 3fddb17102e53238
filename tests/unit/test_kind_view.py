"""Views: replaced in place while their columns stay, recreated otherwise."""

from __future__ import annotations

import msgspec
import pytest

from supaschema.core.model import Hazard, Lock, LockMode, ObjectId, Steps
from supaschema.kinds.base import Context
from supaschema.kinds.view import View, ViewKind

ID = ObjectId("view", ("public", "health"))
KIND = ViewKind()
CONTEXT = Context(major=17)
COLUMNS = "id uuid, total bigint"
OLD = View(query=" SELECT id, total FROM x;", columns=COLUMNS, security_invoker=True)


def texts(steps: Steps | None) -> list[str]:
    assert steps is not None
    return [statement.text for statement in steps.statements]


def changed(**fields: object) -> View:
    return msgspec.structs.replace(OLD, **fields)


def test_it_is_made_with_its_options():
    view = View(query="select 1 as one;\n", security_invoker=True, check_option="local", comment="One.")

    assert texts(KIND.create(ID, view, CONTEXT)) == [
        'create view "public"."health" with ("security_invoker" = true, "check_option" = local) as\nselect 1 as one',
        'comment on view "public"."health" is \'One.\'',
    ]
    assert texts(KIND.create(ID, View(query="select 1"), CONTEXT)) == ['create view "public"."health" as\nselect 1']


def test_another_query_with_the_same_columns_and_more_replaces_it_in_place():
    for columns in (COLUMNS, f"{COLUMNS}, at date"):
        new = changed(query="select ...", columns=columns)
        (statement,) = KIND.alter(ID, OLD, new, CONTEXT).statements  # type: ignore[union-attr]

        assert statement.text.startswith('create or replace view "public"."health" with ("security_invoker" = true)')
        assert statement.locks == (Lock("public.health", LockMode.ACCESS_EXCLUSIVE),)


@pytest.mark.parametrize("columns", ["key uuid, total bigint", "id text, total bigint", "id uuid", f"{COLUMNS}s", ""])
def test_other_columns_or_unknown_ones_make_it_anew(columns: str):
    assert KIND.alter(ID, OLD, changed(query="select ...", columns=columns), CONTEXT) is None


def test_options_change_without_the_query():
    plain = changed(security_invoker=False)
    checked = changed(check_option="cascaded")

    assert texts(KIND.alter(ID, OLD, plain, CONTEXT)) == ['alter view "public"."health" reset ("security_invoker")']
    assert texts(KIND.alter(ID, OLD, checked, CONTEXT)) == [
        'alter view "public"."health" set ("security_invoker" = true, "check_option" = cascaded)'
    ]
    assert texts(KIND.alter(ID, checked, plain, CONTEXT)) == [
        'alter view "public"."health" reset ("security_invoker", "check_option")'
    ]


def test_reading_with_the_owners_rights_is_said():
    (note,) = KIND.alter(ID, OLD, changed(security_invoker=False), CONTEXT).statements[0].hazards  # type: ignore[union-attr]

    assert note.hazard is Hazard.AUTHZ_UPDATE


def test_a_comment_alone_touches_nothing_else():
    assert texts(KIND.alter(ID, OLD, changed(comment="new"), CONTEXT)) == [
        'comment on view "public"."health" is \'new\''
    ]


def test_what_the_server_knows_of_the_columns_is_not_compared():
    assert KIND.same_structure(changed(columns="", query="select"), OLD)
    assert not KIND.same_structure(changed(security_invoker=False), OLD)
    assert KIND.sql_fields(ID, OLD)["query"].text == "SELECT id, total FROM x"


def test_it_is_dropped():
    assert texts(KIND.drop(ID, OLD, CONTEXT)) == ['drop view "public"."health"']
