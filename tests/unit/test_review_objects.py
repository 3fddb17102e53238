"""What a report says of objects by their definitions: who may use what is new, what changes in others."""

from __future__ import annotations

import msgspec
import pytest

from supaschema.core.plan_record import Difference, Named, Risk
from supaschema.review.model import Change, StackReport
from tests.unit.test_review_markdown import POLICY, change, stack, step, told


def altered(*items: Difference) -> Change:
    """Return a change of these objects by statements that say nothing of themselves."""
    whole = change("jobs", step("select 1"))
    assert whole.plan is not None
    return msgspec.structs.replace(whole, plan=msgspec.structs.replace(whole.plan, differences=items))


def item(kind: str, *name: str, old: dict[str, object] | None = None, new: dict[str, object] | None = None):
    return Difference(object=Named(kind=kind, name=name), old=old, new=new)


def said(report: StackReport, question: str) -> str:
    (line,) = (line for line in told(report).splitlines() if line.startswith(f"- **{question}**"))
    return line.partition("** ")[2]


NOTES = item("table", "public", "notes", new={})
READ = item("table_grants", "public", "notes", new={"entries": [{"grantee": "anon", "privileges": ["SELECT"]}]})
OPEN = "table `public.notes` is new, and open to `anon` (SELECT)"


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ((NOTES, READ), f"{OPEN}; no policy admits a row, but to roles that pass row level security."),
        (
            (NOTES, READ, item("policy", "public", "notes", "own", new={})),
            f"{OPEN}; rows of it as its policies say: `own`.",
        ),
        (
            (NOTES, READ, item("row_security", "public", "notes", new={})),
            f"{OPEN}; every row of it: row level security is off.",
        ),
        (
            (
                item("function", "public", "f", "integer", new={}),
                item(
                    "function_grants",
                    "public",
                    "f",
                    "integer",
                    new={"entries": [{"grantee": "anon", "privileges": ["EXECUTE"]}]},
                ),
            ),
            "function `public.f(integer)` is new, and open to `anon` (EXECUTE).",
        ),
    ],
)
def test_what_is_new_is_told_with_who_may_use_it(items: tuple[Difference, ...], sentence: str) -> None:
    assert said(stack(altered(*items)), "Who gains or loses access?") == sentence


def test_a_view_that_is_new_is_told_with_whose_rights_it_reads() -> None:
    view = item("view", "public", "notes", new={"query": "select 1", "security_invoker": True})
    told = "view `public.notes` is new, and open to `anon` (SELECT); it reads with the rights of whoever asks."

    assert said(stack(altered(view, READ)), "Who gains or loses access?") == told


@pytest.mark.parametrize(("old", "undone"), [(None, "What is new then goes"), ({"type": "text"}, "is rewritten again")])
def test_a_column_that_is_new_goes_again_without_a_rewrite(old: dict[str, object] | None, undone: str) -> None:
    rewrites = Risk(hazard="REWRITES_TABLE", sentence="It rewrites public.jobs.", refused=True)
    whole = change("jobs", step("alter table public.jobs add column note text", rewrites))
    assert whole.plan is not None
    column = item("column", "public", "jobs", "note", old=old, new={"type": "bigint"})
    plan = msgspec.structs.replace(whole.plan, differences=(column,))

    assert undone in said(stack(msgspec.structs.replace(whole, plan=plan)), "Can it be undone?")


def test_what_a_plan_says_of_the_access_to_what_another_resource_makes_is_not_told_twice() -> None:
    about = Named(kind="policy", name=("public", "notes", "own"))
    access = msgspec.structs.replace(step("create policy own on public.notes", POLICY), about=about)
    apart = stack(altered(NOTES, READ), change("notes-access", access))
    column = item("column", "public", "notes", "own", new={})

    assert "More rows" not in said(apart, "Who gains or loses access?")
    # A column that is new is another thing than a policy of its name.
    assert "More rows" in said(stack(altered(column), change("notes-access", access)), "Who gains or loses access?")


def test_of_what_changes_long_properties_are_named_and_hints_of_the_server_are_not() -> None:
    index = item(
        "index",
        "public",
        "jobs",
        "by_note",
        old={"keys": [{"expression": "note", "usual_opclass": "text_ops"}], "comment": "as it was " * 9},
        new={"keys": [{"expression": "note"}], "unique": True, "comment": "as it is " * 9},
    )

    assert said(stack(altered(index)), "What changes?") == (
        "index `public.jobs.by_note` changes its comment, unique from `false` to `true` (resource `jobs`)"
    )


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("CASCADE", "Rows of `public.jobs` go with those of `public.users` that they refer to, from then on."),
        (None, "Rows of `public.users` cannot go while rows of `public.jobs` refer to them, from then on."),
        ("SET NULL", "Where rows of `public.users` go, `user_id` of `public.jobs` becomes NULL, from then on."),
    ],
)
def test_what_a_foreign_key_does_to_rows_from_then_on_is_told(action: str | None, sentence: str) -> None:
    key: dict[str, object] = {"columns": ["user_id"], "references": "public.users"}
    before = {**key, "on_delete": "SET DEFAULT"}
    changed = item("constraint", "public", "jobs", "jobs_user", old=before, new={**key, "on_delete": action})

    assert said(stack(altered(changed)), "What happens to data?").endswith(sentence)


def test_a_foreign_key_that_goes_ties_nothing_any_more() -> None:
    key: dict[str, object] = {"columns": ["user_id"], "references": "public.users"}
    gone = item("constraint", "public", "jobs", "jobs_user", old=key)
    sentence = "Rows of `public.jobs` stay where those of `public.users` go, and may refer to none, from then on."

    assert said(stack(altered(gone)), "What happens to data?").endswith(sentence)
    # It goes with its table.
    whole = stack(altered(gone, item("table", "public", "jobs", old={"comment": "work"})))
    assert "refer to none" not in said(whole, "What happens to data?")


@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        ("policy", "13 policies are new"),
        ("index", "13 indexes are new"),
        ("table_grants", "13 table grants are changed"),
        ("trigger", "13 triggers are new"),
    ],
)
def test_very_many_objects_are_counted_in_english(kind: str, counted: str) -> None:
    old: dict[str, object] | None = {"entries": []} if kind.endswith("grants") else None
    many = [item(kind, "public", f"t{place}", *(() if old else ("own",)), old=old, new={"a": 1}) for place in range(13)]

    assert said(stack(altered(*many)), "What changes?") == f"1 resource: {counted}."
