"""What a view's column has of its own: set, kept where nothing is declared, taken away."""

from __future__ import annotations

from supaschema.core.model import LockMode, ObjectId, Steps
from supaschema.kinds.base import Context
from supaschema.kinds.view import View, ViewKind
from supaschema.kinds.view_column import ViewColumn, ViewColumnKind

ID = ObjectId("view_column", ("public", "waiting", "Odd"))
KIND = ViewColumnKind()
CONTEXT = Context(major=17)
LIVE = ViewColumn(comment="old", default="7")


def texts(steps: Steps) -> list[str]:
    return [statement.text for statement in steps.statements]


def test_a_comment_is_declared_and_a_default_stays():
    declared = KIND.resolve(ID, ViewColumn(comment="new"), LIVE, CONTEXT)
    (statement,) = KIND.alter(ID, LIVE, declared, CONTEXT).statements

    assert statement.text == 'comment on column "public"."waiting"."Odd" is \'new\''
    assert statement.locks[0].mode is LockMode.SHARE_UPDATE_EXCLUSIVE


def test_both_come_back_and_both_go():
    assert texts(KIND.create(ID, LIVE, CONTEXT)) == [
        'alter view "public"."waiting" alter column "Odd" set default 7',
        'comment on column "public"."waiting"."Odd" is \'old\'',
    ]
    assert texts(KIND.drop(ID, LIVE, CONTEXT)) == [
        'alter view "public"."waiting" alter column "Odd" drop default',
        'comment on column "public"."waiting"."Odd" is null',
    ]


def test_it_comes_back_only_with_its_column():
    view = ViewKind()

    assert view.has_place_for(View(query="", columns='id uuid, "Odd" numeric(3,1)'), ID)
    assert not view.has_place_for(View(query="", columns="id uuid, odd integer"), ID)
    assert view.has_place_for(View(query=""), ID)
