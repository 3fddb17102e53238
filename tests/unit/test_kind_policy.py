"""Policies: altered where the server can, else recreated."""

import pytest

from supaschema.core.model import ObjectId
from supaschema.kinds.base import Context, SqlFieldKind
from supaschema.kinds.policy import Policy, PolicyKind

ID = ObjectId("policy", ("public", "jobs", "Members read"))
KIND = PolicyKind()
CONTEXT = Context(major=17)
READ = Policy(command="SELECT", roles=("authenticated",), using="a = 1")
WRITE = Policy(command="UPDATE", roles=("authenticated", "public"), using="a = 1", check="a = 2")


def texts(steps):
    return [statement.text for statement in steps.statements]


def test_a_policy_states_everything():
    (text,) = texts(KIND.create(ID, WRITE, CONTEXT))

    assert text == (
        'create policy "Members read" on "public"."jobs" as permissive for update to "authenticated", PUBLIC'
        " using (a = 1) with check (a = 2)"
    )


def test_a_comment_comes_back_with_a_policy():
    before = Policy(command="SELECT", roles=("public",), using="true", comment="it's old")

    assert texts(KIND.create(ID, before, CONTEXT))[1] == (
        'comment on policy "Members read" on "public"."jobs" is \'it\'\'s old\''
    )


def test_a_comment_that_no_declaration_speaks_of_stays():
    live = Policy(command="SELECT", roles=("authenticated",), using="(a = 1)", comment="old")

    assert KIND.resolve(ID, READ, live, CONTEXT).comment == "old"
    assert KIND.resolve(ID, READ, None, CONTEXT) == READ


def test_roles_and_conditions_are_altered_in_place():
    after = Policy(command="SELECT", roles=("anon",), using="a = 2")

    assert texts(KIND.alter(ID, READ, after, CONTEXT)) == [
        'alter policy "Members read" on "public"."jobs" to "anon" using (a = 2)'
    ]


@pytest.mark.parametrize(
    ("before", "after", "permissive", "told"),
    [
        ("a = 1", "(true)", True, "Every row is"),
        ("a = 1", "true", False, "More rows may be"),
        ("true", "a = 1", True, "Fewer rows may be"),
        ("true", "a = 1", False, "Fewer rows may be"),
        ("a = 1", "a = 2", True, "Other rows than before may be"),
    ],
)
def test_a_condition_is_told_by_what_it_was_and_becomes(before, after, permissive, told):
    old, new = (Policy(command="SELECT", roles=("anon",), using=it, permissive=permissive) for it in (before, after))

    assert notes(old, new) == [f"{told} open to SELECT of anon"]


@pytest.mark.parametrize(("permissive", "gained", "lost"), [(True, "More", "Fewer"), (False, "Fewer", "More")])
def test_roles_that_come_and_go_are_told_apart(permissive, gained, lost):
    old, new = (
        Policy(command="SELECT", roles=roles, using="a = 1", permissive=permissive)
        for roles in (("authenticated", "worker"), ("anon", "authenticated"))
    )

    assert notes(old, new) == [
        f"{gained} rows may be open to SELECT of anon",
        f"{lost} rows may be open to SELECT of worker",
    ]


def notes(old, new):
    altered = KIND.alter(ID, old, new, CONTEXT)
    assert altered is not None
    return [note.sentence.partition(" on public.jobs")[0] for note in altered.statements[0].hazards]


@pytest.mark.parametrize(
    "after",
    [
        Policy(command="ALL", roles=("authenticated",), using="a = 1"),
        Policy(command="SELECT", roles=("authenticated",), using="a = 1", permissive=False),
        Policy(command="SELECT", roles=("authenticated",)),
    ],
)
def test_command_kind_and_a_lost_clause_need_a_new_policy(after):
    assert KIND.alter(ID, READ, after, CONTEXT) is None


@pytest.mark.parametrize(
    ("policy", "made", "dropped"),
    [
        (READ, "More rows", "Fewer rows"),
        (Policy(command="ALL", roles=("public",), using="a", permissive=False), "Fewer rows", "More rows"),
    ],
)
def test_a_restrictive_policy_closes_where_a_permissive_one_opens(policy, made, dropped):
    def sentence(steps):
        return steps.statements[0].hazards[0].sentence

    assert sentence(KIND.create(ID, policy, CONTEXT)).startswith(made)
    assert sentence(KIND.drop(ID, policy, CONTEXT)).startswith(dropped)


def test_a_new_tables_policies_are_nobodys_news():
    context = Context(major=17, fresh=frozenset({ObjectId("table", ("public", "jobs"))}))

    assert KIND.create(ID, READ, context).statements[0].hazards == ()


def test_the_server_spells_both_expressions():
    sql_fields = KIND.sql_fields(ID, WRITE)

    assert {name: (slot.kind, slot.type, slot.relation) for name, slot in sql_fields.items()} == {
        "using": (SqlFieldKind.EXPRESSION, "boolean", ("public", "jobs")),
        "check": (SqlFieldKind.EXPRESSION, "boolean", ("public", "jobs")),
    }
    spelled = Policy(command="UPDATE", roles=("public", "authenticated"), using="(a = 1)", check="(a = 2)")
    assert KIND.same_structure(WRITE, spelled)
    assert not KIND.same_structure(WRITE, Policy(command="UPDATE", roles=WRITE.roles, using="(a = 1)"))


def test_a_name_with_quotes_is_told_as_sql_quotes_it():
    steps = KIND.create(ObjectId("policy", ("public", "jobs", 'wr"ite')), READ, CONTEXT)

    (note,) = (note for statement in steps.statements for note in statement.hazards)
    assert note.sentence.endswith('on public.jobs, by policy "wr""ite".')
