"""Grants on columns: each privilege names the column."""

from supaschema.core.model import ObjectId
from supaschema.declarations import Column, Grant, Privilege
from supaschema.kinds.base import Context
from supaschema.kinds.column_grants import ColumnGrantsKind, column_grants_fact, lift_grants
from supaschema.kinds.grants import Entry, Grants, declared_grants

ID = ObjectId("column_grants", ("public", "jobs", "state"))
KIND = ColumnGrantsKind()
CONTEXT = Context(major=17)
READ = (Grant(to="authenticated", privileges=(Privilege.SELECT,)),)


def texts(steps):
    return [statement.text for statement in steps.statements]


def test_a_column_has_nothing_to_be_closed_first():
    steps = KIND.create(ID, declared_grants(READ), CONTEXT)

    assert texts(steps) == ['grant select ("state") on table "public"."jobs" to "authenticated"']
    assert steps.statements[0].hazards[0].sentence == "authenticated gains SELECT on column public.jobs.state."


def test_the_grants_of_a_new_column_are_nobodys_news():
    context = Context(major=17, fresh=frozenset({ObjectId("column", ID.name)}))

    assert KIND.create(ID, declared_grants(READ), context).statements[0].hazards == ()


def test_a_column_without_grants_of_its_own_has_none_for_anybody():
    old = Grants(
        entries=(Entry(grantee="anon", privileges=("INSERT", "SELECT")), Entry(grantee="x", privileges=("UPDATE",)))
    )

    assert texts(KIND.drop(ID, old, CONTEXT)) == [
        'revoke insert ("state"), select ("state") on table "public"."jobs" from "anon"',
        'revoke update ("state") on table "public"."jobs" from "x"',
    ]


def test_all_stands_for_what_a_column_has():
    declared = declared_grants([Grant(to="anon", privileges=(Privilege.ALL,))])

    resolved = KIND.resolve(ID, declared, None, CONTEXT)

    assert resolved.entries[0].privileges == ("INSERT", "REFERENCES", "SELECT", "UPDATE")


def test_columns_are_given_the_grants_that_the_facts_have():
    fact = column_grants_fact(("public", "jobs", "state"), READ)
    columns = (Column(name="id", type="uuid"), Column(name="state", type="text"))

    lifted = lift_grants(columns, {fact.id: fact.definition}, ("public", "jobs"))

    assert lifted == (columns[0], Column(name="state", type="text", grants=READ))
