"""Whose an object is: by the ledger, and by what the run has told so far."""

from __future__ import annotations

import pytest

from supaschema.core.errors import OwnershipError
from supaschema.core.model import ObjectId
from supaschema.engine import ownership
from supaschema.engine.intent import Intent
from supaschema.kinds.schema import Schema
from supaschema.ledger import Entry, LedgerState
from supaschema.registry import KINDS

APP = ObjectId("schema", ("app",))
OTHER = ObjectId("schema", ("other",))


def urn(name: str, *, type: str = "Schema", stack: str = "prod") -> str:
    return f"urn:pulumi:{stack}::project::supaschema:index:{type}::{name}"


def ledger(**entries: ObjectId) -> LedgerState:
    """Return a ledger that has an object of each resource."""
    by_urn = {
        urn(name): {id: Entry(urn(name), made=True, before=None, declared_hash=None, spelling=None, server_major=17)}
        for name, id in entries.items()
    }
    return LedgerState(by_urn, {id: urn(name) for name, id in entries.items()})


@pytest.mark.parametrize(
    ("owner", "renamed", "taken"),
    [
        (urn("set", type="ObjectSet"), (), True),
        (urn("other"), (APP,), True),
        (urn("other"), (), False),
        (urn("set", type="ObjectSet", stack="staging"), (APP,), False),
    ],
)
def test_what_another_has_is_taken_over_from_a_set_or_by_a_rename_within_the_stack(owner, renamed, taken):
    declared, owners = {APP: Schema()}, {APP: owner}
    if taken:
        assert ownership.taken_over(declared, urn("app"), owners, renamed) == {APP: owner}
    else:
        with pytest.raises(OwnershipError, match="declared by another resource"):
            ownership.taken_over(declared, urn("app"), owners, renamed)


@pytest.mark.parametrize(
    ("found", "known"),
    [
        (ledger(), "old"),
        (ledger(old=APP), "old"),
        (ledger(new=APP), "new"),
        # Another resource has one of the two names by now.
        (ledger(old=OTHER, new=APP), "new"),
        (ledger(old=APP, new=OTHER), "old"),
    ],
)
def test_a_renamed_resource_is_known_by_the_name_under_which_the_ledger_has_its_objects(found, known):
    assert ownership.known_as(urn("new"), urn("old"), found, lambda: [APP]) == urn(known)


def test_what_is_not_declared_goes_where_it_is_its_own_or_nobodys():
    mine, nobodys, anothers, declared = (ObjectId("schema", (name,)) for name in "mnad")

    gone = ownership.undeclared([mine, nobodys, anothers, declared], {declared}, {mine}, {mine, anothers})

    assert gone == [mine, nobodys]


def test_another_stacks_is_not_dropped():
    found = ledger(app=APP)

    ownership.require_own_stack([APP, OTHER], urn("other"), found)
    with pytest.raises(OwnershipError, match="belongs to urn:pulumi:prod::"):
        ownership.require_own_stack([APP], urn("app", stack="staging"), found)


@pytest.mark.parametrize("is_set", [True, False])
def test_what_was_given_up_before_anybody_declared_it_is_refused_where_it_might_have_moved(is_set):
    run, source = ownership.Run(KINDS), urn("source", type="ObjectSet" if is_set else "Schema")
    run.note(source, Intent(source, {APP: None}, {}, (), frozenset()), {APP})
    taking = Intent(urn("app"), {APP: Schema()}, {APP: Schema()}, (), frozenset())

    if is_set:
        with pytest.raises(OwnershipError, match='resource "source" does not declare it any more'):
            run.refuse_dropped_first(urn("app"), taking)
    else:
        run.refuse_dropped_first(urn("app"), taking)


def test_an_object_has_one_declaration_in_a_run():
    run = ownership.Run(KINDS)

    assert run.declare(urn("app"), [APP]) is None
    assert run.declare(urn("app"), [APP]) is None
    assert 'declared by resource "app" too' in str(run.declare(urn("second"), [OTHER, APP]))
    assert run.declared_again(urn("app"), [APP, OTHER]) == {APP}
