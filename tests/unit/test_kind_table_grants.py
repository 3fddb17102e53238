"""Grants on tables: a REVOKE takes the columns' grants along, unless they are kept."""

import pytest

from supaschema.core.model import LockMode, ObjectId
from supaschema.kinds.base import Context
from supaschema.kinds.grants import Entry, Grants
from supaschema.kinds.table_grants import TableGrantsKind

ID = ObjectId("table_grants", ("public", "jobs"))
COLUMN = ObjectId("column_grants", ("public", "jobs", "state"))
OF_COLUMN = Grants(entries=(Entry(grantee="anon", privileges=("SELECT",)),), ordered=True)
KIND = TableGrantsKind()


def revoked(grantee, privileges, live):
    old = Grants(entries=(Entry(grantee=grantee, privileges=privileges),), ordered=True)
    (statement,) = KIND.alter(ID, old, Grants(), Context(major=17, live=live)).statements
    return statement.text


def test_a_revoke_that_would_hit_a_columns_grants_puts_them_back():
    text = revoked("anon", ("INSERT", "SELECT"), {COLUMN: OF_COLUMN})

    assert text.startswith("do $block$")
    assert 'revoke insert, select on table "public"."jobs" from "anon";' in text


@pytest.mark.parametrize(
    ("grantee", "privileges", "live"),
    [
        ("anon", ("SELECT",), {}),
        ("anon", ("DELETE", "INSERT"), {COLUMN: OF_COLUMN}),
        ("authenticated", ("SELECT",), {COLUMN: OF_COLUMN}),
        ("anon", ("SELECT",), {ObjectId("column_grants", ("public", "events", "state")): OF_COLUMN}),
    ],
)
def test_any_other_revoke_is_plain(grantee, privileges, live):
    assert revoked(grantee, privileges, live).startswith("revoke ")


def test_a_name_cannot_end_the_block():
    id = ObjectId("table_grants", ("public", "$block$; drop table x"))
    live = {ObjectId("column_grants", (*id.name, "state")): OF_COLUMN}
    (statement,) = KIND.alter(id, OF_COLUMN, Grants(), Context(major=17, live=live)).statements

    assert statement.text.startswith("do $block_$\n")
    assert statement.text.endswith("\n$block_$")


def test_nobody_is_kept_waiting():
    steps = KIND.drop(ID, Grants(), Context(major=17))

    assert [(lock.relation, lock.mode) for lock in steps.statements[0].locks] == [
        ("public.jobs", LockMode.ACCESS_SHARE)
    ]
    assert KIND.parents(ID) == tuple(ObjectId(kind, ID.name) for kind in ("table", "view", "materialized_view"))
