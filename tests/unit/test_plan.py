"""Planning: order, transactions, and what goes with what."""

from itertools import permutations

import msgspec

from supaschema.core.model import LockMode, Mode, ObjectId, Plan
from supaschema.declarations import (
    Check,
    Column,
    ExistingRows,
    ForeignKey,
    Grant,
    InlineAccess,
    InlineIndex,
    InlinePolicy,
    PolicyCommand,
    PrimaryKey,
    Privilege,
    Table,
    TablePatch,
)
from supaschema.engine.diff import diff, same_by_canonical_text
from supaschema.engine.execute import segments
from supaschema.engine.plan import plan
from supaschema.kinds.base import Context
from supaschema.kinds.constraint import Constraint
from supaschema.registry import KINDS
from supaschema.resources.table import TableResource
from supaschema.resources.table_patch import TablePatchResource

NOTES = Table(
    name="notes",
    columns=(
        Column(name="id", type="uuid", nullable=False),
        Column(name="body", type="text", nullable=False),
        Column(name="org_id", type="uuid"),
    ),
    primary_key=PrimaryKey(columns=("id",)),
    checks=(Check(name="notes_body_check", expression="body <> ''"),),
    foreign_keys=(ForeignKey(columns=("org_id",), references="organizations"),),
    indexes=(InlineIndex(name="notes_org", keys=("org_id",)),),
)

KEYED = {ObjectId("constraint", ("public", "jobs", "jobs_pkey")): Constraint(type="p", columns=("id",))}

HIDING = TablePatch(
    table="jobs",
    columns=(Column(name="hidden", type="boolean", default="false", nullable=False),),
    access=InlineAccess(
        policies=(InlinePolicy(name="seen", command=PolicyCommand.SELECT, to=("authenticated",), using="not hidden"),),
        grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),),
    ),
)
HIDDEN = ObjectId("column", ("public", "jobs", "hidden"))
RULE, OPEN = (ObjectId("policy", ("public", "jobs", name)) for name in ("seen", "open"))


def planned(desired, live=None) -> Plan:
    facts = live or {}
    deltas = diff(desired, facts, same_by_canonical_text(KINDS, {}))
    return plan(deltas, desired, Context(major=17, live=facts), KINDS)


def facts_of(resource, declared):
    return {fact.id: fact.definition for fact in resource.facts(declared)}


def texts(found: Plan) -> list[str]:
    return [statement.text for statement in found.statements]


def test_a_new_table_comes_closed_and_with_its_foreign_key():
    found = planned(facts_of(TableResource(), NOTES))

    create, secure, revoke, index, foreign_key = texts(found)
    assert create.startswith('create table "public"."notes"')
    assert '"body" text not null' in create
    assert "constraint \"notes_body_check\" check (body <> '')" in create
    assert secure.endswith("enable row level security")
    assert revoke.startswith("revoke all")
    assert "foreign key" in foreign_key
    assert "concurrently" not in index
    assert {statement.mode for statement in found.statements} == {Mode.TRANSACTION}
    assert {lock.relation: lock.mode for lock in found.statements[-1].locks}["public.organizations"] is (
        LockMode.SHARE_ROW_EXCLUSIVE
    )


def test_of_many_new_tables_each_locks_what_is_there_for_a_moment_only():
    more = msgspec.structs.replace(NOTES, name="others")
    facts = {id: item for table in (NOTES, more) for id, item in facts_of(TableResource(), table).items()}

    *others, first, second = planned(facts).statements

    assert all("foreign key" in item.text for item in (first, second))
    assert [item.mode for item in (first, second)] == [Mode.OWN_TRANSACTION, Mode.TRANSACTION]
    assert not [item for item in others if "public.organizations" in {lock.relation for lock in item.locks}]


def test_the_comments_of_a_new_tables_columns_follow_it():
    table = Table(name="notes", columns=(Column(name="id", type="uuid", comment="Which."),))

    found = texts(planned(facts_of(TableResource(), table)))

    assert found[-1] == 'comment on column "public"."notes"."id" is \'Which.\''


def test_what_is_there_already_needs_no_statement():
    facts = facts_of(TableResource(), NOTES)

    assert planned(facts, facts).empty


def test_a_dropped_table_takes_its_parts_with_it():
    facts = facts_of(TableResource(), NOTES)

    found = planned(dict.fromkeys(facts), facts)

    assert [text for text in texts(found) if text.startswith(("drop", "alter"))] == ['drop table "public"."notes"']


def test_a_queue_column_is_added_without_its_default_which_follows_in_the_same_transaction():
    column = Column(name="state", type="text", default="'waiting'", existing_rows=ExistingRows.NULL)
    found = planned(facts_of(TablePatchResource(), TablePatch(table="jobs", columns=(column,))))

    assert texts(found) == [
        'alter table "public"."jobs" add column "state" text',
        'alter table "public"."jobs" alter column "state" set default \'waiting\'',
    ]
    assert len(segments(found.statements)) == 1


def test_columns_come_back_with_their_grants_before_their_values_and_those_before_the_constraints():
    patch = TablePatch(
        table="jobs",
        columns=(
            Column(name="z", type="text", default="'a'", existing_rows=ExistingRows.NULL),
            Column(name="a", type="text", grants=(Grant(to="authenticated", privileges=(Privilege.SELECT,)),)),
        ),
        checks=(Check(name="filled", expression="a <> ''"),),
    )
    desired = facts_of(TablePatchResource(), patch)
    archived = frozenset(id for id in desired if id.kind == "column")
    context = Context(major=17, live=KEYED, archived=archived)

    found = plan(diff(desired, {}, same_by_canonical_text(KINDS, {})), desired, context, KINDS)

    added, values, *rest = segments(found.statements)
    starts = [statement.text.split(" ")[0] for statement in added.statements]
    assert starts == ["alter", "alter", "update", "alter", "update", "grant"]
    assert values.mode is Mode.BATCHES
    assert [statement.text for part in rest for statement in part.statements if "put_back" in statement.text] == []
    assert "filled" in rest[0].statements[0].text


def test_a_column_comes_with_the_policy_that_asks_for_it_before_its_values_do():
    desired = facts_of(TablePatchResource(), HIDING)
    live = {**KEYED, OPEN: desired[RULE]}
    context = Context(major=17, live=live, archived=frozenset({HIDDEN}))
    desired = {**desired, OPEN: None}

    found = plan(diff(desired, live, same_by_canonical_text(KINDS, {})), desired, context, KINDS)

    together, values = segments(found.statements)
    assert [statement.text.split(" on ")[0] for statement in together.statements][:1] == ['drop policy "open"']
    starts = [" ".join(statement.text.split()[:2]) for statement in together.statements[1:]]
    assert starts == [
        "alter table",
        "update supaschema_archive.columns",
        "alter table",
        "create policy",
        "revoke all",
        "grant select",
    ]
    assert values.mode is Mode.BATCHES


def test_a_column_goes_with_the_policy_that_asks_for_it_once_its_values_are_kept():
    live = {**KEYED, **facts_of(TablePatchResource(), HIDING)}
    desired = {**dict.fromkeys(live.keys() - KEYED.keys()), OPEN: live[RULE]}

    found = planned(desired, live)

    *before, together, tidy = segments(found.statements)
    starts = [" ".join(statement.text.split()[:2]) for statement in together.statements]
    assert sorted(starts[:2]) == ["drop policy", "revoke all"]
    assert starts[2:] == ["drop trigger", "alter table", "insert into", "drop function", "create policy"]
    assert before[-1].mode is Mode.BATCHES
    assert not any("policy" in statement.text for part in (*before, tidy) for statement in part.statements)


def test_the_order_of_drops_is_that_of_names():
    columns = [Column(name=name, type="text") for name in ("c", "a", "b")]
    found = set()
    for order in permutations(columns):
        facts = facts_of(TablePatchResource(), TablePatch(table="jobs", columns=order))
        found.add("\n".join(texts(planned(dict.fromkeys(facts), {**KEYED, **facts}))))

    assert len(found) == 1


def test_a_widened_check_is_never_absent():
    old, new = (TablePatch(table="jobs", checks=(Check(name="kind", expression=text),)) for text in ("a", "a or b"))
    resource = TablePatchResource()

    found = planned(facts_of(resource, new), facts_of(resource, old))

    parts = [[statement.text for statement in part.statements] for part in segments(found.statements)]
    swap = parts[-1]
    assert 'drop constraint "kind"' in swap[0]
    assert 'rename constraint "kind__new_4f5f20c6" to "kind"' in swap[1]
    assert any("validate constraint" in text for text in parts[1])
    assert len(found.preconditions) == 1


def test_a_column_and_its_not_null_are_one_clause():
    column = Column(name="count", type="integer", nullable=False, default="0")

    found = planned(facts_of(TablePatchResource(), TablePatch(table="jobs", columns=(column,))))

    assert texts(found) == ['alter table "public"."jobs" add column "count" integer default 0 not null']


def test_not_null_on_a_column_with_rows_is_proven_before_it_is_set():
    id = ObjectId("not_null", ("public", "jobs", "state"))
    found = planned(facts_of(TablePatchResource(), TablePatch(table="jobs", nullability={"state": False})))

    assert found.deltas[0].id == id
    assert [part.mode for part in segments(found.statements)] == [Mode.TRANSACTION] * 3
    exclusive = [lock for lock in found.strongest_locks() if lock.mode is LockMode.ACCESS_EXCLUSIVE]
    assert not any(lock.scans for lock in exclusive)
