"""Tables: closed from the start, archived with their rows."""

from supaschema.core.model import LockMode, ObjectId, Statement
from supaschema.core.sqltext import raw_sql
from supaschema.kinds.base import Context
from supaschema.kinds.constraint import Constraint
from supaschema.kinds.table import Table, TableKind

ID = ObjectId("table", ("public", "notes"))
KIND = TableKind()


def texts(steps):
    return [statement.text for statement in steps.statements]


def test_a_new_table_is_closed_in_the_statements_that_make_it():
    context = Context(major=17, clauses={ID: (Statement(raw_sql('"id" uuid')),)})

    create, secure, revoke, comment = texts(KIND.create(ID, Table(comment="it's mine"), context))

    assert create == 'create table "public"."notes" (\n  "id" uuid\n)'
    assert secure == 'alter table "public"."notes" enable row level security'
    assert revoke == 'revoke all on table "public"."notes" from PUBLIC, "anon", "authenticated", "service_role"'
    assert comment == "comment on table \"public\".\"notes\" is 'it''s mine'"


def test_only_the_comment_changes_in_place():
    steps = KIND.alter(ID, Table(comment="old"), Table(), Context(major=17))

    assert texts(steps) == ['comment on table "public"."notes" is null']


def test_an_empty_table_is_dropped_only_if_it_still_is():
    lock, refuse, drop = texts(KIND.drop(ID, Table(), Context(major=17)))

    assert lock == 'lock table "public"."notes" in access exclusive mode'
    assert "raise exception" in refuse
    assert drop == 'drop table "public"."notes"'


def test_a_table_with_rows_moves_to_the_archive_without_what_could_empty_or_open_it():
    foreign = ObjectId("constraint", ("public", "notes", "notes_org_fkey"))
    live = {ID: Table(), foreign: Constraint(type="f", references="public.organizations")}

    steps = KIND.drop(ID, Table(), Context(major=17, live=live, occupied=frozenset({ID})))

    assert texts(steps)[0] == 'alter table "public"."notes" drop constraint "notes_org_fkey"'
    assert any(text.startswith("revoke all") for text in texts(steps))
    assert not any(text.startswith("drop table") for text in texts(steps))
    assert {lock.mode for statement in steps.statements for lock in statement.locks} == {LockMode.ACCESS_EXCLUSIVE}


def test_a_table_that_is_stored_otherwise_is_rewritten_and_a_hazard_where_it_holds_rows():
    old, new = Table(), Table(unlogged=True, tablespace="fast")
    empty, full = Context(major=17), Context(major=17, occupied=frozenset({ID}))

    found = [KIND.alter(ID, old, new, context) for context in (empty, full)]

    assert texts(found[0]) == [
        'alter table "public"."notes" set unlogged',
        'alter table "public"."notes" set tablespace "fast"',
    ]
    assert KIND.may_rewrite(old, new)
    assert [len(statement.hazards) for steps in found for statement in steps.statements] == [0, 0, 1, 1]
